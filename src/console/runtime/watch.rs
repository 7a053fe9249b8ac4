//! Watches the SSOT's file, at next to no cost while nothing happens to it.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::mpsc;

use super::effects::Effects;
use crate::console::message::Message;
use crate::session::Session;
use crate::ssot::load::Origin;

/// How often the file is looked at: one question to the system, and seen soon enough by a person.
const EVERY: Duration = Duration::from_secs(2);

impl Effects {
    /// Says when the SSOT's file is not what it was, once for each time.
    pub(super) fn watch_ssot(&mut self, session: &Session) {
        let Origin::File(path) = session.ssot().origin.clone() else { return };
        let mut watched = Watched::of(path, session.ssot().text.clone().into_bytes());
        let (tell, mut told) = mpsc::unbounded_channel();
        // On a thread of its own, which wakes nobody else while nothing happens; it ends after the task. Where there can
        // be none, nothing is watched.
        let _ = std::thread::Builder::new().name("ssot".to_owned()).spawn(move || {
            loop {
                std::thread::sleep(EVERY);
                if tell.is_closed() {
                    return;
                }
                if watched.has_changed() {
                    let _ = tell.send(());
                }
            }
        });
        let sender = self.sender.clone();
        let task = self.sender.spawn(async move {
            while told.recv().await.is_some() {
                sender.send(Message::SsotChanged);
            }
        });
        self.tasks.push(task);
    }
}

/// What changes with every change of a file: its inode, its length, and when it was last changed, in seconds and
/// nanoseconds.
type Stamp = (u64, u64, i64, i64);

/// A file, and what it last held.
struct Watched {
    path: PathBuf,
    known: Vec<u8>,
    before: Option<Stamp>,
    /// The stamp that it had twice in a row, and what it held is known: the clock of a file system may be coarse, but
    /// not by so much.
    settled: Option<Stamp>,
}

impl Watched {
    const fn of(path: PathBuf, known: Vec<u8>) -> Self {
        Self { path, known, before: None, settled: None }
    }

    /// Whether it holds something else than when it was last asked. It is read only where that may be.
    fn has_changed(&mut self) -> bool {
        let now = stamp(&self.path);
        if now.is_some() && now == self.settled {
            return false;
        }
        self.settled = now.filter(|_| now == self.before);
        self.before = now;
        // An editor may have it away for a moment; where it stays away, the next look at it says so.
        match std::fs::read(&self.path) {
            Ok(bytes) if bytes != self.known => {
                self.known = bytes;
                true
            }
            _ => false,
        }
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let about = std::fs::metadata(path).ok()?;
    Some((about.ino(), about.size(), about.ctime(), about.ctime_nsec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_is_told_once_and_a_quiet_file_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ssot.yaml");
        std::fs::write(&path, "one").unwrap();
        let mut watched = Watched::of(path.clone(), b"one".to_vec());
        assert!(!watched.has_changed() && !watched.has_changed() && !watched.has_changed());
        assert!(watched.settled.is_some(), "it was the same twice");
        // The clock of a file system may go on in steps of some milliseconds.
        let later = || std::thread::sleep(Duration::from_millis(50));
        // The same length, written over and put in its place.
        later();
        std::fs::write(&path, "two").unwrap();
        assert!(watched.has_changed() && !watched.has_changed());
        let beside = dir.path().join("beside");
        std::fs::write(&beside, "six").unwrap();
        std::fs::rename(&beside, &path).unwrap();
        assert!(watched.has_changed() && !watched.has_changed());
        // Away for a moment, and back with the same.
        std::fs::rename(&path, &beside).unwrap();
        assert!(!watched.has_changed());
        std::fs::rename(&beside, &path).unwrap();
        assert!(!watched.has_changed());
        later();
        std::fs::write(&path, "six, touched").unwrap();
        std::fs::write(&path, "six").unwrap();
        assert!(!watched.has_changed() && !watched.has_changed(), "what it holds counts");
        assert!(watched.settled.is_some());
    }
}
