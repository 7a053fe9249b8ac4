//! What stdout and stderr can show, and how they are written to.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write as _};

use super::args::ColorChoice;
use crate::steward::Class;

/// What an output can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Medium {
    /// Whether to colour.
    pub color: bool,
    /// Whether more than ASCII can be shown.
    pub unicode: bool,
    /// Columns of the terminal; none where there is none, and so no need to cut anything.
    pub width: Option<usize>,
}

impl Medium {
    /// No colour, no end of a line: what a pipe or a file gets.
    pub const PLAIN: Self = Self { color: false, unicode: true, width: None };

    /// What stdout can show.
    pub fn stdout(choice: ColorChoice) -> Self {
        Self::of(choice, io::stdout().is_terminal())
    }

    /// What stderr can show.
    pub fn stderr(choice: ColorChoice) -> Self {
        Self::of(choice, io::stderr().is_terminal())
    }

    fn of(choice: ColorChoice, terminal: bool) -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        // A terminal that reports no size (a serial line) is taken for the smallest usual one.
        let size = || crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns));
        Self {
            color: colors(choice, terminal, &variable),
            unicode: unicode(&variable),
            width: terminal.then(size).map(|columns| if columns == 0 { 80 } else { columns }),
        }
    }

    /// The glyph of a class, so that meaning never rests on colour alone.
    pub const fn glyph(self, class: Class) -> &'static str {
        match (class, self.unicode) {
            (Class::Protected, true) => "◆",
            (Class::Protected, false) => "P",
            (Class::Expected, true) => "✓",
            (Class::Expected, false) => "E",
            (Class::SafeToDelete, true) => "○",
            (Class::SafeToDelete, false) => "S",
            (Class::Unknown, true) => "?",
            (Class::Unknown, false) => "U",
        }
    }

    /// Between words: ` · `.
    pub const fn dot(self) -> &'static str {
        if self.unicode { " · " } else { " - " }
    }

    /// In place of what was cut off.
    pub const fn ellipsis(self) -> &'static str {
        if self.unicode { "…" } else { "~" }
    }

    /// Paints a text, if this medium has colours.
    pub fn paint<'a>(self, style: Style, text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
        let text = text.into();
        if self.color && !text.is_empty() {
            Cow::Owned(format!("\u{1b}[{}m{text}\u{1b}[0m", style.code()))
        } else {
            text
        }
    }
}

/// What a text means; the sixteen colours of every terminal say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A class.
    Class(Class),
    /// Missing, broken, not running.
    Bad,
    /// All is well.
    Good,
    /// A heading.
    Strong,
    /// Less important.
    Dim,
    /// What can be typed.
    Command,
}

impl Style {
    /// Its number among the terminal's own.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Class(Class::Protected) => "34",
            Self::Class(Class::Expected) | Self::Good => "32",
            Self::Class(Class::SafeToDelete) => "33",
            Self::Class(Class::Unknown) => "35",
            Self::Bad => "31",
            Self::Strong => "1",
            Self::Dim => "2",
            Self::Command => "36",
        }
    }
}

/// Option before variables, `NO_COLOR` before `CLICOLOR_FORCE` (as no-color.org and bixense.com/clicolors
/// have it), variables before the terminal.
fn colors(choice: ColorChoice, terminal: bool, variable: &dyn Fn(&str) -> Option<String>) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if variable("NO_COLOR").is_some() => false,
        ColorChoice::Auto if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        ColorChoice::Auto => terminal && variable("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// ASCII only where the locale says so: where it says nothing (cron, a container), UTF-8 is usual.
fn unicode(variable: &dyn Fn(&str) -> Option<String>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
    locale.is_none_or(|name| {
        let name = name.to_ascii_lowercase();
        name.contains("utf-8") || name.contains("utf8")
    })
}

/// Writes data to stdout, at once.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(unwritten)
}

/// Writes data to stdout as it comes.
pub fn stream(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    write(&mut out).and_then(|()| out.flush()).map_err(unwritten)
}

/// Says of what could not be written that it is the output: a full disk may be under many a file.
pub fn unwritten(error: io::Error) -> io::Error {
    match error.kind() {
        // Somebody had enough of it, and is told nothing.
        io::ErrorKind::BrokenPipe => error,
        kind => io::Error::new(kind, format!("the output cannot be written: {error}")),
    }
}

/// Says something on stderr. Where nobody listens there is nobody to be told of it.
pub fn say(text: &str) {
    let mut err = io::stderr().lock();
    let _ = err.write_all(text.as_bytes()).and_then(|()| err.write_all(b"\n"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<'a>(set: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        move |name| set.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn who_decides_on_colours() {
        let auto = |terminal, set: &[(&str, &str)]| colors(ColorChoice::Auto, terminal, &with(set));
        assert!(auto(true, &[]));
        assert!(!auto(false, &[]));
        assert!(!auto(true, &[("NO_COLOR", "1")]));
        assert!(auto(false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!auto(false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!auto(true, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
        assert!(!auto(true, &[("TERM", "dumb")]));
        assert!(colors(ColorChoice::Always, false, &with(&[("NO_COLOR", "1")])));
        assert!(!colors(ColorChoice::Never, true, &with(&[("CLICOLOR_FORCE", "1")])));
    }

    #[test]
    fn only_a_locale_that_says_so_is_ascii() {
        assert!(unicode(&with(&[])));
        assert!(unicode(&with(&[("LANG", "en_US.UTF-8")])));
        assert!(unicode(&with(&[("LC_CTYPE", "C.utf8"), ("LANG", "C")])));
        assert!(!unicode(&with(&[("LANG", "C")])));
        assert!(!unicode(&with(&[("LC_ALL", "POSIX"), ("LANG", "en_US.UTF-8")])));
    }
}
