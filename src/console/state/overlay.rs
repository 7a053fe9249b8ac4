//! What can lie over the screen, and takes the keys while it does.

use super::input::LineInput;
use super::scroll::Scroll;

/// What lies over the screen.
#[derive(Debug)]
pub enum Overlay {
    /// The help of the place behind it.
    Help(Scroll),
    /// The list of all commands.
    Palette(Box<Palette>),
    /// The choice of a theme.
    Themes(ThemeChoice),
}

/// The list of all commands, with what is looked for in it.
#[derive(Debug, Default)]
pub struct Palette {
    /// What is looked for.
    pub field: LineInput,
    /// The one under the cursor, as a place in what is found.
    pub cursor: usize,
}

/// The choice of a theme. What is under its cursor is in use at once, to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThemeChoice {
    /// The theme to go back to.
    pub before: usize,
}

/// A theme that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeEntry {
    /// The name by which `--theme` calls it.
    pub name: String,
    /// What it is like, in a few words.
    pub summary: String,
}
