//! Putting an edited SSOT in the place of the old one.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use crate::ssot::load::{Origin, Ssot};

use super::Edited;

/// Replaces the file that `before` was read from: whole, by a rename, with its mode and owner kept. A file that
/// no longer says what `before` says is left alone.
pub fn replace(before: &Ssot, edited: &Edited) -> io::Result<()> {
    let Origin::File(path) = &before.origin else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is part of the program"));
    };
    replace_text(path, &before.text, &edited.ssot.text)
}

/// The same for a file that says `before`, be that a valid SSOT or one that has to be mended.
pub fn replace_text(path: &Path, before: &str, after: &str) -> io::Result<()> {
    // Where the path is a link, what it leads to is the SSOT, and the link stays.
    let path = path.canonicalize()?;
    if std::fs::read(&path)? != before.as_bytes() {
        return Err(io::Error::other("somebody has changed it meanwhile; try again"));
    }
    let found = std::fs::metadata(&path)?;
    let beside = beside(&path)?;
    let written = write(&beside, after.as_bytes(), &found)
        .and_then(|()| std::fs::rename(&beside, &path))
        .and_then(|()| sync_folder(&path));
    if written.is_err() {
        // It is ours, and worthless: the first error is the one to tell.
        let _ = std::fs::remove_file(&beside);
    }
    written
}

fn beside(path: &Path) -> io::Result<std::path::PathBuf> {
    let name =
        path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
    let mut beside = std::ffi::OsString::from(".");
    beside.push(name);
    beside.push(format!(".{}.tmp", std::process::id()));
    Ok(path.with_file_name(beside))
}

fn write(beside: &Path, content: &[u8], like: &std::fs::Metadata) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(beside)?;
    file.write_all(content)?;
    keep_owner(&file, like)?;
    file.set_permissions(like.permissions())?;
    file.sync_all()
}

/// Under `sudo` the file would else become root's, and its author could no longer write it.
#[cfg(unix)]
fn keep_owner(file: &File, like: &std::fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let ours = file.metadata()?;
    if (ours.uid(), ours.gid()) == (like.uid(), like.gid()) {
        return Ok(());
    }
    fchown(file, Some(like.uid()), Some(like.gid()))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "there are no owners to keep here")]
fn keep_owner(_: &File, _: &std::fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// The rename itself is on disk only once the folder is.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
