//! Room on a disk that others write to, too.

use std::io;
use std::path::Path;

use crate::text::bytes;

/// What is always left to others, in bytes, however large the disk is: 1 GiB. Of a small one it is a twentieth, as much
/// as file systems keep back for root.
const MOST_LEFT: u64 = 1 << 30;

/// The room on a disk, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// What is free.
    free: u64,
    /// What is left to others: an engine and its databases may live on the same disk.
    left: u64,
}

impl Room {
    /// The room on the disk on which a path is, as it is now.
    #[cfg(unix)]
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        let disk = rustix::fs::statvfs(path)?;
        Ok(Self::of(disk.f_blocks.saturating_mul(disk.f_frsize), disk.f_bavail.saturating_mul(disk.f_frsize)))
    }

    /// Nobody is asked here: as much as is wanted.
    #[cfg(not(unix))]
    pub(super) fn at(_: &Path) -> io::Result<Self> {
        Ok(Self::of(0, 0))
    }

    /// On a disk of so many bytes, of which so many are free. One without a size is none that could tell.
    pub(super) const fn of(all: u64, free: u64) -> Self {
        let left = if all / 20 < MOST_LEFT { all / 20 } else { MOST_LEFT };
        if all == 0 { Self { free: u64::MAX, left: 0 } } else { Self { free, left } }
    }

    /// What may be taken; none where nobody can tell.
    pub(super) fn to_take(self) -> Option<u64> {
        (self.free != u64::MAX).then(|| self.free.saturating_sub(self.left))
    }

    /// Refuses where so many more bytes would take what is left to others.
    pub(super) fn take(self, wanted: u64) -> io::Result<()> {
        if self.to_take().is_none_or(|room| room >= wanted.max(1)) {
            return Ok(());
        }
        let wanted =
            if wanted > 0 { format!("the {} that it takes", bytes(wanted)) } else { "more".to_owned() };
        let why = format!(
            "there is no room for {wanted} on the disk of the trash: {} are free, and {} of them are left to others",
            bytes(self.free),
            bytes(self.left)
        );
        Err(io::Error::new(io::ErrorKind::StorageFull, why))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn a_twentieth_is_left_and_never_more_than_a_gibibyte() {
        let takes = |all, free, wanted| Room::of(all * MIB, free * MIB).take(wanted * MIB).is_ok();
        assert!(takes(1000, 500, 450) && !takes(1000, 500, 451));
        assert!(takes(1_000_000, 2000, 976) && !takes(1_000_000, 2000, 977));
        assert!(takes(1000, 51, 0) && !takes(1000, 50, 0) && !takes(1000, 0, 0));
        assert!(takes(0, 0, 1_000_000), "a disk that tells no size");
    }

    #[cfg(unix)]
    #[test]
    fn the_disk_is_asked() {
        let room = Room::at(&std::env::temp_dir()).unwrap();
        assert!(room.free > 0 && room.free < u64::MAX && room.left <= MOST_LEFT, "{room:?}");
        let told = room.take(u64::MAX).unwrap_err().to_string();
        assert!(told.contains("no room for the 18.4 EB that it takes"), "{told}");
    }
}
