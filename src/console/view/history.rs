//! What has happened so far: charts of drift and of what was freed, the list, and one cleanup step by step.

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::text::{cut, left, paragraph, right, spread, width_of};
use super::{Pen, chart, glyph, plan, run, thumb};
use crate::console::layout::history_parts;
use crate::console::state::{Desk, Entry, Extent, HistoryDesk, Past, RunDesk};
use crate::console::theme::Role;
use crate::records::AuditRecord;
use crate::records::compare::{Presence, lists};
use crate::records::journal_line::{Run, RunOutcome};
use crate::steward::{Class, Kind};
use crate::text::{age, bytes, sanitise};

/// Draws it.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, desk: &Desk) -> Extent {
    let history = &desk.history;
    if let Some(run) = &history.run {
        return journal(pen, frame, area, run);
    }
    let Some(past) = &history.past else {
        match &history.error {
            Some(error) => {
                let mut lines = vec![Line::default()];
                let text = format!("The history cannot be read: {}", sanitise(error));
                lines.extend(paragraph(&text, 2, usize::from(area.width), pen.style(Role::Danger)));
                frame.render_widget(Paragraph::new(lines), area);
            }
            None => super::opening::draw(pen, frame, area, "the history", desk.since),
        }
        return Extent::default();
    };
    if past.entries.is_empty() {
        empty(pen, frame, area, past);
        return Extent::default();
    }
    let (charts, list) = history_parts(area);
    if let Some(charts) = charts {
        self::charts(pen, frame, charts, past);
    }
    entries(pen, frame, list, history, past)
}

