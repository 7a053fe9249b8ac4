//! A screen that is too small for anything useful says so.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Wrap};

use super::Pen;
use crate::console::layout::SMALLEST;
use crate::console::state::{Cleanup, Desk};
use crate::console::theme::Role;

/// Draws it.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect) {
    let (width, height) = SMALLEST;
    let mut lines = vec![
        Line::styled("Too small", pen.style(Role::Strong)),
        Line::styled(
            format!("{}×{} of {width}×{height}", area.width, area.height).replace('×', "x"),
            pen.style(Role::Dim),
        ),
    ];
    if matches!(pen.state.desk(), Some(Desk { cleanup: Cleanup::Run(_), .. })) {
        lines.push(Line::styled("A cleanup is running.", pen.style(Role::Warning)));
    }
    frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: true }), area);
}
