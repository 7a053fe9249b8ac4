//! A cleanup that has ended: what it came to, step by step, and where that is written.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::text::paragraph;
use super::{Pen, run, scrolled};
use crate::apply::{Outcome, Report};
use crate::console::state::{Desk, Extent, RunResult, RunStep};
use crate::console::theme::Role;
use crate::health::HealthReport;
use crate::text::{bytes, sanitise};

/// Draws it.
pub(super) fn draw(
    pen: Pen<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
    desk: &Desk,
    result: &RunResult,
) -> Extent {
    let width = usize::from(area.width).saturating_sub(1);
    let lines = match &result.report {
        Ok(report) => report_lines(pen, desk, result, report, width),
        Err(error) => {
            let mut lines = vec![
                Line::default(),
                Line::styled("  The cleanup ended with an error", pen.style(Role::Danger)),
                Line::default(),
            ];
            for text in [Some(&error.what), error.mend.as_ref()].into_iter().flatten() {
                for line in text.lines() {
                    lines.extend(paragraph(&sanitise(line), 2, width, pen.style(Role::Text)));
                }
            }
            lines.push(Line::default());
            for step in &result.steps {
                lines.extend(run::line(pen, step, false, width));
            }
            lines
        }
    };
    scrolled(pen, frame, area, lines, result.scroll)
}

fn report_lines(
    pen: Pen<'_>,
    desk: &Desk,
    result: &RunResult,
    report: &Report,
    width: usize,
) -> Vec<Line<'static>> {
    let done = report.steps.iter().filter(|step| step.outcome == Outcome::Done).count();
    let all = report.steps.len();
    let (word, role) =
        if report.is_complete() { ("DONE", Role::Good) } else { ("NOT ALL DONE", Role::Warning) };
    let commands = if all == 1 { "command" } else { "commands" };
    let mut title = Line::from(vec![
        Span::styled(format!("  {word}"), pen.style(role)),
        Span::styled(format!("  {done} of {all} {commands} in {} s", result.took), pen.style(Role::Text)),
    ]);
    title.push_span(Span::styled(" · freed ", pen.style(Role::Dim)));
    // What nobody had measured is not nothing.
    let freed = match (report.unmeasured, report.freed) {
        (0, freed) => bytes(freed),
        (_, 0) => "what was not measured".to_owned(),
        (_, freed) => format!("at least {}", bytes(freed)),
    };
    title.push_span(Span::styled(freed, pen.style(Role::Strong)));
    // What it came to stands in a line of its own where one is too short for all.
    let mut lines = if title.width() <= width {
        vec![Line::default(), title]
    } else {
        let rest = title.spans.split_off(2);
        vec![Line::default(), title, Line::from([vec![Span::raw(" ")], rest].concat())]
    };
    let mut counted = counts(pen, report);
    let on = Span::styled(format!("  on {}", result.on), pen.style(Role::Dim));
    if counted.width() + on.width() <= width {
        counted.push_span(on);
        lines.push(counted);
        lines.extend(after(pen, desk, result, width));
    } else {
        lines.extend([counted, Line::from(on)]);
    }
    if let Some(why) = &report.stopped {
        lines.extend(paragraph(&format!("Stopped: {}", sanitise(why)), 2, width, pen.style(Role::Warning)));
    }
    for warning in &report.warnings {
        lines.extend(paragraph(&format!("! {}", sanitise(warning)), 2, width, pen.style(Role::Warning)));
    }
    lines.push(Line::default());
    for step in &report.steps {
        let step = RunStep {
            action: step.action,
            kind: step.kind,
            name: sanitise(&step.name).into_owned(),
            command: step.command.clone(),
            outcome: Some(quiet(&step.outcome, report.stopped.as_deref())),
            freed: step.freed,
        };
        lines.extend(run::line(pen, &step, false, width));
    }
    lines.push(Line::default());
    let journal = format!(
        "Run {}, written in {}",
        sanitise(&report.run),
        sanitise(&report.journal.display().to_string())
    );
    lines.extend(paragraph(&journal, 2, width, pen.style(Role::Dim)));
    if done > 0 {
        let undo = format!("To take it back: docker-steward undo {}", sanitise(&report.run));
        lines.extend(paragraph(&undo, 2, width, pen.style(Role::Dim)));
    }
    lines
}

/// What the plan said, what the engine says, and how the environment does, before and after.
fn after(pen: Pen<'_>, desk: &Desk, result: &RunResult, width: usize) -> Vec<Line<'static>> {
    let (before, dim) = (&result.before, Role::Dim);
    let mut texts = Vec::new();
    let disk = match (before.disk, desk.disk) {
        (Some(before), Some(after)) => format!(
            "; the engine's disk held {} before and holds {} now",
            bytes(before.resources),
            bytes(after.resources)
        ),
        (Some(_), None) if desk.looking.sizes || desk.looking.sizes_wanted => {
            "; the engine is measuring its disk …".to_owned()
        }
        _ => String::new(),
    };
    texts.push((format!("The plan said {}{disk}", bytes(result.predicted)), dim));
    let now = desk.vitals.health.as_ref();
    if let Some(then) = before.health.as_ref().filter(|it| !it.checks.is_empty()) {
        let after = now.map_or_else(|| "being asked …".to_owned(), HealthReport::summary);
        texts.push((format!("Health before: {}; after: {after}", then.summary()), dim));
        for broken in now.map(|now| now.broken_since(then)).unwrap_or_default() {
            let why = broken.verdict.why().unwrap_or_default();
            texts.push((format!("! {} does not work any more: {why}", broken.name), Role::Danger));
        }
    }
    texts
        .into_iter()
        .flat_map(|(text, role)| paragraph(&sanitise(&text), 2, width, pen.style(role)))
        .collect()
}

/// Why all the rest was not started is said once, above.
fn quiet(outcome: &Outcome, stopped: Option<&str>) -> Outcome {
    match outcome {
        Outcome::NotStarted(why) if Some(why.as_str()) == stopped => Outcome::NotStarted(String::new()),
        other => other.clone(),
    }
}

/// How many steps ended how; what did not happen is not named.
fn counts(pen: Pen<'_>, report: &Report) -> Line<'static> {
    let mut spans = vec![Span::raw("  ")];
    let kinds = [
        ("done", Role::Good),
        ("already gone", Role::Good),
        ("skipped", Role::Warning),
        ("refused", Role::Danger),
        ("failed", Role::Danger),
        ("unknown", Role::Danger),
        ("not started", Role::Warning),
    ];
    for (word, role) in kinds {
        let count = report.count(word);
        if count > 0 {
            if spans.len() > 1 {
                spans.push(Span::styled(" · ", pen.style(Role::Dim)));
            }
            spans.push(Span::styled(format!("{count} {word}"), pen.style(role)));
        }
    }
    Line::from(spans)
}
