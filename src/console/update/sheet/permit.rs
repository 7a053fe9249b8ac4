//! Letting something unknown go: weighed, shown, named again by typing, and only then written.

use std::mem;

use crate::console::message::{Effect, Writing};
use crate::console::state::{Desk, LineInput, Permit, PermitStep, Scroll, Sheet, State, Tone, Weighed};
use crate::session::SessionError;
use crate::steward::Class;
use crate::text::sanitise;

/// Begins to approve the selected resource.
pub(in crate::console::update) fn begin(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    let Some(row) = desk.shown().and_then(|table| table.selected()) else { return Vec::new() };
    let why_not = match row.class {
        None => Some(format!("One moment: what {} is shows once everything has been read", row.name)),
        Some(Class::Unknown) => desk.no_plan_because(),
        Some(class) => {
            Some(format!("{} is {}: only what is unknown can be approved", row.name, class.as_str()))
        }
    };
    if let Some(why) = why_not {
        state.toasts.say(Tone::Info, why, now);
        return Vec::new();
    }
    let (key, path) = (row.key.clone(), row.name.to_string());
    let Some(look) = desk.look.clone() else { return Vec::new() };
    let path = look.audit.get(&key).map_or(path, |it| format!("{} {}", it.kind(), sanitise(&it.name)));
    desk.sheet = Some(Sheet::Permit(Box::new(Permit::of(key.clone(), path))));
    state.toasts.clear();
    vec![Effect::Weigh(look, key, None)]
}

fn permit(state: &mut State) -> Option<&mut Permit> {
    match state.desk_mut()?.sheet.as_mut()? {
        Sheet::Permit(permit) => Some(permit),
        Sheet::Paper(_) | Sheet::Editor(_) => None,
    }
}

/// It was weighed, or refused.
pub(in crate::console::update) fn weighed(
    state: &mut State,
    result: Result<Box<Weighed>, SessionError>,
) -> Vec<Effect> {
    let Some(permit) = permit(state) else { return Vec::new() };
    if !matches!(permit.step, PermitStep::Weighing) {
        return Vec::new();
    }
    permit.scroll = Scroll::default();
    match result {
        Ok(weighed) if weighed.approval.edited.diff.is_empty() => permit.step = PermitStep::Refused,
        Ok(weighed) => {
            permit.refused = None;
            permit.step = PermitStep::Shown(weighed, LineInput::default());
        }
        Err(error) => {
            permit.refused = Some(error.to_string());
            permit.step = PermitStep::Refused;
        }
    }
    Vec::new()
}

/// Types a pattern in the place of the name.
pub(in crate::console::update) fn pattern(state: &mut State) -> Vec<Effect> {
    let Some(permit) = permit(state) else { return Vec::new() };
    match &permit.step {
        PermitStep::Shown(weighed, _) => {
            let field = LineInput::new(&weighed.approval.pattern);
            permit.step = PermitStep::Pattern(field);
        }
        PermitStep::Refused => {
            let name = permit.path.split_once(' ').map_or("", |(_, name)| name);
            permit.step = PermitStep::Pattern(LineInput::new(name));
        }
        PermitStep::Weighing | PermitStep::Pattern(_) | PermitStep::Writing => {}
    }
    permit.refused = None;
    Vec::new()
}

/// Hands in what was typed: a pattern, which is weighed; or the name of what is shown, which is written.
pub(super) fn submit(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    let look = state.desk().and_then(|desk| desk.look.clone());
    let blocked = state.desk().and_then(Desk::no_plan_because);
    let (Some(permit), Some(look)) = (permit(state), look) else { return Vec::new() };
    match &permit.step {
        PermitStep::Pattern(field) => {
            let pattern = field.text().trim().to_owned();
            if pattern.is_empty() {
                permit.refused = Some("A pattern is asked for, such as test-*".to_owned());
                return Vec::new();
            }
            permit.step = PermitStep::Weighing;
            vec![Effect::Weigh(look, permit.key.clone(), Some(pattern))]
        }
        PermitStep::Shown(weighed, field) => {
            let typed = &weighed.approval.typed;
            if field.text() != typed {
                permit.refused = Some(format!("That is not {}; nothing has been written", sanitise(typed)));
                return Vec::new();
            }
            if let Some(why) = blocked {
                permit.refused = Some(why);
                return Vec::new();
            }
            let PermitStep::Shown(weighed, _) = mem::replace(&mut permit.step, PermitStep::Writing) else {
                return Vec::new();
            };
            state.toasts.clear();
            let Weighed { approval, base } = *weighed;
            let what = format!("{} is approved: {}", sanitise(&approval.pattern), approval.edited.rule);
            vec![Effect::Write(Writing { base, text: approval.edited.ssot.text, what })]
        }
        PermitStep::Refused => back(state),
        PermitStep::Weighing | PermitStep::Writing => {
            state.toasts.say(Tone::Info, "One moment: it is being found out what the rule would do", now);
            Vec::new()
        }
    }
}

/// Leaves the approval, or the typing of a pattern.
pub(super) fn back(state: &mut State) -> Vec<Effect> {
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    desk.sheet = None;
    Vec::new()
}
