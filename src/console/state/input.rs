//! A text field of one line with the keys of readline, which every shell has taught.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_textarea::{CursorMove, TextArea};

use crate::text::is_hostile;

/// A text field of one line.
#[derive(Debug, Clone, Default)]
pub struct LineInput {
    area: TextArea<'static>,
}

impl LineInput {
    /// A field with a text in it and the cursor behind it.
    pub fn new(text: &str) -> Self {
        let mut area = TextArea::new(vec![text.to_owned()]);
        area.move_cursor(CursorMove::End);
        Self { area }
    }

    /// What is in it.
    pub fn text(&self) -> &str {
        self.area.lines().first().map_or("", String::as_str)
    }

    /// The widget, which only a view may draw.
    pub const fn area(&self) -> &TextArea<'static> {
        &self.area
    }

    /// Takes a key. Enter, Esc and Tab are not the field's: its owner decides on those.
    pub fn key(&mut self, key: KeyEvent) {
        let area = &mut self.area;
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        match key.code {
            KeyCode::Char('a') if ctrl => area.move_cursor(CursorMove::Head),
            KeyCode::Char('e') if ctrl => area.move_cursor(CursorMove::End),
            KeyCode::Char('b') if ctrl => area.move_cursor(CursorMove::Back),
            KeyCode::Char('f') if ctrl => area.move_cursor(CursorMove::Forward),
            KeyCode::Char('b') if alt => area.move_cursor(CursorMove::WordBack),
            KeyCode::Char('f') if alt => area.move_cursor(CursorMove::WordForward),
            KeyCode::Left if ctrl || alt => area.move_cursor(CursorMove::WordBack),
            KeyCode::Right if ctrl || alt => area.move_cursor(CursorMove::WordForward),
            KeyCode::Left => area.move_cursor(CursorMove::Back),
            KeyCode::Right => area.move_cursor(CursorMove::Forward),
            KeyCode::Home => area.move_cursor(CursorMove::Head),
            KeyCode::End => area.move_cursor(CursorMove::End),
            KeyCode::Char('u') if ctrl => drop(area.delete_line_by_head()),
            KeyCode::Char('k') if ctrl => drop(area.delete_line_by_end()),
            KeyCode::Char('w') if ctrl => drop(area.delete_word()),
            KeyCode::Char('d') if alt => drop(area.delete_next_word()),
            KeyCode::Char('d') if ctrl => drop(area.delete_next_char()),
            KeyCode::Char('h') if ctrl => drop(area.delete_char()),
            KeyCode::Backspace if alt || ctrl => drop(area.delete_word()),
            KeyCode::Backspace => drop(area.delete_char()),
            KeyCode::Delete => drop(area.delete_next_char()),
            KeyCode::Char(it) if !ctrl && !alt => area.insert_char(it),
            _ => {}
        }
    }

    /// Takes what was pasted, up to the first line's end: a paste never presses Enter.
    pub fn paste(&mut self, text: &str) {
        let line = text.lines().next().unwrap_or_default();
        self.area.insert_str(line.chars().filter(|it| !is_hostile(*it)).collect::<String>());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_readlines() {
        let mut field = LineInput::new("class:safe tmp");
        let mut press = |code, modifiers| field.key(KeyEvent::new(code, modifiers));
        press(KeyCode::Char('w'), KeyModifiers::CONTROL);
        press(KeyCode::Char('x'), KeyModifiers::NONE);
        press(KeyCode::Char('a'), KeyModifiers::CONTROL);
        press(KeyCode::Char('!'), KeyModifiers::NONE);
        press(KeyCode::Enter, KeyModifiers::NONE);
        assert_eq!(field.text(), "!class:safe x");
        field.key(KeyEvent::new(KeyCode::Char('e'), KeyModifiers::CONTROL));
        field.key(KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL));
        assert_eq!(field.text(), "");
    }

    #[test]
    fn a_paste_is_one_harmless_line() {
        let mut field = LineInput::default();
        field.paste("APPLY\u{1b}[31m CLEANUP\nrm -rf /\n");
        assert_eq!(field.text(), "APPLY[31m CLEANUP");
        field.paste("");
        assert_eq!(field.text(), "APPLY[31m CLEANUP");
    }
}
