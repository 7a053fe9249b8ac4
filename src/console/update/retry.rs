//! Trying again by itself: after 3 seconds, then more patiently.

use jiff::{SignedDuration, Timestamp};

use crate::console::message::{Effect, Open};
use crate::console::state::{Stage, State};

/// When to try again after so many failures in a row.
pub(super) fn at(now: Timestamp, failures: u32) -> Timestamp {
    let seconds = match failures {
        0 | 1 => 3,
        2 => 6,
        3 => 10,
        _ => 15,
    };
    now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

/// What is due now.
pub(super) fn due(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    let is_due = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
    match &mut state.stage {
        Stage::Trouble(trouble) if is_due(trouble.retry_at) => {
            trouble.retry_at = None;
            trouble.trying = true;
            vec![Effect::Open(Open::Again)]
        }
        Stage::Open(desk) if is_due(desk.live.retry_at) => {
            desk.live.retry_at = None;
            super::engine::look(desk, false)
        }
        _ => Vec::new(),
    }
}
