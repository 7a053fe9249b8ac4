//! What happens to the state when something happens: the only code that changes it. Pure: no clock, no
//! disk, no engine; what it wants done it returns as effects.

mod cleanup;
mod command;
mod engine;
mod marks;
mod mouse;
mod overlay;
mod retry;

use super::layout;
use super::message::{Effect, Message, Signal};
use super::state::{Cleanup, Stage, State};

/// Takes what happened, and says what is to be done.
pub fn update(state: &mut State, message: Message) -> Vec<Effect> {
    let mut effects = match message {
        Message::Clock(now) => {
            state.now = now;
            state.toasts.expire(now);
            retry::due(state)
        }
        Message::Key(key) => {
            let mode = state.mode();
            match state.keys.command(mode, state.is_read_only(), key) {
                Some(command) => command::run(state, command),
                None if mode.takes_text() => command::type_key(state, key),
                None => Vec::new(),
            }
        }
        Message::Paste(text) => command::paste(state, &text),
        Message::Wheel(by) => mouse::wheel(state, by),
        Message::Clicked(target) => mouse::clicked(state, target),
        Message::Resized(width, height) => {
            state.size = (width, height);
            let page = layout::table_page(state.size);
            if let Some(desk) = state.desk_mut() {
                desk.tables.iter_mut().for_each(|table| table.hold(page));
            }
            Vec::new()
        }
        Message::Drawn(extent) => {
            if let Some(scroll) = command::scroll(state) {
                scroll.drawn(extent);
            }
            Vec::new()
        }
        Message::Opened(result) => engine::opened(state, result),
        Message::Looked(result) => engine::looked(state, result),
        Message::Sized(result) => engine::sized(state, result),
        Message::Changed(change) => engine::changed(state, change),
        Message::Explained(key, explanation) => engine::explained(state, key, explanation),
        Message::Planned(result) => cleanup::planned(state, result),
        Message::Reconciled(result) => engine::reconciled(state, result),
        Message::Progress(progress) => cleanup::progress(state, progress),
        Message::Applied(result) => cleanup::applied(state, result),
        Message::Signalled(signal) => signalled(state, signal),
    };
    effects.extend(engine::explain_selected(state));
    effects
}

/// A signal ends the console; a cleanup that runs first ends its step in flight.
fn signalled(state: &mut State, _: Signal) -> Vec<Effect> {
    if let Stage::Open(desk) = &mut state.stage
        && let Cleanup::Run(run) = &mut desk.cleanup
    {
        run.stopping = true;
        state.ending = true;
        return vec![Effect::Stop];
    }
    vec![Effect::Quit]
}

/// The next moment at which the screen changes by itself, in seconds from now; none if it never does. A
/// screen without spans of time sleeps until something happens.
pub fn next_tick(state: &State) -> Option<u64> {
    if !state.toasts.is_empty() {
        return Some(1);
    }
    match &state.stage {
        Stage::Opening { .. } => Some(1),
        Stage::Trouble(trouble) => (trouble.trying || trouble.retry_at.is_some()).then_some(1),
        Stage::Choosing(_) => None,
        Stage::Open(desk) => match &desk.cleanup {
            Cleanup::Plan(_) | Cleanup::Approval(..) | Cleanup::Run(_) | Cleanup::Planning => Some(1),
            Cleanup::None | Cleanup::Result(_) => {
                let waits = desk.look.is_none() || desk.live.retry_at.is_some();
                // Ages change by the minute.
                Some(if waits { 1 } else { 60 })
            }
        },
    }
}
