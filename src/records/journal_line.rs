//! The lines of a cleanup's journal, and how they are read back.
//!
//! `begin`, then for each step `intent` before and `outcome` after it, then `end`. A line is on disk before
//! what it announces is done; whatever is missing at the end tells where the run was cut off.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::apply::Outcome;
use crate::ssot::EngineBinding;
use crate::steward::{Action, EngineIdentity, Kind};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum JournalLine {
    /// A run begins: everything that it may do.
    Begin(Begin),
    /// A step is about to be asked of the engine.
    Intent {
        /// Its place in the plan, from 0.
        step: usize,
        /// When.
        at: Timestamp,
        /// Everything that the engine knew of the resource, as its own JSON.
        #[serde(default, skip_serializing_if = "Value::is_null")]
        inspect: Value,
    },
    /// A step has ended.
    Outcome {
        /// Its place in the plan, from 0.
        step: usize,
        /// When.
        at: Timestamp,
        /// What became of it, and why: `outcome` and `reason`.
        #[serde(flatten)]
        outcome: Outcome,
        /// Bytes that it freed, as far as known.
        #[serde(default)]
        freed_bytes: u64,
    },
    /// The run has ended.
    End {
        /// When.
        at: Timestamp,
        /// How.
        outcome: RunOutcome,
        /// Bytes that it freed, as far as known.
        #[serde(default)]
        freed_bytes: u64,
    },
    /// What the resource of a step held is in the trash; before its intent.
    Saved {
        /// Its place in the plan, from 0.
        step: usize,
        /// When.
        at: Timestamp,
        /// What was saved.
        #[serde(flatten)]
        saved: Saved,
    },
    /// The resource of a step was made again, after the end of the run.
    Undone {
        /// Its place in the plan, from 0.
        step: usize,
        /// When.
        at: Timestamp,
    },
    /// An event of a later version: passed over.
    #[serde(other)]
    Later,
}

/// What the trash keeps of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// The length of the archive in bytes.
    pub bytes: u64,
    /// The SHA-256 of the archive, in hex.
    pub sha256: String,
    /// Until when it is kept.
    pub expires: Timestamp,
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begin {
    /// The run's ID.
    pub run: String,
    /// When it began.
    pub started: Timestamp,
    /// The environment.
    pub env: String,
    /// The engine's own ID.
    pub engine_id: String,
    /// The name of the engine's host.
    pub engine_name: String,
    /// Its root folder; none where an earlier version did not say.
    #[serde(default)]
    pub engine_root: Option<String>,
    /// The hash of the plan that was approved.
    pub plan_hash: String,
    /// Its steps, in order.
    pub steps: Vec<JournalStep>,
}

impl Begin {
    /// The engine on which the run was. Its storage is not part of it: what was removed can be made again on
    /// another one.
    pub fn engine(&self) -> EngineBinding {
        EngineBinding {
            id: self.engine_id.clone(),
            name: self.engine_name.clone(),
            root_dir: self.engine_root.clone(),
            storage: None,
        }
    }

    /// Whether it was on this one.
    pub fn is_of(&self, engine: &EngineIdentity) -> bool {
        engine.differences(&self.engine()).is_empty()
    }
}

/// One step of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalStep {
    /// What it does.
    pub action: Action,
    /// The kind of the resource.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Its whole ID; null for a volume.
    pub id: Option<String>,
    /// The command.
    pub command: String,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcome {
    /// Every step was done.
    Complete,
    /// It came to its end, and at least one step was not done.
    Incomplete,
    /// It was stopped before its end.
    Stopped,
    /// Its journal has no end: it still goes on, or it was cut off.
    Unfinished,
}

impl RunOutcome {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Incomplete => "incomplete",
            Self::Stopped => "stopped",
            Self::Unfinished => "unfinished",
        }
    }
}

/// A run as its journal tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// How it began.
    pub begin: Begin,
    /// What became of each step of `begin`, in the same order.
    pub steps: Vec<StepRecord>,
    /// When it ended; none if its journal has no end.
    pub ended: Option<Timestamp>,
    /// How it ended.
    pub outcome: RunOutcome,
    /// Bytes that it freed, as far as known.
    pub freed_bytes: u64,
    /// Whether the last line is cut off: it was never wholly on disk, so what it announced was not done.
    pub torn: bool,
    /// Other lines that cannot be read, each with why: whatever they told is unknown.
    pub faults: Vec<String>,
}

