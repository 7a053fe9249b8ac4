//! One steward applies at a time per engine on this host.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::private::{create_private_dir, open_append_private};

/// Held while a plan is applied; the kernel lets it go with the process, however that ends.
#[derive(Debug)]
pub struct ApplyLock {
    file: File,
}

/// Why the lock was not had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// Another steward applies.
    #[error("another steward is applying a plan to this engine: {0}")]
    Held(String),
    /// The file cannot be opened or written.
    #[error("the lock {path}: {why}")]
    Io {
        /// Where it is.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
}

impl ApplyLock {
    /// Takes the lock, or names its holder.
    pub fn take(path: &Path, now: Timestamp) -> Result<Self, LockError> {
        let io = |error: std::io::Error| LockError::Io { path: path.to_owned(), why: error.to_string() };
        if let Some(folder) = path.parent() {
            create_private_dir(folder).map_err(io)?;
        }
        let mut file = open_append_private(path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockError::Held(holder(&mut file))),
            Err(TryLockError::Error(error)) => return Err(io(error)),
        }
        let user = std::env::var("USER")
            .or_else(|_| std::env::var("LOGNAME"))
            .unwrap_or_else(|_| "unknown".to_owned());
        file.set_len(0).map_err(io)?;
        writeln!(file, "pid {}, user {user}, since {now:.0}", std::process::id()).map_err(io)?;
        Ok(Self { file })
    }
}

impl Drop for ApplyLock {
    fn drop(&mut self) {
        // An empty file says that nobody holds it; the lock itself goes with the file handle.
        let _ = self.file.set_len(0);
    }
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
    let text = crate::text::sanitise(text.trim()).into_owned();
    if read.is_err() || text.is_empty() { "its holder is not known".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_the_first_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock/engine.lock");
        let first = ApplyLock::take(&path, Timestamp::UNIX_EPOCH).unwrap();
        let LockError::Held(holder) = ApplyLock::take(&path, Timestamp::UNIX_EPOCH).unwrap_err() else {
            panic!("the second was not refused");
        };
        assert!(holder.starts_with(&format!("pid {}, user ", std::process::id())), "{holder}");
        drop(first);
        ApplyLock::take(&path, Timestamp::UNIX_EPOCH).unwrap();
    }
}
