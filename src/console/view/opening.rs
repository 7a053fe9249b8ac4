//! While something is waited for: what, and for how long.

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::text::cut;
use super::{Pen, glyph};
use crate::console::theme::Role;
use crate::text::sanitise;

/// Draws it.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, what: &str, since: Timestamp) {
    let seconds = pen.state.now.duration_since(since).as_secs().max(0);
    let room = usize::from(area.width).saturating_sub(22);
    let mut spans = vec![
        Span::raw("  "),
        Span::styled(glyph::spinner(pen.state.now), pen.style(Role::Accent)),
        Span::styled(format!(" Reading {} …", cut(&sanitise(what), room)), pen.style(Role::Text)),
    ];
    if seconds > 0 {
        spans.push(Span::styled(format!("  {seconds} s"), pen.style(Role::Dim)));
    }
    frame.render_widget(Paragraph::new(vec![Line::default(), Line::from(spans)]), area);
}
