//! Runs that were cut off: found at the next start, and what was in flight looked up.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::Outcome;
use crate::records::journal::{Journal, JournalError};
use crate::records::journal_line::{JournalStep, Run, RunOutcome, read_run};
use crate::steward::inventory::{ContainerId, ImageId, NetworkId};
use crate::steward::{Action, Audit, Key, Kind};

/// A run that never came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CutOff {
    /// Its ID.
    pub run: String,
    /// Its journal.
    pub journal: PathBuf,
    /// What became of what was in flight, and how much was never begun; in words.
    pub told: Vec<String>,
}

/// Finds the runs on this engine that were cut off, looks up what was in flight, and closes their journals.
/// The caller holds the lock: a run that still goes on is not cut off.
pub(crate) fn reconcile(folder: &Path, audit: &Audit, now: Timestamp) -> Result<Vec<CutOff>, JournalError> {
    let mut found = Vec::new();
    for path in journals(folder) {
        // What cannot be read is told by `history`; it is no reason not to start.
        let Ok(run) = read_run(&path) else { continue };
        if run.outcome == RunOutcome::Unfinished && run.begin.is_of(&audit.engine) {
            found.push(close(path, &run, audit, now)?);
        }
    }
    Ok(found)
}

fn journals(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder);
    let mut paths: Vec<PathBuf> = entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|it| it == "jsonl"))
        .collect();
    paths.sort();
    paths
}

fn close(path: PathBuf, run: &Run, audit: &Audit, now: Timestamp) -> Result<CutOff, JournalError> {
    let mut journal = Journal::resume(&path)?;
    let mut told = Vec::new();
    for (at, step) in run.in_flight() {
        let became = if is_still_there(step, audit) {
            "looked up: the engine still holds it as it was"
        } else {
            "looked up: it is done"
        };
        let outcome = Outcome::Unknown(format!("the run was cut off while this was in flight; {became}"));
        told.push(format!("{} ({}): {became}", step.name, step.command));
        journal.outcome(at, &outcome, 0, now)?;
    }
    let never = run.steps.iter().filter(|step| step.intent.is_none() && step.outcome.is_none()).count();
    if never > 0 {
        told.push(format!("{never} of its {} steps were never begun", run.steps.len()));
    }
    journal.end(RunOutcome::Stopped, run.freed_bytes, now)?;
    Ok(CutOff { run: run.begin.run.clone(), journal: path, told })
}

fn is_still_there(step: &JournalStep, audit: &Audit) -> bool {
    let id = step.id.clone().unwrap_or_default();
    let key = match step.kind {
        Kind::Container => Key::Container { id: ContainerId::new(id) },
        Kind::Image => {
            let reference = (step.name != id).then(|| step.name.as_str().into());
            Key::Image { id: ImageId::new(id), reference }
        }
        Kind::Volume => Key::Volume { name: step.name.as_str().into() },
        Kind::Network => Key::Network { id: NetworkId::new(id) },
    };
    match audit.get(&key) {
        Some(resource) => step.action != Action::StopContainer || resource.running,
        None => false,
    }
}