/// Nothing yet: what to do, so that there is something.
fn empty(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, past: &Past) {
    let width = usize::from(area.width).min(100);
    let mut lines = vec![Line::default()];
    lines.push(Line::styled("  Nothing has been recorded yet.", pen.style(Role::Strong)));
    lines.push(Line::default());
    for (key, text) in [
        ("w", "records an audit of what the engine holds now"),
        ("p", "in a table makes a plan; each cleanup is journalled, and audited after it"),
        ("", "`docker-steward schedule` records one each day by itself"),
    ] {
        lines.push(Line::from(vec![
            Span::styled(format!("  {key:<2} "), pen.style(Role::Key)),
            Span::styled(cut(text, width.saturating_sub(6)), pen.style(Role::Text)),
        ]));
    }
    lines.push(Line::default());
    lines.extend(paragraph(&format!("Audits go to {}", sanitise(&past.log)), 2, width, pen.style(Role::Dim)));
    for warning in &past.warnings {
        lines.extend(paragraph(&format!("! {}", sanitise(warning)), 2, width, pen.style(Role::Danger)));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

fn charts(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, past: &Past) {
    let half = area.width / 2;
    let at_left = Rect { width: half.saturating_sub(2), x: area.x + 1, height: area.height - 1, ..area };
    let at_right = Rect { x: area.x + half + 1, width: area.width.saturating_sub(half + 3), ..at_left };
    chart::draw(pen, frame, at_left, "Drift", &past.drift, Role::Warning, &|it| it.to_string());
    chart::draw(pen, frame, at_right, "Freed", &past.freed, Role::Good, &bytes);
}

fn entries(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, history: &HistoryDesk, past: &Past) -> Extent {
    let width = usize::from(area.width);
    let head = Rect { height: 1.min(area.height), ..area };
    frame.render_widget(Paragraph::new(heading(pen, past, width)), head);
    let area = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let page = usize::from(area.height);
    let lines: Vec<Line<'static>> = past
        .entries
        .iter()
        .enumerate()
        .skip(history.offset)
        .take(page)
        .map(|(at, entry)| {
            let selected = at == history.cursor;
            let held = history.base == Some(entry.at()) && entry.audit().is_some();
            let line = self::entry(pen, entry, selected, held, width.saturating_sub(1));
            if selected { line.style(pen.style(Role::Selection)) } else { line }
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), area);
    thumb(pen, frame, area, history.offset, Extent { lines: past.entries.len(), page });
    Extent::default()
}

/// How many there are, and what is wrong with them: a chain that is broken is told before anything else.
fn heading(pen: Pen<'_>, past: &Past, width: usize) -> Line<'static> {
    let audits = past.entries.iter().filter(|it| it.audit().is_some()).count();
    let cleanups = past.entries.len() - audits;
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let mut spans = vec![Span::styled(
        format!(" {} · {}", plural(audits, "audit"), plural(cleanups, "cleanup")),
        pen.style(Role::Strong),
    )];
    let (text, role) = match past.warnings.as_slice() {
        [] if past.is_made_up => ("  the past of this demo is made up".to_owned(), Role::Dim),
        [] if past.earlier => {
            (format!("  the newest; `docker-steward history` has all of {}", past.log), Role::Dim)
        }
        [] => (format!("  {}", past.log), Role::Dim),
        [one] => (format!("  ! {one}"), Role::Danger),
        [first, rest @ ..] => (format!("  ! {first} (and {} more)", rest.len()), Role::Danger),
    };
    let room = width.saturating_sub(width_of(&spans) + 1);
    spans.push(Span::styled(cut(&sanitise(&text), room), pen.style(role)));
    Line::from(spans)
}

fn entry(pen: Pen<'_>, entry: &Entry, selected: bool, held: bool, width: usize) -> Line<'static> {
    let sign = if selected { glyph::CURSOR } else { " " };
    let when = if width < 60 { entry.at().strftime("%m-%d").to_string() } else { day_and_time(entry.at()) };
    let mark = if held { glyph::MARK } else { " " };
    let mut spans = vec![
        Span::styled(format!(" {sign}"), pen.style(Role::Accent)),
        Span::styled(format!("{mark} "), pen.style(Role::Marked)),
        Span::styled(format!("{when}  "), pen.style(Role::Text)),
    ];
    let ago = age(pen.state.now.duration_since(entry.at()).unsigned_abs());
    if width >= 88 {
        spans.push(Span::styled(format!("{}  ", right(&ago, 6)), pen.style(Role::Dim)));
    }
    let rest = match entry {
        Entry::Audit(record) => audit(pen, record, width),
        Entry::Cleanup(run) => cleanup(pen, run, width),
    };
    spans.extend(rest);
    fit(spans, width)
}

/// What does not fit is cut off with a sign, not by the edge.
fn fit(spans: Vec<Span<'static>>, width: usize) -> Line<'static> {
    let mut used = 0;
    let mut fitting = Vec::new();
    for span in spans {
        let room = width.saturating_sub(used);
        let text = cut(&span.content, room);
        used += Span::raw(&*text).width();
        fitting.push(Span::styled(text, span.style));
    }
    fitting.push(Span::raw(" ".repeat(width.saturating_sub(used))));
    Line::from(fitting)
}

const fn env_width(width: usize) -> usize {
    match width {
        ..60 => 0,
        60..88 => 8,
        _ => 12,
    }
}

fn count(record: &AuditRecord, what: Presence) -> usize {
    Kind::ALL
        .into_iter()
        .flat_map(|kind| lists(record, kind))
        .filter(|(presence, _)| *presence == what)
        .map(|(_, names)| names.len())
        .sum()
}

fn audit(pen: Pen<'_>, record: &AuditRecord, width: usize) -> Vec<Span<'static>> {
    let drift = record.drift.map_or_else(|| glyph::NOTHING.to_owned(), |drift| drift.to_string());
    let role = if record.drift == Some(0) { Role::Good } else { Role::Warning };
    let mut spans = vec![
        Span::styled("audit    ", pen.style(Role::Dim)),
        Span::styled(left(&sanitise(&record.env), env_width(width)), pen.style(Role::Dim)),
        Span::styled("drift ", pen.style(Role::Dim)),
        Span::styled(right(&drift, 4), pen.style(role)),
    ];
    if width >= 100 {
        let classes = [
            (Presence::Missing, glyph::MISSING, pen.style(Role::Missing)),
            (Presence::There(Class::Unknown), glyph::class(Class::Unknown), pen.theme.class(Class::Unknown)),
            (
                Presence::There(Class::SafeToDelete),
                glyph::class(Class::SafeToDelete),
                pen.theme.class(Class::SafeToDelete),
            ),
        ];
        spans.push(Span::raw("  "));
        for (what, sign, style) in classes {
            let count = count(record, what);
            let text = if count == 0 { String::new() } else { format!("{sign} {count}") };
            spans.push(Span::styled(format!("{text:<6}"), style));
        }
    }
    let reclaimable = record.reclaimable_bytes.map(|count| format!("  reclaimable {}", bytes(count)));
    spans.push(Span::styled(reclaimable.unwrap_or_default(), pen.style(Role::Dim)));
    spans
}

fn outcome(run: &Run) -> (&'static str, Role) {
    match run.outcome {
        RunOutcome::Complete => ("complete", Role::Good),
        RunOutcome::Incomplete => ("incomplete", Role::Warning),
        RunOutcome::Stopped => ("stopped", Role::Warning),
        RunOutcome::Unfinished => ("cut off", Role::Danger),
    }
}

fn cleanup(pen: Pen<'_>, run: &Run, width: usize) -> Vec<Span<'static>> {
    let (word, role) = outcome(run);
    let steps = run.begin.steps.len();
    vec![
        Span::styled("CLEANUP  ", pen.style(Role::Accent)),
        Span::styled(left(&sanitise(&run.begin.env), env_width(width)), pen.style(Role::Dim)),
        Span::styled("freed ", pen.style(Role::Dim)),
        Span::styled(bytes(run.freed_bytes), pen.style(Role::Strong)),
        Span::styled(format!("  {steps} step{}  ", if steps == 1 { "" } else { "s" }), pen.style(Role::Dim)),
        Span::styled(word, pen.style(role)),
    ]
}

/// In the time zone of records, which is that of every log beside them: UTC.
fn day_and_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

/// One cleanup: what was done, in order, and what became of each step.
fn journal(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, desk: &RunDesk) -> Extent {
    let width = usize::from(area.width);
    let run = &desk.run;
    let begin = &run.begin;
    let (word, role) = outcome(run);
    let took =
        run.ended.map(|ended| format!(" in {}", age(ended.duration_since(begin.started).unsigned_abs())));
    let title = spread(
        vec![
            Span::styled(" CLEANUP ", pen.style(Role::Strong)),
            Span::styled(format!("{} UTC ", day_and_time(begin.started)), pen.style(Role::Text)),
            Span::styled(word, pen.style(role)),
            Span::styled(took.unwrap_or_default(), pen.style(Role::Dim)),
        ],
        vec![
            Span::styled("freed ", pen.style(Role::Dim)),
            Span::styled(bytes(run.freed_bytes), pen.style(Role::Strong)),
            Span::raw(" "),
        ],
        width,
    );
    let engine = sanitise(&begin.engine_name).into_owned();
    let place = format!(" run {} on {engine} ({})", sanitise(&begin.run), sanitise(&begin.env));
    let second = match run.faults.first() {
        Some(fault) => Line::styled(cut(&format!(" ! {}", sanitise(fault)), width), pen.style(Role::Danger)),
        None => Line::styled(cut(&place, width), pen.style(Role::Dim)),
    };
    let head = Rect { height: 3.min(area.height), ..area };
    frame.render_widget(Paragraph::new(vec![title, second, Line::default()]), head);

    let body = Rect { y: area.y + 3, height: area.height.saturating_sub(3), ..area };
    let page = usize::from(body.height);
    let lines: Vec<Line<'static>> = begin
        .steps
        .iter()
        .zip(&run.steps)
        .enumerate()
        .skip(desk.offset)
        .take(page)
        .map(|(at, (step, record))| {
            let told = record.told();
            let selected = at == desk.cursor;
            let freed = if record.freed_bytes > 0 { bytes(record.freed_bytes) } else { String::new() };
            let reason = told.reason().map(|it| format!(": {}", sanitise(it))).unwrap_or_default();
            let line = fit(
                vec![
                    Span::styled(
                        format!(" {} ", if selected { glyph::CURSOR } else { " " }),
                        pen.style(Role::Accent),
                    ),
                    Span::styled(format!("{} ", glyph::outcome(&told)), pen.style(run::outcome_role(&told))),
                    Span::styled(format!("{} ", plan::verb(step.action)), pen.style(Role::Dim)),
                    Span::styled(sanitise(&step.name).into_owned(), pen.style(Role::Text)),
                    Span::styled(format!("  {}{reason}", told.as_str()), pen.style(run::outcome_role(&told))),
                    Span::styled(format!("  {freed}"), pen.style(Role::Dim)),
                ],
                width.saturating_sub(1),
            );
            if selected { line.style(pen.style(Role::Selection)) } else { line }
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), body);
    thumb(pen, frame, body, desk.offset, Extent { lines: begin.steps.len(), page });
    Extent::default()
}
