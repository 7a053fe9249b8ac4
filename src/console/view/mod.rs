//! The screen as a function of the state and a theme. Nothing in here changes anything.

mod approval;
mod chart;
mod chooser;
mod cut_off;
mod details;
mod footer;
mod glyph;
mod header;
mod help;
mod history;
mod opening;
mod overview;
mod palette;
mod plan;
mod result;
mod run;
mod sheet;
mod small;
mod ssot;
mod table;
mod text;
mod themes;
mod toast;
mod trouble;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph};

use super::layout::{Layout, TableLayout, is_too_small};
use super::message::Target;
use super::state::{Cleanup, Desk, Extent, Overlay, Scroll, Stage, State, Table, View};
use super::theme::{Role, Theme};
use crate::steward::Kind;
use text::fit;

/// What a view needs besides its part of the state.
#[derive(Clone, Copy)]
struct Pen<'a> {
    state: &'a State,
    theme: &'a Theme,
}

impl Pen<'_> {
    /// How a role looks. Ordinary text has no ground of its own: it stands on a page, on the row of the
    /// cursor, or on a dialog.
    fn style(&self, role: Role) -> Style {
        let style = self.theme.style(role);
        if role == Role::Text { Style { bg: None, ..style } } else { style }
    }

    /// The page under everything.
    fn page(&self) -> Style {
        self.theme.style(Role::Text)
    }
}

/// Draws the state. Returns how much there is of the text that can be scrolled, for
/// [`Message::Drawn`](super::message::Message::Drawn).
pub fn draw(state: &State, theme: &Theme, frame: &mut Frame<'_>) -> Extent {
    let area = frame.area();
    let pen = Pen { state, theme };
    frame.render_widget(Block::new().style(pen.page()), area);
    let extent = if is_too_small((area.width, area.height)) {
        small::draw(pen, frame, area);
        Extent::default()
    } else {
        screen(pen, frame, Layout::of(area.width, area.height))
    };
    if state.ascii {
        glyph::to_ascii(frame.buffer_mut());
    }
    extent
}

/// What stands at this place of the screen and can be clicked, if anything.
pub fn target(state: &State, theme: &Theme, (x, y): (u16, u16)) -> Option<Target> {
    if is_too_small(state.size) {
        return None;
    }
    let (desk, layout) = (state.desk()?, Layout::of(state.size.0, state.size.1));
    if y == layout.tabs.y {
        return header::tab_at(Pen { state, theme }, desk, layout.tabs.width, x).map(Target::Tab);
    }
    let table = desk.shown()?;
    let rows = TableLayout::of(layout.body).rows;
    let inside = rows.contains((x, y).into());
    inside.then(|| Target::Row(table.offset + usize::from(y - rows.y)))
}

fn screen(pen: Pen<'_>, frame: &mut Frame<'_>, layout: Layout) -> Extent {
    let mut extent = match &pen.state.stage {
        Stage::Opening { what, since } => {
            header::draw_bare(pen, frame, layout);
            opening::draw(pen, frame, layout.body, what, *since);
            Extent::default()
        }
        Stage::Trouble(trouble) => {
            header::draw_bare(pen, frame, layout);
            trouble::draw(pen, frame, layout.body, trouble)
        }
        Stage::Choosing(chooser) => {
            header::draw_bare(pen, frame, layout);
            chooser::draw(pen, frame, layout.body, chooser);
            Extent::default()
        }
        Stage::Open(desk) => {
            header::draw(pen, frame, layout, desk);
            body(pen, frame, layout.body, desk)
        }
    };
    toast::draw(pen, frame, layout.body);
    match &pen.state.overlay {
        Some(Overlay::Help(scroll)) => {
            frame.render_widget(ratatui::widgets::Clear, layout.body);
            frame.render_widget(Block::new().style(pen.page()), layout.body);
            extent = help::draw(pen, frame, layout.body, *scroll);
        }
        Some(Overlay::Palette(palette)) => palette::draw(pen, frame, layout.body, palette),
        Some(Overlay::Themes(_)) => themes::draw(pen, frame, layout.body),
        None => {}
    }
    footer::draw(pen, frame, layout);
    extent
}

