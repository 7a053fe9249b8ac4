//! The history: read when something may have been added, walked through, compared.

use std::mem;

use crate::console::layout::history_page;
use crate::console::message::{Effect, Subject};
use crate::console::state::{
    Desk, Entry, Paper, Past, RunDesk, Sheet, State, Tone, View, comparison, record_lines,
};
use crate::records::AuditRecord;
use crate::session::SessionError;
use crate::text::sanitise;

use super::sheet::paper;

/// Reads it, unless it is being read.
pub(super) fn read(desk: &mut Desk) -> Option<Effect> {
    let look = desk.look.clone()?;
    if mem::replace(&mut desk.history.reading, true) {
        return None;
    }
    Some(Effect::ReadHistory(look))
}

/// Reads it once, as soon as there is a look: the overview tells of it, too.
pub(super) fn first_read(state: &mut State) -> Option<Effect> {
    let desk = state.desk_mut()?;
    let known = desk.history.past.is_some() || desk.history.error.is_some();
    if known { None } else { read(desk) }
}

/// It was read, or cannot be.
pub(super) fn taken(state: &mut State, result: Result<Box<Past>, SessionError>) -> Vec<Effect> {
    let page = page(state);
    let Some(desk) = super::engine::desk_anywhere(state) else { return Vec::new() };
    desk.history.reading = false;
    match result {
        Ok(past) => desk.history.take(*past, page),
        Err(error) => desk.history.error = Some(error.to_string()),
    }
    Vec::new()
}

pub(super) fn page(state: &State) -> usize {
    let run = state.desk().is_some_and(|desk| desk.history.run.is_some());
    history_page(state.size, run)
}

/// Opens what is under the cursor: an audit as a text, a cleanup step by step, a step as what was removed.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    let width = paper::width(state);
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    if let Some(run) = &desk.history.run {
        let Some(step) = run.run.begin.steps.get(run.cursor) else { return Vec::new() };
        let subject = Subject::Step { run: run.run.begin.run.clone(), step: run.cursor };
        let title =
            format!("{} {} as it was before step {}", step.kind, sanitise(&step.name), run.cursor + 1);
        let mut paper = Paper::awaited(title);
        let made_up = desk
            .history
            .past
            .as_ref()
            .and_then(|past| past.made_up.get(&(run.run.begin.run.clone(), run.cursor)));
        if let Some(value) = made_up {
            paper.fill(paper::json_lines(value), width);
            desk.sheet = Some(Sheet::Paper(Box::new(paper)));
            return Vec::new();
        }
        desk.sheet = Some(Sheet::Paper(Box::new(paper)));
        desk.inspecting = Some(subject.clone());
        return vec![Effect::Inspect(subject)];
    }
    match desk.history.selected() {
        Some(Entry::Cleanup(run)) => {
            desk.history.run = Some(RunDesk { run: (**run).clone(), cursor: 0, offset: 0 });
        }
        Some(Entry::Audit(record)) => {
            let title = format!("Audit of {} at {}", sanitise(&record.env), record.timestamp);
            let paper = Paper::of(title, record_lines(record), width);
            desk.sheet = Some(Sheet::Paper(Box::new(paper)));
        }
        None => {}
    }
    Vec::new()
}

/// Holds the audit under the cursor, so that another one can be compared with it.
pub(super) fn hold(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    let text = match desk.history.selected().and_then(Entry::audit).map(|it| it.timestamp) {
        Some(at) if desk.history.base == Some(at) => {
            desk.history.base = None;
            "Audits are compared with the one before them again".to_owned()
        }
        Some(at) => {
            desk.history.base = Some(at);
            format!("Held: d on another audit compares it with that of {at}")
        }
        None => "Only audits can be compared".to_owned(),
    };
    state.toasts.say(Tone::Info, text, now);
    Vec::new()
}

/// Shows what the audit under the cursor differs by from the one that is held, or from the one before it.
pub(super) fn compare(state: &mut State) -> Vec<Effect> {
    let (now, width) = (state.now, paper::width(state));
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    match pair(desk) {
        Ok((earlier, later)) => {
            let title = format!("From {} to {}", earlier.timestamp, later.timestamp);
            let paper = Paper::of(title, comparison(earlier, later), width);
            desk.sheet = Some(Sheet::Paper(Box::new(paper)));
        }
        Err(text) => state.toasts.say(Tone::Info, text, now),
    }
    Vec::new()
}

fn pair(desk: &Desk) -> Result<(&AuditRecord, &AuditRecord), &'static str> {
    let history = &desk.history;
    let this = history.selected().and_then(Entry::audit).ok_or("Only audits can be compared")?;
    let past = history.past.as_ref().ok_or("Nothing has been read yet")?;
    let held = history.base.filter(|at| *at != this.timestamp);
    let other = match held {
        Some(at) => past.entries.iter().filter_map(Entry::audit).find(|it| it.timestamp == at),
        None => past.before(history.cursor),
    };
    let other = other.ok_or("There is no audit before it to compare it with")?;
    Ok(if other.timestamp <= this.timestamp { (other, this) } else { (this, other) })
}

/// Writes what was seen last into the audit log.
pub(super) fn record(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    let Some(look) = desk.look.clone().filter(|_| desk.live.is_live()) else {
        state.toasts.say(Tone::Warning, "These rows are not live, so they are not recorded", now);
        return Vec::new();
    };
    vec![Effect::Record(look)]
}

/// It is written, or not.
pub(super) fn recorded(state: &mut State, result: &Result<String, SessionError>) -> Vec<Effect> {
    let now = state.now;
    let (tone, text) = match result {
        Ok(log) => (Tone::Good, format!("This audit is recorded in {}", sanitise(log))),
        Err(error) => (Tone::Warning, sanitise(&error.what).into_owned()),
    };
    state.toasts.say(tone, text, now);
    state.desk_mut().filter(|_| result.is_ok()).and_then(read).into_iter().collect()
}

/// Leaves a cleanup that is read.
pub(super) fn back(desk: &mut Desk) {
    desk.history.run = None;
    debug_assert!(desk.view == View::History, "only the history has cleanups to read");
}
