//! The plan: every command, wholly to be seen, before anything is asked.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::text::{chop, cut, paragraph, spread, width_of};
use super::{Pen, scrolled};
use crate::console::keymap::{Command, Mode};
use crate::console::state::{Desk, Extent, PlanScreen};
use crate::console::theme::Role;
use crate::steward::inventory::State;
use crate::steward::{Action, Key, Kind, Plan, SafeToDelete, Step};
use crate::text::{bytes, sanitise, shell_quote};
use crate::undo::scope;

/// Commands are indented by this: `docker stop` with a whole ID fits in 80 columns, the scroll bar included.
const INDENT: usize = 3;

/// Draws it.
pub(super) fn draw(
    pen: Pen<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
    desk: &Desk,
    screen: &PlanScreen,
) -> Extent {
    let width = usize::from(area.width);
    let head = Rect { height: 1.min(area.height), ..area };
    frame.render_widget(Paragraph::new(title(pen, screen, width)), head);
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    scrolled(pen, frame, body, lines(pen, desk, screen, width.saturating_sub(1)), screen.scroll)
}

fn title(pen: Pen<'_>, screen: &PlanScreen, width: usize) -> Line<'static> {
    let plan = &screen.plan;
    let on = plan.circumstances();
    let steps = plan.steps().len();
    let left = screen.expires_in(pen.state.now);
    let expiry = match left {
        0 => Span::styled("expired", pen.style(Role::Danger)),
        1..120 => Span::styled(format!("expires in {left} s"), pen.style(Role::Warning)),
        _ => Span::styled(format!("expires in {} min", left / 60), pen.style(Role::Dim)),
    };
    let mut spans = vec![
        Span::styled(" PLAN", pen.style(Role::Strong)),
        Span::styled(
            format!("  {steps} {}", if steps == 1 { "command" } else { "commands" }),
            pen.style(Role::Text),
        ),
        Span::styled(" · frees ", pen.style(Role::Dim)),
        Span::styled(frees(plan), pen.style(Role::Strong)),
    ];
    let place = format!(" · {} ({})", sanitise(&on.engine.name), on.environment);
    let room = width.saturating_sub(width_of(&spans) + expiry.width() + 3);
    spans.push(Span::styled(cut(&place, room), pen.style(Role::Dim)));
    spread(spans, vec![expiry, Span::raw(" ")], width)
}

fn lines(pen: Pen<'_>, desk: &Desk, screen: &PlanScreen, width: usize) -> Vec<Line<'static>> {
    let plan = &screen.plan;
    let mut lines = vec![Line::default()];
    if plan.steps().is_empty() {
        let text = "Nothing in it: none of what was marked can go.";
        lines.push(Line::styled(format!("   {text}"), pen.style(Role::Strong)));
    }
    let digits = plan.steps().len().to_string().len();
    for (at, step) in plan.steps().iter().enumerate() {
        lines.extend(self::step(pen, at + 1, digits, step, width));
        for remark in screen.remarks.get(at).into_iter().flatten() {
            lines.extend(paragraph(&format!("! {remark}"), INDENT, width, pen.style(Role::Warning)));
        }
    }
    if !plan.excluded().is_empty() {
        lines.push(Line::default());
        lines.push(Line::styled(" Marked, and left out", pen.style(Role::Strong)));
        for it in plan.excluded() {
            let text = format!("{}: {}", sanitise(&it.name), sanitise(&it.why));
            lines.extend(paragraph(&text, INDENT, width, pen.style(Role::Dim)));
        }
    }
    lines.extend(undo(pen, screen, width));
    if let Some((name, value)) = &desk.facts.docker_env {
        lines.push(Line::default());
        let text = format!("By hand, these need {name}={}", sanitise(&shell_quote(value)));
        lines.extend(paragraph(&text, INDENT, width, pen.style(Role::Dim)));
    }
    lines
}

/// What an undo would bring back, and what not: to be known before it is approved.
fn undo(pen: Pen<'_>, screen: &PlanScreen, width: usize) -> Vec<Line<'static>> {
    let scope = scope(&screen.plan, screen.keep, screen.room);
    let mut lines = Vec::new();
    if let Some(covers) = scope.covers {
        lines.push(Line::default());
        lines.extend(paragraph(&format!("Undo brings back: {covers}"), INDENT, width, pen.style(Role::Dim)));
    }
    if let Some(lost) = scope.lost {
        let key = pen.state.key(Mode::Plan, Command::Trash);
        let how = if scope.trash_would_help {
            format!(" ({key} keeps what it can in the trash)")
        } else {
            String::new()
        };
        let text = format!("Gone for good: {lost}{how}");
        let role = if scope.trash_would_help { Role::Warning } else { Role::Dim };
        lines.extend(paragraph(&text, INDENT, width, pen.style(role)));
    }
    if let Some(short) = scope.short {
        lines.extend(paragraph(&format!("! {short}"), INDENT, width, pen.style(Role::Warning)));
    }
    lines
}

/// Two lines: what it is, and the command that does it.
fn step(pen: Pen<'_>, number: usize, digits: usize, step: &Step, width: usize) -> Vec<Line<'static>> {
    let target = step.target();
    let verb = verb(step.action());
    let freed = match step.frees() {
        Some(0) => String::new(),
        Some(count) => bytes(count),
        None if step.kind() == Kind::Network => String::new(),
        None => "not measured".to_owned(),
    };
    let state = match step.action() {
        Action::StopContainer => match target.fingerprint().state.as_ref() {
            Some(state) if *state != State::Running => {
                format!(" · RUNNING ({})", sanitise(state.as_str()))
            }
            _ => " · RUNNING".to_owned(),
        },
        // What the fingerprint says is how it was before the step above.
        Action::RemoveContainer if target.is_active() => " · stopped by then".to_owned(),
        _ => target
            .fingerprint()
            .state
            .as_ref()
            .map_or_else(String::new, |it| format!(" · {}", sanitise(it.as_str()))),
    };
    let mut spans = vec![
        Span::styled(format!(" {number:>digits$} "), pen.style(Role::Dim)),
        Span::styled(format!("{verb} "), pen.style(Role::Dim)),
    ];
    let running = step.action() == Action::StopContainer;
    let state = Span::styled(state, pen.style(if running { Role::Warning } else { Role::Dim }));
    // On a narrow screen the state has a line of its own: the name says what goes.
    let narrow = width < 64;
    let beside = if narrow { 0 } else { state.width() };
    let room = width.saturating_sub(width_of(&spans) + beside + freed.len() + 3);
    spans.push(Span::styled(cut(&name(target), room), pen.style(Role::Strong)));
    let below = narrow && state.width() > 0;
    if !below {
        spans.push(state.clone());
    }
    let mut lines =
        vec![spread(spans, vec![Span::styled(freed, pen.style(Role::Text)), Span::raw(" ")], width)];
    if below {
        lines.push(Line::from(vec![Span::raw(" ".repeat(INDENT - 1)), state]));
    }
    let command = sanitise(step.command());
    for part in chop(&command, width.saturating_sub(INDENT)) {
        lines.push(Line::from(vec![
            Span::raw(" ".repeat(INDENT)),
            Span::styled(part.to_owned(), pen.style(Role::Command)),
        ]));
    }
    if let Some(note) = step.note() {
        let note = note.trim_start_matches("RUNNING: ");
        lines.extend(paragraph(&format!("! {note}"), INDENT, width, pen.style(Role::Warning)));
    }
    lines
}

/// What people call it. An untagged image has no name but its ID, and that is in the command.
fn name(target: &SafeToDelete) -> String {
    match target.key() {
        Key::Image { id, reference: None } => format!("<none> {}", id.short()),
        _ => sanitise(target.name()).into_owned(),
    }
}

/// What a plan frees: while sizes are still being measured, only what is known of it.
pub(super) fn frees(plan: &Plan) -> String {
    let unmeasured = plan.steps().iter().any(|step| step.kind() != Kind::Network && step.frees().is_none());
    match (plan.frees(), unmeasured) {
        (0, true) => "what is not measured yet".to_owned(),
        (known, true) => format!("at least {}", bytes(known)),
        (known, false) => bytes(known),
    }
}

/// What a step does, in words.
pub(super) const fn verb(action: Action) -> &'static str {
    match action {
        Action::StopContainer => "stop container",
        Action::RemoveContainer => "remove container",
        Action::UntagImage => "untag image",
        Action::RemoveImage => "remove image",
        Action::RemoveVolume => "remove volume",
        Action::RemoveNetwork => "remove network",
    }
}
