//! The last lines: what is marked, and which keys do something here. Made from the key table.

use ratatui::Frame;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::header::rule;
use super::text::width_of;
use super::{Pen, glyph};
use crate::console::keymap::{Command, Mode};
use crate::console::layout::Layout;
use crate::console::state::FIELDS;
use crate::console::theme::Role;
use crate::text::bytes;

/// The fields of the filter, as a reminder while one is typed: as many as there is room for.
fn fields(pen: Pen<'_>, room: usize) -> Vec<Span<'static>> {
    let mut names = String::new();
    for (name, _) in FIELDS {
        if names.len() + name.len() + 8 <= room {
            names.push_str(name);
            names.push_str(": ");
        }
    }
    vec![
        Span::styled(names, pen.style(Role::Dim)),
        Span::styled(" ! ", pen.style(Role::Key)),
        Span::styled("not", pen.style(Role::Dim)),
    ]
}

/// Draws the footer.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, layout: Layout) {
    rule(pen, frame, layout.lower_line, None);
    let mode = pen.state.mode();
    let mut spans = vec![Span::raw(" ")];
    if let Some(desk) = pen.state.desk()
        && !desk.marks.is_empty()
        && matches!(mode, Mode::Overview | Mode::Table | Mode::Range | Mode::Details)
    {
        let sized =
            if desk.sums.marked > 0 { format!(" · {}", bytes(desk.sums.marked)) } else { String::new() };
        let text = format!("{} {} marked{sized}", glyph::MARK, desk.marks.len());
        spans.push(Span::styled(text, pen.style(Role::Marked)));
        spans.push(Span::raw("   "));
    }
    // Help has its place at the right, whatever else there is no room for.
    let words: Vec<_> = pen
        .state
        .keys
        .bindings(mode, pen.state.is_read_only())
        .filter(|binding| !binding.word.is_empty())
        .filter_map(|it| Some((it.command, it.keys.first()?.to_string(), it.word)))
        .collect();
    let item = |key: &str, word: &str| {
        vec![
            Span::styled(key.to_owned(), pen.style(Role::Key)),
            Span::raw(" "),
            Span::styled(word.to_owned(), pen.style(Role::Dim)),
        ]
    };
    let help: Vec<Span<'static>> = words
        .iter()
        .find(|(command, ..)| *command == Command::Help)
        .map(|(_, key, word)| item(key, word))
        .unwrap_or_default();
    let width = usize::from(layout.footer.width);
    let help = if mode == Mode::Filter { fields(pen, width.saturating_sub(26)) } else { help };
    let room = width.saturating_sub(width_of(&help) + 2);
    for (_, key, word) in words.iter().filter(|(command, ..)| *command != Command::Help) {
        let item = item(key, word);
        if width_of(&spans) + width_of(&item) > room {
            continue;
        }
        spans.extend(item);
        spans.push(Span::raw("  "));
    }
    let gap = width.saturating_sub(width_of(&spans) + width_of(&help) + 1);
    spans.push(Span::raw(" ".repeat(gap)));
    spans.extend(help);
    frame.render_widget(Paragraph::new(Line::from(spans)), layout.footer);
}
