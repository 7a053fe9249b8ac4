//! The SSOT on the disk: it was written here, or by somebody else, and is read again.

use super::{engine, sheet};
use crate::console::message::Effect;
use crate::console::state::{Cleanup, Facts, PermitStep, Sheet, Stage, State, Tone};
use crate::session::SessionError;
use crate::text::sanitise;

/// It was written from here, or not.
pub(super) fn written(state: &mut State, result: Result<String, SessionError>) -> Vec<Effect> {
    let now = state.now;
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    match result {
        Ok(what) => {
            desk.sheet = None;
            state.toasts.say(Tone::Good, sanitise(&what).into_owned(), now);
            vec![Effect::Reload]
        }
        Err(error) => {
            let why = error.to_string();
            match &mut desk.sheet {
                Some(Sheet::Permit(permit)) => {
                    permit.step = PermitStep::Refused;
                    permit.refused = Some(why);
                }
                Some(Sheet::Editor(editor)) => {
                    if let Some(review) = &mut editor.review {
                        review.writing = false;
                        review.refused = Some(why);
                    }
                }
                Some(Sheet::Paper(_)) | None => state.toasts.say(Tone::Warning, why, now),
            }
            Vec::new()
        }
    }
}

/// The file is not what it was. A cleanup that runs is not disturbed: its own checks have noticed, too.
pub(super) fn changed(state: &mut State) -> Vec<Effect> {
    let Some(desk) = engine::desk_anywhere(state) else { return Vec::new() };
    if matches!(desk.cleanup, Cleanup::Run(_)) {
        desk.reload_later = true;
        return Vec::new();
    }
    vec![Effect::Reload]
}

/// It was read again, or cannot be used any more: then the old one holds, and nothing can be planned by it.
pub(super) fn reloaded(state: &mut State, result: Result<Box<Facts>, SessionError>) -> Vec<Effect> {
    let now = state.now;
    let Some(desk) = engine::desk_anywhere(state) else { return Vec::new() };
    match result {
        Ok(facts) => {
            let facts = facts.clean();
            let same = facts.ssot.lines == desk.facts.ssot.lines;
            desk.facts = facts;
            desk.ssot_trouble = None;
            // What was under way belonged to the session before.
            desk.looking = crate::console::state::Looking {
                sized: desk.looking.sized,
                sizes_wanted: desk.looking.sizes || desk.looking.sizes_wanted,
                ..Default::default()
            };
            desk.details.asked = None;
            desk.stale = true;
            let dropped =
                matches!(desk.cleanup, Cleanup::Planning | Cleanup::Plan(_) | Cleanup::Approval(..));
            if dropped {
                desk.cleanup = Cleanup::None;
            }
            if matches!(desk.sheet, Some(Sheet::Permit(_))) {
                desk.sheet = None;
            }
            let mut effects = engine::look(desk, false);
            effects.extend(super::history::read(desk));
            let text = match (same, dropped) {
                (_, true) => "The SSOT has changed: the plan was left, and everything is classified anew",
                (false, _) => "The SSOT has changed: everything is classified anew",
                (true, _) => "The SSOT is as it was",
            };
            state.toasts.say(if dropped { Tone::Warning } else { Tone::Info }, text, now);
            effects
        }
        Err(error) => {
            let first = sanitise(error.what.lines().next().unwrap_or_default()).into_owned();
            desk.ssot_trouble = Some(error);
            if matches!(desk.cleanup, Cleanup::Planning | Cleanup::Plan(_) | Cleanup::Approval(..)) {
                desk.cleanup = Cleanup::None;
            }
            let text = format!("The SSOT cannot be used as it is now: {first}");
            state.toasts.say(Tone::Warning, text, now);
            Vec::new()
        }
    }
}

/// What waited for the end of a cleanup.
pub(super) fn after_cleanup(state: &mut State) -> Vec<Effect> {
    let Stage::Open(desk) = &mut state.stage else { return Vec::new() };
    if std::mem::take(&mut desk.reload_later) { vec![Effect::Reload] } else { Vec::new() }
}

/// Opens the file to be written.
pub(super) fn edit(state: &mut State) -> Vec<Effect> {
    sheet::editor::begin(state)
}
