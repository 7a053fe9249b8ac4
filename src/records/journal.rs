//! The write-ahead record of one cleanup: intent on disk before, outcome after, each removal.
//!
//! One JSON object a line, each with the SHA-256 of the line before it. A line counts once it is whole and
//! on the disk (`fdatasync`); a torn last line is the one that was being written when the machine died.
//!
//! An outcome is written at once, so that it outlives the process, and made durable together with the next intent:
//! one `fdatasync` for each step, with nothing but the next re-check between. Only a machine that dies in that
//! moment loses it, and then the step is in flight, and is looked up, as one that was cut off a moment before.

use std::fs::File;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::journal_line::{Begin, JournalLine, JournalStep, RunOutcome, Saved};
use super::json;
use super::private::{create_private_dir, open_append_private};
use crate::apply::Outcome;
use crate::steward::{Plan, PlanFile, Step};

/// The journal of a cleanup under way.
#[derive(Debug)]
pub struct Journal<W = File> {
    sink: W,
    path: PathBuf,
    previous: Option<String>,
    /// Whether a line was written that may not be on the disk yet.
    unsettled: bool,
    /// Why lines may be lost: what could not be made durable once is forgotten by the kernel, which may well say yes
    /// when it is asked again.
    lost: Option<JournalError>,
}

/// The journal cannot be written: nothing (more) may be removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the journal {path} cannot be written: {why}")]
pub struct JournalError {
    /// Where it is.
    pub path: PathBuf,
    /// What is wrong.
    pub why: String,
}

/// Something that can be made durable.
pub trait Sink: Write {
    /// Returns once everything written is on the disk.
    fn sync(&mut self) -> io::Result<()>;
}

impl Sink for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

impl Journal<File> {
    /// Opens the journal of a new run and writes what is about to be done.
    pub fn begin(path: &Path, run: &str, plan: &Plan, now: Timestamp) -> Result<Self, JournalError> {
        let failed = |error: io::Error| JournalError { path: path.to_owned(), why: error.to_string() };
        if let Some(folder) = path.parent() {
            create_private_dir(folder).map_err(failed)?;
        }
        let file = open_append_private(path).map_err(failed)?;
        let mut journal = Self::on(file, path);
        journal.start(run, plan, now)?;
        // The name of a new file is only durable once its folder is.
        if let Some(folder) = path.parent() {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        }
        Ok(journal)
    }
}

impl Journal<File> {
    /// Opens the journal of a run that was cut off, to close it. A torn last line is ended first, so that
    /// nothing is ever written into it.
    pub fn resume(path: &Path) -> Result<Self, JournalError> {
        let failed = |error: io::Error| JournalError { path: path.to_owned(), why: error.to_string() };
        let mut file = open_append_private(path).map_err(failed)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(failed)?;
        if text.last().is_some_and(|byte| *byte != b'\n') {
            file.write_all(b"\n").map_err(failed)?;
        }
        let last = text.split(|byte| *byte == b'\n').rfind(|line| !line.is_empty());
        let previous = last.map(|line| hex::encode(Sha256::digest(line)));
        Ok(Self { sink: file, path: path.to_owned(), previous, unsettled: false, lost: None })
    }
}

impl<W: Sink> Journal<W> {
    /// A journal on any sink; for tests that make it fail.
    pub fn on(sink: W, path: &Path) -> Self {
        Self { sink, path: path.to_owned(), previous: None, unsettled: false, lost: None }
    }

    /// Writes what is about to be done.
    pub fn start(&mut self, run: &str, plan: &Plan, now: Timestamp) -> Result<(), JournalError> {
        let at = plan.circumstances();
        self.write(JournalLine::Begin(Begin {
            run: run.to_owned(),
            started: now,
            env: at.environment.clone(),
            engine_id: at.engine.id.clone(),
            engine_name: at.engine.name.clone(),
            engine_root: Some(at.engine.root_dir.clone()),
            plan_hash: PlanFile::of(plan).hash,
            steps: plan.steps().iter().map(step_line).collect(),
        }))?;
        self.settle()
    }

    /// Writes that a step is about to be sent, with what the engine knew of its resource. Durable when it returns,
    /// with all that was written before.
    pub fn intent(&mut self, step: usize, inspect: &Value, now: Timestamp) -> Result<(), JournalError> {
        self.write(JournalLine::Intent { step, at: now, inspect: inspect.clone() })?;
        self.settle()
    }

    /// Writes that what the resource of a step holds is in the trash. Durable when it returns.
    pub fn saved(&mut self, step: usize, saved: &Saved, now: Timestamp) -> Result<(), JournalError> {
        self.write(JournalLine::Saved { step, at: now, saved: saved.clone() })?;
        self.settle()
    }

    /// Writes that the resource of a step was made again. Durable when it returns.
    pub fn undone(&mut self, step: usize, now: Timestamp) -> Result<(), JournalError> {
        self.write(JournalLine::Undone { step, at: now })?;
        self.settle()
    }

    /// Writes what became of a step. Durable with the next intent, the end, or [`Journal::settle`], whichever comes
    /// first.
    pub fn outcome(
        &mut self,
        step: usize,
        outcome: &Outcome,
        freed: u64,
        now: Timestamp,
    ) -> Result<(), JournalError> {
        self.write(JournalLine::Outcome { step, at: now, outcome: outcome.clone(), freed_bytes: freed })
    }

    /// Writes the end. Durable when it returns.
    pub fn end(&mut self, outcome: RunOutcome, freed: u64, now: Timestamp) -> Result<(), JournalError> {
        self.write(JournalLine::End { at: now, outcome, freed_bytes: freed })?;
        self.settle()
    }

    /// Makes durable what was written. To be called before whatever takes longer than the next step's re-check.
    pub fn settle(&mut self) -> Result<(), JournalError> {
        if let Some(lost) = &self.lost {
            return Err(lost.clone());
        }
        if self.unsettled {
            let synced = self.sink.sync().map_err(|error| self.error(&error));
            self.lost = synced.clone().err();
            synced?;
            self.unsettled = false;
        }
        Ok(())
    }

    fn write(&mut self, line: JournalLine) -> Result<(), JournalError> {
        let text = json::line(&Chained { line, previous: self.previous.take() });
        let mut text = text.map_err(|error| self.error(&error.into()))?;
        self.previous = Some(hex::encode(Sha256::digest(&text)));
        text.push('\n');
        self.unsettled = true;
        self.sink.write_all(text.as_bytes()).map_err(|error| self.error(&error))
    }

    fn error(&self, error: &io::Error) -> JournalError {
        JournalError { path: self.path.clone(), why: error.to_string() }
    }
}

/// A line with the hash of the one before it.
#[derive(Serialize)]
struct Chained {
    #[serde(flatten)]
    line: JournalLine,
    previous: Option<String>,
}

fn step_line(step: &Step) -> JournalStep {
    JournalStep {
        action: step.action(),
        kind: step.kind(),
        name: step.target().name().to_string(),
        id: step.target().key().id().map(str::to_owned),
        command: step.command().to_owned(),
    }
}
