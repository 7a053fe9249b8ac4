//! One engine under one SSOT: what the console and the headless commands both stand on.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::apply::{Progress, Report};
#[derive(Debug, Clone)]
pub struct Ssot;
use crate::steward::{Approved, Audit, EngineIdentity, Explanation, Inventory, Key, Mandate, Plan, Refused};

/// What the operator asked for, on the command line or by the environment.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `--env` or `DOCKER_STEWARD_ENV`.
    pub env: Option<String>,
    /// `--ssot`.
    pub ssot: Option<std::path::PathBuf>,
    /// `--context`.
    pub context: Option<String>,
    /// `--host`.
    pub host: Option<String>,
    /// `--demo`.
    pub demo: bool,
    /// `--read-only`.
    pub read_only: bool,
}

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

/// One look at the engine.
#[derive(Debug, Clone)]
pub struct Look {
    /// What it holds.
    pub inventory: Arc<Inventory>,
    /// What that means under the SSOT.
    pub audit: Arc<Audit>,
}

/// The engine has changed, or the connection to its events has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Something happened: look again.
    Something,
    /// The stream of events broke and is being opened again; until then nothing is live.
    Lost(String),
    /// It is open (again): look again.
    Live,
}

/// Asked by a signal or by Esc: finish the removal in flight, start no other.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<std::sync::atomic::AtomicBool>);

impl Stop {
    /// Asks to stop.
    pub fn ask(&self) {
        self.0.store(true, std::sync::atomic::Ordering::SeqCst);
    }

    /// Whether it was asked.
    pub fn asked(&self) -> bool {
        self.0.load(std::sync::atomic::Ordering::SeqCst)
    }
}

/// One engine under one SSOT. Cheap to clone: all clones are one session.
#[derive(Debug, Clone)]
pub struct Session {}

impl Session {
    /// Finds the engine and the SSOT, and shakes hands with the engine.
    pub async fn open(_options: &Options) -> Result<Self, SessionError> {
        todo!()
    }

    /// The SSOT.
    pub fn ssot(&self) -> &Ssot {
        todo!()
    }

    /// The engine, as it introduced itself.
    pub fn engine(&self) -> &EngineIdentity {
        todo!()
    }

    /// Whether anything may be removed in this session at all.
    pub fn mandate(&self) -> Result<Mandate, Refused> {
        todo!()
    }

    /// Looks at the engine: reads its lists, inspects what a decision needs, remembers what it saw.
    /// Sizes that arrived before are filled in; they are not asked for here.
    pub async fn look(&self) -> Result<Look, SessionError> {
        todo!()
    }

    /// Asks for all sizes (`GET /system/df`: slow), and returns the last look with them.
    pub async fn look_with_sizes(&self) -> Result<Look, SessionError> {
        todo!()
    }

    /// The engine's events, already thinned out; reconnects by itself, for ever.
    pub fn changes(&self) -> tokio::sync::mpsc::Receiver<Change> {
        todo!()
    }

    /// Plans the removal of `marks`.
    pub fn plan(&self, _look: &Look, _marks: &BTreeSet<Key>) -> Result<Plan, Refused> {
        todo!()
    }

    /// Applies an approved plan, telling of each step as it comes.
    pub async fn apply(
        &self,
        _approved: Approved,
        _progress: tokio::sync::mpsc::UnboundedSender<Progress>,
        _stop: Stop,
    ) -> Result<Report, SessionError> {
        todo!()
    }

    /// Why a resource has its class.
    pub fn explain(&self, _look: &Look, _key: &Key) -> Option<Explanation> {
        todo!()
    }

    /// Appends the audit to the audit log.
    pub fn record(&self, _look: &Look) -> Result<(), SessionError> {
        todo!()
    }
}
