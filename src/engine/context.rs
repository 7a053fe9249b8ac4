//! The Docker CLI's contexts, as it keeps them on disk.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::host::HostError;

/// What a context says of its engine.
pub(super) struct Context {
    pub(super) url: String,
    pub(super) skip_verify: bool,
    pub(super) tls_dir: PathBuf,
    pub(super) has_tls_files: bool,
}

#[derive(Deserialize)]
struct Config {
    #[serde(rename = "currentContext", default)]
    current_context: String,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "Name")]
    name: String,
    #[serde(rename = "Endpoints", default)]
    endpoints: Endpoints,
}

#[derive(Deserialize, Default)]
struct Endpoints {
    docker: Option<DockerEndpoint>,
}

#[derive(Deserialize)]
struct DockerEndpoint {
    #[serde(rename = "Host", default)]
    host: String,
    #[serde(rename = "SkipTLSVerify", default)]
    skip_tls_verify: bool,
}

/// The current context of `config.json`; none if there is no file, or it names none.
pub(super) fn current(docker_config: &Path) -> Result<Option<String>, HostError> {
    let path = docker_config.join("config.json");
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(HostError::Config { path, why: error.to_string() }),
    };
    let config: Config = serde_json::from_str(&text).map_err(|error| HostError::Config {
        path,
        why: format!("it is not the Docker CLI's configuration: {error}"),
    })?;
    Ok(Some(config.current_context).filter(|name| !name.is_empty()))
}

/// Finds a context by name. The folder is named by the hash of the name, but the name inside decides.
pub(super) fn find(docker_config: &Path, name: &str) -> Result<Context, HostError> {
    let mut known = Vec::new();
    for (folder, meta) in all(docker_config) {
        if meta.name != name {
            known.push(meta.name);
            continue;
        }
        let endpoint =
            meta.endpoints.docker.filter(|it| !it.host.is_empty()).ok_or_else(|| HostError::Config {
                path: folder.clone(),
                why: format!("the context {name} has no address of a Docker engine"),
            })?;
        let id = hex::encode(Sha256::digest(name));
        let tls_dir = docker_config.join("contexts/tls").join(id).join("docker");
        return Ok(Context {
            url: endpoint.host,
            skip_verify: endpoint.skip_tls_verify,
            has_tls_files: tls_dir.is_dir(),
            tls_dir,
        });
    }
    known.sort();
    known.push("default".to_owned());
    Err(HostError::NoContext { name: name.to_owned(), known })
}

/// The names of all contexts that are kept there, sorted.
pub(super) fn names(docker_config: &Path) -> Vec<String> {
    let mut names: Vec<String> = all(docker_config).into_iter().map(|(_, meta)| meta.name).collect();
    names.sort();
    names
}

fn all(docker_config: &Path) -> Vec<(PathBuf, Meta)> {
    let entries = std::fs::read_dir(docker_config.join("contexts/meta"));
    entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("meta.json"))
        .filter_map(|path| {
            let text = std::fs::read_to_string(&path).ok()?;
            Some((path, serde_json::from_str(&text).ok()?))
        })
        .collect()
}
