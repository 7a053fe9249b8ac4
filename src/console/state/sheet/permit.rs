//! Letting something unknown go: what would be written, all that it would make safe, and what must be typed.

use crate::console::state::{LineInput, Scroll};
use crate::session::Approval;
use crate::steward::Key;

/// An approval of something unknown, on its way.
#[derive(Debug)]
pub struct Permit {
    /// The resource.
    pub key: Key,
    /// What it is called: `container random_name`.
    pub path: String,
    /// How far it has come.
    pub step: PermitStep,
    /// What was wrong with the last try.
    pub refused: Option<String>,
    /// How far what is shown is scrolled.
    pub scroll: Scroll,
}

/// How far an approval has come. What is not shown cannot be confirmed.
#[derive(Debug)]
pub enum PermitStep {
    /// It is being found out what the rule would do.
    Weighing,
    /// The rule cannot be written; why stands in [`Permit::refused`].
    Refused,
    /// What the rule would do is shown, and its name is asked for.
    Shown(Box<Weighed>, LineInput),
    /// A pattern is typed.
    Pattern(LineInput),
    /// The rule is being written.
    Writing,
}

/// An approval that was weighed, and the text that it was weighed for.
#[derive(Debug, Clone)]
pub struct Weighed {
    /// The approval.
    pub approval: Approval,
    /// What the SSOT said: if it says anything else by then, nothing is written.
    pub base: String,
}

impl Permit {
    /// The approval of a resource, before anything is known of it.
    pub fn of(key: Key, path: String) -> Self {
        Self { key, path, step: PermitStep::Weighing, refused: None, scroll: Scroll::default() }
    }

    /// Whether something is to be typed now.
    pub const fn has_field(&self) -> bool {
        matches!(self.step, PermitStep::Shown(..) | PermitStep::Pattern(_))
    }
}
