//! How the environment does: the trend of its drift, its health checks, its stack, the last cleanup, and the
//! state of its declaration. A line for each that there is something to say of.

use ratatui::text::{Line, Span};

use crate::console::state::{Desk, PastRun};
use crate::console::theme::Role;
use crate::console::view::text::{cut, paragraph, width_of};
use crate::console::view::{Pen, chart, glyph, header};
use crate::health::{CheckReport, StackReport, Verdict};
use crate::text::{age, bytes, sanitise};

/// What the names of the lines take.
const LABEL: usize = 9;
/// Audits in the trend.
const TREND: usize = 30;

/// The lines.
pub(super) fn lines(pen: Pen<'_>, desk: &Desk, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![Line::default()];
    let room = width.saturating_sub(LABEL + 4);
    lines.extend(trend(pen, desk));
    lines.extend(health(pen, desk, room));
    lines.extend(stack(pen, desk, room));
    lines.extend(last_cleanup(pen, desk));
    lines.extend(disk(pen, desk));
    lines.extend(ssot(pen, desk, room));
    lines
}

fn labelled(pen: Pen<'_>, label: &str, spans: Vec<Span<'static>>) -> Line<'static> {
    let mut line = vec![Span::styled(format!("   {label:<LABEL$}"), pen.style(Role::Dim))];
    line.extend(spans);
    Line::from(line)
}

