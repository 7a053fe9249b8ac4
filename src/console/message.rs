//! What can happen to the console, and what it can ask for in return.

use std::collections::BTreeSet;

use jiff::Timestamp;
use ratatui::crossterm::event::KeyEvent;

use super::state::{Extent, Facts, View};
use crate::apply::{CutOff, Progress, Report};
use crate::session::{Change, Look, SessionError};
use crate::steward::{Approved, Explanation, Key, Plan, Refused};

/// What can happen.
#[derive(Debug)]
pub enum Message {
    /// The time. It comes before each other message, and by itself while the screen shows a span of time.
    Clock(Timestamp),
    /// A key was pressed.
    Key(KeyEvent),
    /// A text was pasted.
    Paste(String),
    /// The wheel was turned by so many notches, downwards if positive.
    Wheel(isize),
    /// Something was clicked.
    Clicked(Target),
    /// The screen has another size.
    Resized(u16, u16),
    /// What was drawn holds this much of a scrolled text.
    Drawn(Extent),
    /// A session was opened, or not.
    Opened(Result<Box<Facts>, SessionError>),
    /// A look has ended.
    Looked(Result<Look, SessionError>),
    /// The slow look for sizes has ended.
    Sized(Result<Look, SessionError>),
    /// The engine has changed, or its events have come or gone.
    Changed(Change),
    /// A plan was made, or refused.
    Planned(Result<Box<Plan>, Refused>),
    /// A resource was explained, or is gone.
    Explained(Key, Option<Box<Explanation>>),
    /// Cleanups that were cut off were looked for.
    Reconciled(Result<Vec<CutOff>, SessionError>),
    /// A cleanup goes on.
    Progress(Progress),
    /// A cleanup has ended.
    Applied(Result<Report, SessionError>),
    /// The process was told to end.
    Signalled(Signal),
}

/// What can be clicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The tab of a view.
    Tab(View),
    /// A row of the table in front, as a place among those that are seen.
    Row(usize),
}

/// A signal that ends the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGHUP: the terminal is gone, as when an SSH session drops.
    Hangup,
    /// SIGINT from outside; Ctrl-C is a key.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

impl Signal {
    /// The exit code of a shell for a process that this ended.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Hangup => 129,
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// What the console asks the runtime to do.
#[derive(Debug)]
pub enum Effect {
    /// Open a session; the one before is dropped.
    Open(Open),
    /// Look at the engine; calmly, if the engine says by itself that it changes.
    Look {
        /// Whether to wait a moment, since changes come in swarms.
        calmly: bool,
    },
    /// Look at the engine with sizes.
    LookWithSizes,
    /// Look for cleanups that were cut off, by what the engine holds now.
    Reconcile(Look),
    /// Plan the removal of these.
    Plan(Look, BTreeSet<Key>),
    /// Explain this resource.
    Explain(Look, Key),
    /// Apply this. The only effect that removes anything; it cannot be made without an approval.
    Apply(Box<Approved>),
    /// Let the cleanup stop after the step in flight.
    Stop,
    /// Put this text on the clipboard.
    Copy(String),
    /// Take the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Let the shell have the terminal until it brings the console back.
    Suspend,
    /// End the console.
    Quit,
}

/// Which session to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Open {
    /// The same again.
    Again,
    /// That of another environment.
    Environment(String),
    /// That of the built-in simulated engine.
    Demo,
}
