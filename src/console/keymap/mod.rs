//! Which key means what, where. The footer and the help are made from the same tables as the answers to
//! keys, so that they cannot say anything else.

mod names;
mod press;
mod remap;
mod tables;

use std::borrow::Cow;

use ratatui::crossterm::event::KeyEvent;

use super::state::View;

pub use press::Press;
pub use remap::{Wishes, remapped};

pub(in crate::console) use names::{command as command_called, of as name_of};

/// Everything that can be asked for by a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// End the console.
    Quit,
    /// Leave what is in front: a dialog, a pane, a range, a filter.
    Back,
    /// Show all keys of this place.
    Help,
    /// Find a command by its words and run it.
    Palette,
    /// Choose a theme.
    Theme,
    /// Use the mouse, or leave it to the terminal.
    Mouse,
    /// Let the shell have the terminal for a while.
    Suspend,
    /// Look at the engine again, sizes included.
    Refresh,
    /// Choose another environment.
    Environment,
    /// Go to a view.
    View(View),
    /// Go to the next view.
    NextView,
    /// Go to the view before.
    PreviousView,
    /// One line down.
    Down,
    /// One line up.
    Up,
    /// Half a page down.
    PageDown,
    /// Half a page up.
    PageUp,
    /// To the first line.
    Top,
    /// To the last line.
    Bottom,
    /// Scroll the pane at the side down.
    PaneDown,
    /// Scroll the pane at the side up.
    PaneUp,
    /// The next choice, and after the last one the first.
    Next,
    /// Open what is under the cursor.
    Open,
    /// Type a filter.
    Filter,
    /// Keep the filter that is typed.
    KeepFilter,
    /// Sort by the next column.
    Sort,
    /// Sort the other way round.
    Reverse,
    /// Mark or unmark what is under the cursor.
    Mark,
    /// Mark all that is safe in the table as it is filtered.
    MarkAll,
    /// Unmark all in the table as it is filtered.
    Unmark,
    /// Begin a range at the cursor.
    Range,
    /// Mark what is safe in the range.
    MarkRange,
    /// Make a plan of what is marked.
    Plan,
    /// Go on from the plan to its approval.
    Approve,
    /// Hand in what was typed.
    Submit,
    /// Stop the cleanup after the step in flight.
    Stop,
    /// Stop the cleanup after the step in flight, and quit.
    StopAndQuit,
    /// Put text on the clipboard: the plan's commands, the resource's name.
    Copy,
    /// Approve something unknown: write the rule that lets it go.
    Permit,
    /// Type a pattern in the place of the name.
    Pattern,
    /// Show all that the engine knows of a resource.
    Inspect,
    /// Go to the place before where it was found.
    PreviousFound,
    /// Write the SSOT.
    Edit,
    /// Point at the next resource around this one.
    NextLink,
    /// Go to the resource that is pointed at.
    Follow,
    /// Go back to the resource that one came from.
    Return,
    /// Show what would be written.
    Review,
    /// Hold an audit, to compare another one with it.
    Hold,
    /// Show what two audits differ by.
    Compare,
    /// Record an audit.
    Record,
    /// Keep what the plan takes away in the trash, or not.
    Trash,
    /// Write the plan that is shown as a plan file.
    WritePlan,
    /// Write it as a shell script.
    WriteScript,
    /// Group the rows by Compose project, or not.
    Group,
    /// Open the built-in simulated engine.
    Demo,
    /// Try again now.
    Retry,
}

/// What the keys mean now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A session is being opened.
    Opening,
    /// It could not be opened.
    Trouble,
    /// An environment is to be chosen.
    Chooser,
    /// The overview.
    Overview,
    /// A table.
    Table,
    /// A table in which a range is drawn.
    Range,
    /// A filter is typed.
    Filter,
    /// The details fill the screen.
    Details,
    /// The SSOT.
    Ssot,
    /// The history.
    History,
    /// A cleanup of the history is read, step by step.
    Journal,
    /// A text is read.
    Paper,
    /// What is looked for in it is typed.
    Search,
    /// The approval of something unknown.
    Permit,
    /// The SSOT is written.
    Edit,
    /// What would be written is shown.
    Review,
    /// A plan.
    Plan,
    /// The phrase is typed.
    Approval,
    /// A cleanup goes on.
    Run,
    /// A cleanup has ended.
    Result,
    /// A cleanup was cut off, and what became of it is told.
    CutOff,
    /// The help.
    Help,
    /// A command is looked for.
    Palette,
    /// A theme is chosen.
    Themes,
}

