//! The SSOT while it is written, with what is wrong under it; and what would be saved.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::diff_line;
use crate::console::keymap::{Command, Mode};
use crate::console::state::{Editor, Extent, Review, Verdict};
use crate::console::theme::Role;
use crate::console::update::editor_page;
use crate::console::view::text::{cut, paragraph, spread, width_of};
use crate::console::view::{Pen, glyph, scrolled, ssot, thumb};

/// Draws it.
pub(super) fn draw(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, editor: &Editor) -> Extent {
    let width = usize::from(area.width);
    let head = Rect { height: 1.min(area.height), ..area };
    frame.render_widget(Paragraph::new(title(pen, editor, width)), head);
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    if let Some(review) = &editor.review {
        return self::review(pen, frame, body, review);
    }
    let page = editor_page(pen.state.size).min(usize::from(body.height));
    let height = u16::try_from(page).unwrap_or(body.height);
    let lines = Rect { height, ..body };
    text(pen, frame, lines, editor);
    let below = Rect { y: body.y + height, height: body.height.saturating_sub(height), ..body };
    frame.render_widget(Paragraph::new(verdict(pen, editor, width)), below);
    Extent::default()
}

fn title(pen: Pen<'_>, editor: &Editor, width: usize) -> Line<'static> {
    let what = if editor.review.is_some() { " SAVE " } else { " EDIT " };
    let (row, column) = (editor.area.cursor().0 + 1, editor.area.cursor().1 + 1);
    let place = vec![Span::styled(format!("{row}:{column} "), pen.style(Role::Dim))];
    let changed = if editor.is_changed() { "  changed, not saved" } else { "" };
    let room = width.saturating_sub(width_of(&place) + 8 + changed.len());
    let left = vec![
        Span::styled(what, pen.style(Role::Strong)),
        Span::styled(cut(&editor.file.shown, room), pen.style(Role::Strong)),
        Span::styled(changed, pen.style(Role::Warning)),
    ];
    spread(left, place, width)
}

fn text(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, editor: &Editor) {
    let all = editor.area.lines();
    let page = usize::from(area.height);
    let digits = all.len().to_string().len();
    let before = digits + 3;
    let room = usize::from(area.width).saturating_sub(before + 1).max(1);
    let (row, column) = (editor.area.cursor().0, editor.area.cursor().1);
    let cursor_at = |text: &str| text.chars().take(column).collect::<String>().width();
    // The line with the cursor slides, so that the cursor stays in sight.
    let slide = all.get(row).map_or(0, |text| (cursor_at(text) + 1).saturating_sub(room));
    let wrong = match &editor.verdict {
        Verdict::Invalid { line, .. } => line.map(|line| line.saturating_sub(1)),
        Verdict::Unchanged | Verdict::Valid => None,
    };
    let mut lines = Vec::new();
    for (at, text) in all.iter().enumerate().skip(editor.top).take(page) {
        let (sign, role) = if wrong == Some(at) { (glyph::MISSING, Role::Danger) } else { (" ", Role::Dim) };
        let mut spans = vec![Span::styled(format!("{sign}{:>digits$}  ", at + 1), pen.style(role))];
        let clean = text.replace('\t', " ");
        let shown: String = if at == row { skip(&clean, slide) } else { clean };
        spans.extend(ssot::yaml(pen, &cut(&shown, room)));
        lines.push(Line::from(spans));
    }
    frame.render_widget(Paragraph::new(lines), area);
    thumb(pen, frame, area, editor.top, Extent { lines: all.len(), page });
    if let Some(text) = all.get(row)
        && let Some(y) = row.checked_sub(editor.top).and_then(|it| u16::try_from(it).ok())
    {
        let x = u16::try_from(before + cursor_at(text).saturating_sub(slide)).unwrap_or(0);
        let place = Position { x: area.x + x.min(area.width.saturating_sub(1)), y: area.y + y };
        if area.contains(place) {
            frame.buffer_mut()[place].set_style(pen.style(Role::Cursor));
        }
    }
}

/// The text without as many cells at its beginning.
fn skip(text: &str, cells: usize) -> String {
    let mut used = 0;
    text.chars()
        .skip_while(|it| {
            let gone = used < cells;
            used += unicode_width::UnicodeWidthChar::width(*it).unwrap_or(0);
            gone
        })
        .collect()
}

fn verdict(pen: Pen<'_>, editor: &Editor, width: usize) -> Vec<Line<'static>> {
    let rule = Line::styled("─".repeat(width), pen.style(Role::Rule));
    let mut lines = vec![rule];
    match &editor.verdict {
        Verdict::Unchanged => {
            lines.push(Line::styled(" ✓ as it is on the disk", pen.style(Role::Dim)));
        }
        Verdict::Valid => {
            let save = pen.state.key(Mode::Edit, Command::Review);
            let more = if width < 60 { "saves" } else { "shows the difference and saves" };
            lines.push(Line::styled(format!(" ✓ valid: {save} {more}"), pen.style(Role::Good)));
        }
        Verdict::Invalid { line, problem, mend } => {
            let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
            let text = cut(&format!(" {} {place}{problem}", glyph::MISSING), width.saturating_sub(1));
            lines.push(Line::styled(text, pen.style(Role::Danger)));
            if let Some(mend) = mend {
                lines.push(Line::styled(
                    cut(&format!("   {mend}"), width.saturating_sub(1)),
                    pen.style(Role::Text),
                ));
            }
        }
    }
    lines
}

fn review(pen: Pen<'_>, frame: &mut Frame<'_>, area: Rect, review: &Review) -> Extent {
    let width = usize::from(area.width).saturating_sub(1);
    let mut lines = vec![Line::default()];
    if let Some(refused) = &review.refused {
        lines.extend(paragraph(&crate::text::sanitise(refused), 2, width, pen.style(Role::Warning)));
        lines.push(Line::default());
    }
    if review.writing {
        lines.push(Line::styled("  Writing …", pen.style(Role::Dim)));
    }
    lines.extend(review.diff.iter().flat_map(|line| diff_line(pen, line, width)));
    scrolled(pen, frame, area, lines, review.scroll)
}
