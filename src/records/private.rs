//! Files and folders that are the steward's own, opened so that nobody can put something else in their place.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// How many files this process has written beside another.
static WRITTEN: AtomicUsize = AtomicUsize::new(0);

/// Makes a folder that only its owner can enter (0700), and its parents the same way, as the XDG specification
/// asks: what is not in the folder itself, such as a log beside it, is as private. One that exists must be a real
/// folder, not a link to one, and is closed to others if it was open to them.
pub fn create_private_dir(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    if let Some(parent) = path.parent() {
        builder.recursive(true).create(parent)?;
        builder.recursive(false);
    }
    match builder.create(path) {
        Ok(()) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    // Not `metadata`: a link placed here by somebody else would lead the records out of this folder.
    let found = std::fs::symlink_metadata(path)?;
    if !found.is_dir() {
        return Err(io::Error::new(
            io::ErrorKind::NotADirectory,
            "it is not a folder, and links are not followed here",
        ));
    }
    close_to_others(path, &found, 0o700)
}

/// Opens a file of the steward's own to append to it and to read it (0600), making it if need be. A link,
/// or anything but a regular file, is refused.
pub fn open_append_private(path: &Path) -> io::Result<File> {
    let file = open_append(path, 0o600)?;
    close_to_others(path, &file.metadata()?, 0o600)?;
    Ok(file)
}

/// Opens a file to append to it and to read it, making it with `mode` (less the umask) if need be. A link,
/// or anything but a regular file, is refused.
pub fn open_append(path: &Path, mode: u32) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    refuse_links(path, &mut options, mode)?;
    let file = options.open(path).map_err(|error| explain_link(path, error))?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    Ok(file)
}

/// Makes a file for its owner alone (0600), to write it and to read it. One that is there is replaced, never followed.
pub(super) fn create_private(path: &Path) -> io::Result<File> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    refuse_links(path, &mut options, 0o600)?;
    options.open(path)
}

/// Writes a whole file for its owner alone (0600): first beside it, then renamed over it, so that nobody
/// ever reads half of it and a link in its place is replaced, not followed.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    write_private_by(path, |file| file.write_all(content))
}

/// The same where the content is never held as a whole.
pub(super) fn write_private_by(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    let name =
        path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
    if path.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    let mut beside = std::ffi::OsString::from(".");
    beside.push(name);
    // Two sessions of one process write side by side, and a process before us that had our ID may have died here.
    let nth = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    beside.push(format!(".{}.{nth}.{now}.tmp", std::process::id()));
    let beside = path.with_file_name(beside);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    refuse_links(&beside, &mut options, 0o600)?;
    let written = options.open(&beside).and_then(|file| {
        let mut file = BufWriter::new(file);
        write(&mut file)?;
        file.into_inner()?.sync_all()?;
        std::fs::rename(&beside, path)
    });
    if written.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::AlreadyExists) {
        // It is ours, and worthless: the first error is the one to tell.
        let _ = std::fs::remove_file(&beside);
    }
    written
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "where there is no O_NOFOLLOW, looking can fail")]
fn refuse_links(_: &Path, options: &mut OpenOptions, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    // O_NONBLOCK: a named pipe in the file's place must not hang the steward.
    options.mode(mode).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    Ok(())
}

#[cfg(not(unix))]
fn refuse_links(path: &Path, _: &mut OpenOptions, _: u32) -> io::Result<()> {
    match std::fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => {
            Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a link, and links are not followed here"))
        }
        _ => Ok(()),
    }
}

/// "Too many levels of symbolic links" is how the kernel says that `O_NOFOLLOW` met one.
fn explain_link(path: &Path, error: io::Error) -> io::Error {
    if std::fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink()) {
        io::Error::new(error.kind(), "it is a link, and links are not followed here")
    } else {
        error
    }
}

#[cfg(unix)]
fn close_to_others(path: &Path, found: &std::fs::Metadata, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let open_to_others = found.permissions().mode() & 0o077;
    if open_to_others == 0 {
        return Ok(());
    }
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "there are no modes to fail at here")]
fn close_to_others(_: &Path, _: &std::fs::Metadata, _: u32) -> io::Result<()> {
    Ok(())
}
