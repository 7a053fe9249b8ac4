//! The Docker CLI plugin `docker steward`: how Docker calls us, and how we answer.
//!
//! Docker asks every plugin for its metadata at each of its runs, hands its own global options on in front of
//! our name (`--context x -D steward audit`), and tells by a socket that the user wants to cancel.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::path::Path;

use super::exit::{Code, Failure};

/// Our name as a command of `docker`.
const NAME: &str = "steward";

/// Whether the Docker CLI has started us.
pub(super) fn is_plugin() -> bool {
    std::env::var_os("DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND").is_some()
}

/// The answer to `docker-cli-plugin-metadata`, which must come before anything else is done.
pub(super) fn metadata(arguments: &[OsString]) -> Option<String> {
    let asked = arguments.get(1)? == "docker-cli-plugin-metadata";
    asked.then(|| {
        let answer = serde_json::json!({
            "SchemaVersion": "0.1.0",
            "Vendor": "docker-steward",
            "Version": env!("CARGO_PKG_VERSION"),
            "ShortDescription": "Keep this engine equal to its declared single source of truth",
        });
        format!("{answer}\n")
    })
}

/// A command line as we understand it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Translated {
    /// The arguments, the program's name first, our own name as a command of `docker` taken out.
    pub(super) arguments: Vec<OsString>,
    /// What Docker's global options say that only its variables can tell the rest of the program.
    pub(super) environment: BTreeMap<&'static str, OsString>,
    /// Whether Docker's completion asks for proposals: the last argument is what to complete.
    pub(super) completing: bool,
}

/// Takes Docker's way of calling a plugin apart; any other command line is returned as it is.
pub(super) fn translate(arguments: Vec<OsString>) -> Result<Translated, Failure> {
    let unchanged = |arguments| Ok(Translated { arguments, ..Translated::default() });
    let Some((program, given)) = arguments.split_first() else { return unchanged(arguments) };
    let first = given.first().and_then(|word| word.to_str());
    let completing = matches!(first, Some("__complete" | "__completeNoDesc"));
    let helping = first == Some("help");
    let words = if completing || helping { &given[1..] } else { given };
    let Some((globals, rest)) = Globals::of(words) else { return unchanged(arguments) };
    let mut translated = vec![program.clone()];
    if helping {
        translated.push("help".into());
    } else {
        globals.hand_on(&mut translated);
    }
    translated.extend_from_slice(rest);
    let environment = if completing { BTreeMap::new() } else { globals.environment()? };
    Ok(Translated { arguments: translated, environment, completing })
}

/// Docker's global options.
#[derive(Debug, Default)]
struct Globals(BTreeMap<&'static str, OsString>);

/// Long name, letter, and whether a value follows.
const GLOBALS: [(&str, char, bool); 10] = [
    ("config", '\0', true),
    ("context", 'c', true),
    ("host", 'H', true),
    ("log-level", 'l', true),
    ("tlscacert", '\0', true),
    ("tlscert", '\0', true),
    ("tlskey", '\0', true),
    ("debug", 'D', false),
    ("tls", '\0', false),
    ("tlsverify", '\0', false),
];

impl Globals {
    /// Docker's global options and what follows our name; none if the words are not Docker's.
    fn of(words: &[OsString]) -> Option<(Self, &[OsString])> {
        let mut globals = Self::default();
        let mut at = 0;
        loop {
            let word = words.get(at)?.to_str()?;
            at += 1;
            if word == NAME {
                return Some((globals, &words[at..]));
            }
            if let Some(long) = word.strip_prefix("--") {
                let (name, value) =
                    long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
                let (name, _, takes) = *GLOBALS.iter().find(|(it, ..)| *it == name)?;
                let value = match value {
                    Some(value) => value.into(),
                    None if takes => Self::next(words, &mut at)?,
                    None => "true".into(),
                };
                globals.0.insert(name, value);
            } else {
                globals.letters(word.strip_prefix('-')?, words, &mut at)?;
            }
        }
    }

    /// `-Dc x`, `-cx`, `-c=x`.
    fn letters(&mut self, cluster: &str, words: &[OsString], at: &mut usize) -> Option<()> {
        if cluster.is_empty() {
            return None;
        }
        for (place, letter) in cluster.char_indices() {
            let (name, _, takes) = *GLOBALS.iter().find(|(_, it, _)| *it == letter)?;
            if !takes {
                self.0.insert(name, "true".into());
                continue;
            }
            let rest = &cluster[place + letter.len_utf8()..];
            let rest = rest.strip_prefix('=').unwrap_or(rest);
            let value = if rest.is_empty() { Self::next(words, at)? } else { rest.into() };
            self.0.insert(name, value);
            return Some(());
        }
        Some(())
    }

    fn next(words: &[OsString], at: &mut usize) -> Option<OsString> {
        let value = words.get(*at)?.clone();
        *at += 1;
        Some(value)
    }

    /// What we have an option for as well.
    fn hand_on(&self, arguments: &mut Vec<OsString>) {
        for name in ["context", "host"] {
            if let Some(value) = self.0.get(name) {
                arguments.push(format!("--{name}").into());
                arguments.push(value.clone());
            }
        }
    }

    /// What the Docker CLI has a variable for. Its log level and `-D` are about its own messages.
    fn environment(&self) -> Result<BTreeMap<&'static str, OsString>, Failure> {
        let mut variables = BTreeMap::new();
        if let Some(config) = self.0.get("config") {
            variables.insert("DOCKER_CONFIG", config.clone());
        }
        for (name, variable) in [("tls", "DOCKER_TLS"), ("tlsverify", "DOCKER_TLS_VERIFY")] {
            if self.0.get(name).is_some_and(|value| value != "false" && value != "0") {
                variables.insert(variable, "1".into());
            }
        }
        if let Some(folder) = self.certificates()? {
            variables.insert("DOCKER_CERT_PATH", folder);
        }
        Ok(variables)
    }

    /// The one folder of the three TLS files under their usual names, which is all that a variable can say.
    fn certificates(&self) -> Result<Option<OsString>, Failure> {
        let mut found: Option<&Path> = None;
        for (name, file) in [("tlscacert", "ca.pem"), ("tlscert", "cert.pem"), ("tlskey", "key.pem")] {
            let Some(path) = self.0.get(name).map(Path::new) else { continue };
            let folder = path.parent().filter(|folder| found.is_none_or(|other| other == *folder));
            if path.file_name() != Some(OsStr::new(file)) || folder.is_none() {
                return Err(Failure::new(
                    Code::Usage,
                    format!(
                        "--{name} {} cannot be taken over: the files must be ca.pem, cert.pem and key.pem of one folder\n  better: make a Docker context that holds them, and use --context",
                        path.display()
                    ),
                ));
            }
            found = folder;
        }
        Ok(found.map(|folder| folder.as_os_str().to_owned()))
    }
}