/// What a journal tells of one step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StepRecord {
    /// When it was about to be asked of the engine; none if it never came to that.
    pub intent: Option<Timestamp>,
    /// What became of it; none if the journal does not say.
    pub outcome: Option<Outcome>,
    /// Bytes that it freed, as far as known.
    pub freed_bytes: u64,
    /// When its resource was made again; none if it was not.
    pub undone: Option<Timestamp>,
}

impl StepRecord {
    /// What became of the step, as far as the journal can tell: intent without outcome is unknown.
    pub fn told(&self) -> Outcome {
        match (&self.outcome, self.intent) {
            (Some(outcome), _) => outcome.clone(),
            (None, Some(_)) => {
                Outcome::Unknown("the journal ends between its start and its outcome".to_owned())
            }
            (None, None) => Outcome::NotStarted("the run ended before it".to_owned()),
        }
    }
}

impl Run {
    /// The steps that the journal leaves in flight: asked of the engine, outcome not known.
    pub fn in_flight(&self) -> impl Iterator<Item = (usize, &JournalStep)> {
        let open = |it: &StepRecord| it.intent.is_some() && it.outcome.is_none();
        self.begin
            .steps
            .iter()
            .enumerate()
            .zip(&self.steps)
            .filter(move |(_, it)| open(it))
            .map(|(step, _)| step)
    }
}

/// Why a journal cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The file.
    #[error("the journal {path} cannot be read: {error}", path = .path.display())]
    Io {
        /// The journal.
        path: PathBuf,
        /// What went wrong.
        error: io::Error,
    },
    /// It does not start with `begin`.
    #[error("the journal {path} does not start with the beginning of a run: {why}", path = .path.display())]
    NoBegin {
        /// The journal.
        path: PathBuf,
        /// What is there instead.
        why: String,
    },
}

/// Reads the journal of one run. A last line that is cut off is ignored: it was never wholly on disk.
pub fn read_run(path: &Path) -> Result<Run, RunError> {
    let bytes = std::fs::read(path).map_err(|error| RunError::Io { path: path.to_owned(), error })?;
    parse_run(&bytes).map_err(|why| RunError::NoBegin { path: path.to_owned(), why })
}

/// Everything that the engine knew of the resource of a step before it was touched; none if the journal does
/// not tell.
pub fn read_inspect(path: &Path, step: usize) -> Result<Option<Value>, RunError> {
    let bytes = std::fs::read(path).map_err(|error| RunError::Io { path: path.to_owned(), error })?;
    let lines = bytes.split(|byte| *byte == b'\n').rev();
    let mut told = lines.filter_map(|line| serde_json::from_slice(line).ok());
    Ok(told.find_map(|line| match line {
        JournalLine::Intent { step: of, inspect, .. } if of == step && !inspect.is_null() => Some(inspect),
        _ => None,
    }))
}

/// A run with what its journal kept of each resource: what it takes to make it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// How it began.
    pub begin: Begin,
    /// Of each step of `begin`, in the same order.
    pub steps: Vec<KeptStep>,
    /// How it ended.
    pub outcome: RunOutcome,
    /// Lines that cannot be read, each with why: whatever they told is unknown.
    pub faults: Vec<String>,
}

/// What a journal kept of one step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptStep {
    /// Whether it was about to be asked of the engine.
    pub begun: bool,
    /// The resource as the engine's own JSON; null where the journal has none.
    pub inspect: Value,
    /// What became of it.
    pub outcome: Option<Outcome>,
    /// When what it held was put into the trash, and what of it; none if it was not.
    pub saved: Option<(Timestamp, Saved)>,
    /// When it was made again; none if it was not.
    pub undone: Option<Timestamp>,
}

