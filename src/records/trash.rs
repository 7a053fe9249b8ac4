//! The trash: what removed resources held, until it expires. One tar archive for each, in `trash/RUN/STEP.tar`; the
//! run's journal tells what it is, its length, its hash, and until when it is kept.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::Paths;
use super::journal_line::{Kept, Saved, read_kept};
use super::private::{create_private, create_private_dir};
use super::room::Room;
use crate::steward::Kind;

/// How long it is kept where nobody says otherwise: 30 days.
pub const KEEP: Duration = Duration::from_hours(30 * 24);

/// An archive in the trash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trashed {
    /// The cleanup.
    pub run: String,
    /// The kind of the resource.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// When it was saved.
    pub at: Timestamp,
    /// What the journal says of it.
    pub saved: Saved,
    /// Where it is.
    pub path: PathBuf,
}

/// Where the archive of a step is.
pub fn path(paths: &Paths, run: &str, step: usize) -> PathBuf {
    paths.trash().join(run).join(format!("{step}.tar"))
}

/// How many bytes the trash has room for; none where nobody can tell.
pub fn room(paths: &Paths) -> Option<u64> {
    // It may not exist yet.
    paths.trash().ancestors().find_map(|folder| Room::at(folder).ok())?.to_take()
}

/// Where it is while it is not whole yet.
fn beside(path: &Path) -> PathBuf {
    path.with_extension("tar.part")
}

/// So many bytes are written before the disk is asked again.
const ASKED_EVERY: u64 = 16 << 20;

/// An archive that is being written, while there is room for it on the disk. Dropped before its end, it leaves nothing.
#[derive(Debug)]
pub struct Saving {
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
    /// Until so many bytes are written, the room is known to be there.
    asked_until: u64,
    room: fn(&Path) -> io::Result<Room>,
    beside: PathBuf,
    path: PathBuf,
}

impl Saving {
    /// Begins the archive of a step, which will want so many bytes as far as that is known.
    pub fn begin(path: &Path, wanted: u64) -> io::Result<Self> {
        Self::begin_in(path, wanted, Room::at)
    }

    fn begin_in(path: &Path, wanted: u64, room: fn(&Path) -> io::Result<Room>) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            create_private_dir(folder)?;
        }
        let beside = beside(path);
        let file = BufWriter::with_capacity(256 * 1024, create_private(&beside)?);
        let (hash, path) = (Sha256::new(), path.to_owned());
        let it = Self { file, hash, bytes: 0, asked_until: ASKED_EVERY, room, beside, path };
        it.ask(wanted)?;
        Ok(it)
    }

    /// Refuses where there is no room for so many more bytes.
    fn ask(&self, wanted: u64) -> io::Result<()> {
        (self.room)(&self.beside)?.take(wanted)
    }

    /// Ends it: refuses one that is not whole, and returns once it is on the disk, under its name.
    pub fn finish(mut self, expires: Timestamp) -> io::Result<Saved> {
        self.file.flush()?;
        whole(self.file.get_mut())?;
        self.file.get_ref().sync_all()?;
        std::fs::rename(&self.beside, &self.path)?;
        if let Some(folder) = self.path.parent() {
            File::open(folder).and_then(|folder| folder.sync_all())?;
        }
        Ok(Saved { bytes: self.bytes, sha256: hex::encode(self.hash.clone().finalize()), expires })
    }
}

