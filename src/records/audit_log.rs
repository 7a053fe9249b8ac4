//! The audit log: one JSON line for each audit, appended; a chain, so that it shows when a line was changed
//! or taken out.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::backwards::Backwards;
use super::parts;
use crate::documents::{AuditBrief, AuditRecord};

/// The audit log of one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLog {
    path: PathBuf,
    largest: u64,
}

/// Why the audit log could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the audit log {path} cannot be written: {error}", path = .path.display())]
pub struct LogError {
    /// The log.
    pub path: PathBuf,
    /// What went wrong.
    pub error: io::Error,
}

impl AuditLog {
    /// The log at a path; nothing is opened yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), largest: parts::LARGEST }
    }

    /// The same log, put aside from so many bytes on.
    #[must_use]
    pub fn in_parts_of(self, largest: u64) -> Self {
        Self { largest, ..self }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The parts of it that were put aside, oldest first.
    pub fn parts(&self) -> io::Result<Vec<PathBuf>> {
        parts::of(&self.path)
    }

    /// Appends a record as the next link of the chain, and returns it with its `previous`. Makes the log
    /// and its folder if need be: unlike the steward's own state they are for others to read.
    pub fn append(&self, record: AuditRecord) -> Result<AuditRecord, LogError> {
        self.try_append(record).map_err(|error| LogError { path: self.path.clone(), error })
    }

    fn try_append(&self, mut record: AuditRecord) -> io::Result<AuditRecord> {
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = parts::open(&self.path, self.largest)?;
        let end = Tail::of(&mut file)?;
        record.previous = match end.hash {
            Some(hash) => Some(hash),
            None => parts::last_hash(&self.path)?,
        };
        let mut line = String::new();
        if end.torn {
            line.push('\n');
        }
        line.push_str(&record.line()?);
        line.push('\n');
        file.write_all(line.as_bytes())?;
        file.sync_data()?;
        Ok(record)
    }

    /// The hash of the last line: the `previous` of a record that would be appended now. None where there
    /// is no line, or no log that can be read.
    pub fn last_hash(&self) -> Option<String> {
        parts::hash_of_last(&self.path).ok()?.or_else(|| parts::last_hash(&self.path).ok()?)
    }

    /// When an audit of the same environment of the same engine was last recorded.
    pub fn last_like(&self, record: &AuditRecord) -> Option<Timestamp> {
        let (env, engine) = (&record.env, record.whose());
        self.newest_files().find_map(|file| {
            let lines = Backwards::of(File::open(file).ok()?).ok()?;
            let mut told = lines
                .map_while(Result::ok)
                .filter_map(|line| serde_json::from_slice::<AuditBrief>(&line).ok());
            told.find(|it| it.env == *env && it.whose() == engine).map(|it| it.timestamp)
        })
    }

    /// When an audit of this environment was last recorded, of the only engine that the log speaks of; none where
    /// it speaks of more. `env` is the environment's name in records.
    pub fn last_of(&self, env: &str) -> Option<Timestamp> {
        let of = |path: PathBuf| -> Option<Vec<AuditBrief>> {
            let bytes = std::fs::read(path).ok()?;
            let lines = bytes.split(|byte| *byte == b'\n');
            let all = lines.filter_map(|line| serde_json::from_slice::<AuditBrief>(line).ok());
            Some(all.filter(|it| it.env == env).collect()).filter(|it: &Vec<_>| !it.is_empty())
        };
        let records = self.newest_files().find_map(of)?;
        let last = records.last()?;
        records.iter().all(|it| it.whose() == last.whose()).then_some(last.timestamp)
    }

    /// The log, and its last part: where the log has just been begun anew, that still tells.
    fn newest_files(&self) -> impl Iterator<Item = PathBuf> {
        let part = || parts::of(&self.path).unwrap_or_default().pop();
        std::iter::once(self.path.clone()).chain(std::iter::once_with(part).flatten())
    }
}

/// The hash by which a line is named in the next one.
pub(super) fn hash(line: &[u8]) -> String {
    hex::encode(Sha256::digest(line))
}

/// How a log ends.
pub(super) struct Tail {
    /// The hash of its last line that is not empty.
    pub(super) hash: Option<String>,
    /// Whether that line lacks its newline: a writer died in the middle of it.
    torn: bool,
}

impl Tail {
    /// Reads backwards, as far as the last line needs.
    pub(super) fn of(file: &mut File) -> io::Result<Self> {
        // Twice as far each time: the line of a large engine is long.
        let mut stride: u64 = 16 * 1024;
        let mut start = file.seek(SeekFrom::End(0))?;
        let mut tail: Vec<u8> = Vec::new();
        loop {
            let from = start.saturating_sub(stride);
            stride *= 2;
            let mut piece = Vec::new();
            file.seek(SeekFrom::Start(from))?;
            io::Read::take(&mut *file, start - from).read_to_end(&mut piece)?;
            piece.append(&mut tail);
            tail = piece;
            start = from;
            let torn = tail.last().is_some_and(|byte| *byte != b'\n');
            let text = tail.trim_ascii_end();
            let begin = text.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1);
            if start == 0 || (begin.is_some() && !text.is_empty()) {
                // Spaces before the newline belong to the line; only newlines do not.
                let line = &tail[begin.unwrap_or(0)..];
                let line = line.split(|byte| *byte == b'\n').next().unwrap_or(line);
                return Ok(Self { hash: (!line.trim_ascii().is_empty()).then(|| hash(line)), torn });
            }
        }
    }
}
