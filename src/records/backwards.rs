//! The lines of a file from its end, so that the newest are had without the rest.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

/// How much is read first; twice as much each time until a whole line is there, as those of a large engine are long.
const STRIDE: u64 = 64 * 1024;

/// The lines, the last one first, without their newlines.
pub(super) struct Backwards {
    file: File,
    /// Where what is held begins in the file.
    start: u64,
    stride: u64,
    /// What was read and not yet given.
    held: Vec<u8>,
    ended: bool,
}

impl Backwards {
    /// Those of a file as it is now.
    pub(super) fn of(mut file: File) -> io::Result<Self> {
        let start = file.seek(SeekFrom::End(0))?;
        Ok(Self { file, start, stride: STRIDE, held: Vec::new(), ended: false })
    }

    fn read_more(&mut self) -> io::Result<()> {
        let from = self.start.saturating_sub(self.stride);
        self.stride *= 2;
        self.file.seek(SeekFrom::Start(from))?;
        let mut piece = Vec::new();
        (&mut self.file).take(self.start - from).read_to_end(&mut piece)?;
        piece.append(&mut self.held);
        (self.held, self.start) = (piece, from);
        Ok(())
    }
}

impl Iterator for Backwards {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(at) = self.held.iter().rposition(|byte| *byte == b'\n') {
                let line = self.held.split_off(at + 1);
                self.held.pop();
                self.stride = STRIDE;
                return Some(Ok(line));
            }
            if self.ended {
                return None;
            }
            if self.start == 0 {
                self.ended = true;
                return Some(Ok(std::mem::take(&mut self.held)));
            }
            if let Err(error) = self.read_more() {
                self.ended = true;
                self.held.clear();
                return Some(Err(error));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_the_lines_of_the_file_the_other_way_round() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        let long = "x".repeat(200_000);
        for text in ["", "\n", "a", "a\n", "a\nb", "\na\n\nb\n", &format!("a\n{long}\nb\n{long}")] {
            std::fs::write(&path, text).unwrap();
            let found: Vec<String> = Backwards::of(File::open(&path).unwrap())
                .unwrap()
                .map(|line| String::from_utf8(line.unwrap()).unwrap())
                .collect();
            let wanted: Vec<&str> = text.split('\n').rev().collect();
            assert!(found == wanted, "{} lines of {} bytes", found.len(), text.len());
        }
    }
}
