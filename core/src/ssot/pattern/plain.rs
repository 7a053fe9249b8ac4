//! Patterns that need no glob: a text with nothing, or with one `*`, at either end. Nearly all patterns that
//! people write are such, once their braces are written out.

use super::narrow::is_special;
use super::words::Words;

/// A pattern that needs no glob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    /// `text`.
    Word(String),
    /// `text*`.
    Beginning(String),
    /// `*text`.
    Ending(String),
    /// `*text*`.
    Part(String),
}

/// To so many alternatives the braces of one pattern are written out, and no further.
const MOST: usize = 64;

impl Plain {
    /// The plain patterns that together say what this one does; none where it takes a glob to say it.
    pub(super) fn all(pattern: &str) -> Option<Vec<Self>> {
        without_braces(pattern)?.iter().map(|it| Self::of(it)).collect()
    }

    fn of(pattern: &str) -> Option<Self> {
        let (open_before, rest) = pattern.strip_prefix('*').map_or((false, pattern), |rest| (true, rest));
        let (open_behind, text) = rest.strip_suffix('*').map_or((false, rest), |rest| (true, rest));
        if text.contains(is_special) {
            return None;
        }
        let text = text.to_owned();
        Some(match (open_before, open_behind) {
            (false, false) => Self::Word(text),
            (false, true) => Self::Beginning(text),
            (true, false) => Self::Ending(text),
            (true, true) if text.is_empty() => Self::Ending(text),
            (true, true) => Self::Part(text),
        })
    }
}

/// The pattern once with each of the alternatives in its braces. Braces in braces or in a class, and empty
/// alternatives, are left to the glob.
fn without_braces(pattern: &str) -> Option<Vec<String>> {
    if pattern.contains('[') {
        return None;
    }
    let mut all = vec![String::new()];
    let mut rest = pattern;
    while let Some((before, behind)) = rest.split_once('{') {
        let (inside, after) = behind.split_once('}')?;
        let choices: Vec<&str> = inside.split(',').collect();
        let odd = choices.iter().any(|it| it.is_empty() || it.contains('{'));
        if odd || all.len() * choices.len() > MOST {
            return None;
        }
        all = all
            .iter()
            .flat_map(|begun| choices.iter().map(move |choice| format!("{begun}{before}{choice}")))
            .collect();
        rest = after;
    }
    for it in &mut all {
        it.push_str(rest);
    }
    Some(all)
}

/// Plain patterns, asked all at once.
#[derive(Clone, Debug, Default)]
pub(super) struct Plains {
    words: Words,
    /// Written backwards.
    endings: Words,
    parts: Words,
}

impl Plains {
    pub(super) fn add(&mut self, plain: &Plain, number: usize) {
        match plain {
            Plain::Word(text) => self.words.add_word(text.bytes(), number),
            Plain::Beginning(text) => self.words.add_beginning(text.bytes(), number),
            Plain::Ending(text) => self.endings.add_beginning(text.bytes().rev(), number),
            Plain::Part(text) => self.parts.add_beginning(text.bytes(), number),
        }
    }

    /// Tells the number of every word that the text is and of every beginning that it has.
    pub(super) fn find_from_start(&self, text: &[u8], found: &mut Vec<usize>) {
        self.words.find(text.iter().copied(), found);
    }

    /// Tells the number of every ending and every part that the text has.
    pub(super) fn find_beyond(&self, text: &[u8], found: &mut Vec<usize>) {
        self.endings.find(text.iter().rev().copied(), found);
        if !self.parts.is_empty() {
            for at in 0..text.len() {
                self.parts.find(text[at..].iter().copied(), found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_plain_and_what_takes_a_glob() {
        let text = |it: &str| it.to_owned();
        for (pattern, plain) in [
            ("web", Some(vec![Plain::Word(text("web"))])),
            ("tmp-*", Some(vec![Plain::Beginning(text("tmp-"))])),
            ("*-db", Some(vec![Plain::Ending(text("-db"))])),
            ("*/mcp-*", Some(vec![Plain::Part(text("/mcp-"))])),
            ("*", Some(vec![Plain::Ending(text(""))])),
            ("{*,x}*", Some(vec![Plain::Ending(text("")), Plain::Beginning(text("x"))])),
            (
                "{a,b}-{x,y*}",
                Some(vec![
                    Plain::Word(text("a-x")),
                    Plain::Beginning(text("a-y")),
                    Plain::Word(text("b-x")),
                    Plain::Beginning(text("b-y")),
                ]),
            ),
            ("a*b", None),
            ("{a*,b}c", None),
            ("a?", None),
            ("[ab]c", None),
            ("[{]}c", None),
            ("{a,{b,c}}", None),
            ("{a,}b", None),
            ("a]", None),
            ("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}", None),
        ] {
            assert_eq!(Plain::all(pattern), plain, "{pattern}");
        }
    }
}
