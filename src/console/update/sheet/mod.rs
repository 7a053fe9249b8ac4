//! What stands in front of a view.

pub(in crate::console) mod editor;
pub(super) mod paper;
pub(super) mod permit;

use crate::console::message::Effect;
use crate::console::state::{Sheet, State};

/// Leaves what stands in front.
pub(super) fn back(state: &mut State) -> Vec<Effect> {
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    match &mut desk.sheet {
        Some(Sheet::Permit(_)) => return permit::back(state),
        Some(Sheet::Editor(_)) => return editor::back(state),
        Some(Sheet::Paper(paper)) => {
            if paper.editing.take().is_some() {
                paper.find();
            } else {
                desk.sheet = None;
            }
        }
        None => {}
    }
    Vec::new()
}

/// Hands in what was typed in it.
pub(super) fn submit(state: &mut State) -> Vec<Effect> {
    match state.desk().and_then(|desk| desk.sheet.as_ref()) {
        Some(Sheet::Permit(_)) => permit::submit(state),
        Some(Sheet::Editor(_)) => editor::write(state),
        Some(Sheet::Paper(_)) | None => Vec::new(),
    }
}

/// The screen has another size.
pub(super) fn resized(state: &mut State) {
    let (width, page) = (paper::width(state), editor::page(state));
    match state.desk_mut().and_then(|desk| desk.sheet.as_mut()) {
        Some(Sheet::Paper(paper)) => paper.lay(width),
        Some(Sheet::Editor(editor)) => editor.hold(page),
        Some(Sheet::Permit(_)) | None => {}
    }
}
