//! The approval: says once more what is about to go and from where, and asks for the phrase.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Paragraph};

use super::Pen;
use super::plan::frees;
use super::text::{cut, paragraph};
use crate::console::keymap::{Command, Mode};
use crate::console::state::{Desk, LineInput, PlanScreen};
use crate::console::theme::Role;
use crate::steward::PHRASE;
use crate::text::sanitise;

/// How high the dialog is where there is room.
const HEIGHT: u16 = 9;

/// Where the dialog stands: at the bottom, so that the plan above it stays in sight.
pub(super) fn area(body: Rect) -> Rect {
    let height = HEIGHT.min(body.height);
    let width = body.width.min(84);
    Rect { x: body.x + (body.width - width) / 2, y: body.y + body.height - height, width, height }
}

/// Draws it.
pub(super) fn draw(
    pen: Pen<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
    desk: &Desk,
    screen: &PlanScreen,
    field: &LineInput,
) {
    let surface = pen.page().patch(pen.style(Role::Dialog));
    // On a low screen the border gives way to what has to be read.
    let low = area.height < HEIGHT;
    let block = if low { Block::new() } else { Block::bordered().border_type(BorderType::Plain) };
    let block = block.border_style(pen.style(Role::DialogAlarm)).style(surface);
    let title = Span::styled(" APPROVAL ", pen.style(Role::Strong));
    let block = if low { block } else { block.title(title) };
    let inner = block.inner(area);
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);

    let plan = &screen.plan;
    let on = plan.circumstances();
    let width = usize::from(inner.width);
    let dim = pen.style(Role::Dim);
    let steps = plan.steps().len();
    let badge = format!(" {} ", on.environment.to_uppercase());
    let badge_wide = Span::raw(&*badge).width();
    let engine = format!("  {}  Engine {}", sanitise(&on.engine.name), sanitise(&on.engine.version));
    let commands = if steps == 1 { "command" } else { "commands" };
    let what = format!("{} with {steps} {commands}, which frees {}", plan.summary(), frees(plan));
    // On a narrow screen the number of commands gives way; the plan has told it.
    let what =
        if what.len() + 10 > width { format!("{}, frees {}", plan.summary(), frees(plan)) } else { what };
    let (state, role) = match (&screen.refused, desk.facts.acquaintance.warning()) {
        (Some(refused), _) => (refused.clone(), Role::Warning),
        (None, Some(warning)) => (format!("Nothing has been removed yet. {warning}"), Role::Warning),
        (None, None) => ("Nothing has been removed yet.".to_owned(), Role::Dim),
    };
    let key = |command| pen.state.key(Mode::Approval, command);
    let (enter, esc) = (key(Command::Submit), key(Command::Back));
    let mut lines = vec![
        Line::from(vec![
            Span::styled(" On      ", dim),
            Span::styled(badge, pen.theme.environment(&desk.facts.environment)),
            Span::styled(cut(&engine, width.saturating_sub(10 + badge_wide)), pen.style(Role::Strong)),
        ]),
        Line::from(vec![
            Span::styled(" Remove  ", dim),
            Span::styled(cut(&what, width.saturating_sub(10)), pen.style(Role::Strong)),
        ]),
        Line::from(vec![
            Span::styled(" Type    ", dim),
            Span::styled(PHRASE, pen.style(Role::Danger)),
            Span::styled(
                if width < 64 {
                    format!("  and {enter}")
                } else {
                    format!("  and press {enter}; {esc} goes back to the plan")
                },
                dim,
            ),
        ]),
        Line::from(vec![Span::styled("       ▸ ", pen.style(Role::Accent))]),
    ];
    // A blank line before the field where there is one to spare.
    let roomy = inner.height >= 7;
    if roomy {
        lines.insert(3, Line::default());
    }
    let at = if roomy { 4 } else { 3 };
    let indent = if low { 1 } else { 9 };
    let said = paragraph(&state, indent, width.saturating_sub(1), pen.style(role));
    let lines: Vec<Line<'static>> = lines.into_iter().chain(said).collect();
    frame.render_widget(Paragraph::new(lines), inner);
    let line = Rect { x: inner.x + 9, y: inner.y + at, width: inner.width.saturating_sub(10), height: 1 };
    if line.y < inner.y + inner.height {
        self::field(pen, frame, line, field);
    }
}

/// A text field of one line.
pub(super) fn field(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, field: &LineInput) {
    let mut area_ = field.area().clone();
    area_.set_style(pen.style(Role::Input));
    area_.set_cursor_line_style(pen.style(Role::Input));
    area_.set_cursor_style(pen.style(Role::Cursor));
    frame.render_widget(&area_, area);
}
