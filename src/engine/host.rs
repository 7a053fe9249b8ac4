//! Which engine: host and context, with the precedence of the Docker CLI.

use std::path::{Path, PathBuf};

use super::context;

/// Where an engine is and how it is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The URL, as people know it: `unix:///var/run/docker.sock`, `tcp://…`, `ssh://…`.
    pub url: String,
    /// TLS, for `tcp://` and `https://`.
    pub tls: Option<Tls>,
    /// Where the choice came from; decides what a plain `docker` in the same shell would reach.
    pub chosen_by: ChosenBy,
}

/// Who chose the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChosenBy {
    /// `--host`.
    HostOption,
    /// `--context`, by name.
    ContextOption(String),
    /// `DOCKER_HOST`, `DOCKER_CONTEXT`, the CLI's current context, or the default: what the Docker CLI
    /// would choose as well.
    SameAsDocker,
    /// `--demo`.
    Demo,
}

/// Files and choices of a TLS connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// The certificate authority that signed the engine's certificate; none: the system's.
    pub ca: Option<PathBuf>,
    /// Our certificate and key.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// Whether the engine's certificate is not checked (`SkipTLSVerify`, as the context says).
    pub skip_verify: bool,
}

/// What decides: taken from the process, or given by a test.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// `--host`.
    pub host: Option<String>,
    /// `--context`.
    pub context: Option<String>,
    /// `DOCKER_HOST`.
    pub docker_host: Option<String>,
    /// `DOCKER_CONTEXT`.
    pub docker_context: Option<String>,
    /// `DOCKER_TLS_VERIFY`.
    pub tls_verify: Option<String>,
    /// `DOCKER_TLS`.
    pub tls: Option<String>,
    /// `DOCKER_CERT_PATH`.
    pub cert_path: Option<PathBuf>,
    /// `DOCKER_CONFIG`, or `~/.docker`.
    pub docker_config: Option<PathBuf>,
}

impl Choice {
    /// Reads the process's environment. Empty variables are unset ones, as for the Docker CLI.
    pub fn from_process(host: Option<String>, context: Option<String>) -> Self {
        let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let home = var("HOME").map(|home| PathBuf::from(home).join(".docker"));
        Self {
            host,
            context,
            docker_host: var("DOCKER_HOST"),
            docker_context: var("DOCKER_CONTEXT"),
            tls_verify: var("DOCKER_TLS_VERIFY"),
            tls: var("DOCKER_TLS"),
            cert_path: var("DOCKER_CERT_PATH").map(PathBuf::from),
            docker_config: var("DOCKER_CONFIG").map(PathBuf::from).or(home),
        }
    }
}

