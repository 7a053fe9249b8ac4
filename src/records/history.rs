//! What happened so far: the audits of the audit log, and the cleanups of the journals.

use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use super::backwards::Backwards;
use super::chain::{Chain, named};
use super::journal_line::{Run, read_run};
use super::{AuditBrief, AuditRecord};
use super::{json, parts};
use crate::shared::Shared;
use crate::steward::Kind;

pub use super::chain::{Break, Broken};

/// Everything recorded so far, oldest first. `A` is an audit, with its names or only with their counts.
#[derive(Debug, Clone)]
pub struct History<A = AuditRecord> {
    /// The audits.
    pub audits: Vec<A>,
    /// Where the chain of the audit log is broken, or a line of it cannot be read.
    pub breaks: Vec<Break>,
    /// The cleanups.
    pub cleanups: Vec<Run>,
    /// Journals that cannot be read, or only in part, each with why.
    pub unreadable: Vec<String>,
}

impl<A> Default for History<A> {
    fn default() -> Self {
        Self { audits: Vec::new(), breaks: Vec::new(), cleanups: Vec::new(), unreadable: Vec::new() }
    }
}

impl History {
    /// Reads an audit log and the journals of a folder. Neither need exist yet. All names of all audits are held:
    /// for what lists audits, [`History::brief`] is enough.
    pub fn read(audit_log: &Path, journal: &Path) -> io::Result<Self> {
        let mut chain = Chain::open(audit_log)?;
        let mut history = Self { audits: chain.by_ref().collect::<io::Result<_>>()?, ..Self::default() };
        history.breaks = chain.breaks;
        history.take_cleanups(journal)?;
        Ok(history)
    }

    /// The same of the newest audits, whose lines have at most so many bytes together. Answers whether older ones
    /// were left unread.
    pub fn recent(audit_log: &Path, journal: &Path, most: u64) -> io::Result<(Self, bool)> {
        let mut chain = Chain::open(audit_log)?.newest(most)?;
        let shared = Shared::default();
        let audits = chain.by_ref().map(|it| it.map(|it| with_shared_names(it, &shared)));
        let audits = audits.collect::<io::Result<_>>()?;
        let mut history = Self { audits, ..Self::default() };
        history.breaks = chain.breaks;
        history.take_cleanups(journal)?;
        Ok((history, chain.earlier))
    }
}

/// Most names of one audit are in the next, too.
fn with_shared_names(mut audit: AuditRecord, shared: &Shared) -> AuditRecord {
    for list in audit.lists_mut() {
        for name in &mut *list {
            shared.same(name);
        }
        list.shrink_to_fit();
    }
    audit
}

impl History<AuditBrief> {
    /// Reads an audit log without its names, and the journals of a folder. Neither need exist yet.
    pub fn brief(audit_log: &Path, journal: &Path) -> io::Result<Self> {
        let mut chain = Chain::open(audit_log)?;
        let mut history = Self { audits: chain.by_ref().collect::<io::Result<_>>()?, ..Self::default() };
        history.breaks = chain.breaks;
        history.take_cleanups(journal)?;
        Ok(history)
    }
}

impl<A> History<A> {
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
}

/// The newest audit that is one of `ours`. Reads from the end, and no further than to it.
pub fn newest(audit_log: &Path, ours: impl Fn(&AuditRecord) -> bool) -> io::Result<Option<AuditRecord>> {
    let mut files = parts::of(audit_log).map_err(|error| named(audit_log, &error))?;
    files.push(audit_log.to_owned());
    for file in files.iter().rev() {
        let lines = match File::open(file).and_then(Backwards::of) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            lines => lines.map_err(|error| named(file, &error))?,
        };
        for line in lines {
            let line = line.map_err(|error| named(file, &error))?;
            // What is no record is told of where the whole log is read.
            if let Some(record) = serde_json::from_slice(&line).ok().filter(&ours) {
                return Ok(Some(record));
            }
        }
    }
    Ok(None)
}

/// Writes the history as `history --format json` prints it, a record at a time: however long it is, no more than one
/// audit of it is held. Answers what else is to be told: where the log is not what was written, and what cannot be
/// read.
pub fn write_json(
    audit_log: &Path,
    journal: &Path,
    out: &mut dyn io::Write,
) -> io::Result<History<AuditBrief>> {
    let chain = Chain::open(audit_log)?;
    let mut history = History::default();
    history.take_cleanups(journal)?;
    let audits = Streamed(RefCell::new(chain));
    let cleanups = history.cleanups.iter().map(CleanupJson::of).collect();
    json::pretty_to(out, &HistoryJson { schema: 1, audits: &audits, cleanups })?;
    history.breaks = audits.0.into_inner().breaks;
    Ok(history)
}

/// The audits of a log, each read when it is written.
#[derive(Debug)]
struct Streamed(RefCell<Chain<Vec<String>>>);

impl Serialize for Streamed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut audits = serializer.serialize_seq(None)?;
        for record in &mut *self.0.borrow_mut() {
            audits.serialize_element(&record.map_err(S::Error::custom)?)?;
        }
        audits.end()
    }
}

/// `history --format json`.
#[derive(Debug, Serialize)]
struct HistoryJson<'a> {
    schema: u32,
    audits: &'a Streamed,
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
    /// When an undo made it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    undone: Option<Timestamp>,
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
                undone: record.undone,
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

#[cfg(test)]
mod tests {
    use arcstr::ArcStr;

    use super::*;
    use crate::records::AuditLog;

    #[test]
    fn a_name_that_many_audits_have_is_kept_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("audits.jsonl");
        let log = AuditLog::at(path.clone());
        let record = |lists: &str| {
            let text = format!(r#"{{"timestamp":"2026-01-01T00:00:00Z","env":"staging",{lists}}}"#);
            serde_json::from_str::<AuditRecord>(&text).unwrap()
        };
        log.append(record(r#""containers_extra":["db","web"]"#)).unwrap();
        log.append(record(r#""containers_extra":["db"],"containers_safe_delete":["web"]"#)).unwrap();
        let (history, earlier) = History::recent(&path, dir.path(), 1 << 20).unwrap();
        assert!(!earlier && history.breaks.is_empty(), "{:?}", history.breaks);
        let [one, other] = &history.audits[..] else { panic!("{:?}", history.audits) };
        assert_eq!(
            (&one.containers_extra[1], &other.containers_safe_delete[0]),
            (&"web".into(), &"web".into())
        );
        assert!(ArcStr::ptr_eq(&one.containers_extra[0], &other.containers_extra[0]));
        assert!(ArcStr::ptr_eq(&one.containers_extra[1], &other.containers_safe_delete[0]));
    }
}
