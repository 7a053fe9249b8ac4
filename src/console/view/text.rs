//! Laying out text: cutting, padding and wrapping by what characters take on the screen.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text, cut to a width, with `…` where something was cut off.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = head(text, width.saturating_sub(1)).to_owned();
    if width > 0 {
        short.push('…');
    }
    short
}

/// As much of the text as fits.
fn head(text: &str, width: usize) -> &str {
    let mut used = 0;
    for (at, it) in text.char_indices() {
        used += it.width().unwrap_or(0);
        if used > width {
            return &text[..at];
        }
    }
    text
}

/// The text cut or padded to exactly a width, from the left.
pub(super) fn left(text: &str, width: usize) -> String {
    let mut text = cut(text, width);
    text.push_str(&" ".repeat(width.saturating_sub(text.width())));
    text
}

/// The text cut or padded to exactly a width, from the right.
pub(super) fn right(text: &str, width: usize) -> String {
    let text = cut(text, width);
    format!("{}{text}", " ".repeat(width.saturating_sub(text.width())))
}

/// The text in lines of at most a width, broken between words, and within a word only if it must be.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let mut rest = word;
        let gap = usize::from(used > 0);
        if used > 0 && used + gap + rest.width() > width {
            lines.push(String::new());
            used = 0;
        }
        while let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            let part = head(rest, width - used);
            line.push_str(part);
            used += part.width();
            rest = &rest[part.len()..];
            if rest.is_empty() {
                break;
            }
            lines.push(String::new());
            used = 0;
        }
    }
    lines
}

/// The text in lines of at most a width, broken anywhere: for commands, whose blanks matter.
pub(super) fn chop(text: &str, width: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let part = head(rest, width.max(8));
        // A character wider than the screen: take the rest as it is rather than never end.
        let part = if part.is_empty() { rest } else { part };
        parts.push(part);
        rest = &rest[part.len()..];
    }
    parts
}

/// The width of some spans.
pub(super) fn width_of(spans: &[Span<'_>]) -> usize {
    spans.iter().map(Span::width).sum()
}

/// Pieces one after the other, in as many lines of at most a width as they need, indented.
pub(super) fn flow(
    pieces: impl IntoIterator<Item = Vec<Span<'static>>>,
    indent: usize,
    width: usize,
) -> Vec<Line<'static>> {
    let begin = || vec![Span::raw(" ".repeat(indent))];
    let mut lines = vec![begin()];
    for piece in pieces {
        if let Some(line) = lines.last_mut() {
            if line.len() == 1 || width_of(line) + width_of(&piece) <= width {
                line.extend(piece);
            } else {
                lines.push([begin(), piece].concat());
            }
        }
    }
    lines.into_iter().map(Line::from).collect()
}

/// Wrapped text, indented.
pub(super) fn paragraph(text: &str, indent: usize, width: usize, style: Style) -> Vec<Line<'static>> {
    wrap(text, width.saturating_sub(indent))
        .into_iter()
        .map(|line| Line::from(vec![Span::raw(" ".repeat(indent)), Span::styled(line, style)]))
        .collect()
}

/// As many of the spans as fit, with `…` where something was cut off.
pub(super) fn fit(spans: Vec<Span<'static>>, width: usize) -> Vec<Span<'static>> {
    if width_of(&spans) <= width {
        return spans;
    }
    let mut room = width.saturating_sub(1);
    let mut kept: Vec<Span<'static>> = Vec::with_capacity(spans.len());
    for span in spans {
        let part = head(&span.content, room);
        room -= part.width();
        let whole = part.len() == span.content.len();
        let mut part = part.to_owned();
        if !whole && width > 0 {
            part.push('…');
        }
        kept.push(Span::styled(part, span.style));
        if !whole {
            break;
        }
    }
    kept
}

/// `left` at the left, `right` at the right, in this width; the left one gives way.
pub(super) fn spread(left: Vec<Span<'static>>, right: Vec<Span<'static>>, width: usize) -> Line<'static> {
    let mut left = fit(left, width.saturating_sub(width_of(&right) + 1));
    let gap = width.saturating_sub(width_of(&left) + width_of(&right));
    left.push(Span::raw(" ".repeat(gap)));
    left.extend(right);
    Line::from(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_is_what_the_screen_shows() {
        assert_eq!(cut("odoo-staging", 12), "odoo-staging");
        assert_eq!(cut("odoo-staging-db", 12), "odoo-stagin…");
        assert_eq!(cut("データベース", 7), "データ…");
        assert_eq!(left("データ", 8), "データ  ");
        assert_eq!(right("14 MB", 8), "   14 MB");
        assert_eq!(cut("abc", 0), "");
    }

    #[test]
    fn what_does_not_fit_shows_that_it_does_not() {
        let spans = || vec![Span::raw("14 differences "), Span::raw("from "), Span::raw("データベース")];
        let cut = |width| fit(spans(), width).iter().map(|it| it.content.to_string()).collect::<String>();
        assert_eq!(cut(32), "14 differences from データベース");
        assert_eq!(cut(31), "14 differences from データベー…");
        assert_eq!(cut(16), "14 differences …");
        assert_eq!(cut(1), "…");
        assert_eq!(cut(0), "");
        let line = spread(spans(), vec![Span::raw("12 s")], 24).to_string();
        assert_eq!(line, "14 differences fro… 12 s");
    }

    #[test]
    fn words_stay_whole_where_they_can() {
        assert_eq!(wrap("its name matches tmp-*", 12), ["its name", "matches", "tmp-*"]);
        assert_eq!(wrap("a 0123456789abcdef b", 8), ["a", "01234567", "89abcdef", "b"]);
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(chop("docker rm 0123456789", 10), ["docker rm ", "0123456789"]);
    }
}
