//! A text that is read: the inspect JSON of a resource, and searching in it.

use serde_json::Value;

use crate::console::message::{Effect, Subject};
use crate::console::state::{LineInput, Paper, Sheet, State};
use crate::session::SessionError;
use crate::steward::Key;
use crate::text::sanitise;

/// Columns that a paper's rows may take: the thumb and a margin are left free.
pub(in crate::console::update) fn width(state: &State) -> usize {
    usize::from(state.size.0).saturating_sub(3)
}

/// Asks for everything that the engine knows of the selected resource.
pub(in crate::console::update) fn inspect(state: &mut State) -> Vec<Effect> {
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    let Some(row) = desk.shown().and_then(|table| table.selected()) else { return Vec::new() };
    let (key, title) = (row.key.clone(), format!("Inspect of {} {}", key_word(&row.key), row.name));
    let subject = Subject::Resource(key);
    desk.inspecting = Some(subject.clone());
    desk.sheet = Some(Sheet::Paper(Box::new(Paper::awaited(title))));
    vec![Effect::Inspect(subject)]
}

const fn key_word(key: &Key) -> &'static str {
    match key {
        Key::Container { .. } => "container",
        Key::Image { .. } => "image",
        Key::Volume { .. } => "volume",
        Key::Network { .. } => "network",
    }
}

/// It came, or not; too late if the reader has turned to something else.
pub(in crate::console::update) fn inspected(
    state: &mut State,
    of: &Subject,
    result: Result<Box<Value>, SessionError>,
) -> Vec<Effect> {
    let width = width(state);
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    if desk.inspecting.as_ref() != Some(of) {
        return Vec::new();
    }
    desk.inspecting = None;
    if let Some(Sheet::Paper(paper)) = &mut desk.sheet {
        let lines = match result {
            Ok(value) => json_lines(&value),
            Err(error) => error.to_string().lines().map(|line| sanitise(line).into_owned()).collect(),
        };
        paper.fill(lines, width);
    }
    Vec::new()
}

/// JSON as people read it, harmless to print.
pub(in crate::console::update) fn json_lines(value: &Value) -> Vec<String> {
    format!("{value:#}").lines().map(|line| sanitise(line).into_owned()).collect()
}

/// Changes the paper in front.
fn with_paper(state: &mut State, change: impl FnOnce(&mut Paper)) -> Vec<Effect> {
    if let Some(Sheet::Paper(paper)) = state.desk_mut().and_then(|desk| desk.sheet.as_mut()) {
        change(paper);
    }
    Vec::new()
}

/// Begins to type what is looked for.
pub(in crate::console::update) fn search(state: &mut State) -> Vec<Effect> {
    with_paper(state, |paper| paper.editing = Some(LineInput::new(&paper.search)))
}

/// What is looked for was changed.
pub(in crate::console::update) fn typed(paper: &mut Paper) {
    paper.find();
    paper.show();
}

/// Keeps what is looked for.
pub(in crate::console::update) fn keep(state: &mut State) -> Vec<Effect> {
    with_paper(state, |paper| {
        if let Some(field) = paper.editing.take() {
            field.text().trim().clone_into(&mut paper.search);
            paper.find();
        }
    })
}

/// Goes to the next or the last place where it was found.
pub(in crate::console::update) fn go(state: &mut State, by: isize) -> Vec<Effect> {
    with_paper(state, |paper| paper.go(by))
}
