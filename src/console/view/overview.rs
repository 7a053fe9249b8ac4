//! The whole at a glance: is it in order, and if not, where not.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::text::{cut, flow, left, paragraph, right};
use super::{Pen, glyph, scrolled};
use crate::console::state::{Desk, Extent, KindSums};
use crate::console::theme::Role;
use crate::steward::{Class, Key, Kind, Resource};
use crate::text::{bytes, sanitise};

mod pulse;

/// What the kinds' names and counts take before the bar.
const BEFORE: usize = 3 + 11 + 6 + 2;
/// What the counts by class and the bytes take after it.
const AFTER: usize = 2 + 4 * 7 + 10;

/// Draws it.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, desk: &Desk) -> Extent {
    let width = usize::from(area.width);
    let mut lines = vec![Line::default()];
    lines.extend(verdict(pen, desk, width));
    lines.push(Line::default());
    lines.extend(kinds(pen, desk, width));
    lines.extend(legend(pen, width));
    lines.extend(reclaimable(pen, desk, width));
    lines.extend(wanting(pen, desk, width));
    lines.extend(pulse::lines(pen, desk, width));
    lines.extend(largest(pen, desk, width));
    scrolled(pen, frame, area, lines, desk.overview_scroll)
}

/// One sentence that says how things are.
fn verdict(pen: Pen<'_>, desk: &Desk, width: usize) -> Vec<Line<'static>> {
    let drift = desk.sums.drift;
    let ssot = &desk.facts.ssot.path;
    if drift.total == 0 {
        let text =
            format!("IN ORDER  {} holds what {ssot} declares, and nothing else.", desk.facts.engine.name);
        return paragraph(&format!("✓ {text}"), 2, width.min(100), pen.style(Role::Good));
    }
    let things = if drift.total == 1 { "1 difference" } else { "differences" };
    let count = if drift.total == 1 { things.to_owned() } else { format!("{} {things}", drift.total) };
    let mut spans = vec![
        Span::raw("  "),
        Span::styled(count, pen.style(Role::Strong)),
        Span::styled(format!(" from {ssot}"), pen.style(Role::Dim)),
    ];
    if Line::from(spans.clone()).width() > width {
        spans.truncate(2);
    }
    let mut parts: Vec<Vec<Span<'static>>> = Vec::new();
    for (number, word, role) in [
        (drift.missing, "missing", Role::Missing),
        (drift.not_running, "not running", Role::Missing),
        (drift.unknown, "unknown", Role::Unknown),
        (drift.safe_to_delete, "safe to delete", Role::Safe),
    ] {
        if number > 0 {
            if let Some(before) = parts.last_mut() {
                before.push(Span::styled(" · ", pen.style(Role::Dim)));
            }
            parts.push(vec![Span::styled(format!("{number} {word}"), pen.style(role))]);
        }
    }
    let mut lines = vec![Line::from(spans)];
    lines.extend(flow(parts, 2, width.saturating_sub(1)));
    lines
}

/// One line for each kind: its count, a bar split by class, the counts by class, its bytes.
fn kinds(pen: Pen<'_>, desk: &Desk, width: usize) -> Vec<Line<'static>> {
    let most = desk.sums.kinds.iter().map(|sums| sums.count).max().unwrap_or(0).max(1);
    // Where there is no room for all, the bar gives way, then the bytes; the numbers stay.
    let has_bar = width >= BEFORE + AFTER + 10;
    let bar_width = width.saturating_sub(BEFORE + AFTER + 2).min(60);
    let (title_width, count_width, class_width) = if width < 50 { (10, 4, 5) } else { (11, 6, 7) };
    let mut lines = Vec::new();
    for (at, kind) in Kind::ALL.into_iter().enumerate() {
        let sums = &desk.sums.kinds[at];
        let selected = at == desk.overview;
        let mut spans = vec![
            Span::styled(if selected { " ▸ " } else { "   " }, pen.style(Role::Accent)),
            Span::styled(
                left(title(kind), title_width),
                pen.style(if selected { Role::Strong } else { Role::Text }),
            ),
            Span::styled(right(&sums.count.to_string(), count_width), pen.style(Role::Strong)),
            Span::raw("  "),
        ];
        if has_bar {
            spans.extend(bar(pen, sums, most, bar_width));
            spans.push(Span::raw("  "));
        }
        for (class, count) in Class::ALL.into_iter().zip(sums.classes) {
            let text = if count == 0 { String::new() } else { format!("{} {count}", glyph::class(class)) };
            spans.push(Span::styled(left(&text, class_width), pen.theme.class(class)));
        }
        let size = match sums.bytes {
            Some(count) => bytes(count),
            None if kind == Kind::Network || sums.count == 0 => String::new(),
            None if desk.looking.sizes => glyph::PENDING.to_owned(),
            None => glyph::NOTHING.to_owned(),
        };
        if width >= BEFORE + 4 * class_width + 10 {
            spans.push(Span::styled(right(&size, 10), pen.style(Role::Dim)));
        }
        lines.push(Line::from(spans));
    }
    lines
}

const fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Container => "Containers",
        Kind::Image => "Images",
        Kind::Volume => "Volumes",
        Kind::Network => "Networks",
    }
}

