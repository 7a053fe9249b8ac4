//! Everything about one resource: above all why it has its class.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::text::{chop, cut, paragraph, wrap};
use super::{Pen, glyph, scrolled};
use crate::console::state::{Desk, Extent, Tree};
use crate::console::theme::Role;
use crate::steward::{Class, Explanation, Key, Kind, Reason, Resource};
use crate::text::{bytes, sanitise};

mod properties;

/// Draws the details of the selected resource over the whole body.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, desk: &Desk) -> Extent {
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    let width = usize::from(area.width).saturating_sub(2).min(110);
    let lines = lines(pen, desk, width);
    scrolled(pen, frame, area, lines, desk.details.scroll)
}

/// Draws the details of the selected resource beside its table.
pub(super) fn draw_side(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, desk: &Desk) -> Extent {
    for y in area.y..area.y + area.height {
        frame.buffer_mut().set_string(area.x, y, "│", pen.style(Role::Rule));
    }
    let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
    let lines = lines(pen, desk, usize::from(inner.width).saturating_sub(2));
    scrolled(pen, frame, inner, lines, desk.details.scroll)
}

fn lines(pen: Pen<'_>, desk: &Desk, width: usize) -> Vec<Line<'static>> {
    let Some(look) = &desk.look else { return Vec::new() };
    let Some(resource) = desk.selected().and_then(|key| look.audit.get(key)) else {
        return vec![Line::styled("Nothing is selected.", pen.style(Role::Dim))];
    };
    let explained = desk.details.explained.as_ref();
    let explanation = explained.filter(|(key, _)| *key == resource.key).map(|(_, it)| it);
    // Until it is explained it gets the room that the one before took: what moves twice is sent twice.
    let before = explained.filter(|_| explanation.is_none()).map(|(_, it)| it);

    let mut lines = title(pen, resource, width);
    lines.extend(why(pen, desk, &resource.reason, width));
    lines.push(Line::default());
    lines.extend(frees(pen, resource));
    match desk.details.tree.as_ref().filter(|(of, ..)| *of == resource.key && desk.details.full) {
        Some((.., tree)) => lines.extend(self::tree(pen, desk, tree, width)),
        None => {
            lines.extend(users(pen, resource, explanation, width));
            let room = before.map_or(0, |it| uses(pen, it, width).len());
            lines.extend(vec![Line::default(); room]);
        }
    }
    lines.push(Line::default());
    let age = explanation.and_then(age_of).or_else(|| before.and_then(age_of).map(|_| "…"));
    lines.extend(properties::lines(pen, desk, resource, age, width));
    if let Some(explanation) = explanation {
        lines.extend(rules(pen, desk, explanation, width));
    }
    lines
}

fn title(pen: Pen<'_>, resource: &Resource, width: usize) -> Vec<Line<'static>> {
    let class = resource.class();
    let mut lines: Vec<Line<'static>> = chop(&sanitise(&resource.name), width)
        .into_iter()
        .map(|part| Line::styled(part.to_owned(), pen.style(Role::Strong)))
        .collect();
    lines.push(Line::from(vec![
        Span::styled(format!("{} {}", glyph::class(class), class.as_str()), pen.theme.class(class)),
        Span::styled(format!("  {}", resource.kind()), pen.style(Role::Dim)),
    ]));
    lines.push(Line::default());
    lines
}

/// The reason, and where the rule stands.
fn why(pen: Pen<'_>, desk: &Desk, reason: &Reason, width: usize) -> Vec<Line<'static>> {
    let text = format!("because {}", sanitise(&reason.text));
    let mut lines = paragraph(&text, 0, width, pen.style(Role::Text));
    lines.extend(place(pen, desk, reason, width, 2));
    lines
}

fn place(pen: Pen<'_>, desk: &Desk, reason: &Reason, width: usize, indent: usize) -> Vec<Line<'static>> {
    let Some(place) = desk.facts.place_of(&reason.rule) else {
        return Vec::new();
    };
    let mut lines = paragraph(&place, indent, width, pen.style(Role::Accent));
    lines.extend(paragraph(&sanitise(&reason.rule), indent, width, pen.style(Role::Dim)));
    lines
}

fn frees(pen: Pen<'_>, resource: &Resource) -> Option<Line<'static>> {
    let safe = resource.safe().filter(|_| resource.kind() != Kind::Network)?;
    let text = match (resource.frees.get(), safe.siblings()) {
        (None, _) => "removing it frees what is not known yet".to_owned(),
        (Some(count), 1) => format!("removing it frees {}", bytes(count)),
        (Some(count), names) => {
            format!("removing it and the image's {} other names frees {}", names - 1, bytes(count))
        }
    };
    Some(Line::styled(text, pen.style(Role::Safe)))
}

/// Who uses it, each with what else it uses, and what it uses itself; `▸` stands where Enter leads.
fn tree(pen: Pen<'_>, desk: &Desk, tree: &Tree, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut before = None;
    for (at, link) in tree.links.iter().enumerate() {
        let label = if before == Some(link.is_user) {
            ""
        } else if link.is_user {
            "used by"
        } else {
            "uses"
        };
        before = Some(link.is_user);
        let here = at == desk.details.link;
        let lead = if link.under { "  └ " } else { "" };
        let room = width.saturating_sub(9 + 2 + 2 + lead.len());
        let line = Line::from(vec![
            Span::styled(format!("{label:<9}"), pen.style(Role::Dim)),
            Span::styled(if here { "▸ " } else { "  " }, pen.style(Role::Accent)),
            Span::styled(lead, pen.style(Role::Dim)),
            Span::styled(format!("{} ", glyph::class(link.class)), pen.theme.class(link.class)),
            Span::styled(cut(&link.name, room), pen.style(if here { Role::Strong } else { Role::Text })),
        ]);
        lines.push(line);
    }
    if tree.left_out > 0 {
        lines.push(Line::styled(format!("{:11}and {} more", "", tree.left_out), pen.style(Role::Dim)));
    }
    if lines.is_empty() {
        lines.push(Line::styled("It uses nothing, and nothing uses it.", pen.style(Role::Dim)));
    }
    lines
}

/// Who uses it and what it uses, with their classes once they are known.
fn users(
    pen: Pen<'_>,
    resource: &Resource,
    explanation: Option<&Explanation>,
    width: usize,
) -> Vec<Line<'static>> {
    let known = |path: &str| {
        explanation.and_then(|it| it.users.iter().find(|(user, _)| user == path)).map(|(_, class)| *class)
    };
    let mut lines = Vec::new();
    let by: Vec<(String, Option<Class>)> =
        resource.used_by.iter().map(|path| (path.to_string(), known(path))).collect();
    // Nothing can use a container but what is linked to it or shares its network; that is worth a word
    // only if it is so.
    if !by.is_empty() || !matches!(resource.key, Key::Container { .. }) {
        lines.extend(list(pen, "used by", &by, width));
    }
    lines.extend(explanation.map(|it| uses(pen, it, width)).unwrap_or_default());
    lines
}

/// What it uses; no line where that is nothing.
fn uses(pen: Pen<'_>, explanation: &Explanation, width: usize) -> Vec<Line<'static>> {
    if explanation.uses.is_empty() {
        return Vec::new();
    }
    let uses: Vec<_> = explanation.uses.iter().map(|(path, class)| (path.clone(), Some(*class))).collect();
    list(pen, "uses", &uses, width)
}

fn age_of(explanation: &Explanation) -> Option<&str> {
    explanation.age.as_deref().or(explanation.clock)
}

fn list(pen: Pen<'_>, label: &str, items: &[(String, Option<Class>)], width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let head = |at: usize| if at == 0 { format!("{label:<9}") } else { " ".repeat(9) };
    if items.is_empty() {
        lines.push(Line::from(vec![
            Span::styled(head(0), pen.style(Role::Dim)),
            Span::styled("nothing", pen.style(Role::Text)),
        ]));
    }
    for (path, class) in items {
        let (sign, style) =
            class.map_or((" ", pen.style(Role::Dim)), |class| (glyph::class(class), pen.theme.class(class)));
        for part in wrap(&sanitise(path).replacen('/', " ", 1), width.saturating_sub(11)) {
            let first = lines.is_empty();
            let sign = if first || part.len() == path.len() { sign } else { "" };
            lines.push(Line::from(vec![
                Span::styled(head(lines.len()), pen.style(Role::Dim)),
                Span::styled(format!("{sign:<2}"), style),
                Span::styled(part, pen.style(Role::Text)),
            ]));
        }
    }
    lines
}

/// All rules that matched; the first decided, unless a user of the resource did.
fn rules(pen: Pen<'_>, desk: &Desk, explanation: &Explanation, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![Line::default()];
    if explanation.matched.is_empty() {
        lines.push(Line::styled("no rule of the SSOT matches it", pen.style(Role::Dim)));
        return lines;
    }
    let count = explanation.matched.len();
    let title = if count == 1 { "1 rule matches it".to_owned() } else { format!("{count} rules match it") };
    lines.push(Line::styled(title, pen.style(Role::Dim)));
    for (class, reason) in &explanation.matched {
        for (at, part) in wrap(&sanitise(&reason.text), width.saturating_sub(2)).into_iter().enumerate() {
            let sign = if at == 0 { glyph::class(*class) } else { "" };
            lines.push(Line::from(vec![
                Span::styled(format!("{sign:<2}"), pen.theme.class(*class)),
                Span::styled(part, pen.style(Role::Text)),
            ]));
        }
        lines.extend(place(pen, desk, reason, width, 2));
    }
    lines
}
