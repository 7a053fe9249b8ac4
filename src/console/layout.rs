//! Where things stand on the screen: pure geometry that `update` needs for pages and `view` for drawing.
//!
//! ```text
//!  STAGING  Gordon-Staging  droplet-sgp1 · Engine 20.10.24                 drift 9 · 3.4 GB  ● live   title
//!  1 Overview  2 Containers 17  3 Images 41  4 Volumes 23  5 Networks 6  7 SSOT                       tabs
//! ────────────────────────────────────────────────────────────────────────────────────────────────── line
//!  ○ 4 safe  ? 5 unknown  ✓ 2 expected  ◆ 6 protected              │ ○ safe-to-delete                 body
//!      CLASS      NAME                STATE           SIZE         │ because its name matches tmp-*
//!  ▸▣  ○ safe     tmp-debug           exited 3 d      2 MB         │
//! ──────────────────────────────────────────────────────────────────────────────────────────────────
//!  1 marked · 14 MB   space mark  a all safe  p plan  / filter  …                        ? help       footer
//! ```

use ratatui::layout::Rect;

/// Below this nothing useful fits.
pub const SMALLEST: (u16, u16) = (40, 12);
/// From this width on, details stand beside a table.
const SIDE_FROM: u16 = 110;

/// The parts of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// The first line.
    pub title: Rect,
    /// The names of the views.
    pub tabs: Rect,
    /// The line under them; what is wrong with the connection is written on it.
    pub line: Rect,
    /// The view.
    pub body: Rect,
    /// The line above the footer.
    pub lower_line: Rect,
    /// The last line.
    pub footer: Rect,
}

impl Layout {
    /// The parts of a screen of this size, which must not be below [`SMALLEST`].
    pub const fn of(width: u16, height: u16) -> Self {
        Self {
            title: Rect { x: 0, y: 0, width, height: 1 },
            tabs: Rect { x: 0, y: 1, width, height: 1 },
            line: Rect { x: 0, y: 2, width, height: 1 },
            body: Rect { x: 0, y: 3, width, height: height.saturating_sub(5) },
            lower_line: Rect { x: 0, y: height.saturating_sub(2), width, height: 1 },
            footer: Rect { x: 0, y: height.saturating_sub(1), width, height: 1 },
        }
    }
}

/// The parts of a table's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableLayout {
    /// The counts and the filter.
    pub strip: Rect,
    /// The columns' headings.
    pub heads: Rect,
    /// The rows.
    pub rows: Rect,
    /// The details at the side, where the screen is wide enough; their left border included.
    pub side: Option<Rect>,
}

impl TableLayout {
    /// The parts of a table in this body.
    pub fn of(body: Rect) -> Self {
        let side = (body.width >= SIDE_FROM).then(|| {
            let width = (body.width * 2 / 5).clamp(44, 60);
            Rect { x: body.x + body.width - width, width, ..body }
        });
        let width = side.map_or(body.width, |side| body.width - side.width);
        Self {
            strip: Rect { width, height: 1.min(body.height), ..body },
            heads: Rect { y: body.y + 1, width, height: 1.min(body.height), ..body },
            rows: Rect { y: body.y + 2, width, height: body.height.saturating_sub(2), ..body },
            side,
        }
    }
}

/// Rows of a table that fit on a screen of this size.
pub fn table_page((width, height): (u16, u16)) -> usize {
    usize::from(TableLayout::of(Layout::of(width, height).body).rows.height).max(1)
}

/// Below this height of the body the history has no charts.
const CHARTS_FROM: u16 = 16;
/// The charts' height: a heading, the bars, the days.
const CHARTS: u16 = 7;

/// The parts of the history: the charts, if there is room for them, and the list.
pub fn history_parts(body: Rect) -> (Option<Rect>, Rect) {
    if body.height < CHARTS_FROM {
        return (None, body);
    }
    let list = Rect { y: body.y + CHARTS, height: body.height - CHARTS, ..body };
    (Some(Rect { height: CHARTS, ..body }), list)
}

/// Entries of the history, or steps of one of its cleanups, that fit on a screen of this size.
pub fn history_page((width, height): (u16, u16), run: bool) -> usize {
    let body = Layout::of(width, height).body;
    let heading = if run { 3 } else { 1 };
    let list = if run { body } else { history_parts(body).1 };
    usize::from(list.height.saturating_sub(heading)).max(1)
}

/// Whether the screen is too small for anything useful.
pub const fn is_too_small((width, height): (u16, u16)) -> bool {
    width < SMALLEST.0 || height < SMALLEST.1
}
