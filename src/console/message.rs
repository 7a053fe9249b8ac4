//! What can happen to the console, and what it can ask for in return.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use ratatui::crossterm::event::KeyEvent;
use serde_json::Value;

use super::state::{Extent, Facts, Opened, Past, Row, View, Weighed};
use crate::answers::Sizes;
use crate::apply::{CutOff, Progress, Report};
use crate::health::{HealthReport, StackReport};
use crate::session::{Change, DiskUse, Look, SessionError};
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
    /// The containers of the first look are there, before anything can be said of their classes.
    Glimpsed(Vec<Row>),
    /// A look has ended.
    Looked(Result<Look, SessionError>),
    /// What the engine says of its disk, told just before the sizes are.
    DiskUse(Option<DiskUse>),
    /// The slow look for sizes has ended.
    Sized(Result<Arc<Sizes>, SessionError>),
    /// The engine has changed, or its events have come or gone.
    Changed(Change),
    /// A plan was made, or refused; and how many bytes the trash has room for, where that is known.
    Planned(Result<Box<Plan>, Refused>, Option<u64>),
    /// A resource was explained, or is gone.
    Explained(Key, Option<Box<Explanation>>),
    /// Cleanups that were cut off were looked for.
    Reconciled(Result<Vec<CutOff>, SessionError>),
    /// A cleanup goes on.
    Progress(Progress),
    /// A cleanup has ended.
    Applied(Result<Report, SessionError>),
    /// The approval of something unknown was weighed, or refused.
    Weighed(Result<Box<Weighed>, SessionError>),
    /// The SSOT was opened to be written.
    SsotOpened(Result<Box<Opened>, SessionError>),
    /// The SSOT was written, which is said in these words; or not.
    SsotWritten(Result<String, SessionError>),
    /// The SSOT's file is not what it was.
    SsotChanged,
    /// The SSOT was read again, or cannot be used any more.
    Reloaded(Result<Box<Facts>, SessionError>),
    /// What the engine knows of a resource, or knew of it before it was removed.
    Inspected(Subject, Result<Box<Value>, SessionError>),
    /// The history was read.
    HistoryRead(Result<Box<Past>, SessionError>),
    /// An audit was recorded in the log of this name.
    Recorded(Result<String, SessionError>),
    /// Whether the environment works.
    Vitals(Box<HealthReport>, Option<Box<StackReport>>),
    /// The plan was written to a file, which is said in these words; or not.
    PlanWritten(Result<String, String>),
    /// The process was told to end.
    Signalled(Signal),
}

/// What is inspected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A resource, as the engine knows it now.
    Resource(Key),
    /// What a step of a cleanup removed, as the journal tells it.
    Step {
        /// The run.
        run: String,
        /// The step's place in its plan, from 0.
        step: usize,
    },
}

/// A text for the SSOT's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writing {
    /// What the file must say, or nothing is written.
    pub base: String,
    /// What it will say.
    pub text: String,
    /// What has then happened, in words.
    pub what: String,
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
    /// Apply this, and keep what it takes away for so long. The only effect that removes anything; it cannot be made without an approval.
    Apply(Box<Approved>, Option<Duration>),
    /// Let the cleanup stop after the step in flight.
    Stop,
    /// Weigh the approval of something unknown: by its own name, or by a pattern.
    Weigh(Look, Key, Option<String>),
    /// Open the SSOT's file to be written.
    OpenSsot,
    /// Write the SSOT's file.
    Write(Writing),
    /// Read the SSOT again.
    Reload,
    /// Inspect this.
    Inspect(Subject),
    /// Read the history.
    ReadHistory(Look),
    /// Record a look in the audit log.
    Record(Look),
    /// Ask whether the environment works.
    Vitals(Look),
    /// Write the plan that is shown to a file of its own.
    WritePlan {
        /// Its beginning: `plan-staging`.
        stem: String,
        /// Its ending: `json` or `sh`.
        extension: &'static str,
        /// What it holds.
        text: String,
    },
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
    /// That of another Docker context's engine: under the SSOT that is called like the context, else under the
    /// one that is chosen for it.
    Context(String),
    /// That of the built-in simulated engine.
    Demo,
}