fn trend(pen: Pen<'_>, desk: &Desk) -> Option<Line<'static>> {
    let past = desk.history.past.as_ref()?;
    let last = past.drift.last()?.1;
    let now = desk.sums.drift.total as u64;
    let bars = chart::line(&past.drift, now, TREND);
    let shown = past.drift.len().min(TREND - 1);
    let word = match now.cmp(&last) {
        std::cmp::Ordering::Less => ("down", Role::Good),
        std::cmp::Ordering::Equal => ("as", Role::Dim),
        std::cmp::Ordering::Greater => ("up", Role::Warning),
    };
    let from = if word.0 == "as" {
        format!("  {now}, as at the last audit")
    } else {
        format!("  {now}, {} from {last}", word.0)
    };
    let of = if shown == 1 { "  since 1 audit".to_owned() } else { format!("  over {shown} audits") };
    let made_up = if past.is_made_up { ", made up for this demo" } else { "" };
    Some(labelled(
        pen,
        "Drift",
        vec![
            Span::styled(bars, pen.style(Role::Accent)),
            Span::styled(from, pen.style(word.1)),
            Span::styled(format!("{of}{made_up}"), pen.style(Role::Dim)),
        ],
    ))
}

/// Lights: what works in one line, what does not in a line of its own each, with why.
fn health(pen: Pen<'_>, desk: &Desk, room: usize) -> Vec<Line<'static>> {
    let Some(health) = &desk.vitals.health else { return Vec::new() };
    let mut lines = Vec::new();
    let mut lights: Vec<Span<'static>> = Vec::new();
    for check in &health.checks {
        let (text, role) = light(check);
        let span = Span::styled(cut(&text, room), pen.style(role));
        let alone = check.verdict != Verdict::Healthy;
        if !lights.is_empty() && (alone || width_of(&lights) + span.width() + 3 > room) {
            lines.push(std::mem::take(&mut lights));
        }
        lights.push(span);
        lights.push(Span::raw("   "));
        if alone {
            lines.push(std::mem::take(&mut lights));
        }
    }
    if !lights.is_empty() {
        lines.push(lights);
    }
    let label = |at| if at == 0 { "Health" } else { "" };
    lines.into_iter().enumerate().map(|(at, spans)| labelled(pen, label(at), spans)).collect()
}

fn light(check: &CheckReport) -> (String, Role) {
    let name = sanitise(&check.name);
    let took = check.latency.map(|it| format!(" {} ms", it.as_millis())).unwrap_or_default();
    match &check.verdict {
        Verdict::Healthy => (format!("● {name}{took}"), Role::Good),
        Verdict::Unhealthy(why) => (format!("✗ {name}{took}: {}", sanitise(why)), Role::Danger),
        Verdict::NotRun(why) => (format!("– {name} not asked: {}", sanitise(why)), Role::Dim),
    }
}

fn stack(pen: Pen<'_>, desk: &Desk, room: usize) -> Vec<Line<'static>> {
    let Some(stack) = &desk.vitals.stack else { return Vec::new() };
    let file = sanitise(&stack.file.display().to_string()).into_owned();
    if desk.facts.demo && stack.unread.is_some() {
        let text = format!("{file} is not part of the demo");
        return vec![labelled(pen, "Stack", vec![Span::styled(cut(&text, room), pen.style(Role::Dim))])];
    }
    if let Some(why) = &stack.unread {
        let text = cut(&format!("{file} cannot be read here: {}", sanitise(why)), room);
        return vec![labelled(pen, "Stack", vec![Span::styled(text, pen.style(Role::Dim))])];
    }
    let mut lines = vec![labelled(pen, "Stack", services(pen, stack, &file, room))];
    if let Some(command) = &stack.bring_up {
        lines.push(labelled(
            pen,
            "",
            vec![Span::styled(cut(&sanitise(command), room), pen.style(Role::Command))],
        ));
    }
    lines
}

fn services(pen: Pen<'_>, stack: &StackReport, file: &str, room: usize) -> Vec<Span<'static>> {
    let wanted: Vec<_> = stack.services.iter().filter(|it| !it.optional || it.running).collect();
    let running = wanted.iter().filter(|it| it.running).count();
    let role = if running == wanted.len() { Role::Good } else { Role::Missing };
    let mut spans =
        vec![Span::styled(format!("{running} of {} services run", wanted.len()), pen.style(role))];
    let down: Vec<&str> = wanted.iter().filter(|it| !it.running).map(|it| it.name.as_str()).collect();
    if !down.is_empty() {
        spans.push(Span::styled(format!(", not {}", sanitise(&down.join(", "))), pen.style(Role::Missing)));
    }
    spans.push(Span::styled(format!("  {file}"), pen.style(Role::Dim)));
    let mut left = room;
    for span in &mut spans {
        let text = cut(&span.content, left);
        left = left.saturating_sub(Span::raw(&*text).width());
        span.content = text.into();
    }
    spans
}

fn last_cleanup(pen: Pen<'_>, desk: &Desk) -> Option<Line<'static>> {
    let past = desk.history.past.as_ref()?;
    let PastRun { started, freed, outcome } = past.last_cleanup(&desk.facts.engine)?;
    let ago = age(pen.state.now.duration_since(started).unsigned_abs());
    Some(labelled(
        pen,
        "Cleanup",
        vec![
            Span::styled(format!("{ago} ago"), pen.style(Role::Text)),
            Span::styled(format!(", {outcome}, freed "), pen.style(Role::Dim)),
            Span::styled(bytes(freed), pen.style(Role::Text)),
        ],
    ))
}

fn disk(pen: Pen<'_>, desk: &Desk) -> Option<Line<'static>> {
    let disk = desk.disk?;
    let mut spans = vec![
        Span::styled(bytes(disk.resources), pen.style(Role::Text)),
        Span::styled(" used, shared layers counted once", pen.style(Role::Dim)),
    ];
    if disk.build_cache > 0 {
        spans.push(Span::styled("; build cache ", pen.style(Role::Dim)));
        spans.push(Span::styled(bytes(disk.build_cache), pen.style(Role::Text)));
    }
    Some(labelled(pen, "Disk", spans))
}

fn ssot(pen: Pen<'_>, desk: &Desk, room: usize) -> Vec<Line<'static>> {
    let ssot = &desk.facts.ssot;
    let git = ssot.git.as_deref().map(header::in_git);
    let role = match ssot.git.as_deref() {
        Some("clean") => Role::Good,
        Some("modified" | "untracked") => Role::Warning,
        _ => Role::Dim,
    };
    let git = git.map(|it| format!("  {it}")).unwrap_or_default();
    let mut lines = vec![labelled(
        pen,
        "SSOT",
        vec![
            Span::styled(cut(&ssot.path, room.saturating_sub(git.len())), pen.style(Role::Text)),
            Span::styled(git, pen.style(role)),
        ],
    )];
    if let Some(trouble) = &desk.ssot_trouble {
        let first = sanitise(trouble.what.lines().next().unwrap_or_default()).into_owned();
        let text =
            format!("{} It cannot be used as it is now, so nothing can be planned: {first}", glyph::MISSING);
        lines.extend(paragraph(&text, 3 + LABEL, room + 3 + LABEL, pen.style(Role::Danger)));
    }
    lines
}
