//! What comes from the session: that it is open, what the engine holds, that it has changed or gone.

use std::sync::Arc;

use crate::answers::Sizes;
use crate::apply::CutOff;
use crate::console::layout;
use crate::console::message::Effect;
use crate::console::state::{self, Choice, Chooser, Desk, Facts, Row, Scroll, Stage, State, Tone, Trouble};
use crate::session::{self, Change, DiskUse, Look, SessionError};
use crate::steward::{Explanation, Key, Kind};
use crate::text::sanitise;

use super::{marks, retry};

/// What the chooser asks.
pub(super) const ASKED: &str = "Which environment is this engine to be compared with?";

/// A session was opened, or not.
pub(super) fn opened(state: &mut State, result: Result<Box<Facts>, SessionError>) -> Vec<Effect> {
    match result {
        Ok(facts) => {
            let mut desk = Desk::new(facts.clean(), state.now);
            desk.recall(&state.memory);
            desk.looking.sizes_wanted = true;
            let effects = look(&mut desk, false);
            state.overlay = None;
            state.stage = Stage::Open(Box::new(desk));
            effects
        }
        Err(error) if error.kind == session::Trouble::NoEnvironment => {
            state.stage = Stage::Choosing(chooser(ASKED, &state.choices, None));
            Vec::new()
        }
        Err(error) => {
            let attempts = match &state.stage {
                Stage::Trouble(trouble) => trouble.attempts + 1,
                _ => 1,
            };
            let scroll = match &state.stage {
                Stage::Trouble(trouble) => trouble.scroll,
                _ => Scroll::default(),
            };
            // Only an engine may come back by itself; a wrong file has to be mended first.
            let retry_at = (error.kind == session::Trouble::Engine).then(|| retry::at(state.now, attempts));
            state.stage = Stage::Trouble(Trouble { error, retry_at, trying: false, attempts, scroll });
            Vec::new()
        }
    }
}

/// A chooser of environments and engines.
pub(super) fn chooser(why: &str, choices: &[Choice], behind: Option<Box<Desk>>) -> Chooser {
    let mut choices = choices.to_vec();
    let here = behind.as_ref().map(|desk| Choice::Environment(desk.facts.environment.as_str().to_owned()));
    if let Some(here) = here.as_ref().filter(|here| !choices.contains(here)) {
        choices.insert(0, here.clone());
    }
    let cursor = here.and_then(|here| choices.iter().position(|it| *it == here)).unwrap_or(0);
    Chooser { why: sanitise(why).into_owned(), choices, cursor, behind }
}

/// Looks, unless a look is in flight: then once more after it.
pub(super) fn look(desk: &mut Desk, calmly: bool) -> Vec<Effect> {
    if desk.looking.look {
        desk.looking.again = true;
        return Vec::new();
    }
    desk.looking.look = true;
    vec![Effect::Look { calmly }]
}

/// The containers of the first look are there: something to see until it ends.
pub(super) fn glimpsed(state: &mut State, rows: Vec<Row>) -> Vec<Effect> {
    let (now, size) = (state.now, state.size);
    if let Some(desk) = desk_anywhere(state).filter(|desk| desk.look.is_none()) {
        let table = desk.table_mut(Kind::Container);
        table.now = now;
        table.take(rows, layout::table_page(size));
    }
    Vec::new()
}

/// A look has ended.
pub(super) fn looked(state: &mut State, result: Result<Look, SessionError>) -> Vec<Effect> {
    let (now, size) = (state.now, state.size);
    let Some(desk) = desk_anywhere(state) else { return Vec::new() };
    desk.looking.look = false;
    let mut effects = Vec::new();
    match result {
        Ok(look) => {
            desk.live.look = None;
            desk.stale = false;
            desk.vitals.wanted = true;
            desk.live.failures = 0;
            desk.live.retry_at = None;
            let words = take(desk, look, size);
            say(state, words);
        }
        Err(error) => {
            desk.live.failures += 1;
            desk.live.retry_at = Some(retry::at(now, desk.live.failures));
            desk.live.look = Some(error);
            // Whatever changed meanwhile, the next try will see it.
            desk.looking.again = false;
            return effects;
        }
    }
    let Some(desk) = desk_anywhere(state) else { return effects };
    effects.extend(reconcile(desk));
    if std::mem::take(&mut desk.looking.again) {
        effects.extend(self::look(desk, true));
    } else if desk.looking.sizes_wanted && !desk.looking.sizes {
        desk.looking.sizes_wanted = false;
        desk.looking.sizes = true;
        effects.push(Effect::LookWithSizes);
    }
    effects
}

/// The first look that can be believed says what became of cleanups that were cut off.
fn reconcile(desk: &mut Desk) -> Option<Effect> {
    let look = desk.look.as_ref().filter(|look| look.audit.doubts.is_empty())?;
    if std::mem::replace(&mut desk.reconciled, true) {
        return None;
    }
    Some(Effect::Reconcile(look.clone()))
}

