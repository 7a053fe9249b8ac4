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

/// The same, written as it comes.
pub fn pretty_to(out: impl io::Write, value: &impl Serialize) -> io::Result<()> {
    let mut out = Clean(out);
    serde_json::to_writer_pretty(&mut out, value)?;
    out.0.write_all(b"\n")
}

/// Escapes what goes through. JSON is written in whole characters.
struct Clean<W>(W);

impl<W: io::Write> io::Write for Clean<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let plain = bytes.iter().all(|byte| (0x20..0x7f).contains(byte) || *byte == b'\n');
        match std::str::from_utf8(bytes) {
            Ok(text) if !plain => self.0.write_all(escape(text.to_owned()).as_bytes())?,
            _ => self.0.write_all(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn escape(json: String) -> String {
    // The newlines of the layout are the only control characters outside of strings.
    let odd = |it: char| it != '\n' && is_hostile(it);
    if !json.contains(odd) {
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