impl Write for Saving {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if self.bytes >= self.asked_until {
            self.ask(0)?;
            self.asked_until = self.bytes + ASKED_EVERY;
        }
        let written = self.file.write(piece)?;
        self.hash.update(&piece[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Saving {
    fn drop(&mut self) {
        // After a rename there is no such file.
        let _ = std::fs::remove_file(&self.beside);
    }
}

/// Whether a tar archive is whole. An engine that fails midway writes its error into the archive, or ends it early, and
/// in both cases with a 200.
fn whole(file: &mut File) -> io::Result<()> {
    let broken = |why: &str| io::Error::new(io::ErrorKind::InvalidData, format!("it is not whole: {why}"));
    let mut end = [0xff; 1024];
    let length = file.metadata()?.len();
    // Blocks of 512 bytes; the last two are the end.
    if length < 1024 || !length.is_multiple_of(512) {
        return Err(broken("it is cut off"));
    }
    file.seek(SeekFrom::End(-1024))?;
    file.read_exact(&mut end)?;
    if end.iter().any(|&byte| byte != 0) {
        return Err(broken("it does not end as a tar archive ends"));
    }
    file.rewind()?;
    let mut archive = tar::Archive::new(&*file);
    let mut entries = 0_usize;
    for entry in archive.entries_with_seek()? {
        entry.map_err(|error| broken(&error.to_string()))?;
        entries += 1;
    }
    if entries == 0 { Err(broken("it holds nothing")) } else { Ok(()) }
}

/// Everything that the trash holds, oldest first. A journal that cannot be read tells nothing here: `history` says so.
pub fn list(paths: &Paths) -> Vec<Trashed> {
    let mut found = Vec::new();
    for (run, kept) in runs(paths) {
        for (step, (told, kept)) in kept.begin.steps.into_iter().zip(kept.steps).enumerate() {
            let Some((at, saved)) = kept.saved else { continue };
            let path = path(paths, &run, step);
            if path.is_file() {
                found.push(Trashed { run: run.clone(), kind: told.kind, name: told.name, at, saved, path });
            }
        }
    }
    found.sort_by(|a, b| (a.at, &a.path).cmp(&(b.at, &b.path)));
    found
}

/// An archive, whole or not, that its journal does not tell of: the cleanup was killed while it saved. What it was
/// saved from was not removed then, since a removal waits for that line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// The cleanup.
    pub run: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its length.
    pub bytes: u64,
}

/// So long a cleanup may still be about to tell of an archive.
const TOLD_WITHIN: Duration = Duration::from_hours(24);

/// What cleanups left behind that were killed while they saved. It is only what the journal can vouch for: of one that
/// cannot be read, or of which a line cannot, nothing is known to be left behind, nor of a step that was begun.
pub fn strays(paths: &Paths, now: Timestamp) -> Vec<Stray> {
    let mut found = Vec::new();
    for (run, kept) in runs(paths).filter(|(_, kept)| kept.faults.is_empty()) {
        let steps = kept.steps.iter().enumerate().filter(|(_, it)| it.saved.is_none() && !it.begun);
        let files = steps.flat_map(|(step, _)| {
            let path = path(paths, &run, step);
            [beside(&path), path]
        });
        for path in files {
            let Ok(about) = std::fs::symlink_metadata(&path) else { continue };
            let age = about.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
            let age = age.and_then(|at| Duration::try_from(now.duration_since(at)).ok());
            if about.is_file() && age.is_some_and(|age| age >= TOLD_WITHIN) {
                found.push(Stray { run: run.clone(), path, bytes: about.len() });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The cleanups that have a folder in the trash, and what their journals kept, if they can be read.
fn runs(paths: &Paths) -> impl Iterator<Item = (String, Kept)> {
    let folders = std::fs::read_dir(paths.trash()).into_iter().flatten().flatten();
    folders.filter_map(|folder| {
        let run = folder.file_name().to_str()?.to_owned();
        let kept = read_kept(&paths.run(&run)).ok()?;
        Some((run, kept))
    })
}

/// Reads an archive whole and compares it with what the journal says.
pub fn verify(path: &Path, saved: &Saved) -> io::Result<()> {
    copy(path, saved, &mut io::sink())
}

/// Writes an archive into `out`, and fails at the end if it is not what was saved.
pub fn copy(path: &Path, saved: &Saved, out: &mut impl Write) -> io::Result<()> {
    let mut file = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            io::Error::new(error.kind(), "it has expired: it is not in the trash any more")
        }
        _ => error,
    })?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 256 * 1024];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        hash.update(&piece[..read]);
        out.write_all(&piece[..read])?;
    }
    out.flush()?;
    if hex::encode(hash.finalize()) == saved.sha256 {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, "it is not what was saved: its SHA-256 differs"))
}

impl Trashed {
    /// Whether it is past its time: the one that it was saved with, or `older_than`.
    pub fn is_expired(&self, older_than: Option<Duration>, now: Timestamp) -> bool {
        let until = older_than.map_or(Some(self.saved.expires), |age| {
            SignedDuration::try_from(age).ok().and_then(|age| self.at.checked_add(age).ok())
        });
        until.is_some_and(|until| until <= now)
    }
}

/// Deletes an archive for good.
pub fn discard(path: &Path) -> io::Result<()> {
    std::fs::remove_file(path)?;
    // The folder goes with its last archive.
    if let Some(folder) = path.parent() {
        let _ = std::fs::remove_dir(folder);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    fn archive(text: &str) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        builder.append_data(&mut header, "a", text.as_bytes()).unwrap();
        builder.into_inner().unwrap()
    }

    #[test]
    fn an_archive_that_is_cut_off_or_ends_in_an_error_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("trash/run/0.tar");
        let good = archive(&"x".repeat(3000));
        for cut in [0, 1, 511, 512, 1024, 2000, good.len() - 1024, good.len() - 512, good.len() - 1] {
            let mut saving = Saving::begin(&path, 0).unwrap();
            saving.write_all(&good[..cut]).unwrap();
            let error = saving.finish(Timestamp::UNIX_EPOCH).unwrap_err();
            assert!(error.to_string().starts_with("it is not whole"), "{cut}: {error}");
            assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 0, "{cut}");
        }
        let mut saving = Saving::begin(&path, 0).unwrap();
        saving.write_all(&good[..1024]).unwrap();
        saving.write_all(br#"{"errorDetail":{"message":"no space left on device"}}"#).unwrap();
        saving.finish(Timestamp::UNIX_EPOCH).unwrap_err();

        let mut saving = Saving::begin(&path, 0).unwrap();
        saving.write_all(&good).unwrap();
        let saved = saving.finish(Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(saved.bytes, good.len() as u64);
        assert_eq!(saved.sha256, hex::encode(Sha256::digest(&good)));
        assert_eq!(std::fs::read(&path).unwrap(), good);
    }

    /// An engine and its databases may write to the same disk: it is left before it is full.
    #[test]
    fn what_there_is_no_room_for_leaves_nothing() {
        static FREE: AtomicU64 = AtomicU64::new(0);
        const GIB: u64 = 1 << 30;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("trash/run/0.tar");
        let room = |_: &Path| Ok(Room::of(100 * GIB, FREE.load(Ordering::Relaxed)));
        let files = || std::fs::read_dir(path.parent().unwrap()).unwrap().count();
        FREE.store(3 * GIB, Ordering::Relaxed);
        let error = Saving::begin_in(&path, 2 * GIB + 1, room).unwrap_err();
        assert_eq!((error.kind(), files()), (io::ErrorKind::StorageFull, 0));

        let mut saving = Saving::begin_in(&path, 2 * GIB, room).unwrap();
        let piece = vec![0; 1 << 20];
        for _ in 0..16 {
            saving.write_all(&piece).unwrap();
        }
        // Somebody else takes it meanwhile.
        FREE.store(GIB, Ordering::Relaxed);
        let error = saving.write_all(&piece).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        drop(saving);
        assert_eq!(files(), 0);
    }
}
