//! Re-check → journal → remove → journal, step by step, one removal in flight.

mod ear;
mod keep;
mod reconcile;
mod restore;
mod run;

pub use reconcile::CutOff;
pub(crate) use reconcile::reconcile;
pub(crate) use restore::restore;
pub use restore::{Restored, Undone};
pub(crate) use run::run;

use serde::{Deserialize, Serialize};

use crate::steward::{Action, Key, Kind};

/// What became of one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome", content = "reason")]
pub enum Outcome {
    /// The engine did it.
    Done,
    /// Somebody else had removed it before.
    AlreadyGone,
    /// It was not what was approved any more, so it was left alone.
    Skipped(String),
    /// The engine said no (409).
    Refused(String),
    /// The engine could not (403, 500, no connection before the request was sent).
    Failed(String),
    /// The reply was lost; what became of it was looked up, as far as that could be.
    Unknown(String),
    /// Not tried: the run stopped before.
    NotStarted(String),
}

impl Outcome {
    /// One word.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::AlreadyGone => "already gone",
            Self::Skipped(_) => "skipped",
            Self::Refused(_) => "refused",
            Self::Failed(_) => "failed",
            Self::Unknown(_) => "unknown",
            Self::NotStarted(_) => "not started",
        }
    }

    /// Why, unless it was simply done.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Done | Self::AlreadyGone => None,
            Self::Skipped(why)
            | Self::Refused(why)
            | Self::Failed(why)
            | Self::Unknown(why)
            | Self::NotStarted(why) => Some(why),
        }
    }

    /// Whether the resource is gone, by whomever.
    pub const fn is_gone(&self) -> bool {
        matches!(self, Self::Done | Self::AlreadyGone)
    }
}

/// What a run tells while it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// The step is being looked at again and, if nothing changed, done.
    Started {
        /// Its place in the plan, from 0.
        step: usize,
    },
    /// The step has ended.
    Finished {
        /// Its place in the plan, from 0.
        step: usize,
        /// What became of it.
        outcome: Outcome,
        /// Bytes that it freed, as far as known.
        freed: u64,
    },
}

/// One step of a finished run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepReport {
    /// What it was to do.
    pub action: Action,
    /// The resource.
    pub key: Key,
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// The command.
    pub command: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Bytes that it freed, as far as known.
    pub freed: u64,
}

/// A finished run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its ID, by which the journal and `history` call it.
    pub run: String,
    /// Every step, in order.
    pub steps: Vec<StepReport>,
    /// Bytes freed by what was done, as far as known.
    pub freed: u64,
    /// How many of the removed resources nobody had measured: what they freed is not in `freed`.
    pub unmeasured: usize,
    /// Why it stopped before its end; none if it did not.
    pub stopped: Option<String>,
    /// Where its journal is.
    pub journal: std::path::PathBuf,
    /// What else the operator should know, such as an audit log that could not be written.
    pub warnings: Vec<String>,
}

impl Report {
    /// Whether every step was done or had been done by somebody else.
    pub fn is_complete(&self) -> bool {
        self.stopped.is_none() && self.steps.iter().all(|step| step.outcome.is_gone())
    }

    /// How many steps ended so.
    pub fn count(&self, word: &str) -> usize {
        self.steps.iter().filter(|step| step.outcome.as_str() == word).count()
    }
}
