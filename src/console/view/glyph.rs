//! The signs of the classes and of outcomes, and what stands for them where the terminal knows only ASCII.

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr;

use crate::apply::Outcome;
use crate::steward::Class;

pub(super) const MARK: &str = "▣";
pub(super) const CURSOR: &str = "▸";
pub(super) const MISSING: &str = "!";
pub(super) const NOTHING: &str = "–";
/// What is not known yet.
pub(super) const PENDING: &str = "…";

/// The sign of a class. With its colour and the letter its word begins with, there are three ways to see it.
pub(super) const fn class(class: Class) -> &'static str {
    match class {
        Class::Protected => "◆",
        Class::Expected => "✓",
        Class::SafeToDelete => "○",
        Class::Unknown => "?",
    }
}

/// The sign of an outcome.
pub(super) const fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done | Outcome::AlreadyGone => "✓",
        Outcome::Skipped(_) | Outcome::NotStarted(_) => "–",
        Outcome::Refused(_) | Outcome::Failed(_) => "✗",
        Outcome::Unknown(_) => "?",
    }
}

/// The sign of waiting: it moves as long as the program is alive.
pub(super) fn spinner(now: Timestamp) -> &'static str {
    const FRAMES: [&str; 8] = ["⠋", "⠙", "⠹", "⠸", "⠴", "⠦", "⠧", "⠇"];
    FRAMES[usize::try_from(now.as_millisecond() / 150).unwrap_or(0) % FRAMES.len()]
}

/// Puts ASCII in the place of everything else, after a screen was drawn: views need not know of it.
pub(super) fn to_ascii(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        let symbol = cell.symbol();
        if symbol.is_ascii() {
            continue;
        }
        let plain = match symbol {
            "◆" => "#",
            "✓" | "┌" | "┐" | "└" | "┘" => "+",
            "○" => "o",
            "●" => "*",
            "▣" => "x",
            "▸" | "→" => ">",
            "←" => "<",
            "↑" => "^",
            "↓" => "v",
            "✗" => "X",
            "…" => "~",
            "–" | "─" | "·" | "▄" | "▃" | "⠋" | "⠹" | "⠴" | "⠧" => "-",
            "│" | "┃" | "⠙" | "⠸" | "⠦" | "⠇" => "|",
            "█" | "━" | "▇" | "▆" | "▅" => "=",
            "▂" | "▁" => "_",
            _ => "?",
        };
        // The second cell of a wide character is skipped when it is sent: it has to become a blank.
        let wide = symbol.width() > 1;
        cell.set_symbol(if wide { "?" } else { plain });
    }
}
