//! The SSOT while it is written: what was on the disk, what it will be, and whether that can be used.

use std::path::PathBuf;

use tui_textarea::{CursorMove, TextArea};

use crate::console::state::Scroll;
use crate::ssot::edit;
use crate::ssot::load::Origin;

/// A file that was opened to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Where it is.
    pub path: PathBuf,
    /// What it is called.
    pub shown: String,
    /// What it says.
    pub text: String,
}

/// The SSOT while it is written.
#[derive(Debug)]
pub struct Editor {
    /// The file as it was opened: it is written only if it still says this.
    pub file: Opened,
    /// The text as it is now.
    pub area: TextArea<'static>,
    /// The first line on the screen.
    pub top: usize,
    /// Whether it can be used.
    pub verdict: Verdict,
    /// What changes, once that was asked for.
    pub review: Option<Review>,
    /// Whether leaving was asked for once: what was written would be lost.
    pub leaving: bool,
}

/// Whether a text can be used as an SSOT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It says what the file says.
    Unchanged,
    /// It is valid, and differs from the file.
    Valid,
    /// It is not valid.
    Invalid {
        /// The line, from 1; none if it is about the whole.
        line: Option<usize>,
        /// What is wrong.
        problem: String,
        /// How to mend it.
        mend: Option<String>,
    },
}

/// What would be written.
#[derive(Debug)]
pub struct Review {
    /// The text.
    pub text: String,
    /// What changes, line by line.
    pub diff: Vec<String>,
    /// How far it is scrolled.
    pub scroll: Scroll,
    /// Whether it is being written.
    pub writing: bool,
    /// Why it could not be written.
    pub refused: Option<String>,
}

impl Editor {
    /// The editor of a file that was just read.
    pub fn of(file: Opened) -> Self {
        let mut area = TextArea::new(file.text.split('\n').map(line).collect());
        area.set_tab_length(2);
        let mut editor =
            Self { file, area, top: 0, verdict: Verdict::Unchanged, review: None, leaving: false };
        editor.judge();
        editor
    }

    /// The text as it would be written: with the line ends that the file has.
    pub fn text(&self) -> String {
        let newline = if self.file.text.contains("\r\n") { "\r\n" } else { "\n" };
        self.area.lines().join(newline)
    }

    /// Whether it differs from the file.
    pub fn is_changed(&self) -> bool {
        self.text() != self.file.text
    }

    /// Reads what was written as the file would be read.
    pub fn judge(&mut self) {
        let text = self.text();
        let origin = Origin::File(self.file.path.clone());
        self.verdict = match edit::draft(&text, &origin, &self.file.shown) {
            Ok(_) if text == self.file.text => Verdict::Unchanged,
            Ok(_) => Verdict::Valid,
            Err(error) => Verdict::Invalid {
                line: error.line(),
                problem: error.problem().to_owned(),
                mend: error.mend().map(str::to_owned),
            },
        };
    }

    /// Keeps the cursor on a screen of so many lines.
    pub fn hold(&mut self, page: usize) {
        let (row, page) = (self.area.cursor().0, page.max(1));
        self.top = self.top.min(row).max((row + 1).saturating_sub(page));
    }

    /// Moves the cursor to the line that is wrong; false if none is.
    pub fn go_to_fault(&mut self) -> bool {
        let Verdict::Invalid { line: Some(line), .. } = self.verdict else { return false };
        let row = u16::try_from(line.saturating_sub(1)).unwrap_or(u16::MAX);
        self.area.move_cursor(CursorMove::Jump(row, 0));
        true
    }
}

fn line(text: &str) -> String {
    text.strip_suffix('\r').unwrap_or(text).to_owned()
}