impl Mode {
    /// All modes.
    pub const ALL: [Self; 24] = [
        Self::Opening,
        Self::Trouble,
        Self::Chooser,
        Self::Overview,
        Self::Table,
        Self::Range,
        Self::Filter,
        Self::Details,
        Self::Ssot,
        Self::History,
        Self::Journal,
        Self::Paper,
        Self::Search,
        Self::Permit,
        Self::Edit,
        Self::Review,
        Self::Plan,
        Self::Approval,
        Self::Run,
        Self::Result,
        Self::CutOff,
        Self::Help,
        Self::Palette,
        Self::Themes,
    ];

    /// What the help calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Opening => "while connecting",
            Self::Trouble => "without an engine",
            Self::Chooser => "choosing an environment",
            Self::Overview => "the overview",
            Self::Table => "a table",
            Self::Range => "marking a range",
            Self::Filter => "typing a filter",
            Self::Details => "the details",
            Self::Ssot => "the SSOT",
            Self::History => "the history",
            Self::Journal => "a cleanup of the history",
            Self::Paper => "a text",
            Self::Search => "searching in a text",
            Self::Permit => "approving an unknown",
            Self::Edit => "writing the SSOT",
            Self::Review => "saving the SSOT",
            Self::Plan => "the plan",
            Self::Approval => "the approval",
            Self::Run => "a cleanup that runs",
            Self::Result => "a cleanup that has ended",
            Self::CutOff => "a cleanup that was cut off",
            Self::Help => "the help",
            Self::Palette => "the commands",
            Self::Themes => "choosing a theme",
        }
    }

    /// Whether keys that no table knows go into a text field.
    pub const fn takes_text(self) -> bool {
        matches!(
            self,
            Self::Filter | Self::Approval | Self::Palette | Self::Search | Self::Permit | Self::Edit
        )
    }

    /// Whether one can be there for a while, with commands of its own: not a question that has to be
    /// answered first, and nothing that lies over a place.
    pub const fn is_place(self) -> bool {
        !matches!(
            self,
            Self::Opening
                | Self::Trouble
                | Self::Chooser
                | Self::Range
                | Self::Filter
                | Self::Approval
                | Self::Search
                | Self::Permit
                | Self::Edit
                | Self::Review
                | Self::CutOff
                | Self::Help
                | Self::Palette
                | Self::Themes
        )
    }
}

/// Where a binding makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Everywhere in its mode.
    Nothing,
    /// Only where something may be removed: elsewhere the key does not exist.
    Mandate,
}

/// One line of a key table.
#[derive(Debug, Clone)]
pub struct Binding {
    /// The keys; the first is the one that the footer shows.
    pub keys: Cow<'static, [Press]>,
    /// What it asks for.
    pub command: Command,
    /// The word in the footer; empty if it is not shown there.
    pub word: &'static str,
    /// The sentence in the help; empty if another binding says it.
    pub help: &'static str,
    /// Where it makes sense.
    pub needs: Needs,
}

/// Which key means what, in every mode.
#[derive(Debug, Clone)]
pub struct Keymap {
    /// In the order of [`Mode::ALL`].
    modes: Vec<Vec<Binding>>,
}

impl Default for Keymap {
    fn default() -> Self {
        let table = |mode: &Mode| tables::of(*mode).iter().flat_map(|table| table.iter().cloned()).collect();
        Self { modes: Mode::ALL.iter().map(table).collect() }
    }
}

impl Keymap {
    /// The bindings of a mode, the most important first; without those that need what there is not.
    pub fn bindings(&self, mode: Mode, read_only: bool) -> impl Iterator<Item = &Binding> {
        self.modes
            .get(mode as usize)
            .into_iter()
            .flatten()
            .filter(move |binding| binding.needs == Needs::Nothing || !read_only)
    }

    /// The key that is shown for a command in a mode; none where it has none.
    pub fn shown(&self, mode: Mode, command: Command) -> Option<Press> {
        self.bindings(mode, false).find(|it| it.command == command)?.keys.first().copied()
    }

    /// What a key asks for in a mode; none if nothing.
    pub fn command(&self, mode: Mode, read_only: bool, key: KeyEvent) -> Option<Command> {
        self.bindings(mode, read_only)
            .find(|binding| binding.keys.iter().any(|press| press.is(key)))
            .map(|binding| binding.command)
    }
}
