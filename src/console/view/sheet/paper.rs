//! A text to read and to search in.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::changed;
use crate::console::state::{Desk, Extent, Paper};
use crate::console::theme::Role;
use crate::console::view::text::{cut, spread, width_of};
use crate::console::view::{Pen, approval, opening, thumb};

/// Draws it. Only the rows on the screen are laid out, however long the text is.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, desk: &Desk, paper: &Paper) -> Extent {
    let width = usize::from(area.width);
    let head = Rect { height: 1.min(area.height), ..area };
    frame.render_widget(Paragraph::new(title(pen, paper, width)), head);
    if let Some(field) = &paper.editing {
        let line = Rect { x: area.x + 3, width: area.width.saturating_sub(20).min(60), ..head };
        frame.render_widget(Paragraph::new(Line::styled(" / ", pen.style(Role::Accent))), head);
        approval::field(pen, frame, line, field);
    }
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    if paper.lines.is_none() {
        opening::draw(pen, frame, body, &paper.title, desk.since);
        return Extent::default();
    }
    let extent = Extent { lines: paper.rows.len(), page: usize::from(body.height) };
    let offset = paper.scroll.offset.min(extent.lines.saturating_sub(extent.page));
    let lines: Vec<Line<'static>> = paper
        .rows
        .iter()
        .enumerate()
        .skip(offset)
        .take(extent.page)
        .map(|(at, (_, text))| {
            let here = paper.found.get(paper.at) == Some(&at);
            line(pen, text, paper.sought(), here)
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), body);
    thumb(pen, frame, body, offset, extent);
    extent
}

fn title(pen: Pen<'_>, paper: &Paper, width: usize) -> Line<'static> {
    let found = match (paper.sought().is_empty(), paper.found.len()) {
        (true, _) => Vec::new(),
        (false, 0) => vec![Span::styled("not in it ", pen.style(Role::Warning))],
        (false, count) => {
            let text = format!("{} of {count} ", paper.at + 1);
            vec![Span::styled(text, pen.style(Role::Dim))]
        }
    };
    let room = width.saturating_sub(width_of(&found) + 2);
    let left = vec![Span::styled(format!(" {}", cut(&paper.title, room)), pen.style(Role::Strong))];
    spread(left, found, width)
}

fn line(pen: Pen<'_>, text: &str, sought: &str, here: bool) -> Line<'static> {
    let line = match key(text) {
        Some(colon) => Line::from(vec![
            Span::raw(" "),
            Span::styled(text[..colon].to_owned(), pen.style(Role::Accent)),
            Span::styled(text[colon..].to_owned(), pen.style(Role::Text)),
        ]),
        None => {
            let mut line = changed(pen, text);
            // One blank of margin, not two.
            if let Some(first) = line.spans.first_mut() {
                first.content = format!(" {text}").into();
            }
            line
        }
    };
    let sought = sought.trim();
    if sought.is_empty() || !text.to_lowercase().contains(&sought.to_lowercase()) {
        return line;
    }
    let role = if here { Role::Selection } else { Role::Range };
    marked(line, sought, pen.style(role))
}

/// The end of the key at the beginning of a line of JSON.
fn key(text: &str) -> Option<usize> {
    let start = text.len() - text.trim_start().len();
    if !text[start..].starts_with('"') {
        return None;
    }
    text.find("\": ").map(|at| at + 1)
}

/// The line with what is looked for on another ground.
fn marked(line: Line<'static>, sought: &str, ground: Style) -> Line<'static> {
    let sought = sought.to_lowercase();
    let mut spans = Vec::new();
    for span in line.spans {
        let text = span.content.into_owned();
        let lower = text.to_lowercase();
        // Where lower case has other lengths, the places would not fit: then the whole is marked.
        if lower.len() != text.len() {
            spans.push(Span::styled(text, span.style.patch(ground)));
            continue;
        }
        let mut from = 0;
        while let Some(at) = lower[from..].find(&sought) {
            let (begin, end) = (from + at, from + at + sought.len());
            if !text.is_char_boundary(begin) || !text.is_char_boundary(end) {
                break;
            }
            spans.push(Span::styled(text[from..begin].to_owned(), span.style));
            spans.push(Span::styled(text[begin..end].to_owned(), span.style.patch(ground)));
            from = end;
        }
        spans.push(Span::styled(text[from..].to_owned(), span.style));
    }
    Line { spans, ..Line::default() }
}
