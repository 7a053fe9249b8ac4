//! The first three lines: where one is, whether it is safe here, and what is wrong.

use ratatui::Frame;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::text::{cut, left, width_of};
use super::{Pen, glyph};
use crate::console::layout::Layout;
use crate::console::state::{Desk, View};
use crate::console::theme::Role;
use crate::text::bytes;

/// The header before a session is open.
pub(super) fn draw_bare(pen: Pen<'_>, frame: &mut Frame<'_>, layout: Layout) {
    let title = Line::from(vec![
        Span::styled(" docker-steward ", pen.style(Role::Environment)),
        Span::styled(format!("  {}", env!("CARGO_PKG_VERSION")), pen.style(Role::HeaderDim)),
    ]);
    frame.render_widget(Paragraph::new(title).style(pen.style(Role::Header)), layout.title);
    rule(pen, frame, layout.line, None);
}

/// The header of an open session.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, layout: Layout, desk: &Desk) {
    let width = usize::from(layout.title.width);
    let long = summary(pen, desk, width);
    let (tabs, beside) = tabs(pen, desk, width, width_of(&long));
    title(pen, frame, layout, desk, !beside);

    let mut line = tabs;
    if beside {
        let gap = width.saturating_sub(width_of(&line) + width_of(&long) + 1);
        line.push(Span::raw(" ".repeat(gap)));
        line.extend(long);
    }
    frame.render_widget(Paragraph::new(Line::from(line)), layout.tabs);
    rule(pen, frame, layout.line, trouble(pen, desk));
}

/// A piece of the title: its text, its role, and how soon it gives way (the smallest first).
struct Piece {
    text: String,
    role: Role,
    stays: u8,
}

fn title(pen: Pen<'_>, frame: &mut Frame<'_>, layout: Layout, desk: &Desk, summed: bool) {
    let facts = &desk.facts;
    let alarm = facts.environment.is_production();
    let (plain, soft) =
        if alarm { (Role::HeaderAlarm, Role::HeaderAlarm) } else { (Role::Header, Role::HeaderDim) };
    let mut badge = format!(" {} ", facts.environment.as_str().to_uppercase());
    if facts.is_read_only() {
        badge.push_str(" READ-ONLY ");
    }
    let badge = Span::styled(badge, pen.theme.environment(&facts.environment));

    let engine = &facts.engine;
    let git = facts.ssot.git.as_deref().map(|it| format!(" {}", in_git(it))).unwrap_or_default();
    let mut pieces = vec![
        Piece { text: facts.steward.clone(), role: plain, stays: 4 },
        Piece { text: engine.name.clone(), role: plain, stays: 5 },
        Piece { text: format!("Engine {}", engine.version), role: soft, stays: 3 },
        Piece { text: engine.host.clone(), role: soft, stays: 1 },
        Piece { text: format!("{}{git}", facts.ssot.path), role: soft, stays: 2 },
    ];
    pieces.retain(|piece| !piece.text.is_empty());
    if facts.demo {
        pieces.insert(1, Piece { text: "DEMO".to_owned(), role: plain, stays: 6 });
    }

    let dot = live(pen, desk, soft, alarm);
    let room = usize::from(layout.title.width);
    // The badge and whether it is live are never cut.
    let left = room.saturating_sub(badge.width() + dot.width() + 6);
    let summary = if summed { summary(pen, desk, left) } else { Vec::new() };
    let fixed = badge.width() + dot.width() + 2 + width_of(&summary) + usize::from(!summary.is_empty()) * 6;
    loop {
        let used: usize = pieces.iter().map(|piece| Span::raw(&*piece.text).width() + 2).sum();
        if used + fixed <= room {
            break;
        }
        let Some(first) = (0..pieces.len()).min_by_key(|at| pieces[*at].stays) else { break };
        if pieces.len() == 1 {
            pieces[0].text = cut(&pieces[0].text, room.saturating_sub(fixed + 2));
            // A letter or two of a name tell nothing.
            pieces.retain(|piece| Span::raw(&*piece.text).width() > 4);
            break;
        }
        pieces.remove(first);
    }
    let mut spans = vec![badge];
    for piece in &pieces {
        spans.push(Span::styled(format!("  {}", piece.text), pen.style(piece.role)));
    }
    let gap = room.saturating_sub(
        width_of(&spans) + width_of(&summary) + usize::from(!summary.is_empty()) * 3 + dot.width() + 1,
    );
    spans.push(Span::styled(" ".repeat(gap), pen.style(plain)));
    if !summary.is_empty() {
        // On the alarm's red only the alarm's own colour can be read.
        spans.extend(summary.into_iter().map(|it| if alarm { it.style(pen.style(plain)) } else { it }));
        spans.push(Span::styled("   ", pen.style(plain)));
    }
    spans.push(dot);
    spans.push(Span::styled(" ", pen.style(plain)));
    frame.render_widget(Paragraph::new(Line::from(spans)).style(pen.style(plain)), layout.title);
}

/// What git says of the SSOT, in words that fit behind its path.
pub(super) fn in_git(state: &str) -> &str {
    match state {
        "clean" => "✓ committed",
        "modified" => "! changed since the commit",
        "untracked" => "! not in git",
        other => other,
    }
}

