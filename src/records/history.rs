//! What happened so far: the audits of the audit log, and the cleanups of the journals.

use std::fmt;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;

use super::audit_log::{AuditRecord, hash};
use super::journal_line::{Run, read_run};
use super::parts;
use crate::steward::Kind;

/// Everything recorded so far, oldest first.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// The audits.
    pub audits: Vec<AuditRecord>,
    /// Where the chain of the audit log is broken, or a line of it cannot be read.
    pub breaks: Vec<Break>,
    /// The cleanups.
    pub cleanups: Vec<Run>,
    /// Journals that cannot be read, or only in part, each with why.
    pub unreadable: Vec<String>,
}

/// A place where the audit log is not what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The part of the log, where it is one that was put aside.
    pub part: Option<String>,
    /// The line, from 1.
    pub line: usize,
    /// The time of its record, where it can be read.
    pub at: Option<Timestamp>,
    /// What is wrong.
    pub what: Broken,
}

/// What is wrong at a [`Break`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// The line is no audit record.
    Unreadable(String),
    /// The line names another line before it than the one that stands there.
    Altered,
    /// The line says that it is the first, and is not.
    NotFirst,
    /// The line names a line before it, and is the first of the file.
    Beheaded,
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(part) = &self.part {
            write!(f, " of {part}")?;
        }
        if let Some(at) = self.at {
            write!(f, " ({at})")?;
        }
        match &self.what {
            Broken::Unreadable(why) => write!(f, " is no audit record: {why}"),
            Broken::Altered => {
                write!(
                    f,
                    " does not continue the line before it: a line was changed, added or taken out there"
                )
            }
            Broken::NotFirst => write!(f, " says that it is the first, and lines stand before it"),
            Broken::Beheaded => {
                write!(f, " continues a line that is not in the file: rotated away, or taken out")
            }
        }
    }
}

impl History {
    /// Reads an audit log and the journals of a folder. Neither need exist yet.
    pub fn read(audit_log: &Path, journal: &Path) -> io::Result<Self> {
        let mut history = Self::default();
        let mut before = None;
        for path in parts::of(audit_log).map_err(|error| named(audit_log, &error))? {
            let bytes = std::fs::read(&path).map_err(|error| named(&path, &error))?;
            let part = path.file_name().map(|name| name.to_string_lossy().into_owned());
            history.take_audits(&bytes, part.as_deref(), &mut before);
        }
        match std::fs::read(audit_log) {
            Ok(bytes) => history.take_audits(&bytes, None, &mut before),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(named(audit_log, &error)),
        }
        history.take_cleanups(journal)?;
        Ok(history)
    }

    /// Takes one file of the log. `before` is the hash of the line before it, and then of its last.
    fn take_audits(&mut self, bytes: &[u8], part: Option<&str>, before: &mut Option<String>) {
        let part = part.map(str::to_owned);
        for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            if line.trim_ascii().is_empty() {
                continue;
            }
            match serde_json::from_slice::<AuditRecord>(line) {
                Ok(record) => {
                    if let Some(what) = broken(&record, before.as_deref()) {
                        let part = part.clone();
                        self.breaks.push(Break { part, line: at + 1, at: Some(record.timestamp), what });
                    }
                    self.audits.push(record);
                }
                Err(error) => {
                    let what = Broken::Unreadable(error.to_string());
                    let part = part.clone();
                    self.breaks.push(Break { part, line: at + 1, at: None, what });
                }
            }
            *before = Some(hash(line));
        }
    }

    fn take_cleanups(&mut self, journal: &Path) -> io::Result<()> {
        let entries = match std::fs::read_dir(journal) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(named(journal, &error)),
        };
        for entry in entries {
            let path = entry.map_err(|error| named(journal, &error))?.path();
            if path.extension().is_none_or(|extension| extension != "jsonl") {
                continue;
            }
            match read_run(&path) {
                Ok(run) => {
                    let tell = |fault: &String| format!("{}: {fault}", path.display());
                    self.unreadable.extend(run.faults.iter().map(tell));
                    self.cleanups.push(run);
                }
                Err(error) => self.unreadable.push(error.to_string()),
            }
        }
        self.cleanups.sort_by(|a, b| (a.begin.started, &a.begin.run).cmp(&(b.begin.started, &b.begin.run)));
        self.unreadable.sort();
        Ok(())
    }

    /// The history as `history --format json` prints it.
    pub fn to_json(&self) -> HistoryJson<'_> {
        HistoryJson {
            schema: 1,
            audits: &self.audits,
            cleanups: self.cleanups.iter().map(CleanupJson::of).collect(),
        }
    }
}

/// What breaks the chain between a record and the line before it. Records from before the chain claim
/// nothing, and break nothing.
fn broken(record: &AuditRecord, before: Option<&str>) -> Option<Broken> {
    match (&record.previous, before) {
        (Some(named), Some(before)) => (named != before).then_some(Broken::Altered),
        (Some(_), None) => Some(Broken::Beheaded),
        (None, Some(_)) => record.steward_version.is_some().then_some(Broken::NotFirst),
        (None, None) => None,
    }
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{} cannot be read: {error}", path.display()))
}

/// `history --format json`.
#[derive(Debug, Serialize)]
pub struct HistoryJson<'a> {
    schema: u32,
    audits: &'a [AuditRecord],
    cleanups: Vec<CleanupJson<'a>>,
}

#[derive(Debug, Serialize)]
struct CleanupJson<'a> {
    run: &'a str,
    started: Timestamp,
    ended: Option<Timestamp>,
    env: &'a str,
    engine_id: &'a str,
    outcome: &'static str,
    freed_bytes: u64,
    steps: Vec<StepJson<'a>>,
}

#[derive(Debug, Serialize)]
struct StepJson<'a> {
    kind: Kind,
    name: &'a str,
    id: Option<&'a str>,
    command: &'a str,
    outcome: &'static str,
    reason: Option<String>,
}

impl<'a> CleanupJson<'a> {
    fn of(run: &'a Run) -> Self {
        let begin = &run.begin;
        let steps = begin.steps.iter().zip(&run.steps).map(|(step, record)| {
            let told = record.told();
            StepJson {
                kind: step.kind,
                name: &step.name,
                id: step.id.as_deref(),
                command: &step.command,
                outcome: word(&told),
                reason: told.reason().map(str::to_owned),
            }
        });
        Self {
            run: &begin.run,
            started: begin.started,
            ended: run.ended,
            env: &begin.env,
            engine_id: &begin.engine_id,
            outcome: run.outcome.as_str(),
            freed_bytes: run.freed_bytes,
            steps: steps.collect(),
        }
    }
}

/// The outcome's word in files, as the journal writes it: `already_gone`.
const fn word(outcome: &crate::apply::Outcome) -> &'static str {
    use crate::apply::Outcome;
    match outcome {
        Outcome::Done => "done",
        Outcome::AlreadyGone => "already_gone",
        Outcome::Skipped(_) => "skipped",
        Outcome::Refused(_) => "refused",
        Outcome::Failed(_) => "failed",
        Outcome::Unknown(_) => "unknown",
        Outcome::NotStarted(_) => "not_started",
    }
}
