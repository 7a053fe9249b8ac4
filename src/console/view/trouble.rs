//! The session could not be opened: what failed, where, the mend, and what happens next.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::text::{chop, paragraph};
use super::{Pen, glyph, scrolled};
use crate::console::keymap::{Command, Mode};
use crate::console::state::{Extent, Trouble};
use crate::console::theme::Role;
use crate::session::Trouble as Kind;
use crate::text::sanitise;

/// Draws it.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, trouble: &Trouble) -> Extent {
    let width = usize::from(area.width).saturating_sub(4).min(100);
    let title = match trouble.error.kind {
        Kind::Engine => "Waiting for the engine",
        Kind::Input => "This cannot be used as it is",
        Kind::NoEnvironment => "Which environment is this?",
        Kind::Refused => "The safety contract refuses",
        Kind::Disk => "A file cannot be read or written",
    };
    let mut lines =
        vec![Line::default(), Line::styled(format!("  {title}"), pen.style(Role::Danger)), Line::default()];
    lines.extend(message(pen, &trouble.error.what, width, Role::Text));
    if let Some(mend) = &trouble.error.mend {
        lines.push(Line::default());
        lines.extend(message(pen, mend, width, Role::Strong));
    }
    lines.push(Line::default());
    lines.extend(next(pen, trouble, width));
    scrolled(pen, frame, area, lines, trouble.scroll)
}

/// A message of one line is wrapped; one of several has a layout of its own (a caret under a word), which
/// is kept.
fn message(pen: Pen<'_>, text: &str, width: usize, role: Role) -> Vec<Line<'static>> {
    let style = pen.style(role);
    if text.trim().lines().count() <= 1 {
        return paragraph(&sanitise(text.trim()), 2, width + 2, style);
    }
    let mut lines = Vec::new();
    for line in text.trim_end().lines() {
        let line = sanitise(line).into_owned();
        if line.is_empty() {
            lines.push(Line::default());
        }
        for part in chop(&line, width) {
            lines.push(Line::from(vec![Span::raw("  "), Span::styled(part.to_owned(), style)]));
        }
    }
    lines
}

fn next(pen: Pen<'_>, trouble: &Trouble, width: usize) -> Vec<Line<'static>> {
    let now = pen.state.now;
    let dim = pen.style(Role::Dim);
    if trouble.trying {
        return vec![Line::from(vec![
            Span::raw("  "),
            Span::styled(glyph::spinner(now), pen.style(Role::Accent)),
            Span::styled(" Trying again …", dim),
        ])];
    }
    let text = match trouble.retry_at {
        Some(at) => {
            let seconds = at.duration_since(now).as_secs().max(0);
            let demo = pen.state.key(Mode::Trouble, Command::Demo);
            format!("  Trying again in {seconds} s. {demo} opens the built-in demo engine.")
        }
        None => {
            let again = pen.state.key(Mode::Trouble, Command::Retry);
            format!("  {again} tries again, once that is mended.")
        }
    };
    paragraph(text.trim_start(), 2, width + 2, dim)
}
