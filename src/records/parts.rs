//! An audit log in parts, so that no file grows without end: a log that is large is put aside as
//! `NAME.0001.jsonl`, `NAME.0002.jsonl`, … and begun anew. The chain goes on from part to part; none is ever
//! removed by the steward.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::audit_log::Tail;
use super::private;

/// A log of this many bytes is put aside before the next record: some hundred audits of a busy engine.
pub(super) const LARGEST: u64 = 32 * 1024 * 1024;

/// Opens the log to append to it, alone until it is closed: between reading the last line and appending to it
/// nobody else may. One of `largest` bytes or more is put aside first.
pub(super) fn open(log: &Path, largest: u64) -> io::Result<File> {
    loop {
        let file = private::open_append(log, 0o644)?;
        match file.lock() {
            // A file system without locks: the append is one write all the same, only the chain may fork. Such a
            // log is not put aside either.
            Err(error) if error.kind() == io::ErrorKind::Unsupported => return Ok(file),
            locked => locked?,
        }
        if !is_still(&file, log)? {
            // Somebody else has put it aside while this one waited.
            continue;
        }
        if file.metadata()?.len() < largest {
            return Ok(file);
        }
        put_aside(log)?;
    }
}

/// A file of the steward's own that only tells how things went, and is nobody's evidence: one of this many bytes makes
/// room for a new one, and the one before it goes.
const BOUND: u64 = 8 * 1024 * 1024;

/// Opens such a file to append to it.
pub fn open_bounded_private(path: &Path) -> io::Result<File> {
    loop {
        let file = private::open_append_private(path)?;
        if file.metadata()?.len() < BOUND {
            return Ok(file);
        }
        match file.lock() {
            // A file system without locks: two might make room at once, and what one has just begun would go.
            Err(error) if error.kind() == io::ErrorKind::Unsupported => return Ok(file),
            locked => locked?,
        }
        if is_still(&file, path)? {
            std::fs::rename(path, predecessor(path))?;
        }
    }
}

/// Where the file is that was there before such a file was begun: `alerts.1.jsonl`.
pub fn predecessor(path: &Path) -> PathBuf {
    let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
    path.with_extension(format!("1.{extension}"))
}

/// The parts that were put aside, oldest first.
pub(super) fn of(log: &Path) -> io::Result<Vec<PathBuf>> {
    Ok(numbered(log)?.into_iter().map(|(_, path)| path).collect())
}

/// The hash of the last line of the newest part; none where there is no part.
pub(super) fn last_hash(log: &Path) -> io::Result<Option<String>> {
    of(log)?.last().map_or(Ok(None), |part| hash_of_last(part))
}

/// The hash of a file's last line; none where there is no line or no file.
pub(super) fn hash_of_last(path: &Path) -> io::Result<Option<String>> {
    match File::open(path) {
        Ok(mut file) if file.metadata()?.is_file() => Ok(Tail::of(&mut file)?.hash),
        Ok(_) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn put_aside(log: &Path) -> io::Result<()> {
    let number = numbered(log)?.last().map_or(1, |(number, _)| number + 1);
    std::fs::rename(log, part(log, number))
}

fn part(log: &Path, number: u32) -> PathBuf {
    log.with_extension(format!("{number:04}.jsonl"))
}

fn numbered(log: &Path) -> io::Result<Vec<(u32, PathBuf)>> {
    let (Some(folder), Some(stem)) = (log.parent(), log.file_stem()) else { return Ok(Vec::new()) };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| {
            let digits = name.strip_prefix(stem.to_str()?)?.strip_prefix('.')?.strip_suffix(".jsonl")?;
            (digits.len() >= 4).then(|| digits.parse::<u32>().ok())?
        });
        found.extend(number.map(|number| (number, folder.join(name))));
    }
    found.sort();
    Ok(found)
}

/// Whether the path still names the open file.
#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let open = file.metadata()?;
    match std::fs::symlink_metadata(path) {
        Ok(named) => Ok((open.dev(), open.ino()) == (named.dev(), named.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Elsewhere an open file is not renamed under its holder.
#[cfg(not(unix))]
fn is_still(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}
