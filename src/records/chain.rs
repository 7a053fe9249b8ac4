//! Reading an audit log, oldest first: a line at a time, however long the log is, and each as a link of its chain.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::AuditRecord;
use super::audit_log::hash;
use super::parts;

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

/// What stands before a line.
#[derive(Debug)]
enum Before {
    /// Something that was not read.
    Unread,
    /// The line of this hash; none before the first.
    Line(Option<String>),
}

/// One file of the log.
#[derive(Debug)]
struct Part {
    /// Its name, where it is one that was put aside.
    name: Option<String>,
    path: PathBuf,
    file: File,
    /// How much of it is passed over.
    skip: u64,
}

/// The records of an audit log, with lists of names or counts of them.
#[derive(Debug)]
pub(super) struct Chain<L> {
    parts: std::vec::IntoIter<Part>,
    reading: Option<Reading>,
    before: Before,
    /// Whether older records were left unread.
    pub(super) earlier: bool,
    /// Where the log is not what was written, as far as it was read.
    pub(super) breaks: Vec<Break>,
    line: Vec<u8>,
    lists: PhantomData<L>,
}

#[derive(Debug)]
struct Reading {
    name: Option<String>,
    path: PathBuf,
    lines: BufReader<File>,
    number: usize,
}

impl<L> Chain<L> {
    /// Opens the log and all its parts; there may be none yet.
    pub(super) fn open(log: &Path) -> io::Result<Self> {
        let mut found = Vec::new();
        for path in parts::of(log).map_err(|error| named(log, &error))? {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            let file = File::open(&path).map_err(|error| named(&path, &error))?;
            found.push(Part { name, path, file, skip: 0 });
        }
        match File::open(log) {
            Ok(file) => found.push(Part { name: None, path: log.to_owned(), file, skip: 0 }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(named(log, &error)),
        }
        Ok(Self {
            parts: found.into_iter(),
            reading: None,
            before: Before::Line(None),
            earlier: false,
            breaks: Vec::new(),
            line: Vec::new(),
            lists: PhantomData,
        })
    }

    /// Only the newest records, whose lines have at most so many bytes together.
    pub(super) fn newest(mut self, most: u64) -> io::Result<Self> {
        let mut left = most;
        let mut kept = Vec::new();
        while let Some(mut part) = self.parts.next_back() {
            if left == 0 {
                self.earlier = true;
                break;
            }
            let length = part.file.metadata().map_err(|error| named(&part.path, &error))?.len();
            part.skip = length.saturating_sub(left);
            self.earlier |= part.skip > 0;
            left = if part.skip > 0 { 0 } else { left - length };
            kept.push(part);
        }
        kept.reverse();
        self.parts = kept.into_iter();
        if self.earlier {
            self.before = Before::Unread;
        }
        Ok(self)
    }
}

impl Reading {
    /// Begins with the first line that is not passed over, not even in part.
    fn of(part: Part) -> io::Result<Self> {
        let mut lines = BufReader::with_capacity(64 * 1024, part.file);
        let mut number = 0;
        if part.skip > 0 {
            let mut passed = lines.by_ref().take(part.skip);
            loop {
                let piece = passed.fill_buf()?;
                let length = piece.len();
                if length == 0 {
                    break;
                }
                number += piece.split(|byte| *byte == b'\n').count() - 1;
                passed.consume(length);
            }
            lines.skip_until(b'\n')?;
            number += 1;
        }
        Ok(Self { name: part.name, path: part.path, lines, number })
    }

    /// Reads the next line that is not empty, without its newline; answers whether there is one.
    fn next(&mut self, line: &mut Vec<u8>) -> io::Result<bool> {
        loop {
            line.clear();
            if self.lines.read_until(b'\n', line)? == 0 {
                return Ok(false);
            }
            self.number += 1;
            line.pop_if(|byte| *byte == b'\n');
            if !line.trim_ascii().is_empty() {
                return Ok(true);
            }
        }
    }
}

impl<L: DeserializeOwned + Default> Chain<L> {
    /// The record of the line that was read; none if it is no record.
    fn take(&mut self, part: Option<String>, number: usize) -> Option<AuditRecord<L>> {
        let (at, what, record) = match serde_json::from_slice::<AuditRecord<L>>(&self.line) {
            Ok(record) => (Some(record.timestamp), broken(&record, &self.before), Some(record)),
            Err(error) => (None, Some(Broken::Unreadable(error.to_string())), None),
        };
        self.breaks.extend(what.map(|what| Break { part, line: number, at, what }));
        self.before = Before::Line(Some(hash(&self.line)));
        record
    }

    fn try_next(&mut self) -> io::Result<Option<AuditRecord<L>>> {
        loop {
            let Some(reading) = &mut self.reading else {
                let Some(part) = self.parts.next() else { return Ok(None) };
                let path = part.path.clone();
                self.reading = Some(Reading::of(part).map_err(|error| named(&path, &error))?);
                continue;
            };
            if !reading.next(&mut self.line).map_err(|error| named(&reading.path, &error))? {
                self.reading = None;
                continue;
            }
            let (part, number) = (reading.name.clone(), reading.number);
            if let Some(record) = self.take(part, number) {
                return Ok(Some(record));
            }
        }
    }
}

impl<L: DeserializeOwned + Default> Iterator for Chain<L> {
    type Item = io::Result<AuditRecord<L>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.try_next().transpose()
    }
}

/// What breaks the chain between a record and the line before it. Records from before the chain claim
/// nothing, and break nothing.
fn broken<L>(record: &AuditRecord<L>, before: &Before) -> Option<Broken> {
    let Before::Line(before) = before else { return None };
    match (&record.previous, before) {
        (Some(named), Some(before)) => (named != before).then_some(Broken::Altered),
        (Some(_), None) => Some(Broken::Beheaded),
        (None, Some(_)) => record.steward_version.is_some().then_some(Broken::NotFirst),
        (None, None) => None,
    }
}

pub(super) fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{} cannot be read: {error}", path.display()))
}
