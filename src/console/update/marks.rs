//! Marks: on keys, only on what is safe to delete, and only for as long as it is.

use foldhash::HashMap;

use crate::console::message::Effect;
use crate::console::state::{Desk, State, Table, Tone};
use crate::session::Look;
use crate::steward::{Class, Key, Resource};
use crate::text::sanitise;

/// Drops the marks of what is not safe to delete any more, and says so.
pub(super) fn keep_safe(desk: &mut Desk, look: &Look) -> Vec<String> {
    if desk.marks.is_empty() {
        return Vec::new();
    }
    let by_key: HashMap<&Key, &Resource> = look.audit.resources.iter().map(|it| (&it.key, it)).collect();
    let before = desk.look.as_ref();
    let mut words = Vec::new();
    desk.marks.retain(|key| match by_key.get(key) {
        Some(resource) if resource.safe().is_some() => true,
        Some(resource) => {
            words.push(format!(
                "{} is {} now, so its mark is gone: {}",
                sanitise(&resource.name),
                resource.class().as_str(),
                sanitise(&resource.reason.text)
            ));
            false
        }
        None => {
            let name = before.and_then(|look| look.audit.get(key)).map(|it| it.name.as_str());
            words.push(format!(
                "{} is gone, and its mark with it",
                sanitise(name.unwrap_or("What was marked"))
            ));
            false
        }
    });
    if words.len() > 2 {
        words =
            vec![format!("{} marks are gone: what they were on is gone or not safe any more", words.len())];
    }
    words
}

/// Marks or unmarks what is under the cursor. The cursor stays: what was marked is what one looks at.
pub(super) fn toggle(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    let Some(row) = desk.shown().and_then(|table| table.selected()) else { return Vec::new() };
    let (key, name, class) = (row.key.clone(), row.name.clone(), row.class);
    if desk.marks.remove(&key) {
        // It was marked, and is not any more.
    } else if is_safe(desk, &key) {
        desk.marks.insert(key);
    } else {
        state.toasts.say(Tone::Info, why_not(&name, class), now);
        return Vec::new();
    }
    desk.count_marks();
    Vec::new()
}

fn is_safe(desk: &Desk, key: &Key) -> bool {
    desk.look.as_ref().and_then(|look| look.audit.get(key)).is_some_and(|resource| resource.safe().is_some())
}

fn why_not(name: &str, class: Option<Class>) -> String {
    match class {
        None => format!("One moment: whether {name} may go shows once everything has been read"),
        Some(Class::Protected) => format!("{name} is protected: it stays, whatever happens"),
        Some(Class::Expected) => format!("{name} belongs to this environment, so it stays"),
        Some(Class::Unknown) => format!("{name} is unknown: until the SSOT says what it is, it stays"),
        Some(Class::SafeToDelete) => format!("{name} cannot be marked right now"),
    }
}

/// Marks all that is safe in the table, as it is filtered.
pub(super) fn all(state: &mut State) -> Vec<Effect> {
    let keys = |desk: &Desk| -> Vec<Key> {
        let rows = desk.shown().into_iter().flat_map(Table::visible);
        rows.filter(|row| row.class == Some(Class::SafeToDelete)).map(|row| row.key.clone()).collect()
    };
    mark(state, keys, "Nothing here is safe to delete")
}

/// Marks what is safe in the range, and leaves the range.
pub(super) fn range(state: &mut State) -> Vec<Effect> {
    let keys = |desk: &Desk| -> Vec<Key> {
        let Some(table) = desk.shown() else { return Vec::new() };
        let Some(range) = table.range() else { return Vec::new() };
        let rows = table.visible().skip(*range.start()).take(range.end() - range.start() + 1);
        rows.filter(|row| row.class == Some(Class::SafeToDelete)).map(|row| row.key.clone()).collect()
    };
    let effects = mark(state, keys, "Nothing in the range is safe to delete");
    if let Some(table) = state.desk_mut().and_then(Desk::shown_mut) {
        table.anchor = None;
    }
    effects
}

fn mark(state: &mut State, keys: impl Fn(&Desk) -> Vec<Key>, none: &str) -> Vec<Effect> {
    let now = state.now;
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    let keys = keys(desk);
    let none = if desk.look.is_some() { none } else { "One moment: nothing is classified yet" };
    let before = desk.marks.len();
    let found = keys.len();
    desk.marks.extend(keys);
    desk.count_marks();
    let fresh = desk.marks.len() - before;
    let text = match (found, fresh) {
        (0, _) => none.to_owned(),
        (_, 0) => "All that is safe here is marked already".to_owned(),
        (_, 1) => "1 marked".to_owned(),
        (_, fresh) => format!("{fresh} marked"),
    };
    state.toasts.say(Tone::Info, text, now);
    Vec::new()
}

/// Unmarks all in the table, as it is filtered.
pub(super) fn none(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    let keys: Vec<Key> =
        desk.shown().into_iter().flat_map(Table::visible).map(|row| row.key.clone()).collect();
    let gone = keys.iter().filter(|key| desk.marks.remove(key)).count();
    desk.count_marks();
    let text = if gone == 0 { "Nothing here is marked".to_owned() } else { format!("{gone} unmarked") };
    state.toasts.say(Tone::Info, text, now);
    Vec::new()
}
