//! The help of the place behind it, made from the key table.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::text::{left, paragraph, wrap};
use super::{Pen, glyph, scrolled};
use crate::console::keymap::Mode;
use crate::console::state::{Extent, FIELDS, Scroll};
use crate::console::theme::Role;
use crate::steward::Class;

/// How wide the keys are.
const KEYS: usize = 16;

/// Draws it.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, scroll: Scroll) -> Extent {
    let width = usize::from(area.width).saturating_sub(3);
    let mode = pen.state.mode_behind();
    let mut lines = vec![
        Line::default(),
        Line::styled(format!("  Keys in {}", mode.title()), pen.style(Role::Strong)),
        Line::default(),
    ];
    let keys = keys(pen, mode, if width >= 100 { width / 2 - 2 } else { width });
    if width >= 100 {
        lines.extend(beside(keys, width / 2));
    } else {
        lines.extend(keys);
    }
    if mode == Mode::Table {
        lines.extend(filter(pen, width));
        lines.extend(classes(pen, width));
    }
    scrolled(pen, frame, area, lines, scroll)
}

fn keys(pen: Pen<'_>, mode: Mode, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let bindings = pen.state.keys.bindings(mode, pen.state.is_read_only());
    for binding in bindings.filter(|binding| !binding.help.is_empty()) {
        let keys: Vec<String> = binding.keys.iter().map(ToString::to_string).collect();
        for (at, text) in wrap(binding.help, width.saturating_sub(KEYS + 4)).into_iter().enumerate() {
            let keys = if at == 0 { keys.join("  ") } else { String::new() };
            lines.push(Line::from(vec![
                Span::styled(format!("  {}  ", left(&keys, KEYS)), pen.style(Role::Key)),
                Span::styled(text, pen.style(Role::Text)),
            ]));
        }
    }
    lines
}

/// In two columns, the first half at the left.
fn beside(lines: Vec<Line<'static>>, width: usize) -> Vec<Line<'static>> {
    let half = lines.len().div_ceil(2);
    let mut lines = lines.into_iter();
    let mut first: Vec<Line<'static>> = lines.by_ref().take(half).collect();
    for (line, other) in first.iter_mut().zip(lines) {
        let gap = width.saturating_sub(line.width());
        line.spans.push(Span::raw(" ".repeat(gap)));
        line.spans.extend(other.spans);
    }
    first
}

fn filter(pen: Pen<'_>, width: usize) -> Vec<Line<'static>> {
    let mut lines =
        vec![Line::default(), Line::styled("  The filter", pen.style(Role::Strong)), Line::default()];
    lines.extend(paragraph(
        "Words are looked for in name, image, project and ID. Fields ask one thing; a comma means or, a blank means and, ! means not.",
        2,
        width,
        pen.style(Role::Dim),
    ));
    for (field, what) in FIELDS {
        lines.push(Line::from(vec![
            Span::styled(format!("  {}  ", left(&format!("{field}:"), KEYS)), pen.style(Role::Key)),
            Span::styled((*what).to_owned(), pen.style(Role::Text)),
        ]));
    }
    lines
}

fn classes(pen: Pen<'_>, width: usize) -> Vec<Line<'static>> {
    let mut lines =
        vec![Line::default(), Line::styled("  The classes", pen.style(Role::Strong)), Line::default()];
    for class in Class::ALL {
        let what = match class {
            Class::Protected => "must never be removed here, whatever else matches",
            Class::Expected => "belongs to this environment",
            Class::SafeToDelete => "the SSOT says that it may go; only this can be marked",
            Class::Unknown => "nobody has said what it is, so it stays",
        };
        let sign = format!("{} {}", glyph::class(class), class.as_str());
        let text = wrap(what, width.saturating_sub(KEYS + 4)).join(" ");
        lines.push(Line::from(vec![
            Span::styled(format!("  {}  ", left(&sign, KEYS)), pen.theme.class(class)),
            Span::styled(text, pen.style(Role::Text)),
        ]));
    }
    lines
}
