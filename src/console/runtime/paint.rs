//! Frames on their way to the terminal: only what has changed, in few bytes, and a whole frame in one write.
//!
//! ratatui's own way there names both colours wherever one changes, colours blanks that nobody sees, ends every
//! frame with four resets, and writes whenever a kilobyte is full: over a slow line each of that is felt.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::crossterm::{cursor, terminal};
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};

/// What a modifier is turned on and off by (ECMA-48, SGR). Bold and dim are turned off together, and so is
/// what blinks.
const MODIFIERS: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// What shows on a blank.
const ON_BLANKS: Modifier = Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);

/// A terminal that is drawn on.
pub(super) struct Paint<W: Write> {
    out: W,
    /// What is not yet written.
    frame: Vec<u8>,
    /// Whether the cursor is to be seen, if that is known.
    cursor: Option<bool>,
}

impl<W: Write> Paint<W> {
    pub(super) const fn on(out: W) -> Self {
        Self { out, frame: Vec::new(), cursor: None }
    }

    /// Somebody else may have shown or hidden the cursor.
    pub(super) const fn forget(&mut self) {
        self.cursor = None;
    }

    fn move_to(&mut self, x: u16, y: u16) -> io::Result<()> {
        write!(self.frame, "\x1b[{};{}H", y + 1, x + 1)
    }

    fn show(&mut self, shown: bool) {
        if self.cursor.replace(shown) != Some(shown) {
            self.frame.extend_from_slice(if shown { b"\x1b[?25h" } else { b"\x1b[?25l" });
        }
    }
}

impl<W: Write> Backend for Paint<W> {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> io::Result<()> {
        let mut ink = Ink::default();
        // Where the next character would go.
        let mut at: Option<(u16, u16)> = None;
        for (x, y, cell) in content {
            match at {
                Some((was, row)) if row == y && was == x => {}
                Some((was, row)) if row == y && was < x => match x - was {
                    1 => self.frame.extend_from_slice(b"\x1b[C"),
                    columns => write!(self.frame, "\x1b[{columns}C")?,
                },
                _ => self.move_to(x, y)?,
            }
            ink.become_of(cell, &mut self.frame)?;
            self.frame.extend_from_slice(cell.symbol().as_bytes());
            // Terminals do not agree on what is wide: after anything but the plainest the next place is named.
            at = is_narrow(cell.symbol()).then_some((x + 1, y));
        }
        if ink != Ink::default() {
            self.frame.extend_from_slice(b"\x1b[m");
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.show(false);
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.show(true);
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        cursor::position().map(|(x, y)| Position { x, y })
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let Position { x, y } = position.into();
        self.move_to(x, y)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        let code: &[u8] = match region {
            ClearType::All => b"\x1b[2J",
            ClearType::AfterCursor => b"\x1b[J",
            ClearType::BeforeCursor => b"\x1b[1J",
            ClearType::CurrentLine => b"\x1b[2K",
            ClearType::UntilNewLine => b"\x1b[K",
        };
        self.frame.extend_from_slice(code);
        Ok(())
    }

    fn size(&self) -> io::Result<Size> {
        terminal::size().map(|(width, height)| Size { width, height })
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        let it = terminal::window_size()?;
        Ok(WindowSize {
            columns_rows: Size { width: it.columns, height: it.rows },
            pixels: Size { width: it.width, height: it.height },
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        let written = self.out.write_all(&self.frame).and_then(|()| self.out.flush());
        self.frame.clear();
        written
    }
}

/// One character of one column on every terminal: ASCII, and what the console itself draws with.
fn is_narrow(symbol: &str) -> bool {
    let mut characters = symbol.chars();
    let (Some(one), None) = (characters.next(), characters.next()) else { return false };
    matches!(one, ' '..='~' | '·' | '–' | '…' | '←'..='↓' | '─'..='▟' | '■'..='◿' | '✓' | '✗')
}

/// How the terminal draws at the moment.
#[derive(Debug, Default, PartialEq, Eq)]
struct Ink {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Ink {
    /// Makes it draw as this cell wants it, by what has to change alone.
    fn become_of(&mut self, cell: &Cell, frame: &mut Vec<u8>) -> io::Result<()> {
        let blank = cell.symbol() == " " && !cell.modifier.union(self.modifier).intersects(ON_BLANKS);
        let (fg, modifier) = if blank { (self.fg, self.modifier) } else { (cell.fg, cell.modifier) };
        let want = Self { fg, bg: cell.bg, modifier };
        if want == *self {
            return Ok(());
        }
        frame.extend_from_slice(b"\x1b[");
        let mut kept = self.modifier;
        for (one, _, off) in MODIFIERS {
            if kept.contains(one) && !want.modifier.contains(one) {
                write!(frame, "{off};")?;
                for (other, _, _) in MODIFIERS.iter().filter(|it| it.2 == off) {
                    kept.remove(*other);
                }
            }
        }
        for (one, on, _) in MODIFIERS {
            if want.modifier.contains(one) && !kept.contains(one) {
                write!(frame, "{on};")?;
            }
        }
        if want.fg != self.fg {
            color(frame, want.fg, 30)?;
        }
        if want.bg != self.bg {
            color(frame, want.bg, 40)?;
        }
        // Each code has brought its separator; the last one is the end.
        frame.pop();
        frame.push(b'm');
        *self = want;
        Ok(())
    }
}

/// A colour of the text (`base` 30) or of the ground (40).
fn color(frame: &mut Vec<u8>, color: Color, base: u8) -> io::Result<()> {
    let sixteen = match color {
        Color::Reset => return write!(frame, "{};", base + 9),
        Color::Indexed(at) => return write!(frame, "{};5;{at};", base + 8),
        Color::Rgb(red, green, blue) => return write!(frame, "{};2;{red};{green};{blue};", base + 8),
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 60,
        Color::LightRed => 61,
        Color::LightGreen => 62,
        Color::LightYellow => 63,
        Color::LightBlue => 64,
        Color::LightMagenta => 65,
        Color::LightCyan => 66,
        Color::White => 67,
    };
    write!(frame, "{};", base + sixteen)
}

#[cfg(test)]
mod tests;