/// Runs `act` once when the Docker CLI, which has started us, says that the user wants to cancel: it then
/// closes the socket that it named. Without a terminal no signal reaches us.
pub(super) fn on_cancel(act: impl FnOnce() + Send + 'static) {
    let Some(address) = std::env::var_os("DOCKER_CLI_PLUGIN_SOCKET").filter(|it| !it.is_empty()) else {
        return;
    };
    // Before this returns, so that nothing that is said from then on is missed. A socket that cannot be reached will
    // not tell us anything: signals remain.
    let Some(mut socket) = connect(&address) else { return };
    std::thread::spawn(move || {
        let mut rest = [0; 64];
        while matches!(socket.read(&mut rest), Ok(count) if count > 0) {}
        act();
    });
}

#[cfg(unix)]
fn connect(address: &OsStr) -> Option<impl Read + Send + use<>> {
    use std::os::unix::net::UnixStream;
    #[cfg(target_os = "linux")]
    if let Some(name) = address.to_str().and_then(|address| address.strip_prefix('@')) {
        use std::os::linux::net::SocketAddrExt as _;
        let address = std::os::unix::net::SocketAddr::from_abstract_name(name).ok()?;
        return UnixStream::connect_addr(&address).ok();
    }
    UnixStream::connect(address).ok()
}

#[cfg(not(unix))]
fn connect(_: &OsStr) -> Option<std::io::Empty> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn translated(line: &str) -> Result<Translated, Failure> {
        translate(line.split(' ').map(|word| if word == "''" { "".into() } else { word.into() }).collect())
    }

    fn arguments(line: &str) -> String {
        let words = translated(line).unwrap().arguments;
        words.iter().map(|it| it.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn docker_hands_its_own_options_on_in_front_of_our_name() {
        assert_eq!(
            arguments("ds --context x --log-level debug -D steward audit --format json"),
            "ds --context x audit --format json"
        );
        assert_eq!(arguments("ds steward"), "ds");
        assert_eq!(arguments("ds -Dc x steward plan"), "ds --context x plan");
        assert_eq!(arguments("ds -H=tcp://a:1 steward"), "ds --host tcp://a:1");
        assert_eq!(
            arguments("ds --host=tcp://a:1 --debug=false steward --help"),
            "ds --host tcp://a:1 --help"
        );
        assert_eq!(arguments("ds help steward"), "ds help");
        assert_eq!(arguments("ds help steward audit"), "ds help audit");
    }

    #[test]
    fn our_own_command_line_is_left_alone() {
        for line in [
            "ds",
            "ds audit",
            "ds -c steward audit",
            "ds --env staging plan",
            "ds --nonsense",
            "ds -- steward",
            "ds help plan",
        ] {
            assert_eq!(arguments(line), line);
        }
    }

    #[test]
    fn what_only_a_variable_can_say_becomes_one() {
        let of = |line| translated(line).map(|it| it.environment);
        let docker = |pairs: &[(&'static str, &str)]| {
            pairs.iter().map(|(name, value)| (*name, OsString::from(value))).collect::<BTreeMap<_, _>>()
        };
        assert_eq!(of("ds --config /c steward audit"), Ok(docker(&[("DOCKER_CONFIG", "/c")])));
        assert_eq!(of("ds --tlsverify --tls=false steward"), Ok(docker(&[("DOCKER_TLS_VERIFY", "1")])));
        assert_eq!(
            of("ds --tlscacert /t/ca.pem --tlskey /t/key.pem steward"),
            Ok(docker(&[("DOCKER_CERT_PATH", "/t")]))
        );
        assert_eq!(of("ds --tlscacert /t/own.pem steward").unwrap_err().code, Code::Usage);
        assert_eq!(of("ds --tlscacert /t/ca.pem --tlskey /u/key.pem steward").unwrap_err().code, Code::Usage);
    }

    #[test]
    fn completion_is_asked_for_with_the_same_words() {
        let it = translated("ds __complete -c x steward audit ''").unwrap();
        assert!(it.completing);
        assert_eq!(it.arguments, ["ds", "--context", "x", "audit", ""]);
    }
}
