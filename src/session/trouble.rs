//! What can go wrong in a session, with the mend.

use crate::engine::HostError;
use crate::records::audit_log::LogError;
use crate::records::ledger::LedgerError;
use crate::records::paths::NoHome;
use crate::ssot::find::FindError;
use crate::steward::Refused;

/// Why a session could not be opened or an engine not be read: what failed, where, and the mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}{}", .mend.as_ref().map(|mend| format!("\n  {mend}")).unwrap_or_default())]
pub struct SessionError {
    /// What failed, where.
    pub what: String,
    /// The next step.
    pub mend: Option<String>,
    /// What kind of trouble it is.
    pub kind: Trouble,
}

/// The kinds of trouble, which end in different exit codes and screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The engine does not answer, or not so that it can be believed: trying again may help.
    Engine,
    /// The command line, the context, or the SSOT is wrong: trying again will not help.
    Input,
    /// No environment was named and none can be guessed; the choices.
    NoEnvironment,
    /// The safety contract refuses.
    Refused,
    /// A file of ours cannot be read or written.
    Disk,
}

impl SessionError {
    fn new(what: impl Into<String>, kind: Trouble) -> Self {
        Self { what: what.into(), mend: None, kind }
    }

    pub(crate) fn input(what: impl Into<String>) -> Self {
        Self::new(what, Trouble::Input)
    }

    pub(crate) fn refused(what: &str) -> Self {
        Self::new(what, Trouble::Refused)
    }

    pub(crate) fn disk(what: impl Into<String>) -> Self {
        Self::new(what, Trouble::Disk)
    }
}

impl From<HostError> for SessionError {
    fn from(error: HostError) -> Self {
        Self::input(error.to_string())
    }
}

impl From<Refused> for SessionError {
    fn from(error: Refused) -> Self {
        Self::new(error.to_string(), Trouble::Refused)
    }
}

impl From<FindError> for SessionError {
    fn from(error: FindError) -> Self {
        let kind = if matches!(error, FindError::NotChosen { .. }) {
            Trouble::NoEnvironment
        } else {
            Trouble::Input
        };
        Self::new(error.to_string(), kind)
    }
}

impl From<NoHome> for SessionError {
    fn from(error: NoHome) -> Self {
        Self::disk(error.to_string())
    }
}

impl From<LogError> for SessionError {
    fn from(error: LogError) -> Self {
        Self::disk(error.to_string())
    }
}

impl From<LedgerError> for SessionError {
    fn from(error: LedgerError) -> Self {
        Self::disk(error.to_string())
    }
}
