//! Walking from a resource to what it uses and to who uses it, and back the same way.

use crate::console::layout;
use crate::console::message::Effect;
use crate::console::state::{Scroll, State, Tone, Tree, View};
use crate::steward::Key;

/// Grows the tree around the selected resource, where its details fill the screen.
pub(super) fn grow(state: &mut State) {
    let Some(desk) = state.desk_mut() else { return };
    if !desk.details.full {
        desk.details.tree = None;
        return;
    }
    let (Some(key), Some(look)) = (desk.selected().cloned(), desk.look.clone()) else { return };
    let known = desk.details.tree.as_ref();
    if known.is_some_and(|(of, at, _)| *of == key && *at == look.inventory.read_at) {
        return;
    }
    let same = known.is_some_and(|(of, ..)| *of == key);
    let Some(resource) = look.audit.get(&key) else { return };
    let tree = Tree::around(&look.audit, resource);
    let last = tree.links.len().saturating_sub(1);
    desk.details.link = if same { desk.details.link.min(last) } else { 0 };
    desk.details.tree = Some((key, look.inventory.read_at, tree));
}

/// To the next resource of the tree, and after the last one the first.
pub(super) fn next(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    let count = desk.details.tree.as_ref().map_or(0, |(.., tree)| tree.links.len());
    if count == 0 {
        state.toasts.say(Tone::Info, "It uses nothing, and nothing uses it", now);
    } else {
        desk.details.link = (desk.details.link + 1) % count;
    }
    Vec::new()
}

/// Goes to the resource that the tree points at.
pub(super) fn follow(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    let to = desk.details.tree.as_ref().and_then(|(.., tree)| tree.links.get(desk.details.link));
    let (Some(to), Some(from)) = (to.map(|link| link.key.clone()), desk.selected().cloned()) else {
        state.toasts.say(Tone::Info, "It uses nothing, and nothing uses it", now);
        return Vec::new();
    };
    if go(state, &to)
        && let Some(desk) = state.desk_mut()
    {
        desk.details.trail.push(from);
    }
    Vec::new()
}

/// Back to where one came from.
pub(super) fn back(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    match desk.details.trail.pop() {
        Some(key) => {
            go(state, &key);
        }
        None => state.toasts.say(Tone::Info, "This is where you began; esc goes back to the table", now),
    }
    Vec::new()
}

/// Puts the cursor on a resource, in the table of its kind; false if it is gone. A filter that hides it gives way.
fn go(state: &mut State, key: &Key) -> bool {
    let (now, page) = (state.now, layout::table_page(state.size));
    let Some(desk) = state.desk_mut() else { return false };
    let table = desk.table_mut(key.kind());
    if !table.rows.iter().any(|row| row.key == *key) {
        state.toasts.say(Tone::Warning, "The engine does not hold it any more", now);
        return false;
    }
    if table.place_of(key).is_none() {
        table.filter.kept.clear();
        table.rearrange(page);
    }
    if let Some(at) = table.place_of(key) {
        table.go(at, page);
    }
    desk.view = View::Table(key.kind());
    desk.details.full = true;
    desk.details.scroll = Scroll::default();
    true
}
