//! Values over time as bars, with the numbers that a bar cannot tell: the last, the largest, from when to when.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Sparkline};

use super::Pen;
use super::text::{spread, width_of};
use crate::console::state::Point;
use crate::console::theme::Role;

/// Bars in one line: the eighths of a cell.
const EIGHTHS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Draws a chart: a heading, the bars, and the days at both ends.
pub(super) fn draw(
    pen: Pen<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
    title: &'static str,
    points: &[Point],
    role: Role,
    unit: &dyn Fn(u64) -> String,
) {
    if area.height < 3 || area.width < 12 {
        return;
    }
    let width = usize::from(area.width);
    // Two cells a bar where there is room: bars of one cell run into one another.
    let wide = if points.len() * 2 <= width { 2 } else { 1 };
    let shown = &points[points.len().saturating_sub(width / wide)..];
    let most = shown.iter().map(|(_, value)| *value).max().unwrap_or(0);
    let heading = match shown.last() {
        None => Line::from(vec![
            Span::styled(title, pen.style(Role::Strong)),
            Span::styled("  nothing yet", pen.style(Role::Dim)),
        ]),
        Some((_, last)) => spread(
            vec![
                Span::styled(format!("{title} "), pen.style(Role::Strong)),
                Span::styled(unit(*last), pen.style(role)),
            ],
            vec![Span::styled(format!("most {}", unit(most)), pen.style(Role::Dim))],
            width,
        ),
    };
    frame.render_widget(Paragraph::new(heading), Rect { height: 1, ..area });
    let (Some((first, _)), Some((last, _))) = (shown.first(), shown.last()) else { return };
    let data: Vec<Option<u64>> =
        shown.iter().flat_map(|(_, value)| [Some(*value), None].into_iter().take(wide)).collect();

    let bars = Sparkline::default().data(data.iter().copied()).max(most.max(1)).style(pen.style(role));
    frame.render_widget(bars, Rect { y: area.y + 1, height: area.height - 2, ..area });
    let day = |at: &jiff::Timestamp| at.strftime("%b %d").to_string();
    let days = vec![Span::styled(day(first), pen.style(Role::Dim))];
    let until =
        if shown.len() > 1 { vec![Span::styled(day(last), pen.style(Role::Dim))] } else { Vec::new() };
    let used = (shown.len() * wide).clamp(14, width);
    debug_assert!(width_of(&days) <= used, "two days fit in the width of a chart");
    let line = spread(days, until, used);
    frame.render_widget(Paragraph::new(line), Rect { y: area.y + area.height - 1, height: 1, ..area });
}

/// The last values as bars in one line.
pub(super) fn line(points: &[Point], now: u64, width: usize) -> String {
    let values: Vec<u64> = points.iter().map(|(_, value)| *value).chain([now]).collect();
    let shown = &values[values.len().saturating_sub(width)..];
    let most = shown.iter().copied().max().unwrap_or(0).max(1);
    shown.iter().map(|value| EIGHTHS[usize::try_from(value * 7 / most).unwrap_or(7).min(7)]).collect()
}
