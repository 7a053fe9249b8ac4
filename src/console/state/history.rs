//! What has happened so far: audits and cleanups, and where somebody is in them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::demo;
use crate::records::journal_line::Run;
use crate::records::{AuditRecord, History};
use crate::steward::EngineIdentity;

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// An audit.
    Audit(Box<AuditRecord>),
    /// A cleanup.
    Cleanup(Box<Run>),
}

impl Entry {
    /// When it happened.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Audit(it) => it.timestamp,
            Self::Cleanup(it) => it.begin.started,
        }
    }

    /// The audit, if it is one.
    pub fn audit(&self) -> Option<&AuditRecord> {
        match self {
            Self::Audit(it) => Some(it),
            Self::Cleanup(_) => None,
        }
    }
}

/// A value at a time, for the charts.
pub type Point = (Timestamp, u64);

/// What has happened so far, as it was last read.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// Audits and cleanups, the newest first.
    pub entries: Vec<Entry>,
    /// What is wrong with the records: a broken chain, a journal that cannot be read.
    pub warnings: Vec<String>,
    /// The drift of this engine under this environment, the oldest first.
    pub drift: Vec<Point>,
    /// The bytes that each cleanup of this engine freed, the oldest first.
    pub freed: Vec<Point>,
    /// Where the audit log is.
    pub log: String,
    /// Whether it has older audits that were not read.
    pub earlier: bool,
    /// What the demo's made-up cleanups removed: the run, the step, the JSON. Empty for all others.
    pub made_up: BTreeMap<(String, usize), Value>,
    /// Whether a part of it is made up.
    pub is_made_up: bool,
}

impl Past {
    /// Puts it in order. `env` is the environment as records call it; entries of others are listed, and not
    /// counted.
    pub fn of(
        history: History,
        log: String,
        env: &str,
        engine: &EngineIdentity,
        made_up: Option<demo::Past>,
    ) -> Self {
        let mut past = Self { log, is_made_up: made_up.is_some(), ..Self::default() };
        past.warnings.extend(history.breaks.iter().map(|it| format!("{}: {it}", past.log)));
        past.warnings.extend(history.unreadable);
        let mut cleanups = history.cleanups;
        let mut audits = history.audits;
        if let Some(made_up) = made_up {
            for (run, inspects) in made_up.cleanups {
                let id = run.begin.run.clone();
                let inspects = inspects.into_iter().enumerate();
                past.made_up.extend(inspects.map(|(step, value)| ((id.clone(), step), value)));
                cleanups.push(run);
            }
            audits.extend(made_up.audits);
        }
        audits.sort_by_key(|it| it.timestamp);
        cleanups.sort_by_key(|it| it.begin.started);
        let mine = |it: &&AuditRecord| it.env == env && it.is_of(engine);
        past.drift =
            audits.iter().filter(mine).filter_map(|it| Some((it.timestamp, it.drift? as u64))).collect();
        past.freed = cleanups
            .iter()
            .filter(|it| it.begin.is_of(engine))
            .map(|it| (it.begin.started, it.freed_bytes))
            .collect();
        past.entries = audits.into_iter().map(|it| Entry::Audit(Box::new(it))).collect();
        past.entries.extend(cleanups.into_iter().map(|it| Entry::Cleanup(Box::new(it))));
        past.entries.sort_by_key(|it| std::cmp::Reverse(it.at()));
        past
    }

    /// The last cleanup on this engine.
    pub fn last_cleanup(&self, engine: &EngineIdentity) -> Option<PastRun> {
        self.entries.iter().find_map(|it| match it {
            Entry::Cleanup(run) if run.begin.is_of(engine) => Some(PastRun {
                started: run.begin.started,
                freed: run.freed_bytes,
                outcome: run.outcome.as_str(),
            }),
            _ => None,
        })
    }

    /// The audit before this one of the same environment and engine.
    pub fn before(&self, at: usize) -> Option<&AuditRecord> {
        let this = self.entries.get(at)?.audit()?;
        self.entries[at + 1..]
            .iter()
            .filter_map(Entry::audit)
            .find(|it| it.env == this.env && it.whose() == this.whose())
    }
}

/// A cleanup in a few words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastRun {
    /// When it began.
    pub started: Timestamp,
    /// Bytes that it freed, as far as known.
    pub freed: u64,
    /// How it ended.
    pub outcome: &'static str,
}

/// Where somebody is in the history.
#[derive(Debug, Default)]
pub struct HistoryDesk {
    /// What has happened; none before it was read.
    pub past: Option<Box<Past>>,
    /// Why it could not be read.
    pub error: Option<String>,
    /// Whether it is being read.
    pub reading: bool,
    /// The entry under the cursor.
    pub cursor: usize,
    /// The first entry on the screen.
    pub offset: usize,
    /// The audit that the next one is compared with, by its time.
    pub base: Option<Timestamp>,
    /// The cleanup that is read.
    pub run: Option<RunDesk>,
}

/// A cleanup that is read, step by step.
#[derive(Debug)]
pub struct RunDesk {
    /// The cleanup.
    pub run: Run,
    /// The step under the cursor.
    pub cursor: usize,
    /// The first step on the screen.
    pub offset: usize,
}

impl HistoryDesk {
    /// The entry under the cursor.
    pub fn selected(&self) -> Option<&Entry> {
        self.past.as_ref()?.entries.get(self.cursor)
    }

    /// Takes what was read. The cursor stays on its entry.
    pub fn take(&mut self, past: Past, page: usize) {
        let on = self.selected().map(Entry::at).filter(|_| self.cursor > 0);
        let found = on.and_then(|at| past.entries.iter().position(|it| it.at() == at));
        self.cursor = found.unwrap_or(self.cursor);
        self.error = None;
        self.past = Some(Box::new(past));
        self.go(self.cursor, page);
    }

    /// Moves the cursor of the list, or of the steps of a cleanup that is read.
    pub fn step(&mut self, by: isize, page: usize) {
        let from = self.run.as_ref().map_or(self.cursor, |run| run.cursor);
        self.go(from.saturating_add_signed(by), page);
    }

    /// Moves the cursor to a place, or as near as there is one.
    pub fn go(&mut self, to: usize, page: usize) {
        let (cursor, offset, count) = match &mut self.run {
            Some(run) => (&mut run.cursor, &mut run.offset, run.run.begin.steps.len()),
            None => {
                let count = self.past.as_ref().map_or(0, |past| past.entries.len());
                (&mut self.cursor, &mut self.offset, count)
            }
        };
        let page = page.max(1);
        *cursor = to.min(count.saturating_sub(1));
        *offset =
            (*offset).min(*cursor).max((*cursor + 1).saturating_sub(page)).min(count.saturating_sub(page));
    }
}
