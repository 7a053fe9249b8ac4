//! JSON that is also harmless to look at.
//!
//! JSON escapes C0 control characters, but lets DEL, C1 and the characters that reorder text through. Every
//! one of them stands inside a string there, where `\u…` means the same to a program and nothing to a
//! terminal.

use std::fmt::Write as _;
use std::io;

use serde::Serialize;

use crate::text::is_hostile;

/// One line, without its newline.
pub fn line(value: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string(value).map(escape)
}

/// Many lines, for people, with a newline at the end.
pub fn pretty(value: &impl Serialize) -> serde_json::Result<String> {
    let mut text = escape(serde_json::to_string_pretty(value)?);
    text.push('\n');
    Ok(text)
}

/// The same, written as it comes: however long it is, no more than a piece of it is held.
pub fn pretty_to(out: &mut dyn io::Write, value: &impl Serialize) -> io::Result<()> {
    let mut pieces = Pieces { out, held: Vec::with_capacity(PIECE + 4096) };
    serde_json::to_writer_pretty(&mut pieces, value)?;
    pieces.held.push(b'\n');
    pieces.hand_on()
}

/// From so many bytes on a piece is handed on: what a pipe holds.
const PIECE: usize = 64 * 1024;

/// Escapes what goes through, piece by piece. JSON is written in whole characters.
struct Pieces<'a> {
    out: &'a mut dyn io::Write,
    held: Vec<u8>,
}

impl Pieces<'_> {
    fn hand_on(&mut self) -> io::Result<()> {
        match std::str::from_utf8(&self.held) {
            Ok(text) if !is_plain(&self.held) => self.out.write_all(escape(text.to_owned()).as_bytes())?,
            _ => self.out.write_all(&self.held)?,
        }
        self.held.clear();
        Ok(())
    }
}

impl io::Write for Pieces<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.held.extend_from_slice(bytes);
        if self.held.len() < PIECE { Ok(()) } else { self.hand_on() }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether it is ASCII that a terminal shows, and the newlines of the layout: those are the only control characters
/// outside of strings.
fn is_plain(bytes: &[u8]) -> bool {
    // Without a way out before the end of a few, so that they are seen many at a time.
    let shown = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n');
    bytes.chunks(256).all(|some| some.iter().fold(true, |all, byte| all & shown(byte)))
}

fn escape(json: String) -> String {
    let odd = |it: char| it != '\n' && is_hostile(it);
    if is_plain(json.as_bytes()) || !json.contains(odd) {
        return json;
    }
    let mut clean = String::with_capacity(json.len() + 16);
    for it in json.chars() {
        if odd(it) {
            for unit in it.encode_utf16(&mut [0; 2]) {
                // Writing to a `String` cannot fail.
                let _ = write!(clean, "\\u{unit:04x}");
            }
        } else {
            clean.push(it);
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_a_terminal_would_obey_is_escaped_and_reads_back_the_same() {
        for text in ["a\u{7f}\u{9b}31m", "x\u{202e}y", "\u{e0041}", "\u{1b}]52;c;x\u{7}", "plain ünïcode ✓"]
        {
            let line = super::line(&text).unwrap();
            assert!(!line.contains(crate::text::is_hostile), "{line}");
            assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
            let pretty = super::pretty(&[text]).unwrap();
            assert_eq!(serde_json::from_str::<[String; 1]>(&pretty).unwrap(), [text]);
            let mut written = Vec::new();
            super::pretty_to(&mut written, &[text]).unwrap();
            assert_eq!(String::from_utf8(written).unwrap(), pretty);
        }
    }
}
