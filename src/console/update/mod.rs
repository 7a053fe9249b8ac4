//! What happens to the state when something happens: the only code that changes it. Pure: no clock, no
//! disk, no engine; what it wants done it returns as effects.

mod cleanup;
mod command;
mod engine;
mod history;
mod marks;
mod mouse;
mod overlay;
mod retry;
mod sheet;
mod ssot;
mod vitals;
mod walk;

use std::time::Duration;

pub(super) use sheet::editor::page_of as editor_page;

use super::keymap::Mode;
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
                None if mode == Mode::Edit => sheet::editor::key(state, key),
                None if mode.takes_text() => command::type_key(state, key),
                None => command::why_not(state, key),
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
            sheet::resized(state);
            Vec::new()
        }
        Message::Drawn(extent) => {
            if let Some(scroll) = command::scroll(state) {
                scroll.drawn(extent);
            }
            Vec::new()
        }
        Message::Opened(result) => engine::opened(state, result),
        Message::Glimpsed(rows) => engine::glimpsed(state, rows),
        Message::Looked(result) => engine::looked(state, result),
        Message::DiskUse(disk) => engine::disk_use(state, disk),
        Message::Sized(result) => engine::sized(state, result),
        Message::Changed(change) => engine::changed(state, change),
        Message::Explained(key, explanation) => engine::explained(state, key, explanation),
        Message::Planned(result, room) => cleanup::planned(state, result, room),
        Message::Reconciled(result) => engine::reconciled(state, result),
        Message::Progress(progress) => cleanup::progress(state, progress),
        Message::Applied(result) => cleanup::applied(state, result),
        Message::Weighed(result) => sheet::permit::weighed(state, result),
        Message::SsotOpened(result) => sheet::editor::opened(state, result),
        Message::SsotWritten(result) => ssot::written(state, result),
        Message::SsotChanged => ssot::changed(state),
        Message::Reloaded(result) => ssot::reloaded(state, result),
        Message::Inspected(subject, result) => sheet::paper::inspected(state, &subject, result),
        Message::HistoryRead(result) => history::taken(state, result),
        Message::Recorded(result) => history::recorded(state, &result),
        Message::Vitals(health, stack) => vitals::taken(state, *health, stack.map(|it| *it)),
        Message::PlanWritten(result) => cleanup::written(state, result),
        Message::Signalled(signal) => signalled(state, signal),
    };
    effects.extend(engine::explain_selected(state));
    note_work(state);
    walk::grow(state);
    effects.extend(history::first_read(state));
    effects.extend(vitals::due(state));
    effects
}

/// Remembers since when something has been under way.
fn note_work(state: &mut State) {
    let now = state.now;
    if let Some(desk) = state.desk_mut() {
        desk.looking.since = if desk.has_work() { desk.looking.since.or(Some(now)) } else { None };
    }
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

/// How long a frame of the spinner stays.
const FRAME: Duration = Duration::from_millis(150);

/// How long until the screen changes by itself; none if it never does. A screen without spans of time sleeps
/// until something happens.
pub fn next_tick(state: &State) -> Option<Duration> {
    let (second, minute) = (Duration::from_secs(1), Duration::from_mins(1));
    let tick = match &state.stage {
        Stage::Opening { .. } => Some(FRAME),
        Stage::Trouble(trouble) if trouble.trying => Some(FRAME),
        Stage::Trouble(trouble) => trouble.retry_at.map(|_| second),
        Stage::Choosing(_) => None,
        Stage::Open(desk) => Some(match &desk.cleanup {
            Cleanup::Run(_) | Cleanup::Planning => FRAME,
            _ if desk.look.is_none() || desk.has_work() => FRAME,
            Cleanup::Plan(_) | Cleanup::Approval(..) => second,
            Cleanup::None | Cleanup::Result(_) if desk.live.retry_at.is_some() => second,
            // Ages change by the minute.
            Cleanup::None | Cleanup::Result(_) => minute,
        }),
    };
    if state.toasts.is_empty() { tick } else { Some(tick.map_or(second, |tick| tick.min(second))) }
}
