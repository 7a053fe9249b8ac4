//! A cleanup that goes on: what has been done, what is being done, what comes.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::plan::verb;
use super::text::{cut, paragraph, spread, width_of};
use super::{Pen, glyph, scrolled};
use crate::apply::Outcome;
use crate::console::state::{Extent, Run, RunStep, Scroll};
use crate::console::theme::Role;
use crate::text::{age, bytes, sanitise};

/// Draws it.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, run: &Run) -> Extent {
    let width = usize::from(area.width);
    let (ended, all) = (run.ended(), run.steps.len());
    let took = pace(run, pen.state.now);
    let title = spread(
        vec![
            Span::styled(" REMOVING", pen.style(Role::Strong)),
            Span::styled(format!("  {ended} of {all}"), pen.style(Role::Text)),
            Span::styled(" · freed ", pen.style(Role::Dim)),
            Span::styled(bytes(run.freed()), pen.style(Role::Strong)),
            Span::styled(format!(" · {}", run.on), pen.style(Role::Dim)),
        ],
        vec![Span::styled(took, pen.style(Role::Dim)), Span::raw(" ")],
        width,
    );
    let room = width.saturating_sub(2);
    let full = (room * ended).checked_div(all).unwrap_or(room);
    let bar = Line::from(vec![
        Span::raw(" "),
        Span::styled("━".repeat(full), pen.style(Role::Accent)),
        Span::styled("─".repeat(room - full), pen.style(Role::Rule)),
    ]);
    let last = if run.stopping {
        Line::styled(
            " Stopping: the step in flight is finished, no other is started.",
            pen.style(Role::Warning),
        )
    } else {
        Line::default()
    };
    let head = Rect { height: 3.min(area.height), ..area };
    frame.render_widget(Paragraph::new(vec![title, bar, last]), head);

    let body = Rect { y: area.y + 3, height: area.height.saturating_sub(3), ..area };
    let mut lines = Vec::new();
    let mut follow = 0;
    for (at, step) in run.steps.iter().enumerate() {
        if run.current == Some(at) || step.outcome.is_some() {
            follow = lines.len();
        }
        lines.extend(line(pen, step, run.current == Some(at), width));
    }
    let scroll = if run.scrolled {
        run.scroll
    } else {
        // The step in flight in the middle, with what came before and what comes.
        Scroll { offset: follow.saturating_sub(usize::from(body.height) / 2), ..run.scroll }
    };
    scrolled(pen, frame, body, lines, scroll)
}

/// How long it has taken, how fast it goes, and how long the rest will take if that goes on so.
fn pace(run: &Run, now: jiff::Timestamp) -> String {
    let took = now.duration_since(run.since).unsigned_abs();
    let (ended, left) = (run.ended() as u64, (run.steps.len() - run.ended()) as u64);
    if ended == 0 || left == 0 || run.stopping || took.as_secs() == 0 {
        return age(took);
    }
    let rest = std::time::Duration::from_secs(took.as_secs() * left / ended);
    // In tenths, without the noise of a float.
    let each = (took.as_secs() * 10 + u64::from(took.subsec_millis()) / 100) / ended;
    format!("{}.{} s each · {} · {} left", each / 10, each % 10, age(took), age(rest))
}

/// One step: its sign, what it does, what it freed, and why it was not done, if it was not.
pub(super) fn line(pen: Pen<'_>, step: &RunStep, current: bool, width: usize) -> Vec<Line<'static>> {
    let (sign, role) = match (&step.outcome, current) {
        (Some(outcome), _) => (glyph::outcome(outcome), outcome_role(outcome)),
        (None, true) => (glyph::spinner(pen.state.now), Role::Accent),
        (None, false) => ("·", Role::Dim),
    };
    let right = match &step.outcome {
        Some(Outcome::Done) if step.freed > 0 => bytes(step.freed),
        Some(Outcome::Done) => "done".to_owned(),
        Some(outcome) => outcome.as_str().to_owned(),
        None => String::new(),
    };
    let mut spans = vec![
        Span::styled(format!(" {sign} "), pen.style(role)),
        Span::styled(format!("{} ", verb(step.action)), pen.style(Role::Dim)),
    ];
    let room = width.saturating_sub(width_of(&spans) + right.len() + 3);
    let name = if step.outcome.is_none() && !current { Role::Dim } else { Role::Text };
    spans.push(Span::styled(cut(&step.name, room), pen.style(name)));
    let right_role = if matches!(step.outcome, Some(Outcome::Done)) { Role::Text } else { role };
    let mut lines =
        vec![spread(spans, vec![Span::styled(right, pen.style(right_role)), Span::raw("  ")], width)];
    if let Some(reason) = step.outcome.as_ref().and_then(Outcome::reason)
        && !reason.is_empty()
    {
        lines.extend(paragraph(&sanitise(reason), 3, width.saturating_sub(2), pen.style(Role::Dim)));
    }
    lines
}

pub(super) const fn outcome_role(outcome: &Outcome) -> Role {
    match outcome {
        Outcome::Done | Outcome::AlreadyGone => Role::Good,
        Outcome::Skipped(_) | Outcome::NotStarted(_) => Role::Warning,
        Outcome::Refused(_) | Outcome::Failed(_) | Outcome::Unknown(_) => Role::Danger,
    }
}
