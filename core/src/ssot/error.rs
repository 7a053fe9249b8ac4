//! What is wrong with an SSOT file, said like a good compiler says it: where, the line itself, and the mend.

use std::fmt;
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::secret::{mask, mask_words};
use crate::text::is_hostile;

/// How much of a long line is shown around the fault, in characters.
const SHOWN: usize = 100;

/// An SSOT that cannot be used, and why.
///
/// `Display` gives the whole report in plain text, several lines without one at the end, free of control characters
/// whatever the file holds, and without the secret part of an address that stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SsotError(Box<Report>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Report {
    file: String,
    problem: String,
    mend: Option<String>,
    place: Option<Place>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    line: usize,
    column: usize,
    source: String,
    /// Columns of the terminal before the caret, and under it.
    indent: usize,
    width: usize,
}

impl SsotError {
    /// An error in no particular place.
    pub(super) fn general(file: &str, problem: impl Into<String>, mend: impl Into<Option<String>>) -> Self {
        let problem = sanitise(&mask_words(&problem.into()));
        let mend = mend.into().map(|mend| sanitise(&mask_words(&mend)));
        Self(Box::new(Report { file: sanitise(file), problem, mend, place: None }))
    }

    /// An error at a range of bytes of the text.
    pub(super) fn at(
        file: &str,
        text: &str,
        span: Range<usize>,
        problem: impl Into<String>,
        mend: impl Into<Option<String>>,
    ) -> Self {
        let mut error = Self::general(file, problem, mend);
        error.0.place = Some(Place::new(text, span));
        error
    }

    /// The file, as it is shown to people.
    pub fn file(&self) -> &str {
        &self.0.file
    }

    /// What is wrong, in one line.
    pub fn problem(&self) -> &str {
        &self.0.problem
    }

    /// What to do about it.
    pub fn mend(&self) -> Option<&str> {
        self.0.mend.as_deref()
    }

    /// The line, counted from 1.
    pub fn line(&self) -> Option<usize> {
        self.0.place.as_ref().map(|place| place.line)
    }

    /// The column in characters, counted from 1.
    pub fn column(&self) -> Option<usize> {
        self.0.place.as_ref().map(|place| place.column)
    }
}

impl fmt::Display for SsotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { file, problem, mend, place } = &*self.0;
        f.write_str(problem)?;
        let Some(Place { line, column, source, indent, width }) = place else {
            write!(f, "\n --> {file}")?;
            return mend.as_ref().map_or(Ok(()), |mend| write!(f, "\n  = help: {mend}"));
        };
        let number = line.to_string();
        let gutter = " ".repeat(number.len());
        write!(f, "\n{gutter}--> {file}:{line}:{column}")?;
        write!(f, "\n{gutter} |")?;
        write!(f, "\n{}", format!("{number} | {source}").trim_end())?;
        write!(f, "\n{gutter} | {}{}", " ".repeat(*indent), "^".repeat(*width))?;
        mend.as_ref().map_or(Ok(()), |mend| write!(f, "\n{gutter} = help: {mend}"))
    }
}

impl std::error::Error for SsotError {}

impl Place {
    fn new(text: &str, span: Range<usize>) -> Self {
        let start = floor_char_boundary(text, span.start);
        let end = floor_char_boundary(text, span.end.max(start));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line = text[..start].matches('\n').count() + 1;
        let source = text[line_start..].lines().next().unwrap_or_default();
        let source = mask(source.trim_end_matches('\r'));
        let before = text[line_start..start].chars().count();
        let marked = source.chars().skip(before).take(text[start..end].chars().count().max(1)).count();

        // A window over a long line that shows the fault and what stands before it.
        let length = source.chars().count();
        let from = if length > SHOWN { before.saturating_sub(SHOWN / 2) } else { 0 };
        let until = length.min(from + SHOWN);
        let piece = |range: Range<usize>| -> String {
            sanitise(&source.chars().skip(range.start).take(range.len()).collect::<String>())
        };
        let dots = if from > 0 { "…" } else { "" };
        let shown = format!("{dots}{}{}", piece(from..until), if until < length { "…" } else { "" });
        let mark = piece(before..until.min(before + marked).max(before));
        Self {
            line,
            column: before + 1,
            indent: dots.width() + piece(from..before.min(until)).width(),
            width: mark.width().max(1),
            source: shown.trim_end().to_owned(),
        }
    }
}

fn floor_char_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// Makes text from a file harmless on a terminal: what could move, reorder or hide becomes `\u{fffd}`.
pub(super) fn sanitise(text: &str) -> String {
    text.chars().map(|c| if is_hostile(c) { '\u{fffd}' } else { c }).collect()
}

/// The known word nearest to a mistyped one, if any is near.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase().replace('-', "_");
    known
        .into_iter()
        .map(|candidate| (distance(&word, candidate), candidate))
        .filter(|&(distance, candidate)| distance <= 1.max(candidate.chars().count() / 3))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_fault_whatever_stands_before_it() {
        let text = "a: 1\nnaïve 日本: \u{1b}[31m oops\n";
        let start = text.find("oops").unwrap();
        let error = SsotError::at("x.yaml", text, start..start + 4, "no good", Some("do better".to_owned()));
        insta::assert_snapshot!(error, @r"
        no good
         --> x.yaml:2:17
          |
        2 | naïve 日本: �[31m oops
          |                   ^^^^
          = help: do better
        ");
        assert_eq!((error.line(), error.column()), (Some(2), Some(17)));
    }

    #[test]
    fn a_long_line_is_shown_in_part() {
        let text = format!("{}oops{}", "x".repeat(500), "y".repeat(500));
        let shown = SsotError::at("x.yaml", &text, 500..504, "no good", None).to_string();
        assert!(shown.lines().all(|line| line.chars().count() < 120), "{shown}");
        let caret = shown.lines().last().unwrap().find('^').unwrap();
        let line = shown.lines().nth(3).unwrap();
        assert_eq!(line.chars().skip(caret).take(4).collect::<String>(), "oops");
    }

    #[test]
    fn a_place_outside_of_the_text_is_shown_at_its_end() {
        for span in [0..0, 3..3, 4..9, 100..200, 2..1_000] {
            let _ = SsotError::at("x", "a\né", span.clone(), "p", None).to_string();
            let _ = SsotError::at("x", "", span, "p", None).to_string();
        }
    }

    #[test]
    fn the_nearest_word() {
        let known = ["patterns", "names", "labels"];
        assert_eq!(nearest("pattern", known), Some("patterns"));
        assert_eq!(nearest("Name", known), Some("names"));
        assert_eq!(nearest("frobnicate", known), None);
        assert_eq!(nearest("safe-to-delete", ["safe_to_delete"]), Some("safe_to_delete"));
    }
}