/// The bar's length is the kind's share of the largest kind; every class that is there gets a cell.
fn bar(pen: Pen<'_>, sums: &KindSums, most: usize, width: usize) -> Vec<Span<'static>> {
    let present = sums.classes.iter().filter(|count| **count > 0).count();
    let long = (sums.count * width).div_ceil(most).max(present).min(width);
    let mut spans = Vec::new();
    let mut used = 0;
    let mut counted = 0;
    let mut classes_left = present;
    for (class, count) in Class::ALL.into_iter().zip(sums.classes) {
        if count == 0 {
            continue;
        }
        counted += count;
        classes_left -= 1;
        let until = (counted * long / sums.count.max(1)).max(used + 1).min(long.saturating_sub(classes_left));
        let cells = until.saturating_sub(used);
        used = until.max(used);
        spans.push(Span::styled("█".repeat(cells), pen.theme.class(class)));
    }
    spans.push(Span::raw(" ".repeat(width.saturating_sub(used))));
    spans
}

fn legend(pen: Pen<'_>, width: usize) -> Vec<Line<'static>> {
    let piece = |class: Class| {
        vec![
            Span::styled(format!(" {}", glyph::class(class)), pen.theme.class(class)),
            Span::styled(format!(" {}  ", class.as_str()), pen.style(Role::Dim)),
        ]
    };
    flow(Class::ALL.map(piece), 2, width)
}

/// What could be freed.
fn reclaimable(pen: Pen<'_>, desk: &Desk, width: usize) -> Vec<Line<'static>> {
    let safe = desk.sums.drift.safe_to_delete;
    if safe == 0 {
        return Vec::new();
    }
    let size = if desk.sums.reclaimable > 0 || desk.looking.sized {
        bytes(desk.sums.reclaimable)
    } else {
        glyph::PENDING.to_owned()
    };
    let what = if safe == 1 { "the 1 that is safe".to_owned() } else { format!("the {safe} that are safe") };
    let dim = pen.style(Role::Dim);
    let mut pieces = vec![
        vec![Span::styled("Removing ", dim), Span::styled(what, pen.style(Role::Safe))],
        vec![Span::styled(" would free ", dim), Span::styled(size, pen.style(Role::Strong))],
    ];
    if !desk.marks.is_empty() {
        pieces.push(vec![
            Span::styled(", the ", dim),
            Span::styled(format!("{} marked", desk.marks.len()), pen.style(Role::Marked)),
            Span::styled(format!(" {}", bytes(desk.sums.marked)), pen.style(Role::Strong)),
        ]);
    }
    let mut lines = vec![Line::default()];
    lines.extend(flow(pieces, 3, width.saturating_sub(1)));
    lines
}

/// The largest that may go, and the largest that nobody has declared, side by side.
fn largest(pen: Pen<'_>, desk: &Desk, width: usize) -> Vec<Line<'static>> {
    let Some(look) = &desk.look else { return Vec::new() };
    let sums = &desk.sums;
    let lists: Vec<_> = [
        ("Largest that may go", Class::SafeToDelete, &sums.largest_safe),
        ("Largest that nobody has declared", Class::Unknown, &sums.largest_unknown),
    ]
    .into_iter()
    .filter(|(_, _, places)| !places.is_empty())
    .collect();
    if lists.is_empty() {
        return Vec::new();
    }
    let column = ((width.saturating_sub(4)) / lists.len()).min(56);
    let mut lines = vec![Line::default(), Line::raw("   ")];
    for (title, ..) in &lists {
        lines[1].spans.push(Span::styled(left(title, column), pen.style(Role::Dim)));
    }
    for at in 0..lists.iter().map(|(.., places)| places.len()).max().unwrap_or(0) {
        let mut spans = vec![Span::raw("   ")];
        for (_, class, places) in &lists {
            match places.get(at).and_then(|at| look.audit.resources.get(*at)) {
                Some(resource) => spans.extend(large(pen, resource, *class, column)),
                None => spans.push(Span::raw(" ".repeat(column))),
            }
        }
        lines.push(Line::from(spans));
    }
    lines
}

fn large(pen: Pen<'_>, resource: &Resource, class: Class, column: usize) -> Vec<Span<'static>> {
    let name = match &resource.key {
        Key::Image { id, reference: None } => format!("<none> {}", id.short()),
        _ => sanitise(&resource.name).into_owned(),
    };
    // Where room is short the name says enough.
    let kind = if column < 50 { String::new() } else { format!("{:<10}", resource.kind().as_str()) };
    let room = column.saturating_sub(kind.len() + 2 + 9 + 3);
    vec![
        Span::styled(format!("{} ", glyph::class(class)), pen.theme.class(class)),
        Span::styled(kind, pen.style(Role::Dim)),
        Span::styled(left(&name, room), pen.style(Role::Text)),
        Span::styled(right(&bytes(resource.frees.get().unwrap_or(0)), 9), pen.style(Role::Text)),
        Span::raw("   "),
    ]
}

/// What should be there and is not, what should run and does not, and why nothing may be concluded.
fn wanting(pen: Pen<'_>, desk: &Desk, width: usize) -> Vec<Line<'static>> {
    let Some(look) = &desk.look else { return Vec::new() };
    let audit = &look.audit;
    let missing = audit.missing.iter().map(|it| (format!("{} {}", it.kind, it.name), "is not there"));
    let stopped = audit.not_running.iter().map(|name| (format!("container {name}"), "does not run"));
    let mut lines = Vec::new();
    for (what, how) in missing.chain(stopped) {
        lines.push(Line::from(vec![
            Span::styled(format!("   {} ", glyph::MISSING), pen.style(Role::Missing)),
            Span::styled(cut(&sanitise(&what), width.saturating_sub(22)), pen.style(Role::Missing)),
            Span::styled(format!("  {how}"), pen.style(Role::Dim)),
        ]));
    }
    for doubt in &audit.doubts {
        let text = format!("In doubt, so nothing can be planned: {}", sanitise(doubt));
        lines.extend(paragraph(&text, 3, width, pen.style(Role::Warning)));
    }
    if !lines.is_empty() {
        lines.insert(0, Line::default());
    }
    lines
}
