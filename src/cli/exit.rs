//! How a command ends: the one place where results become exit codes.

use std::fmt;
use std::io;
use std::process::ExitCode;

use crate::session::{SessionError, Trouble};
use crate::steward::{Refused, Stale};
use crate::text::sanitise;

/// The exit codes, which scripts rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Code {
    /// Done; with `audit --exit-code`: no drift.
    Done = 0,
    /// Failed: engine unreachable, SSOT invalid, disk full …
    Failed = 1,
    /// `audit --exit-code`: drift.
    Drift = 2,
    /// Refused by the safety contract.
    Refused = 3,
    /// A cleanup ended with at least one step not done.
    NotAllDone = 4,
    /// A cleanup was done, and a health check that passed before fails now.
    Broke = 5,
    /// The command line is wrong. Never 2: a typo must not read as drift.
    Usage = 64,
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        Self::from(code as u8)
    }
}

/// Why a command ended early: what is said on stderr, and with which code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The exit code.
    pub code: Code,
    /// What failed, where, and the next step; several lines if need be. Empty: nothing is left to say.
    pub message: String,
}

impl Failure {
    /// A failure in our own words.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// [`Code::Failed`].
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Code::Failed, message)
    }

    /// [`Code::Refused`].
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(Code::Refused, message)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.code == Code::Refused { "refused" } else { "error" };
        write!(f, "{word}: ")?;
        for (at, line) in self.message.lines().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            f.write_str(&sanitise(line))?;
        }
        Ok(())
    }
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        let code = match error.kind {
            Trouble::Refused => Code::Refused,
            Trouble::Engine | Trouble::Input | Trouble::NoEnvironment | Trouble::Disk => Code::Failed,
        };
        Self::new(code, error.to_string())
    }
}

impl From<Refused> for Failure {
    fn from(why: Refused) -> Self {
        Self::refused(why.to_string())
    }
}

impl From<Vec<Stale>> for Failure {
    fn from(changes: Vec<Stale>) -> Self {
        let mut message =
            "the plan is void; nothing has been removed. Make a new one with `docker-steward plan`"
                .to_owned();
        for change in changes {
            message.push_str("\n  ");
            message.push_str(&change.to_string());
        }
        Self::refused(message)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // Whoever read our output has had enough of it.
            io::ErrorKind::BrokenPipe => Self::new(Code::Done, ""),
            _ => Self::failed(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        io::Error::from(error).into()
    }
}

impl From<crate::records::paths::NoHome> for Failure {
    fn from(error: crate::records::paths::NoHome) -> Self {
        Self::failed(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_has_its_code() {
        let code = |kind| Failure::from(SessionError { what: "x".to_owned(), mend: None, kind }).code;
        assert_eq!(code(Trouble::Refused), Code::Refused);
        for kind in [Trouble::Engine, Trouble::Input, Trouble::NoEnvironment, Trouble::Disk] {
            assert_eq!(code(kind), Code::Failed);
        }
        assert_eq!(Failure::from(Refused::WrongPhrase).code, Code::Refused);
        assert_eq!(Failure::from(Refused::Doubtful(vec!["x".to_owned()])).code, Code::Refused);
        assert_eq!(Failure::from(vec![Stale::Edited]).code, Code::Refused);
        assert_eq!(Failure::from(io::Error::from(io::ErrorKind::BrokenPipe)).code, Code::Done);
        assert_eq!(Failure::from(io::Error::from(io::ErrorKind::StorageFull)).code, Code::Failed);
    }

    #[test]
    fn a_message_keeps_its_lines_and_nothing_that_moves_a_cursor() {
        let failure = Failure::failed("first\u{1b}[2J\n  second");
        assert_eq!(failure.to_string(), "error: first\\x1b[2J\n  second");
    }
}
