//! The choice of a theme: the one under the cursor is on the whole screen at once.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::text::left;
use super::{Pen, dialog, glyph, thumb};
use crate::console::state::Extent;
use crate::console::theme::Role;

/// Draws it at the right, so that most of what it changes stays in sight.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, body: Rect) {
    let themes = &pen.state.themes;
    let widest = |of: fn(&crate::console::state::ThemeEntry) -> &str| {
        themes.iter().map(|it| Span::raw(of(it)).width()).max().unwrap_or(0)
    };
    let name = widest(|it| &it.name);
    let wide = u16::try_from(name + widest(|it| &it.summary) + 9).unwrap_or(u16::MAX);
    let high = u16::try_from(themes.len() + 2).unwrap_or(u16::MAX);
    let (width, height) = (wide.min(body.width), high.min(body.height));
    let area = Rect { x: body.x + body.width - width, y: body.y, width, height };
    let inner = dialog(pen, frame, area, "THEME", Role::DialogBorder);

    let page = usize::from(inner.height);
    let offset = (pen.state.theme + 1).saturating_sub(page);
    let room = usize::from(inner.width).saturating_sub(name + 7);
    let lines: Vec<Line<'static>> = themes
        .iter()
        .enumerate()
        .skip(offset)
        .take(page)
        .map(|(at, theme)| {
            let chosen = at == pen.state.theme;
            let line = Line::from(vec![
                Span::styled(
                    format!(" {} ", if chosen { glyph::CURSOR } else { " " }),
                    pen.style(Role::Accent),
                ),
                Span::raw(left(&theme.name, name)),
                Span::raw("  "),
                Span::styled(left(&theme.summary, room), pen.style(Role::Dim)),
                Span::raw("  "),
            ]);
            if chosen { line.style(pen.style(Role::Selection)) } else { line }
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), inner);
    thumb(pen, frame, inner, offset, Extent { lines: themes.len(), page });
}
