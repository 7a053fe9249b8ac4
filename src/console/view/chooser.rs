//! The choice of an environment, or of another engine.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::text::{fit, paragraph};
use super::{Pen, glyph};
use crate::console::state::{Choice, Chooser};
use crate::console::theme::Role;
use crate::ssot::Environment;
use crate::text::sanitise;

/// What is said of a context.
const CONTEXT: &str = "the engine of this Docker context";

/// Draws it.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, chooser: &Chooser) {
    let width = usize::from(area.width).saturating_sub(2).min(90);
    // Blank lines between the choices where there is room for them; else as many as fit around the cursor.
    let asked = paragraph(&chooser.why, 2, width, pen.style(Role::Strong));
    let left = usize::from(area.height).saturating_sub(asked.len() + 2);
    let roomy = left + 1 >= 2 * chooser.choices.len();
    let page = if roomy { chooser.choices.len() } else { left };
    let first = (chooser.cursor + 1).saturating_sub(page);
    let mut lines = vec![Line::default()];
    lines.extend(asked);
    lines.push(Line::default());
    for (at, choice) in chooser.choices.iter().enumerate().skip(first).take(page) {
        let chosen = at == chooser.cursor;
        let (name, style, about) = match choice {
            Choice::Environment(name) => {
                let badge = Environment::new(name)
                    .map_or_else(|_| pen.style(Role::Environment), |it| pen.theme.environment(&it));
                (name.to_uppercase(), badge, described(name))
            }
            Choice::Context(name) => (sanitise(name).into_owned(), pen.style(Role::Strong), CONTEXT),
        };
        let row = Line::from(vec![
            Span::styled(
                if chosen { format!("  {} ", glyph::CURSOR) } else { "    ".to_owned() },
                pen.style(Role::Accent),
            ),
            Span::styled(format!(" {name} "), style),
            Span::raw("  "),
            Span::styled(about, pen.style(Role::Dim)),
        ]);
        lines.push(Line::from(fit(row.spans, usize::from(area.width))));
        if roomy {
            lines.push(Line::default());
        }
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
