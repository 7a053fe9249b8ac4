//! The choice of an environment.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::text::paragraph;
use super::{Pen, glyph};
use crate::console::state::Chooser;
use crate::console::theme::Role;
use crate::ssot::Environment;

/// Draws it.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, chooser: &Chooser) {
    let width = usize::from(area.width).saturating_sub(2).min(90);
    let mut lines = vec![Line::default()];
    lines.extend(paragraph(&chooser.why, 2, width, pen.style(Role::Strong)));
    lines.push(Line::default());
    for (at, choice) in chooser.choices.iter().enumerate() {
        let chosen = at == chooser.cursor;
        let badge = Environment::new(choice)
            .map_or_else(|_| pen.style(Role::Environment), |it| pen.theme.environment(&it));
        let row = Line::from(vec![
            Span::styled(
                if chosen { format!("  {} ", glyph::CURSOR) } else { "    ".to_owned() },
                pen.style(Role::Accent),
            ),
            Span::styled(format!(" {} ", choice.to_uppercase()), badge),
            Span::raw("  "),
            Span::styled(described(choice), pen.style(Role::Dim)),
        ]);
        lines.push(row);
        lines.push(Line::default());
    }
    frame.render_widget(Paragraph::new(lines), area);
}

fn described(choice: &str) -> &'static str {
    match choice {
        "desktop" => "a developer's own machine",
        "staging" => "pre-production, beside production on one engine",
        "production" => "looked at, never touched",
        _ => "",
    }
}
