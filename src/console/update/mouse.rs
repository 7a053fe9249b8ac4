//! The mouse: it moves cursors and changes views. It marks nothing and removes nothing.

use super::command;
use crate::console::keymap::{Command, Mode};
use crate::console::layout;
use crate::console::message::{Effect, Target};
use crate::console::state::{Desk, State, Tone};

/// Lines that one notch of the wheel scrolls.
const NOTCH: isize = 3;

/// Takes the mouse, or leaves it to the terminal.
pub(super) fn toggle(state: &mut State) -> Vec<Effect> {
    state.mouse = !state.mouse;
    let text = if state.mouse {
        "Mouse on: the wheel scrolls, a click selects; with shift the terminal selects text as before"
    } else {
        "Mouse off: the terminal selects text again"
    };
    state.toasts.say(Tone::Info, text, state.now);
    vec![Effect::Mouse(state.mouse)]
}

/// Scrolls what the keys would scroll.
pub(super) fn wheel(state: &mut State, by: isize) -> Vec<Effect> {
    let one_by_one = matches!(state.mode(), Mode::Overview | Mode::Chooser | Mode::Palette | Mode::Themes);
    command::step(state, if one_by_one { by } else { by * NOTCH })
}

/// Goes to what was clicked, where a key could go there too.
pub(super) fn clicked(state: &mut State, target: Target) -> Vec<Effect> {
    let mode = state.mode();
    match target {
        Target::Tab(view) => {
            let read_only = state.is_read_only();
            if state.keys.bindings(mode, read_only).any(|it| it.command == Command::View(view)) {
                return command::go(state, view);
            }
        }
        Target::Row(place) if command::moves_cursor(mode) => {
            let page = layout::table_page(state.size);
            if let Some(table) = state.desk_mut().and_then(Desk::shown_mut)
                && place < table.seen.len()
            {
                table.go(place, page);
            }
        }
        Target::Row(_) => {}
    }
    Vec::new()
}
