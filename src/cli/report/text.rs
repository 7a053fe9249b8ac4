//! Text in columns.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr as _;

use crate::text::is_plain;

/// Columns that a text takes on a terminal.
pub(super) fn width(text: &str) -> usize {
    if is_plain(text) { text.len() } else { text.width() }
}

/// Fills a text up with spaces on its right.
pub(super) fn left(text: &str, columns: usize) -> String {
    let mut filled = String::new();
    put_left(&mut filled, text, columns);
    filled
}

/// The same at the end of another text.
pub(super) fn put_left(out: &mut String, text: &str, columns: usize) {
    out.push_str(text);
    blanks(out, columns.saturating_sub(width(text)));
}

/// Puts some spaces there.
pub(super) fn blanks(out: &mut String, mut count: usize) {
    const SOME: &str = "                                                                ";
    while count > 0 {
        let some = count.min(SOME.len());
        out.push_str(&SOME[..some]);
        count -= some;
    }
}

/// Fills a text up with spaces on its left, as numbers are.
pub(super) fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Cuts a text to some columns, and shows that it was cut.
pub(super) fn cut<'a>(text: &'a str, columns: usize, ellipsis: &str) -> Cow<'a, str> {
    if width(text) <= columns {
        return text.into();
    }
    let room = columns.saturating_sub(width(ellipsis));
    let mut kept = String::new();
    let mut used = 0;
    for it in text.chars() {
        let wide = unicode_width::UnicodeWidthChar::width(it).unwrap_or(0);
        if used + wide > room {
            break;
        }
        kept.push(it);
        used += wide;
    }
    (kept + ellipsis).into()
}

/// Cuts a text in its middle: the ends of names tell them apart.
pub(super) fn cut_middle<'a>(text: &'a str, columns: usize, ellipsis: &str) -> Cow<'a, str> {
    if width(text) <= columns {
        return text.into();
    }
    let room = columns.saturating_sub(width(ellipsis));
    let tail_room = room / 2;
    let mut tail: Vec<char> = Vec::new();
    let mut used = 0;
    for it in text.chars().rev() {
        let wide = unicode_width::UnicodeWidthChar::width(it).unwrap_or(0);
        if used + wide > tail_room {
            break;
        }
        tail.push(it);
        used += wide;
    }
    let head = cut(text, columns.saturating_sub(used), ellipsis);
    (head.into_owned() + &tail.into_iter().rev().collect::<String>()).into()
}

/// `1 step`, `2 steps`.
pub(in crate::cli) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_keeps_to_the_columns_and_shows_itself() {
        assert_eq!(cut("abcdef", 6, "…"), "abcdef");
        assert_eq!(cut("abcdefg", 6, "…"), "abcde…");
        assert_eq!(cut("日本語", 4, "…"), "日…");
        assert_eq!(cut_middle("postgres@sha256:0123456789", 11, "…"), "postg…56789");
        assert_eq!(width(&cut_middle("日本語日本語日本語", 9, "…")), 9);
        assert_eq!(cut("abc", 0, ""), "");
    }
}
