//! The approval of something unknown: what would be written, all that it means here, and the name to type.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::diff_line;
use crate::console::state::{Extent, LineInput, Permit, PermitStep};
use crate::console::theme::Role;
use crate::console::view::text::{chop, cut, paragraph};
use crate::console::view::{Pen, approval, glyph, scrolled};
use crate::session::Approval;
use crate::steward::{Class, Resource};
use crate::text::sanitise;

/// Lines under the text: a rule, what to type, the field, what is wrong.
const FOOT: u16 = 4;
/// Below this height the text needs every line.
const LOW: u16 = 10;

/// Draws it.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, permit: &Permit) -> Extent {
    let width = usize::from(area.width).saturating_sub(1);
    let title = Line::from(vec![
        Span::styled(" APPROVE ", pen.style(Role::Strong)),
        Span::styled(format!("{} ", glyph::class(Class::Unknown)), pen.theme.class(Class::Unknown)),
        Span::styled(cut(&permit.path, width.saturating_sub(12)), pen.style(Role::Strong)),
    ]);
    frame.render_widget(Paragraph::new(title), Rect { height: 1, ..area });
    // On a low screen no line of the foot stays blank.
    let needed = 2 + u16::from(permit.has_field()) * (1 + u16::from(permit.refused.is_some()));
    let foot = if area.height < LOW { needed } else { FOOT }.min(area.height.saturating_sub(1));
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1 + foot), ..area };
    let below = Rect { y: body.y + body.height, height: foot, ..area };
    let lines = match &permit.step {
        PermitStep::Shown(weighed, _) => shown(pen, &weighed.approval, width),
        PermitStep::Weighing => said(pen, "Finding out what the rule would do …", width, Role::Dim),
        PermitStep::Writing => said(pen, "Writing the rule …", width, Role::Dim),
        PermitStep::Pattern(_) => said(
            pen,
            "A pattern means every name that it matches, today and from now on: * stands for any characters. What it would let go is shown before anything is written.",
            width,
            Role::Text,
        ),
        PermitStep::Refused => {
            let text = permit.refused.as_deref().unwrap_or("There is nothing to write.");
            let mut lines = said(pen, "This cannot be approved so", width, Role::Warning);
            lines.push(Line::default());
            for line in text.lines() {
                for part in chop(&sanitise(line), width.saturating_sub(3)) {
                    lines.push(Line::styled(format!("  {part}"), pen.style(Role::Text)));
                }
            }
            lines
        }
    };
    let extent = scrolled(pen, frame, body, lines, permit.scroll);
    self::foot(pen, frame, below, permit, extent);
    extent
}

fn said(pen: Pen<'_>, text: &str, width: usize, role: Role) -> Vec<Line<'static>> {
    let mut lines = vec![Line::default()];
    lines.extend(paragraph(text, 2, width, pen.style(role)));
    lines
}

/// The change of the file, and what it means on this engine today.
fn shown(pen: Pen<'_>, approval: &Approval, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![Line::default()];
    for line in approval.edited.diff.lines() {
        lines.extend(diff_line(pen, line, width));
    }
    for (title, class, all) in [
        ("becomes safe to delete", Class::SafeToDelete, &approval.freed),
        (
            "becomes safe to delete too, by rules that are there already",
            Class::SafeToDelete,
            &approval.released,
        ),
        ("stays unknown", Class::Unknown, &approval.kept),
    ] {
        lines.extend(list(pen, title, class, all, width));
    }
    if let Some(age) = &approval.min_age {
        lines.push(Line::default());
        let text = format!("The SSOT asks for an age of {age}, which must be proved.");
        lines.extend(paragraph(&text, 2, width, pen.style(Role::Dim)));
    }
    lines.push(Line::default());
    let text = "Approving removes nothing: it lets be marked and planned what it names.";
    lines.extend(paragraph(text, 2, width, pen.style(Role::Dim)));
    lines
}

fn list(pen: Pen<'_>, title: &str, class: Class, all: &[Resource], width: usize) -> Vec<Line<'static>> {
    if all.is_empty() {
        return Vec::new();
    }
    let mut lines =
        vec![Line::default(), Line::styled(format!("  {} {title}", all.len()), pen.style(Role::Strong))];
    for it in all {
        let path = sanitise(&it.path()).replacen('/', " ", 1);
        let reason = sanitise(&it.reason.text).into_owned();
        let room = width.saturating_sub(6);
        let path = cut(&path, room);
        let left = room.saturating_sub(Span::raw(&*path).width() + 2);
        lines.push(Line::from(vec![
            Span::styled(format!("  {} ", glyph::class(class)), pen.theme.class(class)),
            Span::styled(path, pen.style(Role::Text)),
            Span::styled(format!("  {}", cut(&reason, left)), pen.style(Role::Dim)),
        ]));
    }
    lines
}

fn foot(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, permit: &Permit, extent: Extent) {
    let width = usize::from(area.width);
    let rule = Line::styled("─".repeat(width), pen.style(Role::Rule));
    let (ask, field): (Vec<Span<'static>>, Option<&LineInput>) = match &permit.step {
        PermitStep::Shown(weighed, field) => {
            let name = sanitise(&weighed.approval.typed).into_owned();
            let more = match (extent.lines > extent.page, width < 60) {
                (false, _) => "",
                (true, false) => "; ↓ shows the rest above",
                (true, true) => "; ↓ more",
            };
            let spans = vec![
                Span::styled(" Type ", pen.style(Role::Dim)),
                Span::styled(cut(&name, width.saturating_sub(24)), pen.style(Role::Danger)),
                Span::styled(
                    format!(" to write {}{more}", if width < 60 { "it" } else { "this rule" }),
                    pen.style(Role::Dim),
                ),
            ];
            (spans, Some(field))
        }
        PermitStep::Pattern(field) => {
            (vec![Span::styled(" A pattern, such as test-*", pen.style(Role::Dim))], Some(field))
        }
        PermitStep::Refused => {
            (vec![Span::styled(" tab types a pattern instead, esc leaves", pen.style(Role::Dim))], None)
        }
        PermitStep::Weighing | PermitStep::Writing => (Vec::new(), None),
    };
    let mut lines = vec![rule, Line::from(ask)];
    if field.is_some() {
        lines.push(Line::styled(format!(" {} ", glyph::CURSOR), pen.style(Role::Accent)));
    }
    if let (Some(refused), Some(_)) = (&permit.refused, field) {
        lines.push(Line::styled(
            format!(" {}", cut(refused, width.saturating_sub(2))),
            pen.style(Role::Warning),
        ));
    }
    frame.render_widget(Paragraph::new(lines), area);
    if let Some(field) = field
        && area.height > 2
    {
        let line = Rect { x: area.x + 3, y: area.y + 2, width: area.width.saturating_sub(4), height: 1 };
        approval::field(pen, frame, line, field);
    }
}
