//! What stands in front of a view until it is left: an approval of something unknown, a text to read, the SSOT
//! being written.

mod editor;
mod paper;
mod permit;

pub use editor::{Editor, Opened, Review, Verdict};
pub use paper::Paper;
pub use permit::{Permit, PermitStep, Weighed};

use super::Scroll;
use crate::console::keymap::Mode;

/// What stands in front of a view.
#[derive(Debug)]
pub enum Sheet {
    /// Something unknown is to be let go, in writing.
    Permit(Box<Permit>),
    /// A text is read.
    Paper(Box<Paper>),
    /// The SSOT is written.
    Editor(Box<Editor>),
}

impl Sheet {
    /// What the keys mean in it.
    pub const fn mode(&self) -> Mode {
        match self {
            Self::Permit(_) => Mode::Permit,
            Self::Paper(paper) if paper.editing.is_some() => Mode::Search,
            Self::Paper(_) => Mode::Paper,
            Self::Editor(editor) if editor.review.is_some() => Mode::Review,
            Self::Editor(_) => Mode::Edit,
        }
    }

    /// The text that is scrolled in it.
    pub const fn scroll(&mut self) -> Option<&mut Scroll> {
        match self {
            Self::Permit(permit) => Some(&mut permit.scroll),
            Self::Paper(paper) => Some(&mut paper.scroll),
            Self::Editor(editor) => match &mut editor.review {
                Some(review) => Some(&mut review.scroll),
                None => None,
            },
        }
    }
}
