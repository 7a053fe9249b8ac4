//! What can go wrong between the steward and an engine.

use std::io;

use crate::answers::Broken;

/// A failed request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// No connection: the request was certainly not sent.
    #[error("no engine answers at {host}: {why}")]
    Connect {
        /// Where.
        host: String,
        /// Why, in words.
        why: String,
        /// The next step for whoever reads it.
        mend: String,
    },
    /// The engine answered with an error.
    #[error("{request}: the engine answered {status}: {message}")]
    Status {
        /// The method and path.
        request: String,
        /// The HTTP status.
        status: u16,
        /// The engine's own words.
        message: String,
    },
    /// No (whole) answer in time; whether the engine did it is not known.
    #[error("{request}: no answer within {seconds} s")]
    Timeout {
        /// The method and path.
        request: String,
        /// The time-out in seconds.
        seconds: u64,
    },
    /// The connection broke midway, or the answer makes no sense; whether the engine did it is not known.
    #[error("{request}: {why}")]
    Broken {
        /// The method and path.
        request: String,
        /// What was wrong.
        why: String,
    },
    /// The wall: this connection may not send that.
    #[error("refused to send {0}: this connection may only do what the safety contract allows")]
    Wall(String),
    /// The engine is too old, or it refuses our API versions.
    #[error("the engine's API {engine} is too old: docker-steward needs {needed} or later")]
    TooOld {
        /// The engine's API version.
        engine: String,
        /// The oldest that is spoken here.
        needed: &'static str,
    },
    /// It speaks Docker's API and is another engine.
    #[error("this is {what} {version}, not a Docker Engine: {why}")]
    Foreign {
        /// What it calls itself: `Podman Engine`.
        what: String,
        /// Its version.
        version: String,
        /// Why that matters.
        why: &'static str,
    },
}

impl From<Broken> for EngineError {
    fn from(Broken { request, why }: Broken) -> Self {
        Self::Broken { request, why }
    }
}

impl EngineError {
    /// The next step for whoever reads it.
    pub fn mend(&self) -> Option<&str> {
        match self {
            Self::Connect { mend, .. } if !mend.is_empty() => Some(mend),
            _ => None,
        }
    }

    /// Whether the request certainly never reached the engine.
    pub const fn is_unsent(&self) -> bool {
        matches!(self, Self::Connect { .. } | Self::Wall(_) | Self::TooOld { .. } | Self::Foreign { .. })
    }

    /// A connection that could not be made, with the mend for its cause.
    pub(super) fn connect(host: &str, error: &io::Error) -> Self {
        let socket = host.strip_prefix("unix://");
        let (why, mend) = match (error.kind(), socket) {
            (io::ErrorKind::PermissionDenied, Some(path)) => (
                "permission denied".to_owned(),
                format!(
                    "Your user may not use {path}. Add it to the group that owns the socket (`sudo usermod -aG docker $USER`, then log in again), or run with sudo."
                ),
            ),
            (io::ErrorKind::NotFound, Some(path)) => (
                "there is no such socket".to_owned(),
                format!(
                    "Start Docker (`systemctl start docker`, or Docker Desktop), or name another engine with --host or --context; {path} does not exist.{}",
                    suggestions()
                ),
            ),
            (io::ErrorKind::ConnectionRefused, Some(_)) => (
                "nothing listens on the socket".to_owned(),
                "Start Docker (`systemctl start docker`, or Docker Desktop).".to_owned(),
            ),
            (io::ErrorKind::ConnectionRefused, None) => (
                "connection refused".to_owned(),
                "Check that the engine listens there, and the port: 2376 with TLS, 2375 without.".to_owned(),
            ),
            (io::ErrorKind::TimedOut, _) => (
                "no connection within 5 s".to_owned(),
                "Check the address, the network and the firewall.".to_owned(),
            ),
            // The resolver's words; the kind of error is the same for much else.
            _ if error.to_string().contains("lookup address") => (
                "there is no host of that name".to_owned(),
                "Check the name; an engine is written unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST."
                    .to_owned(),
            ),
            _ => (crate::text::sanitise(&error.to_string()).into_owned(), String::new()),
        };
        Self::Connect { host: host.to_owned(), why, mend }
    }
}

/// Sockets of other engines that exist here: suggested, never picked.
fn suggestions() -> String {
    let home = std::env::var_os("HOME").map(std::path::PathBuf::from);
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(std::path::PathBuf::from);
    let under = |base: &Option<std::path::PathBuf>, path: &str| base.as_ref().map(|base| base.join(path));
    let found: Vec<String> = [
        under(&home, ".docker/run/docker.sock"),
        under(&home, ".orbstack/run/docker.sock"),
        under(&home, ".rd/docker.sock"),
        under(&home, ".colima/default/docker.sock"),
        under(&runtime, "podman/podman.sock"),
    ]
    .into_iter()
    .flatten()
    .filter(|path| path.exists())
    .map(|path| format!("unix://{}", path.display()))
    .collect();
    if found.is_empty() { String::new() } else { format!(" Found here: {}.", found.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_has_no_name_is_told_how_an_engine_is_written() {
        let error = io::Error::other("failed to lookup address information: Name or service not known");
        let told = EngineError::connect("tcp://foo", &error);
        assert_eq!(told.to_string(), "no engine answers at tcp://foo: there is no host of that name");
        assert!(told.mend().is_some_and(|mend| mend.contains("tcp://HOST:PORT")));
    }
}
