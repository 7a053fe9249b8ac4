//! Everything that the console knows. The screen is a function of this and of a theme, of nothing else.

mod cleanup;
mod desk;
mod facts;
mod filter;
mod history;
mod input;
mod memory;
mod overlay;
mod record;
mod row;
mod scroll;
mod sheet;
mod sums;
mod table;
mod toast;
mod tree;
mod vitals;

use jiff::Timestamp;

use super::keymap::{Command, Keymap, Mode};
use super::memory::Memory;
use crate::session::SessionError;

pub use cleanup::{Before, Cleanup, PlanScreen, Run, RunResult, RunStep};
pub use desk::{Desk, Details, Liveness, Looking, View};
pub use facts::{Facts, SsotFacts};
pub use filter::{FIELDS, Filter};
pub use history::{Entry, HistoryDesk, Past, PastRun, Point, RunDesk};
pub use input::LineInput;
pub use overlay::{Overlay, Palette, ThemeChoice, ThemeEntry};
pub use row::{Row, Since, first_rows};
pub use scroll::{Extent, Scroll};
pub use sheet::{Editor, Opened, Paper, Permit, PermitStep, Review, Sheet, Verdict, Weighed};
pub use sums::{KindSums, Sums};
pub use table::{Column, FilterState, Table, Widest};
pub use toast::{Toast, Toasts, Tone};
pub use tree::{Link, Tree};
pub use vitals::Vitals;

pub(super) use record::{comparison, record_lines};
pub(super) use row::rows;

/// Everything that the console knows.
#[derive(Debug)]
pub struct State {
    /// The time of the last message.
    pub now: Timestamp,
    /// The screen's width and height, in cells.
    pub size: (u16, u16),
    /// Where things stand between the console and its engine.
    pub stage: Stage,
    /// What lies over the screen, if something does.
    pub overlay: Option<Overlay>,
    /// Short messages.
    pub toasts: Toasts,
    /// The themes that can be chosen; one if colours are off.
    pub themes: Vec<ThemeEntry>,
    /// The theme in use, as a place in `themes`.
    pub theme: usize,
    /// The theme that goes with the terminal, as a place in `themes`.
    pub theme_of_terminal: usize,
    /// Which key means what.
    pub keys: Keymap,
    /// Whether the console takes the mouse. While it does, the terminal does not select text by itself.
    pub mouse: bool,
    /// What was remembered, with what has been chosen since.
    pub memory: Memory,
    /// What can be chosen.
    pub choices: Vec<Choice>,
    /// Whether only ASCII may be drawn.
    pub ascii: bool,
    /// Whether the console ends as soon as the cleanup that runs has stopped.
    pub ending: bool,
}

/// Where things stand between the console and its engine.
#[derive(Debug)]
pub enum Stage {
    /// The session is being opened.
    Opening {
        /// What is being opened, in words.
        what: String,
        /// Since when.
        since: Timestamp,
    },
    /// It could not be opened.
    Trouble(Trouble),
    /// Nobody has said which environment this is.
    Choosing(Chooser),
    /// It is open.
    Open(Box<Desk>),
}

/// Why the session could not be opened, and what happens next.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// What is wrong.
    pub error: SessionError,
    /// When it is tried again by itself; none if that would not help, or while it is being tried.
    pub retry_at: Option<Timestamp>,
    /// Whether it is being tried again right now.
    pub trying: bool,
    /// How often it has failed.
    pub attempts: u32,
    /// How far a long message is scrolled.
    pub scroll: Scroll,
}

/// What a session can be opened on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// The same engine, under the SSOT of this environment.
    Environment(String),
    /// The engine of this Docker context.
    Context(String),
}

/// The choice of an environment, or of another engine.
#[derive(Debug)]
pub struct Chooser {
    /// Why it is asked, or what was wrong with the last choice.
    pub why: String,
    /// What can be chosen: environments first.
    pub choices: Vec<Choice>,
    /// The one under the cursor.
    pub cursor: usize,
    /// Whether a session is open behind it, to which Esc returns.
    pub behind: Option<Box<Desk>>,
}

impl State {
    /// The console before anything has happened.
    pub fn new(now: Timestamp, size: (u16, u16), what: impl Into<String>) -> Self {
        Self {
            now,
            size,
            stage: Stage::Opening { what: what.into(), since: now },
            overlay: None,
            toasts: Toasts::default(),
            themes: vec![ThemeEntry { name: "dark".to_owned(), summary: String::new() }],
            theme: 0,
            theme_of_terminal: 0,
            keys: Keymap::default(),
            mouse: false,
            memory: Memory::default(),
            choices: ["desktop", "staging", "production"]
                .map(|it| Choice::Environment(it.to_owned()))
                .to_vec(),
            ascii: false,
            ending: false,
        }
    }

    /// The desk, if a session is open.
    pub const fn desk(&self) -> Option<&Desk> {
        match &self.stage {
            Stage::Open(desk) => Some(desk),
            _ => None,
        }
    }

    /// The desk, to change it.
    pub const fn desk_mut(&mut self) -> Option<&mut Desk> {
        match &mut self.stage {
            Stage::Open(desk) => Some(desk),
            _ => None,
        }
    }

    /// What the keys mean now.
    pub fn mode(&self) -> Mode {
        match &self.overlay {
            Some(Overlay::Help(_)) => Mode::Help,
            Some(Overlay::Palette(_)) => Mode::Palette,
            Some(Overlay::Themes(_)) => Mode::Themes,
            None => self.mode_behind(),
        }
    }

    /// What the keys mean behind what lies over the screen.
    pub fn mode_behind(&self) -> Mode {
        match &self.stage {
            Stage::Opening { .. } => Mode::Opening,
            Stage::Trouble(_) => Mode::Trouble,
            Stage::Choosing(_) => Mode::Chooser,
            Stage::Open(desk) => desk.mode(),
        }
    }

    /// The key that is shown for a command, for a text that names it.
    pub fn key(&self, mode: Mode, command: Command) -> String {
        self.keys.shown(mode, command).map_or_else(String::new, |it| it.to_string())
    }

    /// Whether nothing may be removed in this session, so that no key for it is shown.
    pub fn is_read_only(&self) -> bool {
        self.desk().is_none_or(|desk| desk.facts.is_read_only())
    }
}

impl Desk {
    fn mode(&self) -> Mode {
        match &self.cleanup {
            Cleanup::None | Cleanup::Planning if self.tells_cut_off() => return Mode::CutOff,
            Cleanup::None | Cleanup::Planning => {}
            Cleanup::Plan(_) => return Mode::Plan,
            Cleanup::Approval(..) => return Mode::Approval,
            Cleanup::Run(_) => return Mode::Run,
            Cleanup::Result(_) => return Mode::Result,
        }
        if let Some(sheet) = &self.sheet {
            return sheet.mode();
        }
        match self.shown() {
            None if self.view == View::History && self.history.run.is_some() => Mode::Journal,
            None if self.view == View::History => Mode::History,
            None if self.view == View::Ssot => Mode::Ssot,
            None => Mode::Overview,
            Some(table) if table.filter.editing.is_some() => Mode::Filter,
            Some(_) if self.details.full => Mode::Details,
            Some(table) if table.anchor.is_some() => Mode::Range,
            Some(_) => Mode::Table,
        }
    }
}
