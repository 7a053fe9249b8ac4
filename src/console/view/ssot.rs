//! The declaration itself, as it stands in its file.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::text::cut;
use super::{Pen, header, scrolled};
use crate::console::state::{Desk, Extent};
use crate::console::theme::Role;

/// Draws it.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, desk: &Desk) -> Extent {
    let ssot = &desk.facts.ssot;
    let head = Rect { height: 1, ..area };
    let git = ssot.git.as_deref().map(|it| format!("  {}", header::in_git(it))).unwrap_or_default();
    let title = Line::from(vec![
        Span::styled(format!(" {}", ssot.path), pen.style(Role::Strong)),
        Span::styled(git, pen.style(Role::Dim)),
    ]);
    frame.render_widget(ratatui::widgets::Paragraph::new(title), head);

    let area = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let digits = ssot.lines.len().max(1).to_string().len();
    let room = usize::from(area.width).saturating_sub(digits + 5);
    let lines = ssot
        .lines
        .iter()
        .enumerate()
        .map(|(at, text)| {
            let mut spans = vec![Span::styled(format!(" {:>digits$}  ", at + 1), pen.style(Role::Dim))];
            spans.extend(yaml(pen, &cut(text, room)));
            Line::from(spans)
        })
        .collect();
    scrolled(pen, frame, area, lines, desk.ssot)
}

/// One line of YAML with its key and its comment told apart. Quiet, and no parser: a `#` in a quoted text is
/// only dimmed.
pub(super) fn yaml(pen: Pen<'_>, line: &str) -> Vec<Span<'static>> {
    let comment = if line.trim_start().starts_with('#') { Some(0) } else { line.find(" #") };
    let (code, comment) = line.split_at(comment.unwrap_or(line.len()));
    let mut spans = Vec::new();
    let start = code.len() - code.trim_start_matches([' ', '-']).len();
    let is_key = |it: char| it.is_ascii_alphanumeric() || it == '_';
    match code.find(':') {
        Some(colon) if colon > start && code[start..colon].chars().all(is_key) => {
            spans.push(Span::raw(code[..start].to_owned()));
            spans.push(Span::styled(code[start..=colon].to_owned(), pen.style(Role::Accent)));
            spans.push(Span::raw(code[colon + 1..].to_owned()));
        }
        _ => spans.push(Span::raw(code.to_owned())),
    }
    spans.push(Span::styled(comment.to_owned(), pen.style(Role::Dim)));
    spans
}