/// Cleanups that were cut off were looked for.
pub(super) fn reconciled(state: &mut State, result: Result<Vec<CutOff>, SessionError>) -> Vec<Effect> {
    let now = state.now;
    let Some(desk) = desk_anywhere(state) else { return Vec::new() };
    match result {
        Ok(found) => desk.cut_off.extend(found),
        Err(error) => {
            let why = sanitise(error.what.lines().next().unwrap_or_default()).into_owned();
            let text = format!("Whether a cleanup was cut off could not be found out: {why}");
            state.toasts.say(Tone::Warning, text, now);
        }
    }
    Vec::new()
}

/// The disk was measured.
pub(super) fn disk_use(state: &mut State, disk: Option<DiskUse>) -> Vec<Effect> {
    if let Some(desk) = desk_anywhere(state) {
        desk.disk = disk;
    }
    Vec::new()
}

/// The slow look for sizes has ended. Where it failed, the rows stay without sizes, and a word is said:
/// an engine that is busy walking its disk is no trouble.
pub(super) fn sized(state: &mut State, result: Result<Arc<Sizes>, SessionError>) -> Vec<Effect> {
    let (now, size) = (state.now, state.size);
    let Some(desk) = desk_anywhere(state) else { return Vec::new() };
    desk.looking.sizes = false;
    match result {
        Ok(sizes) => {
            desk.looking.sized = true;
            // Taken off the desk, it is nobody else's, and no copy is made of it.
            if let Some(mut look) = desk.look.take() {
                look.measure(&sizes);
                let page = layout::table_page(size);
                desk.tables.iter_mut().for_each(|table| table.measure(&look, page));
                desk.look = Some(look);
                desk.count();
                // What was explained was explained without them.
                desk.details.asked = None;
            }
        }
        Err(error) => {
            let text = format!("No sizes: {}", sanitise(error.what.lines().next().unwrap_or_default()));
            state.toasts.say(Tone::Warning, text, now);
        }
    }
    Vec::new()
}

/// Takes a look onto the desk. Marks whose resource is not safe any more are dropped; the words say so.
fn take(desk: &mut Desk, look: Look, size: (u16, u16)) -> Vec<String> {
    let page = layout::table_page(size);
    let rows = state::rows(&look);
    for (table, rows) in desk.tables.iter_mut().zip(rows) {
        table.now = look.inventory.read_at;
        table.take(rows, page);
    }
    let words = marks::keep_safe(desk, &look);
    desk.look = Some(look);
    desk.count();
    // What was explained was explained of another look.
    desk.details.asked = None;
    words
}

fn say(state: &mut State, words: Vec<String>) {
    for word in words {
        state.toasts.say(Tone::Warning, word, state.now);
    }
}

/// The desk, also where a chooser stands in front of it.
pub(super) fn desk_anywhere(state: &mut State) -> Option<&mut Desk> {
    match &mut state.stage {
        Stage::Open(desk) => Some(desk),
        Stage::Choosing(chooser) => chooser.behind.as_deref_mut(),
        Stage::Opening { .. } | Stage::Trouble(_) => None,
    }
}

/// The engine has changed, or its events have come or gone.
pub(super) fn changed(state: &mut State, change: Change) -> Vec<Effect> {
    let Some(desk) = desk_anywhere(state) else { return Vec::new() };
    match change {
        Change::Something => look(desk, true),
        Change::Live => {
            desk.live.events = None;
            look(desk, false)
        }
        Change::Lost(why) => {
            desk.live.events = Some(sanitise(&why).into_owned());
            Vec::new()
        }
    }
}

/// Asks for the explanation of the selected resource, if its details are to be seen and it is not the one
/// that was explained. One explanation is in flight at a time, however fast the cursor moves.
pub(super) fn explain_selected(state: &mut State) -> Option<Effect> {
    let size = state.size;
    let Stage::Open(desk) = &mut state.stage else { return None };
    let shown =
        desk.details.full || layout::TableLayout::of(layout::Layout::of(size.0, size.1).body).side.is_some();
    let key = desk.selected()?.clone();
    if desk.details.of.as_ref() != Some(&key) {
        desk.details.of = Some(key.clone());
        desk.details.scroll = Scroll::default();
    }
    let known = desk.details.explained.as_ref().is_some_and(|(of, explanation)| {
        *of == key && desk.look.as_ref().and_then(|look| look.audit.get(&key)) == Some(&explanation.resource)
    });
    if !shown || known || desk.details.asked.is_some() {
        return None;
    }
    let look = desk.look.clone()?;
    desk.details.asked = Some(key.clone());
    Some(Effect::Explain(look, key))
}

/// A resource was explained.
pub(super) fn explained(state: &mut State, key: Key, explanation: Option<Box<Explanation>>) -> Vec<Effect> {
    if let Stage::Open(desk) = &mut state.stage {
        desk.details.asked = None;
        if let Some(explanation) = explanation {
            desk.details.explained = Some((key, *explanation));
        }
    }
    Vec::new()
}
