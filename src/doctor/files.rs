//! The steward's own files: the audit log, and what it remembers.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::Findings;
use crate::records::journal_line::{RunOutcome, read_run};
use crate::records::{History, Paths, ledger};

/// What to do where the disk is full: the steward itself needs a place for its journal before it may free any.
const FULL: &str = "Free a little by hand, or set XDG_STATE_HOME to a folder on another disk: without room for a journal nothing is removed.";

/// Whether the next audit can be appended, and whether the log is what was written.
pub(super) fn audit_log(findings: &mut Findings, log: &Path, again: &str) {
    let shown = log.display();
    if let Err(error) = can_append(log) {
        let why = format!("{shown} cannot be written: {error}");
        if is_full(&error) {
            return findings.problem("audit log", why, FULL);
        }
        return findings.problem(
            "audit log",
            why,
            format!("Make its folder and give it to your user: mkdir -p {0} && chown $USER {0}; or name another file in the SSOT's `audit`.", folder(log).display()),
        );
    }
    match History::brief(log, Path::new("")) {
        Err(error) => findings.problem("audit log", error.to_string(), "Let your user read it."),
        Ok(history) => match history.breaks.first() {
            None => findings.ok(
                "audit log",
                match history.audits.len() {
                    1 => format!("{shown}, 1 audit"),
                    count => format!("{shown}, {count} audits"),
                },
            ),
            Some(first) => findings.warning(
                "audit log",
                format!("{shown} is not what was written: {first}"),
                format!("`{again} history` names every such place; compare with a backup of the log."),
            ),
        },
    }
}

/// Whether the steward's memory is there, private, and whole.
pub(super) fn state(findings: &mut Findings, paths: &Paths, again: &str) {
    let state = paths.state();
    let shown = state.display();
    match open_to_others(state) {
        Ok(true) => findings.warning(
            "state",
            format!("{shown} is open to other users"),
            format!("chmod 700 {shown}"),
        ),
        Ok(false) => match can_append(&state.join("x")) {
            Ok(()) => findings.ok("state", format!("{shown}, private")),
            Err(error) => findings.problem(
                "state",
                format!("{shown} cannot be written: {error}"),
                if is_full(&error) {
                    FULL
                } else {
                    "Without it nothing is remembered and nothing can be removed. Give it to your user, or set XDG_STATE_HOME."
                },
            ),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => match can_append(&state.join("x")) {
            Ok(()) => findings.ok("state", format!("{shown} will be made at the first audit")),
            Err(error) => findings.problem(
                "state",
                format!("{shown} cannot be made: {error}"),
                if is_full(&error) {
                    FULL
                } else {
                    "Give your user a home folder, or set XDG_STATE_HOME to a folder that it may write."
                },
            ),
        },
        Err(error) => findings.problem(
            "state",
            format!("{shown}: {error}"),
            match error.kind() {
                io::ErrorKind::NotADirectory => "Something that is no folder stands in its way: move that away, or set XDG_STATE_HOME.",
                _ => "Let your user read it.",
            },
        ),
    }
    for path in files(&paths.ledgers(), "json") {
        if let Err(error) = ledger::load(&path) {
            findings.problem(
                "ledger",
                error.to_string(),
                "Ages that were observed begin anew with a new one.",
            );
        }
    }
    let held = locks(findings, &state.join("lock"));
    if !held {
        cut_off(findings, &paths.journal(), again);
    }
}

/// Whether a cleanup goes on now.
fn locks(findings: &mut Findings, folder: &Path) -> bool {
    let mut held = false;
    for path in files(folder, "lock") {
        let Ok(holder) = std::fs::read_to_string(&path) else { continue };
        // An empty one is free, and not touched: even a look would for a moment keep a cleanup from starting.
        if holder.trim().is_empty() {
            continue;
        }
        match File::open(&path).map(|file| file.try_lock_shared()) {
            Ok(Err(TryLockError::WouldBlock)) => {
                held = true;
                findings.warning(
                    "cleanup",
                    format!("one goes on now: {}", holder.trim()),
                    "Wait for it; no other can start meanwhile.",
                );
            }
            Ok(_) => findings.warning(
                "cleanup",
                format!("the last one ended without a word: {}", holder.trim()),
                "The next audit looks up what became of it.",
            ),
            Err(error) => {
                findings.problem("cleanup", format!("{}: {error}", path.display()), "Let your user read it.");
            }
        }
    }
    held
}

fn cut_off(findings: &mut Findings, journals: &Path, again: &str) {
    for path in files(journals, "jsonl") {
        match read_run(&path) {
            Ok(run) if run.outcome == RunOutcome::Unfinished => findings.warning(
                "cleanup",
                format!(
                    "the run {} was cut off, {} of its steps in flight",
                    run.begin.run,
                    run.in_flight().count()
                ),
                format!(
                    "`{again} audit` asks the engine what became of them; its journal is {}",
                    path.display()
                ),
            ),
            Ok(_) => {}
            Err(error) => findings.warning(
                "journal",
                error.to_string(),
                "What that run did is not known; compare the audits around it.",
            ),
        }
    }
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|it| it == extension))
        .collect();
    paths.sort();
    paths
}

/// Whether a file can be appended to, or made, and there is room for more. Leaves nothing behind.
fn can_append(path: &Path) -> io::Result<()> {
    // The nearest folder that is there: in it the others would be made.
    let folder = folder(path);
    match OpenOptions::new().append(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => can_write_in(folder),
        Err(error) => Err(error),
        // Whoever may write the file need not be let into its folder.
        Ok(_) => match can_write_in(folder) {
            Err(error) if is_full(&error) => Err(error),
            _ => Ok(()),
        },
    }
}

/// Writes as much as a line may take, since a full disk still makes empty files, and takes it away again.
fn can_write_in(folder: &Path) -> io::Result<()> {
    let probe = folder.join(format!(".docker-steward-doctor-{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).open(&probe)?;
    let written = file.write_all(&[b' '; 4096]).and_then(|()| file.sync_data());
    drop(file);
    std::fs::remove_file(&probe)?;
    written
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn folder(path: &Path) -> &Path {
    let there = path.ancestors().skip(1).find(|folder| folder.is_dir() && !folder.as_os_str().is_empty());
    there.unwrap_or(Path::new("."))
}

#[cfg(unix)]
fn open_to_others(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn open_to_others(path: &Path) -> io::Result<bool> {
    std::fs::metadata(path).map(|_| false)
}
