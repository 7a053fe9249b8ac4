//! A table of resources: only the rows on the screen are laid out, however many there are.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::text::{cut, left, paragraph, right, width_of};
use super::{Pen, details, glyph, thumb};
use crate::console::keymap::{Command, Mode};
use crate::console::layout::TableLayout;
use crate::console::state::{Column, Desk, Extent, Row, Since, Table};
use crate::console::theme::Role;
use crate::steward::{Class, Kind};
use crate::text::{age, bytes};

mod columns;

use columns::Columns;

/// Draws the table, and beside it the details where there is room.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, desk: &Desk, table: &Table) -> Extent {
    let layout = TableLayout::of(area);
    strip(pen, frame, layout.strip, desk, table);
    if table.seen.is_empty() {
        nothing(pen, frame, layout.rows, desk, table);
    } else {
        let mut widest = table.widest;
        if table.grouped {
            widest.name += widest.project + 1;
        }
        let columns = Columns::fit(table.kind, usize::from(layout.rows.width), &widest);
        heads(pen, frame, layout.heads, table, &columns);
        rows(pen, frame, layout.rows, desk, table, &columns);
    }
    layout.side.map_or_else(Extent::default, |side| details::draw_side(pen, frame, side, desk))
}

/// How many there are of each class, or the filter, or both if there is room.
fn strip(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, desk: &Desk, table: &Table) {
    let width = usize::from(area.width);
    let filter = filter(pen, table);
    let mut counts = counts(pen, table, false);
    if width_of(&counts) > width {
        counts = self::counts(pen, table, true);
    }
    let missing: Vec<&str> = desk
        .look
        .iter()
        .flat_map(|look| &look.audit.missing)
        .filter(|it| it.kind == table.kind)
        .map(|it| it.name.as_str())
        .collect();
    if !missing.is_empty() {
        let names = crate::text::sanitise(&missing.join(", ")).into_owned();
        let text = format!(" {} {} missing: {names} ", glyph::MISSING, missing.len());
        let room = width.saturating_sub(width_of(&counts) + 1);
        counts.push(Span::styled(cut(&text, room), pen.style(Role::Missing)));
    }
    let mut spans = filter;
    if table.grouped {
        counts.insert(0, Span::styled(" by project ", pen.style(Role::Accent)));
    }
    if spans.is_empty() || width_of(&spans) + width_of(&counts) + 3 < width {
        if spans.is_empty() {
            spans = counts;
        } else {
            let gap = width.saturating_sub(width_of(&spans) + width_of(&counts) + 1);
            spans.push(Span::raw(" ".repeat(gap)));
            spans.extend(counts);
        }
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
    if let Some(field) = &table.filter.editing {
        let field_area =
            Rect { x: area.x + 3, width: area.width.saturating_sub(16).min(60), height: area.height, ..area };
        super::approval::field(pen, frame, field_area, field);
    }
}

/// How many there are of each class, in words or by their first letters.
fn counts(pen: Pen<'_>, table: &Table, short: bool) -> Vec<Span<'static>> {
    if table.is_glimpsed() {
        let text = if short { "reading …" } else { "reading images, volumes and networks …" };
        return vec![Span::styled(
            format!(" {} {text} ", glyph::spinner(pen.state.now)),
            pen.style(Role::Dim),
        )];
    }
    [Class::SafeToDelete, Class::Unknown, Class::Expected, Class::Protected]
        .into_iter()
        .filter_map(|class| {
            let count = Class::ALL.iter().position(|it| *it == class).map_or(0, |at| table.counts[at]);
            let word = if short { columns::letter(class) } else { class.short() };
            let text = format!(" {} {count} {word} ", glyph::class(class));
            (count > 0).then(|| Span::styled(text, pen.theme.class(class)))
        })
        .collect()
}

/// The filter, if there is one.
fn filter(pen: Pen<'_>, table: &Table) -> Vec<Span<'static>> {
    let found = format!("{} of {}", table.seen.len(), table.rows.len());
    if table.filter.editing.is_some() {
        // The field is drawn over the blanks.
        return vec![
            Span::styled(" / ", pen.style(Role::Key)),
            Span::raw(" ".repeat(62)),
            Span::styled(found, pen.style(Role::Dim)),
        ];
    }
    if table.filter.kept.is_empty() {
        return Vec::new();
    }
    vec![
        Span::styled(" / ", pen.style(Role::Key)),
        Span::styled(cut(&table.filter.kept, 48), pen.style(Role::Input)),
        Span::styled(format!("  {found}"), pen.style(Role::Dim)),
    ]
}

fn heads(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, table: &Table, columns: &Columns) {
    let mut spans = vec![Span::raw(" ".repeat(columns::GUTTER))];
    for (column, width) in columns.iter() {
        let sorted = *column == table.sort;
        let arrow = match (sorted, table.reverse) {
            (false, _) => "",
            (true, false) => "↓",
            (true, true) => "↑",
        };
        let name = match column {
            Column::Class if *width < columns::CLASS => "C",
            column => column.title(),
        };
        let title = format!("{name}{arrow}");
        let text = if columns::is_number(*column) { right(&title, *width) } else { left(&title, *width) };
        spans.push(Span::styled(text, pen.style(if sorted { Role::ColumnSorted } else { Role::Column })));
        spans.push(Span::raw(" ".repeat(columns::GAP)));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}

fn rows(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, desk: &Desk, table: &Table, columns: &Columns) {
    let page = usize::from(area.height);
    let range = table.range();
    let lines: Vec<Line<'static>> = table
        .window(page)
        .map(|(at, row)| {
            let selected = at == table.cursor;
            let ground = if selected {
                pen.style(Role::Selection)
            } else if range.as_ref().is_some_and(|range| range.contains(&at)) {
                pen.style(Role::Range)
            } else {
                Style::new()
            };
            let sign = match (selected, range.as_ref().is_some_and(|range| range.contains(&at))) {
                (true, _) => " ▸",
                (false, true) => " │",
                (false, false) => "  ",
            };
            line(pen, desk, row, columns, sign, usize::from(area.width)).style(ground)
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), area);
    thumb(pen, frame, area, table.offset, Extent { lines: table.seen.len(), page });
}

fn line(
    pen: Pen<'_>,
    desk: &Desk,
    row: &Row,
    columns: &Columns,
    sign: &'static str,
    width: usize,
) -> Line<'static> {
    let marked = desk.marks.contains(&row.key);
    let mut spans = vec![
        Span::styled(sign, pen.style(Role::Accent)),
        Span::styled(if marked { glyph::MARK } else { " " }, pen.style(Role::Marked)),
        Span::raw(" "),
    ];
    for (column, width) in columns.iter() {
        let (text, style) = cell(pen, desk, row, *column, *width);
        let text = if columns::is_number(*column) { right(&text, *width) } else { left(&text, *width) };
        spans.push(Span::styled(text, style));
        spans.push(Span::raw(" ".repeat(columns::GAP)));
    }
    // The ground of the selection goes to the edge, not only to the last word.
    let used = width_of(&spans);
    spans.push(Span::raw(" ".repeat(width.saturating_sub(used))));
    Line::from(spans)
}

fn cell(pen: Pen<'_>, desk: &Desk, row: &Row, column: Column, width: usize) -> (String, Style) {
    let (plain, dim) = (pen.style(Role::Text), pen.style(Role::Dim));
    let or_nothing = |text: &str| if text.is_empty() { glyph::NOTHING.to_owned() } else { text.to_owned() };
    let sized = |count: Option<u64>| count.map_or_else(|| glyph::NOTHING.to_owned(), bytes);
    match column {
        Column::Class => {
            let Some(class) = row.class else { return (glyph::PENDING.to_owned(), dim) };
            let word = if width < columns::CLASS { columns::letter(class) } else { class.short() };
            (format!("{} {word}", glyph::class(class)), pen.theme.class(class))
        }
        Column::Name if !row.project.is_empty() && desk.table(row.key.kind()).grouped => {
            (format!("{}/{}", row.project, row.name), plain)
        }
        Column::Name => (row.name.to_string(), plain),
        Column::State => state(pen, desk, row),
        Column::Image => (or_nothing(&row.image), dim),
        Column::Ports => (or_nothing(&row.ports), dim),
        Column::Id => (or_nothing(row.id()), dim),
        Column::Driver => (or_nothing(&row.driver), dim),
        Column::Scope => (or_nothing(&row.scope), dim),
        Column::Users => (users(row), dim),
        Column::Age => {
            let span = row.created.get().map(|at| pen.state.now.duration_since(at).unsigned_abs());
            (span.map_or_else(|| glyph::NOTHING.to_owned(), age), dim)
        }
        Column::Size => (sized(row.size.get()), plain),
        Column::Shared => (sized(row.shared.get()), dim),
        Column::Frees => {
            let style = if row.class == Some(Class::SafeToDelete) { pen.style(Role::Safe) } else { dim };
            (sized(row.frees.get()), style)
        }
        Column::Project => (or_nothing(&row.project), dim),
    }
}

/// The state and how long it has lasted. It is loud where it should not be so: what may go and runs, what
/// should run and does not, what is unhealthy.
pub(super) fn state(pen: Pen<'_>, desk: &Desk, row: &Row) -> (String, Style) {
    let since = match &row.since {
        Since::Unknown => String::new(),
        Since::At(at) => at
            .get()
            .map(|at| format!(" {}", age(pen.state.now.duration_since(at).unsigned_abs())))
            .unwrap_or_default(),
        Since::Said(span) => format!(" {span}"),
    };
    let stopped = || desk.look.as_ref().is_some_and(|look| look.audit.does_not_run(&row.name));
    if row.unhealthy {
        return (format!("unhealthy{since}"), pen.style(Role::Danger));
    }
    if row.running && row.class == Some(Class::SafeToDelete) {
        return (format!("{}{since}", row.state.to_uppercase()), pen.style(Role::Warning));
    }
    if !row.running && row.class != Some(Class::SafeToDelete) && stopped() {
        return (format!("{}{since}", row.state), pen.style(Role::Missing));
    }
    (format!("{}{since}", row.state), pen.style(Role::Dim))
}

fn users(row: &Row) -> String {
    let (count, first) = &row.users;
    let first = first.strip_prefix("container/").unwrap_or(first);
    match count {
        0 => glyph::NOTHING.to_owned(),
        1 => first.to_owned(),
        more => format!("{first} +{}", more - 1),
    }
}

fn nothing(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, desk: &Desk, table: &Table) {
    let missing = desk.look.iter().flat_map(|look| &look.audit.missing).any(|it| it.kind == table.kind);
    let lines = if table.rows.is_empty() {
        let expected = format!(
            "No {} here, though the SSOT expects some: bring them up, or mend the SSOT.",
            table.kind.plural()
        );
        let what = match table.kind {
            _ if missing => expected.as_str(),
            Kind::Container => "No containers. Nothing to do here: what comes up is shown at once.",
            Kind::Image => "No images. Nothing to do here: what is pulled or built is shown at once.",
            Kind::Volume => "No volumes. Nothing to do here: what is made is shown at once.",
            Kind::Network => "No networks. Nothing to do here: what is made is shown at once.",
        };
        let mut lines = vec![Line::default()];
        lines.extend(paragraph(what, 2, usize::from(area.width), pen.style(Role::Dim)));
        lines
    } else {
        vec![
            Line::default(),
            Line::styled(
                format!("  None of {} {} matches.", table.rows.len(), table.kind.plural()),
                pen.style(Role::Text),
            ),
            Line::styled(
                format!("  {} drops the filter.", pen.state.key(Mode::Table, Command::Back)),
                pen.style(Role::Dim),
            ),
            Line::styled(
                format!("  {} shows what can be asked for.", pen.state.key(Mode::Table, Command::Help)),
                pen.style(Role::Dim),
            ),
        ]
    };
    frame.render_widget(Paragraph::new(lines), area);
}