/// Why no engine could be chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// Both options were given.
    #[error("--host and --context cannot be used together: each names an engine")]
    Both,
    /// There is no such context.
    #[error("there is no Docker context {name:?}{}", found(.known))]
    NoContext {
        /// The name.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// A file of the Docker CLI cannot be read.
    #[error("{path}: {why}")]
    Config {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The URL makes no sense.
    #[error("{url:?} is no engine's address: {why}. Use unix:///path, tcp://host:port or ssh://user@host")]
    Url {
        /// The URL.
        url: String,
        /// What is wrong.
        why: &'static str,
    },
}

fn found(known: &[String]) -> String {
    if known.is_empty() {
        ". There are no contexts here; `docker context ls` shows them".to_owned()
    } else {
        format!(". There are: {}", known.join(", "))
    }
}

/// The socket that Docker listens on unless told otherwise.
pub const DEFAULT_URL: &str = "unix:///var/run/docker.sock";

/// Chooses the engine: `--context`, `--host`, `DOCKER_HOST`, `DOCKER_CONTEXT`, the current context of
/// `config.json`, the default socket.
pub fn choose(choice: &Choice) -> Result<Endpoint, HostError> {
    match (&choice.context, &choice.host) {
        (Some(_), Some(_)) => return Err(HostError::Both),
        (Some(name), None) => return by_context(choice, name, ChosenBy::ContextOption(name.clone())),
        (None, Some(url)) => return by_url(choice, url, ChosenBy::HostOption),
        (None, None) => {}
    }
    if let Some(url) = &choice.docker_host {
        return by_url(choice, url, ChosenBy::SameAsDocker);
    }
    if let Some(name) = &choice.docker_context {
        return by_context(choice, name, ChosenBy::SameAsDocker);
    }
    match choice.docker_config.as_deref().map(context::current).transpose()?.flatten() {
        Some(name) => by_context(choice, &name, ChosenBy::SameAsDocker),
        None => by_url(choice, DEFAULT_URL, ChosenBy::SameAsDocker),
    }
}

/// The names of all contexts, as `docker context ls` shows them: `default` first, then those on disk.
pub fn contexts(choice: &Choice) -> Vec<String> {
    let kept = choice.docker_config.as_deref().map(context::names).unwrap_or_default();
    std::iter::once("default".to_owned()).chain(kept.into_iter().filter(|name| name != "default")).collect()
}

fn by_context(choice: &Choice, name: &str, chosen_by: ChosenBy) -> Result<Endpoint, HostError> {
    if name == "default" {
        let url = choice.docker_host.as_deref().unwrap_or(DEFAULT_URL);
        return by_url(choice, url, chosen_by);
    }
    let no_config = || HostError::NoContext { name: name.to_owned(), known: Vec::new() };
    let found = context::find(choice.docker_config.as_deref().ok_or_else(no_config)?, name)?;
    checked(&found.url)?;
    let tls = (needs_tls_port(&found.url) && (found.has_tls_files || found.skip_verify)).then(|| Tls {
        ca: existing(&found.tls_dir, "ca.pem"),
        identity: identity(&found.tls_dir),
        skip_verify: found.skip_verify,
    });
    Ok(Endpoint { url: found.url, tls, chosen_by })
}

fn by_url(choice: &Choice, url: &str, chosen_by: ChosenBy) -> Result<Endpoint, HostError> {
    let url = if url.contains("://") { url.to_owned() } else { format!("tcp://{url}") };
    checked(&url)?;
    let wanted = choice.tls_verify.is_some() || choice.tls.is_some() || url.starts_with("https://");
    let tls = (wanted && needs_tls_port(&url)).then(|| {
        let dir = choice.cert_path.clone().or_else(|| choice.docker_config.clone()).unwrap_or_default();
        Tls {
            ca: existing(&dir, "ca.pem"),
            identity: identity(&dir),
            skip_verify: choice.tls_verify.is_none() && !url.starts_with("https://"),
        }
    });
    Ok(Endpoint { url, tls, chosen_by })
}

fn needs_tls_port(url: &str) -> bool {
    url.starts_with("tcp://") || url.starts_with("https://") || url.starts_with("http://")
}

fn checked(url: &str) -> Result<(), HostError> {
    let wrong = |why| Err(HostError::Url { url: url.to_owned(), why });
    match url.split_once("://") {
        Some(("unix", path)) if path.starts_with('/') => Ok(()),
        Some(("unix", _)) => wrong("the path of a socket must be absolute"),
        Some(("tcp" | "http" | "https" | "ssh", "" | "/")) => wrong("it names no host"),
        Some(("tcp" | "http" | "https" | "ssh", _)) => Ok(()),
        Some(("npipe", _)) => wrong("named pipes are not spoken here"),
        _ => wrong("its scheme is not known"),
    }
}

fn existing(dir: &Path, name: &str) -> Option<PathBuf> {
    Some(dir.join(name)).filter(|path| path.is_file())
}

fn identity(dir: &Path) -> Option<(PathBuf, PathBuf)> {
    existing(dir, "cert.pem").zip(existing(dir, "key.pem"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(dir: &Path, current: Option<&str>) {
        use sha2::{Digest, Sha256};
        let id = hex::encode(Sha256::digest("droplet"));
        let meta = dir.join("contexts/meta").join(&id);
        std::fs::create_dir_all(&meta).unwrap();
        std::fs::write(
            meta.join("meta.json"),
            r#"{"Name":"droplet","Metadata":{},"Endpoints":{"docker":{"Host":"tcp://127.0.0.1:2376","SkipTLSVerify":false}}}"#,
        )
        .unwrap();
        let tls = dir.join("contexts/tls").join(&id).join("docker");
        std::fs::create_dir_all(&tls).unwrap();
        for name in ["ca.pem", "cert.pem", "key.pem"] {
            std::fs::write(tls.join(name), "").unwrap();
        }
        if let Some(current) = current {
            std::fs::write(dir.join("config.json"), format!(r#"{{"currentContext":"{current}"}}"#)).unwrap();
        }
    }

    fn with(change: impl FnOnce(&mut Choice)) -> (tempfile::TempDir, Result<Endpoint, HostError>) {
        let dir = tempfile::tempdir().unwrap();
        config(dir.path(), Some("droplet"));
        let mut choice = Choice { docker_config: Some(dir.path().to_owned()), ..Choice::default() };
        change(&mut choice);
        let chosen = choose(&choice);
        (dir, chosen)
    }

    #[test]
    fn the_precedence_is_that_of_the_docker_cli() {
        let url = |change: fn(&mut Choice)| with(change).1.unwrap().url;
        assert_eq!(url(|_| {}), "tcp://127.0.0.1:2376", "the current context of config.json");
        assert_eq!(url(|it| it.docker_context = Some("default".into())), DEFAULT_URL);
        assert_eq!(
            url(|it| {
                it.docker_context = Some("nowhere".into());
                it.docker_host = Some("unix:///a".into());
            }),
            "unix:///a"
        );
        assert_eq!(
            url(|it| {
                it.docker_host = Some("unix:///a".into());
                it.host = Some("unix:///b".into());
            }),
            "unix:///b"
        );
        assert_eq!(
            url(|it| {
                it.docker_host = Some("unix:///a".into());
                it.context = Some("droplet".into());
            }),
            "tcp://127.0.0.1:2376"
        );
    }

    #[test]
    fn host_and_context_together_are_refused() {
        let (_dir, chosen) = with(|it| {
            it.host = Some("unix:///b".into());
            it.context = Some("droplet".into());
        });
        assert_eq!(chosen, Err(HostError::Both));
    }

    #[test]
    fn an_unknown_context_names_those_that_there_are() {
        let (_dir, chosen) = with(|it| it.context = Some("drplet".into()));
        assert_eq!(
            chosen.unwrap_err().to_string(),
            r#"there is no Docker context "drplet". There are: droplet, default"#
        );
    }

    #[test]
    fn a_context_brings_its_certificates() {
        let (dir, chosen) = with(|_| {});
        let tls = chosen.unwrap().tls.unwrap();
        assert!(!tls.skip_verify);
        assert!(tls.ca.unwrap().starts_with(dir.path()) && tls.identity.is_some());
    }

    #[test]
    fn odd_addresses_are_refused() {
        for url in ["unix://relative", "tcp://", "ftp://x", "npipe:////./pipe/docker_engine"] {
            let choice = Choice { host: Some(url.into()), ..Choice::default() };
            assert!(matches!(choose(&choice), Err(HostError::Url { .. })), "{url}");
        }
    }
}
