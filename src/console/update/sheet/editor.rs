//! The SSOT is written: in a text area, judged at each key, shown as a diff, and only then on the disk.

use ratatui::crossterm::event::{KeyCode, KeyEvent};

use crate::console::layout::Layout;
use crate::console::message::{Effect, Writing};
use crate::console::state::{Editor, Opened, Review, Scroll, Sheet, State, Tone, Verdict};
use crate::session::SessionError;
use crate::ssot::edit;
use crate::text::is_hostile;

/// Lines of the text that are on the screen: the title and the verdict take three.
pub(in crate::console) fn page_of(size: (u16, u16)) -> usize {
    usize::from(Layout::of(size.0, size.1).body.height).saturating_sub(4).max(1)
}

pub(super) fn page(state: &State) -> usize {
    page_of(state.size)
}

fn editor(state: &mut State) -> Option<&mut Editor> {
    match state.desk_mut()?.sheet.as_mut()? {
        Sheet::Editor(editor) => Some(editor),
        Sheet::Paper(_) | Sheet::Permit(_) => None,
    }
}

/// Asks for the file as it is on the disk now.
pub(in crate::console::update) fn begin(state: &mut State) -> Vec<Effect> {
    vec![Effect::OpenSsot].into_iter().filter(|_| state.desk().is_some()).collect()
}

/// It was read, or cannot be written.
pub(in crate::console::update) fn opened(
    state: &mut State,
    result: Result<Box<Opened>, SessionError>,
) -> Vec<Effect> {
    let now = state.now;
    match result {
        Ok(file) => {
            if let Some(desk) = state.desk_mut()
                && desk.sheet.is_none()
            {
                desk.sheet = Some(Sheet::Editor(Box::new(Editor::of(*file))));
            }
        }
        Err(error) => state.toasts.say(Tone::Warning, error.to_string().replace('\n', " "), now),
    }
    Vec::new()
}

/// A key that the table does not know is the text's.
pub(in crate::console::update) fn key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let page = page(state);
    let Some(editor) = editor(state) else { return Vec::new() };
    if let KeyCode::Char(it) = key.code
        && is_hostile(it)
    {
        return Vec::new();
    }
    let changed = editor.area.input(key);
    touched(editor, changed, page);
    Vec::new()
}

/// A paste goes into the text, its lines with it.
pub(in crate::console::update) fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    let page = page(state);
    let Some(editor) = editor(state) else { return Vec::new() };
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let clean: String = text.chars().filter(|it| *it == '\n' || !is_hostile(*it)).collect();
    editor.area.insert_str(clean);
    touched(editor, true, page);
    Vec::new()
}

fn touched(editor: &mut Editor, changed: bool, page: usize) {
    editor.leaving = false;
    editor.hold(page);
    if changed {
        editor.judge();
    }
}

/// Shows what would be written, if it can be used at all.
pub(in crate::console::update) fn review(state: &mut State) -> Vec<Effect> {
    let (now, page) = (state.now, page(state));
    let Some(editor) = editor(state) else { return Vec::new() };
    let said = match &editor.verdict {
        Verdict::Valid => {
            let text = editor.text();
            let diff = edit::unified(&editor.file.shown, &editor.file.text, &text);
            editor.review = Some(Review {
                text,
                diff: diff.lines().map(str::to_owned).collect(),
                scroll: Scroll::default(),
                writing: false,
                refused: None,
            });
            return Vec::new();
        }
        Verdict::Unchanged => "Nothing has been changed",
        Verdict::Invalid { .. } => {
            editor.go_to_fault();
            editor.hold(page);
            "It cannot be saved like this: the cursor is where it is wrong"
        }
    };
    state.toasts.say(Tone::Info, said, now);
    Vec::new()
}

/// Writes what was reviewed.
pub(super) fn write(state: &mut State) -> Vec<Effect> {
    let Some(editor) = editor(state) else { return Vec::new() };
    let base = editor.file.text.clone();
    let Some(review) = editor.review.as_mut().filter(|it| !it.writing) else { return Vec::new() };
    review.writing = true;
    review.refused = None;
    let what = format!("{} is saved", editor.file.shown);
    vec![Effect::Write(Writing { base, text: review.text.clone(), what })]
}

/// Back from the review to the text, and from the text to the view; what was written is not lost by one key.
pub(super) fn back(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    let Some(editor) = editor(state) else { return Vec::new() };
    if editor.review.take().is_some() {
        return Vec::new();
    }
    if editor.is_changed() && !editor.leaving {
        editor.leaving = true;
        state.toasts.say(Tone::Warning, "Not saved: once more leaves it, ctrl-s saves it", now);
        return Vec::new();
    }
    if let Some(desk) = state.desk_mut() {
        desk.sheet = None;
    }
    Vec::new()
}