/// Reads the journal of one run with what it kept.
pub fn read_kept(path: &Path) -> Result<Kept, RunError> {
    let bytes = std::fs::read(path).map_err(|error| RunError::Io { path: path.to_owned(), error })?;
    let run = parse_run(&bytes).map_err(|why| RunError::NoBegin { path: path.to_owned(), why })?;
    let mut steps: Vec<KeptStep> = run
        .steps
        .into_iter()
        .map(|it| KeptStep {
            begun: it.intent.is_some(),
            outcome: it.outcome,
            undone: it.undone,
            ..KeptStep::default()
        })
        .collect();
    for line in bytes.split(|byte| *byte == b'\n') {
        match serde_json::from_slice(line) {
            Ok(JournalLine::Intent { step, inspect, .. }) => {
                if let Some(kept) = steps.get_mut(step) {
                    kept.inspect = inspect;
                }
            }
            Ok(JournalLine::Saved { step, at, saved }) => {
                if let Some(kept) = steps.get_mut(step) {
                    kept.saved = Some((at, saved));
                }
            }
            _ => {}
        }
    }
    Ok(Kept { begin: run.begin, steps, outcome: run.outcome, faults: run.faults })
}

fn parse_run(bytes: &[u8]) -> Result<Run, String> {
    let cut_off = bytes.last().is_some_and(|byte| *byte != b'\n');
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').filter(|it| !it.is_empty()).collect();
    let mut numbered = lines.iter().enumerate();
    let begin = match numbered.next().map(|(_, line)| serde_json::from_slice(line)) {
        Some(Ok(JournalLine::Begin(begin))) => begin,
        Some(Ok(_)) => return Err("it starts with another event".to_owned()),
        Some(Err(error)) => return Err(error.to_string()),
        None => return Err("it is empty".to_owned()),
    };
    let mut run = Run {
        steps: vec![StepRecord::default(); begin.steps.len()],
        begin,
        ended: None,
        outcome: RunOutcome::Unfinished,
        freed_bytes: 0,
        torn: false,
        faults: Vec::new(),
    };
    for (at, line) in numbered {
        match without_inspect(line) {
            Ok(line) => run.take(at + 1, line),
            Err(_) if cut_off && at + 1 == lines.len() => run.torn = true,
            Err(error) => run.faults.push(format!("line {} cannot be read: {error}", at + 1)),
        }
    }
    if run.ended.is_none() {
        run.freed_bytes = run.steps.iter().fold(0, |sum, step| sum.saturating_add(step.freed_bytes));
    }
    Ok(run)
}

/// A line without what the engine knew of the resource: that is nearly all of a journal, and no part of what became
/// of the steps.
fn without_inspect(line: &[u8]) -> serde_json::Result<JournalLine> {
    #[derive(Deserialize)]
    struct Which<'a> {
        #[serde(borrow)]
        event: Cow<'a, str>,
    }
    #[derive(Deserialize)]
    struct Intent {
        step: usize,
        at: Timestamp,
    }
    if serde_json::from_slice::<Which<'_>>(line)?.event != "intent" {
        return serde_json::from_slice(line);
    }
    let Intent { step, at } = serde_json::from_slice(line)?;
    Ok(JournalLine::Intent { step, at, inspect: Value::Null })
}

impl Run {
    fn take(&mut self, number: usize, line: JournalLine) {
        match line {
            JournalLine::Intent { step, at, .. } => match self.steps.get_mut(step) {
                Some(record) => record.intent = Some(at),
                None => self.faults.push(format!("line {number} tells of step {step}, which the plan lacks")),
            },
            JournalLine::Outcome { step, outcome, freed_bytes, .. } => match self.steps.get_mut(step) {
                Some(record) => {
                    record.outcome = Some(outcome);
                    record.freed_bytes = freed_bytes;
                }
                None => self.faults.push(format!("line {number} tells of step {step}, which the plan lacks")),
            },
            JournalLine::End { at, outcome, freed_bytes } => {
                self.ended = Some(at);
                self.outcome = outcome;
                self.freed_bytes = freed_bytes;
            }
            JournalLine::Begin(_) => self.faults.push(format!("line {number} begins a second run")),
            JournalLine::Undone { step, at } => match self.steps.get_mut(step) {
                Some(record) => record.undone = Some(at),
                None => self.faults.push(format!("line {number} tells of step {step}, which the plan lacks")),
            },
            JournalLine::Saved { .. } | JournalLine::Later => {}
        }
    }
}
