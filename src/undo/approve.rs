//! An undo plus the phrase, exactly. Only this file makes an [`ApprovedUndo`].

use super::Undo;
use crate::steward::Refused;

/// What has to be typed before anything is made again.
pub const UNDO_PHRASE: &str = "UNDO";

/// What was shown, and confirmed by the phrase.
#[derive(Debug)]
#[must_use = "an approved undo makes nothing until it is carried out"]
pub struct ApprovedUndo {
    items: Vec<Undo>,
}

impl ApprovedUndo {
    /// Approves what was shown, if the phrase is the phrase.
    pub fn of(items: Vec<Undo>, phrase: &str) -> Result<Self, Refused> {
        if phrase == UNDO_PHRASE { Ok(Self { items }) } else { Err(Refused::NotUndo) }
    }

    /// What is to be made again, in order.
    pub fn items(&self) -> &[Undo] {
        &self.items
    }
}
