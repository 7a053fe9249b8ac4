//! Cleanups that were cut off, and what became of what was in flight: told before anything else.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::text::paragraph;
use super::{Pen, scrolled};
use crate::console::state::{Desk, Extent};
use crate::console::theme::Role;
use crate::text::sanitise;

/// Draws them.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, desk: &Desk) -> Extent {
    let width = usize::from(area.width).saturating_sub(2).min(100);
    let mut lines = Vec::new();
    for it in &desk.cut_off {
        lines.push(Line::default());
        lines.push(Line::styled("  A cleanup was cut off", pen.style(Role::Warning)));
        lines.push(Line::default());
        for told in &it.told {
            lines.extend(paragraph(&sanitise(told), 2, width, pen.style(Role::Text)));
        }
        lines.push(Line::default());
        let journal = sanitise(&it.journal.display().to_string()).into_owned();
        let text = format!("Run {}, written in {journal}", sanitise(&it.run));
        lines.extend(paragraph(&text, 2, width, pen.style(Role::Dim)));
    }
    scrolled(pen, frame, area, lines, desk.cut_off_scroll)
}
