//! Short messages at the lower right of the body. They take no key and go away by themselves.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use super::Pen;
use super::text::{left, wrap};
use crate::console::state::Tone;
use crate::console::theme::Role;

/// Draws them, the newest at the bottom.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, body: Rect) {
    let room = usize::from(body.width).saturating_sub(8).min(64);
    let mut bottom = body.y + body.height;
    let toasts: Vec<_> = pen.state.toasts.iter().collect();
    for toast in toasts.into_iter().rev() {
        let role = match toast.tone {
            Tone::Info => Role::Accent,
            Tone::Good => Role::Good,
            Tone::Warning => Role::Warning,
        };
        let texts = wrap(&toast.text, room);
        let wide = texts.iter().map(|text| Span::raw(text.as_str()).width()).max().unwrap_or(0);
        let height = u16::try_from(texts.len()).unwrap_or(1);
        let width = u16::try_from(wide + 4).unwrap_or(body.width).min(body.width);
        if bottom.saturating_sub(height) < body.y {
            return;
        }
        bottom -= height;
        let area = Rect { x: body.x + body.width - width - 1, y: bottom, width, height };
        let lines: Vec<Line<'static>> = texts
            .into_iter()
            .map(|text| {
                Line::from(vec![
                    Span::styled("┃ ", pen.style(role)),
                    Span::raw(left(&text, wide)),
                    Span::raw("  "),
                ])
            })
            .collect();
        frame.render_widget(Clear, area);
        frame.render_widget(Paragraph::new(lines).style(pen.page().patch(pen.style(Role::Toast))), area);
    }
}
