//! What lies over the screen: the help, the list of all commands, the choice of a theme.

use super::command;
use crate::console::actions;
use crate::console::message::Effect;
use crate::console::state::{Overlay, Palette, State, ThemeChoice, Tone};

/// Opens the list of all commands.
pub(super) fn open_palette(state: &mut State) -> Vec<Effect> {
    state.overlay = Some(Overlay::Palette(Box::default()));
    Vec::new()
}

/// Opens the choice of a theme, where there is one.
pub(super) fn open_themes(state: &mut State) -> Vec<Effect> {
    if state.themes.len() < 2 {
        let text = "Colours are off (NO_COLOR or --color never), so there is one theme";
        state.toasts.say(Tone::Info, text, state.now);
        return Vec::new();
    }
    state.overlay = Some(Overlay::Themes(ThemeChoice { before: state.theme }));
    Vec::new()
}

/// The next theme, and after the last one the first.
pub(super) fn next_theme(state: &mut State) -> Vec<Effect> {
    state.theme = (state.theme + 1) % state.themes.len().max(1);
    Vec::new()
}

/// Moves the cursor of what lies over the screen; false if nothing with a cursor does.
pub(super) fn step(state: &mut State, by: isize) -> bool {
    match &state.overlay {
        Some(Overlay::Palette(palette)) => {
            let last = actions::find(state, palette.field.text()).len().saturating_sub(1);
            if let Some(Overlay::Palette(palette)) = &mut state.overlay {
                palette.cursor = palette.cursor.saturating_add_signed(by).min(last);
            }
            true
        }
        Some(Overlay::Themes(_)) => {
            state.theme = state.theme.saturating_add_signed(by).min(state.themes.len().saturating_sub(1));
            true
        }
        Some(Overlay::Help(_)) | None => false,
    }
}

/// Closes what lies over the screen; false if nothing does. A theme that was only looked at goes again.
pub(super) fn close(state: &mut State) -> bool {
    let Some(overlay) = state.overlay.take() else { return false };
    if let Overlay::Themes(choice) = overlay {
        state.theme = choice.before;
    }
    true
}

/// Runs the command under the cursor, or keeps the theme that is looked at.
pub(super) fn submit(state: &mut State) -> Vec<Effect> {
    match state.overlay.take() {
        Some(Overlay::Palette(palette)) => run(state, palette),
        Some(Overlay::Themes(_)) => {
            // That of the terminal is no choice: tomorrow's terminal may be light.
            let theme = state.themes.get(state.theme).filter(|_| state.theme != state.theme_of_terminal);
            state.memory.theme = theme.map(|theme| theme.name.clone());
            Vec::new()
        }
        Some(Overlay::Help(_)) | None => Vec::new(),
    }
}

/// What cannot be done now stays in the list, with the reason that stands beside it.
fn run(state: &mut State, palette: Box<Palette>) -> Vec<Effect> {
    match actions::find(state, palette.field.text()).get(palette.cursor) {
        Some(action) if action.blocked.is_none() => command::run(state, action.command),
        _ => {
            state.overlay = Some(Overlay::Palette(palette));
            Vec::new()
        }
    }
}
