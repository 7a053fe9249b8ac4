//! A text to read and to search in: the inspect JSON of a resource, what two audits differ by.

use unicode_width::UnicodeWidthStr;

use crate::console::state::{LineInput, Scroll};

/// A text to read.
#[derive(Debug, Default)]
pub struct Paper {
    /// What it is.
    pub title: String,
    /// Its lines, harmless to print; none while they are waited for.
    pub lines: Option<Vec<String>>,
    /// The lines broken to the width of the screen, each with the place of its line.
    pub rows: Vec<(usize, String)>,
    /// What is looked for.
    pub search: String,
    /// The field, while it is being typed.
    pub editing: Option<LineInput>,
    /// The rows in which it was found.
    pub found: Vec<usize>,
    /// The one that was gone to, as a place in `found`.
    pub at: usize,
    /// How far it is scrolled.
    pub scroll: Scroll,
}

impl Paper {
    /// A text that is waited for.
    pub fn awaited(title: String) -> Self {
        Self { title, ..Self::default() }
    }

    /// A text that is there.
    pub fn of(title: String, lines: Vec<String>, width: usize) -> Self {
        let mut paper = Self::awaited(title);
        paper.fill(lines, width);
        paper
    }

    /// Takes the text.
    pub fn fill(&mut self, lines: Vec<String>, width: usize) {
        self.lines = Some(lines);
        self.lay(width);
    }

    /// Breaks the lines to a width.
    pub fn lay(&mut self, width: usize) {
        self.rows.clear();
        for (at, line) in self.lines.iter().flatten().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let mut rest = line.as_str();
            let mut first = true;
            // What goes on in the next row stands deeper than where it began.
            let lead = " ".repeat((indent + 4).min(width / 2));
            loop {
                let room = if first { width } else { width.saturating_sub(lead.len()) }.max(1);
                let part = fitting(rest, room);
                self.rows.push((at, if first { part.to_owned() } else { format!("{lead}{part}") }));
                rest = &rest[part.len()..];
                first = false;
                if rest.is_empty() {
                    break;
                }
            }
        }
        self.find();
    }

    /// What is looked for now.
    pub fn sought(&self) -> &str {
        self.editing.as_ref().map_or(&self.search, |field| field.text())
    }

    /// Looks again, and goes to the first place at or after where the reader is.
    pub fn find(&mut self) {
        let sought = self.sought().trim().to_lowercase();
        self.found = if sought.is_empty() {
            Vec::new()
        } else {
            let holds = |(_, (_, row)): &(usize, &(usize, String))| row.to_lowercase().contains(&sought);
            self.rows.iter().enumerate().filter(holds).map(|(at, _)| at).collect()
        };
        let from = self.scroll.offset;
        self.at = self.found.iter().position(|row| *row >= from).unwrap_or(0);
    }

    /// Goes to the place that was found so many places on, round and round.
    pub fn go(&mut self, by: isize) {
        let count = self.found.len();
        if count == 0 {
            return;
        }
        let by = by.rem_euclid(isize::try_from(count).unwrap_or(1));
        self.at = (self.at + usize::try_from(by).unwrap_or(0)) % count;
        self.show();
    }

    /// Scrolls so that the place that was found is in sight.
    pub fn show(&mut self) {
        if let Some(row) = self.found.get(self.at) {
            self.scroll.to(row.saturating_sub(self.scroll.extent.page / 3));
        }
    }
}

/// As much of a text as fits; at least one character.
fn fitting(text: &str, width: usize) -> &str {
    if text.width() <= width {
        return text;
    }
    let mut end = 0;
    for (at, it) in text.char_indices() {
        let next = at + it.len_utf8();
        if text[..next].width() > width && end > 0 {
            break;
        }
        end = next;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_and_none_is_lost() {
        let paper = Paper::of(String::new(), vec!["  \"a\": \"0123456789\"".to_owned(), String::new()], 12);
        let rows: Vec<&str> = paper.rows.iter().map(|(_, row)| row.as_str()).collect();
        assert_eq!(rows, ["  \"a\": \"0123", "      456789", "      \"", ""]);
    }

    #[test]
    fn what_is_found_goes_round() {
        let mut paper = Paper::of(String::new(), ["one", "Two", "three two"].map(str::to_owned).to_vec(), 20);
        paper.search = "two".to_owned();
        paper.find();
        assert_eq!(paper.found, [1, 2]);
        paper.go(1);
        assert_eq!(paper.at, 1);
        paper.go(1);
        assert_eq!(paper.at, 0);
        paper.go(-1);
        assert_eq!(paper.at, 1);
    }
}
