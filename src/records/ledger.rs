//! The ledger on disk: one JSON file for each engine, replaced whole.

use std::io;
use std::path::{Path, PathBuf};

use super::private::{create_private_dir, write_private_by};
use crate::steward::Ledger;

/// Reads the ledger; an engine that was never seen has an empty one.
pub fn load(path: &Path) -> Result<Ledger, LedgerError> {
    match std::fs::read(path) {
        Ok(bytes) => Ledger::read(&bytes).map_err(|error| LedgerError {
            path: path.to_owned(),
            why: format!("it cannot be understood: {error}; without it nothing has been observed. Move it away to begin a new one"),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Ledger::default()),
        Err(error) => Err(LedgerError { path: path.to_owned(), why: format!("it cannot be read: {error}") }),
    }
}

/// Replaces the ledger on disk.
pub fn save(path: &Path, ledger: &Ledger) -> Result<(), LedgerError> {
    let write = || {
        if let Some(folder) = path.parent() {
            create_private_dir(folder)?;
        }
        write_private_by(path, |file| ledger.write(file))
    };
    write().map_err(|error: io::Error| LedgerError {
        path: path.to_owned(),
        why: format!("it cannot be written, so that what is seen now is not remembered: {error}"),
    })
}

/// The ledger cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the ledger {path}: {why}")]
pub struct LedgerError {
    /// Where it is.
    pub path: PathBuf,
    /// What is wrong.
    pub why: String,
}