fn body(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, desk: &Desk) -> Extent {
    match &desk.cleanup {
        Cleanup::None | Cleanup::Planning if desk.tells_cut_off() => {
            return cut_off::draw(pen, frame, area, desk);
        }
        Cleanup::None | Cleanup::Planning => {}
        Cleanup::Plan(screen) => return plan::draw(pen, frame, area, desk, screen),
        Cleanup::Approval(screen, field) => {
            let dialog = approval::area(area);
            let above = Rect { height: dialog.y.saturating_sub(area.y), ..area };
            let extent = plan::draw(pen, frame, above, desk, screen);
            approval::draw(pen, frame, dialog, desk, screen, field);
            return extent;
        }
        Cleanup::Run(run) => return run::draw(pen, frame, area, run),
        Cleanup::Result(result) => return result::draw(pen, frame, area, desk, result),
    }
    if let Some(sheet) = &desk.sheet {
        return sheet::draw(pen, frame, area, desk, sheet);
    }
    let shows_rows = !desk.details.full && desk.shown().is_some_and(Table::is_glimpsed);
    if desk.look.is_none() && desk.view != View::Ssot && !shows_rows {
        let glimpsed = desk.table(Kind::Container).is_glimpsed();
        let what = if glimpsed { "images, volumes and networks" } else { "what the engine holds" };
        opening::draw(pen, frame, area, what, desk.since);
        return Extent::default();
    }
    match desk.view {
        View::Overview => overview::draw(pen, frame, area, desk),
        View::History => history::draw(pen, frame, area, desk),
        View::Ssot => ssot::draw(pen, frame, area, desk),
        View::Table(_) if desk.details.full => details::draw(pen, frame, area, desk),
        View::Table(kind) => table::draw(pen, frame, area, desk, desk.table(kind)),
    }
}

/// An empty dialog with a border and a title; returns what is inside of it.
fn dialog(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, title: &'static str, border: Role) -> Rect {
    let block = Block::bordered()
        .border_style(pen.style(border))
        .title(Span::styled(format!(" {title} "), pen.style(Role::Strong)))
        .style(pen.page().patch(pen.style(Role::Dialog)));
    let inner = block.inner(area);
    frame.render_widget(ratatui::widgets::Clear, area);
    frame.render_widget(block, area);
    inner
}

/// Draws as much of a scrolled text as fits, with a thumb at the right where there is more.
fn scrolled(
    pen: Pen<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
    lines: Vec<Line<'static>>,
    scroll: Scroll,
) -> Extent {
    let extent = Extent { lines: lines.len(), page: usize::from(area.height) };
    let offset = scroll.offset.min(extent.lines.saturating_sub(extent.page));
    // The thumb has a column of its own where there is one.
    let room = usize::from(area.width).saturating_sub(usize::from(extent.lines > extent.page));
    let seen: Vec<Line<'static>> = lines
        .into_iter()
        .skip(offset)
        .take(extent.page)
        .map(|line| if line.width() > room { Line { spans: fit(line.spans, room), ..line } } else { line })
        .collect();
    frame.render_widget(Paragraph::new(seen), area);
    thumb(pen, frame, area, offset, extent);
    extent
}

/// The scroll bar: only a thumb, and only where something is out of sight.
fn thumb(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, offset: usize, extent: Extent) {
    if extent.lines <= extent.page || extent.page == 0 || area.width == 0 {
        return;
    }
    let long = (extent.page * extent.page / extent.lines).clamp(1, extent.page);
    let from = offset * (extent.page - long) / (extent.lines - extent.page).max(1);
    let x = area.x + area.width - 1;
    for at in from..(from + long).min(extent.page) {
        let y = area.y + u16::try_from(at).unwrap_or(0);
        frame.buffer_mut().set_string(x, y, "┃", pen.style(Role::Thumb));
    }
}