fn live(pen: Pen<'_>, desk: &Desk, soft: Role, alarm: bool) -> Span<'static> {
    let busy = desk.is_busy(pen.state.now);
    let sign = |calm: &'static str| if busy { glyph::spinner(pen.state.now) } else { calm };
    let (text, role) = match (desk.live.is_live(), &desk.look) {
        (true, Some(_)) => (format!("{} live", sign("●")), Role::Good),
        (true, None) => (format!("{} reading", sign("○")), soft),
        (false, _) => (format!("{} NOT LIVE", sign("○")), Role::Danger),
    };
    Span::styled(text, pen.style(if alarm { Role::HeaderAlarm } else { role }))
}

/// Drift and what could be freed, in words as long as there is room for.
fn summary(pen: Pen<'_>, desk: &Desk, room: usize) -> Vec<Span<'static>> {
    if desk.look.is_none() {
        return Vec::new();
    }
    let drift = desk.sums.drift.total;
    let dim = pen.style(Role::Dim);
    let state = if drift == 0 {
        vec![Span::styled("in order", pen.style(Role::Good))]
    } else {
        vec![Span::styled("drift ", dim), Span::styled(drift.to_string(), pen.style(Role::Warning))]
    };
    let free = Span::styled(bytes(desk.sums.reclaimable), pen.style(Role::Strong));
    let more: &[Vec<Span<'static>>] = &[
        vec![Span::styled("   reclaimable ", dim), free.clone()],
        vec![Span::styled(" · ", dim), free],
        Vec::new(),
    ];
    let none = desk.sums.reclaimable == 0;
    more.iter()
        .skip(if none { 2 } else { 0 })
        .map(|more| [state.clone(), more.clone()].concat())
        .find(|spans| width_of(spans) <= room)
        .unwrap_or_default()
}

/// The names of the views, as long as there is room for them, and whether the summary fits beside.
fn tabs(pen: Pen<'_>, desk: &Desk, width: usize, summary: usize) -> (Vec<Span<'static>>, bool) {
    let mut shortest = Vec::new();
    for (gap, counts, names) in
        [("  ", true, true), (" ", true, true), ("  ", false, true), (" ", false, false)]
    {
        let mut spans = vec![Span::raw(" ")];
        for (at, (key, view)) in View::ALL.iter().enumerate() {
            if at > 0 {
                spans.push(Span::raw(gap));
            }
            spans.extend(tab(pen, desk, *key, *view, counts, names));
        }
        let used = width_of(&spans);
        if used <= width {
            return (spans, used + 3 + summary < width);
        }
        shortest = spans;
    }
    (shortest, false)
}

/// The tab of one view.
fn tab(pen: Pen<'_>, desk: &Desk, key: char, view: View, counts: bool, names: bool) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    let active = view == desk.view;
    spans.push(Span::styled(format!("{key} "), pen.style(Role::Dim)));
    if names || active {
        let role = if active { Role::TabActive } else { Role::Tab };
        spans.push(Span::styled(view.title(), pen.style(role)));
    }
    if let (true, View::Table(kind), Some(_)) = (counts, view, &desk.look) {
        let count = desk.table(kind).rows.len();
        spans.push(Span::styled(format!(" {count}"), pen.style(Role::Dim)));
    }
    spans
}

/// The view whose tab stands in this column of the tabs' line; a tab reaches from its key to the next one's.
pub(super) fn tab_at(pen: Pen<'_>, desk: &Desk, width: u16, column: u16) -> Option<View> {
    let (spans, _) = tabs(pen, desk, usize::from(width), width_of(&summary(pen, desk, usize::from(width))));
    let mut at = 0;
    let mut under = None;
    for span in &spans {
        if at > usize::from(column) {
            break;
        }
        if let Some((_, view)) = View::ALL.iter().find(|(key, _)| *span.content == format!("{key} ")) {
            under = Some(*view);
        }
        at += span.width();
    }
    under.filter(|_| usize::from(column) < width_of(&spans))
}

/// What is wrong with the rows, for the line under the tabs: it takes no line of its own, so that nothing
/// jumps.
fn trouble(pen: Pen<'_>, desk: &Desk) -> Option<Span<'static>> {
    let (now, live) = (pen.state.now, &desk.live);
    let first = |text: &str| crate::text::sanitise(text.lines().next().unwrap_or_default()).into_owned();
    if let Some(error) = &live.look {
        let next = match live.retry_at {
            Some(at) => format!("trying again in {} s", at.duration_since(now).as_secs().max(0)),
            None => "trying again".to_owned(),
        };
        return Some(Span::styled(
            format!("NOT LIVE, {next}: {}", first(&error.what)),
            pen.style(Role::Danger),
        ));
    }
    if let Some(why) = &live.events {
        let text = format!("NOT LIVE, waiting for the engine's events: {}", first(why));
        return Some(Span::styled(text, pen.style(Role::Danger)));
    }
    let doubts = desk.look.as_ref().map_or(&[][..], |look| &look.audit.doubts);
    let doubt = doubts.first()?;
    Some(Span::styled(
        format!("IN DOUBT, so nothing can be planned: {}", first(doubt)),
        pen.style(Role::Warning),
    ))
}

/// A line across the screen, with a text on it or none.
pub(super) fn rule(
    pen: Pen<'_>,
    frame: &mut Frame<'_>,
    area: ratatui::layout::Rect,
    on_it: Option<Span<'static>>,
) {
    let width = usize::from(area.width);
    let rule = |width| Span::styled("─".repeat(width), pen.style(Role::Rule));
    let line = match on_it {
        None => Line::from(rule(width)),
        Some(span) => {
            let text = cut(&span.content, width.saturating_sub(6));
            let used = Span::raw(&*text).width();
            Line::from(vec![
                rule(1),
                Span::raw(" "),
                Span::styled(left(&text, used), span.style),
                Span::raw(" "),
                rule(width.saturating_sub(used + 3)),
            ])
        }
    };
    frame.render_widget(Paragraph::new(line), area);
}
