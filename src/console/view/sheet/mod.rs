//! What stands in front of a view.

mod editor;
mod paper;
mod permit;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::Pen;
use crate::console::state::{Desk, Extent, Sheet};
use crate::console::theme::Role;
use crate::console::view::text::chop;
use crate::text::sanitise;

/// Draws it.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, desk: &Desk, sheet: &Sheet) -> Extent {
    match sheet {
        Sheet::Permit(permit) => permit::draw(pen, frame, area, permit),
        Sheet::Paper(paper) => paper::draw(pen, frame, area, desk, paper),
        Sheet::Editor(editor) => editor::draw(pen, frame, area, editor),
    }
}

/// A line of a diff, or of two audits compared: its sign says what it is, its colour says it again.
fn changed(pen: Pen<'_>, text: &str) -> Line<'static> {
    let role = match text.chars().next() {
        _ if text.starts_with("+++") || text.starts_with("---") => Role::Dim,
        Some('+') => Role::Good,
        Some('-') => Role::Danger,
        Some('~') => Role::Warning,
        Some('@') => Role::Accent,
        _ => Role::Text,
    };
    Line::styled(format!("  {text}"), pen.style(role))
}

/// A line of a diff in as many lines as it needs: what is added may stand at its end, and whoever approves it
/// has to see it. What goes on is set in, under the text and not under the sign.
fn diff_line(pen: Pen<'_>, text: &str, width: usize) -> Vec<Line<'static>> {
    let text = sanitise(text);
    let first = chop(&text, width.saturating_sub(3)).first().map_or(0, |part| part.len());
    let (first, rest) = text.split_at(first);
    let mut lines = vec![changed(pen, first)];
    let style = lines[0].style;
    lines.extend(
        chop(rest, width.saturating_sub(6))
            .into_iter()
            .map(|part| Line::styled(format!("     {part}"), style)),
    );
    lines
}
