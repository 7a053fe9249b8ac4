//! From text to YAML, strictly: what two parsers could read in two ways is refused.

use std::ops::Range;

use super::error::SsotError;
use super::raw::Raw;

/// Larger files are refused unread: an SSOT is written by people.
const MAX_BYTES: usize = 512 * 1024;

/// How many brackets may be open at once. The parser takes minutes for a hundred thousand of them, and the deepest
/// that an SSOT has is four.
const MAX_DEPTH: usize = 64;

/// A problem found before the tree exists: where, what, and the mend.
pub(super) struct Fault {
    pub(super) span: Range<usize>,
    pub(super) problem: String,
    pub(super) mend: String,
}

impl Fault {
    pub(super) fn new(span: Range<usize>, problem: impl Into<String>, mend: &str) -> Self {
        Self { span, problem: problem.into(), mend: mend.to_owned() }
    }

    pub(super) fn into_error(self, file: &str, text: &str) -> SsotError {
        SsotError::at(file, text, self.span, self.problem, self.mend)
    }
}

/// Reads the bytes as text.
pub(super) fn decode_utf8<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, SsotError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let good = error.valid_up_to();
        // Everything up to the fault is text, so the line it stands in can be shown.
        let text = String::from_utf8_lossy(bytes);
        let problem = format!("the file is not UTF-8: the byte 0x{:02x} is out of place", bytes[good]);
        SsotError::at(file, &text, good..good + 1, problem, "save the file as UTF-8".to_owned())
    })
}

/// Reads the text as one YAML document. Refuses what YAML allows and an SSOT has no use for.
pub(super) fn read(text: &str) -> Result<Raw, Fault> {
    check_characters(text)?;
    check_content(text)?;
    let raw: Raw = serde_yaml::from_str(text).map_err(|error| explain(text, &error))?;
    Ok(raw)
}

fn check_characters(text: &str) -> Result<(), Fault> {
    if text.len() > MAX_BYTES {
        return Err(Fault::new(
            0..1,
            format!("the file is larger than {} KiB", MAX_BYTES / 1024),
            "shorten it",
        ));
    }
    let mut in_comment = false;
    let mut line_start = 0;
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        let span = at..at + c.len_utf8();
        match c {
            '\n' => {
                in_comment = false;
                line_start = at + 1;
            }
            '\r' if text[at..].starts_with("\r\n") => {}
            '[' | '{' if !in_comment => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(Fault::new(
                        span,
                        "brackets within brackets without end",
                        "close some of them",
                    ));
                }
            }
            ']' | '}' if !in_comment => depth = depth.saturating_sub(1),
            '#' if text[line_start..at].trim().is_empty() => in_comment = true,
            '\t' if !in_comment => {
                return Err(Fault::new(
                    span,
                    "a tab, which YAML does not take as indentation",
                    "write spaces",
                ));
            }
            '\t' => {}
            '\u{feff}' if at == 0 => {
                return Err(Fault::new(span, "a byte order mark", "save the file as UTF-8 without BOM"));
            }
            // Line breaks to some YAML parsers and not to others, and what shows a reviewer another order of
            // the text than the one that counts.
            c if c.is_control()
                || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}') =>
            {
                let problem = format!("the invisible character U+{:04X}", u32::from(c));
                return Err(Fault::new(span, problem, "remove it"));
            }
            _ => {}
        }
    }
    Ok(())
}

fn check_content(text: &str) -> Result<(), Fault> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        let here = start..start + line.trim_end().len();
        start += line.len();
        if content.starts_with('%') {
            return Err(Fault::new(here, "a YAML directive", "remove the line"));
        }
        if !content.is_empty() && !content.starts_with('#') && content != "---" {
            return Ok(());
        }
    }
    let mend = "`docker-steward ssot init` writes one to start from";
    Err(Fault::new(0..0, "the file is empty: it declares nothing", mend))
}

/// Says a YAML parser's complaint in the words of what people write in an SSOT.
fn explain(text: &str, error: &serde_yaml::Error) -> Fault {
    let message = error.to_string();
    let at = error.location().map_or(0, |location| offset(text, location.line(), location.column()));
    let span = at..at + 1;
    let has = |part: &str| message.contains(part);
    if has("more than one document") {
        let at = second_document(text);
        return Fault::new(
            at..at + 3,
            "a second YAML document",
            "one file declares one environment; remove the `---`",
        );
    }
    // `*` starts an alias in YAML, and a pattern that begins with one is the commonest slip there is.
    let star = [at, at.saturating_sub(1)].into_iter().find(|&at| text.as_bytes().get(at) == Some(&b'*'));
    if let Some(star) = star.filter(|_| has("anchor") || has("alias")) {
        let word = text[star..].split([',', ']', '}', ' ', '\r', '\n']).next().unwrap_or_default();
        let mend = format!("write it in quotes: \"{word}\"");
        return Fault::new(
            star..star + word.len(),
            "a text that begins with `*` must stand in quotes",
            &mend,
        );
    }
    // What is not closed is pointed at where it was opened; the parser notices only lines later.
    let opened = opening(&message).map_or(at, |(line, column)| offset(text, line, column));
    let unclosed = |problem: &str, mend: &str| Fault::new(opened..opened + 1, problem, mend);
    if has("while parsing a flow sequence") {
        return unclosed("this list is not closed, or a comma is missing in it", "write `]` at its end");
    }
    if has("while parsing a flow mapping") {
        return unclosed("this block is not closed, or a comma is missing in it", "write `}` at its end");
    }
    if has("while scanning a quoted scalar") && has("unexpected end of stream") {
        return unclosed("this quote is not closed", "write the same quote at its end");
    }
    if has(super::raw::TAG) {
        return Fault::new(span, super::raw::TAG, "write the value alone");
    }
    let mend = if has("mapping values are not allowed") {
        "check the indentation; a text with `: ` in it must stand in quotes"
    } else if has("did not find expected key") || has("did not find expected '-' indicator") {
        "check the indentation: keys of one block begin in one column"
    } else if has("cannot start any token") {
        "a text that begins with this character must stand in quotes"
    } else if has("could not find expected ':'") {
        "write `key: value`"
    } else {
        "look at the brackets, the quotes and the indentation here and in the line before"
    };
    Fault::new(span, format!("this is not YAML: {}", without_place(&message)), mend)
}

/// The parser's message without the places in it, which the report shows better.
fn without_place(message: &str) -> String {
    let message = message.split(", while ").next().unwrap_or(message);
    message.split(" at line ").next().unwrap_or(message).to_owned()
}

/// Where the parser says that the unfinished thing began.
fn opening(message: &str) -> Option<(usize, usize)> {
    let place = message.split(", while ").nth(1)?.split(" at line ").nth(1)?;
    let (line, column) = place.split_once(" column ")?;
    Some((line.parse().ok()?, column.parse().ok()?))
}

/// The byte at a line and a column, both counted from 1, the column in characters.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = &text[start..];
    rest.char_indices().nth(column.saturating_sub(1)).map_or(text.len(), |(at, _)| start + at)
}

fn second_document(text: &str) -> usize {
    let mut start = 0;
    let mut content = false;
    for line in text.split_inclusive('\n') {
        if line.starts_with("---") && content {
            return start;
        }
        content |= !line.trim().is_empty() && !line.starts_with('#');
        start += line.len();
    }
    0
}
