//! One key, with or without Control.

use std::fmt;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// One key, with or without Control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Press {
    code: KeyCode,
    ctrl: bool,
}

impl Press {
    pub(super) const fn char(it: char) -> Self {
        Self { code: KeyCode::Char(it), ctrl: false }
    }

    pub(super) const fn ctrl(it: char) -> Self {
        Self { code: KeyCode::Char(it), ctrl: true }
    }

    pub(super) const fn code(code: KeyCode) -> Self {
        Self { code, ctrl: false }
    }

    /// The key of this name, as [`Display`](fmt::Display) writes it: one character, `ctrl-` and one, or a word.
    pub fn parse(text: &str) -> Option<Self> {
        let (ctrl, name) = text.strip_prefix("ctrl-").map_or((false, text), |rest| (true, rest));
        let mut chars = name.chars();
        let code = match (chars.next(), chars.next()) {
            // Terminals send Control with a letter as that of the small one.
            (Some(it), None) if ctrl => KeyCode::Char(it.to_ascii_lowercase()),
            (Some(it), None) if !it.is_control() => match it {
                '↑' => KeyCode::Up,
                '↓' => KeyCode::Down,
                '←' => KeyCode::Left,
                '→' => KeyCode::Right,
                it => KeyCode::Char(it),
            },
            _ => match name {
                "space" => KeyCode::Char(' '),
                "up" => KeyCode::Up,
                "down" => KeyCode::Down,
                "left" => KeyCode::Left,
                "right" => KeyCode::Right,
                "backspace" => KeyCode::Backspace,
                "enter" => KeyCode::Enter,
                "esc" => KeyCode::Esc,
                "tab" => KeyCode::Tab,
                "shift-tab" => KeyCode::BackTab,
                "pgup" => KeyCode::PageUp,
                "pgdn" => KeyCode::PageDown,
                "home" => KeyCode::Home,
                "end" => KeyCode::End,
                "delete" => KeyCode::Delete,
                "insert" => KeyCode::Insert,
                _ => KeyCode::F(name.strip_prefix('f')?.parse().ok().filter(|it| (1..=12).contains(it))?),
            },
        };
        Some(Self { code, ctrl })
    }

    /// Whether it is a character where text is typed.
    pub const fn is_text(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && !self.ctrl
    }

    /// Whether this key was pressed. Shift is in the character already.
    pub fn is(self, key: KeyEvent) -> bool {
        self.code == key.code
            && self.ctrl == key.modifiers.contains(KeyModifiers::CONTROL)
            && !key.modifiers.contains(KeyModifiers::ALT)
    }

    /// The key as a terminal sends it.
    pub const fn event(self) -> KeyEvent {
        KeyEvent::new(self.code, if self.ctrl { KeyModifiers::CONTROL } else { KeyModifiers::NONE })
    }
}

impl fmt::Display for Press {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("ctrl-")?;
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("space"),
            KeyCode::Char(it) => write!(f, "{it}"),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Down => f.write_str("↓"),
            KeyCode::Left => f.write_str("←"),
            KeyCode::Right => f.write_str("→"),
            KeyCode::Backspace => f.write_str("backspace"),
            KeyCode::Enter => f.write_str("enter"),
            KeyCode::Esc => f.write_str("esc"),
            KeyCode::Tab => f.write_str("tab"),
            KeyCode::BackTab => f.write_str("shift-tab"),
            KeyCode::PageUp => f.write_str("pgup"),
            KeyCode::PageDown => f.write_str("pgdn"),
            KeyCode::Home => f.write_str("home"),
            KeyCode::End => f.write_str("end"),
            KeyCode::Delete => f.write_str("delete"),
            KeyCode::Insert => f.write_str("insert"),
            KeyCode::F(number) => write!(f, "f{number}"),
            other => write!(f, "{other}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::keymap::{Keymap, Mode};

    #[test]
    fn what_is_shown_can_be_written() {
        for mode in Mode::ALL {
            for press in Keymap::default().bindings(mode, false).flat_map(|it| it.keys.iter()) {
                assert_eq!(Press::parse(&press.to_string()), Some(*press));
            }
        }
        for name in ["f1", "f12", "delete", "ctrl-x", "ctrl-space"] {
            assert_eq!(Press::parse(name).map(|it| it.to_string()).as_deref(), Some(name));
        }
        for name in ["", "f0", "f13", "alt-x", "spcae", "ctrl-", "\u{1b}"] {
            assert_eq!(Press::parse(name), None, "{name:?}");
        }
    }
}
