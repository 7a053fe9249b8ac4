//! Faults on the way: what a test asks the engine to do wrong, and the proof that it did.
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;

use super::world::World;

/// What goes wrong. Where nothing else is said, the engine acts and answers as ever.
pub enum Effect {
    /// Does not act; answers this status and message.
    Status(u16, String),
    /// Does not act; never answers.
    Hang,
    /// Acts, but never answers.
    HangAfter,
    /// Does not act; closes the connection.
    Drop,
    /// Acts, then closes the connection without an answer.
    DropAfter,
    /// Waits, then acts and answers.
    Delay(Duration),
    /// Acts, announces the whole body, sends half of it and closes the connection.
    Truncate,
    /// Acts, but the body is a proxy's HTML.
    NotJson,
    /// Acts, but the body is this.
    Body(Value),
    /// Acts, but the body is first changed by this.
    Edit(Box<dyn Fn(&mut Value) + Send + Sync>),
    /// Changes the world right before the engine acts.
    Before(Box<dyn Fn(&mut World) + Send + Sync>),
    /// Changes the world right after the engine acted, before it answers.
    After(Box<dyn Fn(&mut World) + Send + Sync>),
}

impl fmt::Debug for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Effect::Status(status, _) => return write!(f, "Status({status})"),
            Effect::Hang => "Hang",
            Effect::HangAfter => "HangAfter",
            Effect::Drop => "Drop",
            Effect::DropAfter => "DropAfter",
            Effect::Delay(_) => "Delay",
            Effect::Truncate => "Truncate",
            Effect::NotJson => "NotJson",
            Effect::Body(_) => "Body",
            Effect::Edit(_) => "Edit",
            Effect::Before(_) => "Before",
            Effect::After(_) => "After",
        };
        f.write_str(name)
    }
}

/// Which of the matching requests it strikes.
#[derive(Clone, Copy, Debug)]
enum When {
    Always,
    Nth(usize),
}

/// One fault: which requests, when, and what.
#[derive(Debug)]
pub struct Fault {
    method: String,
    path: String,
    when: When,
    effect: Arc<Effect>,
    matched: usize,
    fired: Fired,
}

/// How often a fault struck.
#[derive(Clone, Debug, Default)]
pub struct Fired(Arc<AtomicUsize>);

impl Fired {
    /// The number so far.
    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Fault {
    /// Strikes the first request of this method (`*` for any) whose path and query contain `path`. The path is
    /// compared without its `/v1.NN`; one that begins with `/` must match from the start.
    pub fn new(method: &str, path: &str, effect: Effect) -> Fault {
        Fault {
            method: method.to_owned(),
            path: path.to_owned(),
            when: When::Nth(1),
            effect: Arc::new(effect),
            matched: 0,
            fired: Fired::default(),
        }
    }

    /// Strikes every matching request.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.when = When::Always;
        self
    }

    /// Strikes only the `n`th matching request, counted from 1.
    #[must_use]
    pub fn nth(mut self, n: usize) -> Self {
        self.when = When::Nth(n);
        self
    }

    /// The counter of its strikes, to be asked after the fault has gone into the engine.
    pub fn fired(&self) -> Fired {
        self.fired.clone()
    }

    /// Counts a request, and answers the effect if this one is struck.
    pub(super) fn strike(&mut self, method: &str, path: &str) -> Option<Arc<Effect>> {
        let here =
            if self.path.starts_with('/') { path.starts_with(&self.path) } else { path.contains(&self.path) };
        if !here || (self.method != "*" && self.method != method) {
            return None;
        }
        self.matched += 1;
        let struck = match self.when {
            When::Always => true,
            When::Nth(n) => self.matched == n,
        };
        if !struck {
            return None;
        }
        self.fired.0.fetch_add(1, Ordering::SeqCst);
        Some(Arc::clone(&self.effect))
    }
}
