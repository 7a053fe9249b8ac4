//! The list of all commands, with those in front that are looked for.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::text::{cut, left};
use super::{Pen, approval, dialog, glyph, thumb};
use crate::console::actions::{self, Action};
use crate::console::state::{Extent, Palette};
use crate::console::theme::Role;

/// Draws it at the top of the body, so that its field stands still however many are found.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, body: Rect, palette: &Palette) {
    let found = actions::find(pen.state, palette.field.text());
    // Higher than what is found hides more than it shows.
    let high = u16::try_from(found.len().max(1) + 3).unwrap_or(u16::MAX);
    let (width, height) = (body.width.min(84), body.height.min(18).min(high));
    let area = Rect { x: body.x + (body.width - width) / 2, width, height, ..body };
    let inner = dialog(pen, frame, area, "COMMANDS", Role::DialogBorder);

    let prompt = Rect { height: 1.min(inner.height), ..inner };
    frame.render_widget(Paragraph::new(Line::styled(" : ", pen.style(Role::Key))), prompt);
    let field = Rect { x: prompt.x + 3, width: prompt.width.saturating_sub(4), ..prompt };
    approval::field(pen, frame, field, &palette.field);

    let list = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
    let page = usize::from(list.height);
    let cursor = palette.cursor.min(found.len().saturating_sub(1));
    let offset = (cursor + 1).saturating_sub(page);
    let wide = usize::from(list.width).saturating_sub(2);
    let mut lines: Vec<Line<'static>> = found
        .iter()
        .enumerate()
        .skip(offset)
        .take(page)
        .map(|(at, action)| line(pen, action, at == cursor, wide))
        .collect();
    if lines.is_empty() {
        lines.push(Line::styled("   No command has these letters.", pen.style(Role::Dim)));
    }
    frame.render_widget(Paragraph::new(lines), list);
    thumb(pen, frame, list, offset, Extent { lines: found.len(), page });
}

fn line(pen: Pen<'_>, action: &Action, chosen: bool, width: usize) -> Line<'static> {
    let keys: Vec<String> = action.keys.iter().map(ToString::to_string).collect();
    let (right, role) = match &action.blocked {
        Some(why) => (why.clone(), Role::Dim),
        None => (keys.join("  "), Role::Key),
    };
    // The words first; the reason gets what they leave, the keys their own width.
    let right_width = if action.blocked.is_some() {
        (width / 2).min(width.saturating_sub(Span::raw(&*action.what).width() + 5)).max(width / 3)
    } else {
        Span::raw(&*right).width()
    };
    let right = cut(&right, right_width);
    let room = width.saturating_sub(3 + 2 + Span::raw(&*right).width());
    let plain = pen.style(if action.blocked.is_some() { Role::Dim } else { Role::Text });
    let hit = plain.patch(pen.style(Role::Accent)).patch(pen.style(Role::Key));
    let mut spans = vec![Span::styled(
        format!(" {} ", if chosen { glyph::CURSOR } else { " " }),
        pen.style(Role::Accent),
    )];
    for (at, it) in left(&action.what, room).chars().enumerate() {
        let found = u32::try_from(at).is_ok_and(|at| action.found.binary_search(&at).is_ok());
        spans.push(Span::styled(it.to_string(), if found { hit } else { plain }));
    }
    spans.push(Span::raw("  "));
    spans.push(Span::styled(right, pen.style(role)));
    spans.push(Span::raw("  "));
    let line = Line::from(spans);
    if chosen { line.style(pen.style(Role::Selection)) } else { line }
}
