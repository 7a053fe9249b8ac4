//! What is written, read back by a terminal, beside what ratatui's own backend writes of the same frames.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use proptest::prelude::*;
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::{Terminal, TerminalOptions, Viewport};
use vt100::Parser;

use super::*;

const AREA: Rect = Rect { x: 0, y: 0, width: 24, height: 5 };

/// A terminal's end of a line, and how often it was written to.
#[derive(Clone)]
struct Line(Rc<RefCell<(Parser, usize, usize)>>);

impl Line {
    fn new() -> Self {
        let some = |it| std::num::NonZero::new(it).unwrap();
        Self(Rc::new(RefCell::new((Parser::new(some(AREA.height), some(AREA.width), 0), 0, 0))))
    }

    /// How many writes and bytes there were.
    fn counts(&self) -> (usize, usize) {
        let it = self.0.borrow();
        (it.1, it.2)
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (screen, writes, count) = &mut *self.0.borrow_mut();
        screen.process(bytes);
        *writes += 1;
        *count += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The same frames on two terminals.
struct Both {
    ours: (Terminal<Paint<Line>>, Line),
    theirs: (Terminal<CrosstermBackend<Line>>, Line),
}

impl Both {
    fn new() -> Self {
        ratatui::crossterm::style::force_color_output(true);
        let options = || TerminalOptions { viewport: Viewport::Fixed(AREA) };
        let (one, other) = (Line::new(), Line::new());
        Self {
            ours: (Terminal::with_options(Paint::on(one.clone()), options()).unwrap(), one),
            theirs: (Terminal::with_options(CrosstermBackend::new(other.clone()), options()).unwrap(), other),
        }
    }

    /// Draws; answers in how many writes and bytes, and in how many bytes the other one does it.
    fn draw(&mut self, buffer: &Buffer) -> (usize, usize, usize) {
        let ((writes, bytes), (_, others)) = (self.ours.1.counts(), self.theirs.1.counts());
        self.ours.0.draw(|frame| *frame.buffer_mut() = buffer.clone()).unwrap();
        self.theirs.0.draw(|frame| *frame.buffer_mut() = buffer.clone()).unwrap();
        let ((now_writes, now_bytes), (_, now_others)) = (self.ours.1.counts(), self.theirs.1.counts());
        (now_writes - writes, now_bytes - bytes, now_others - others)
    }

    fn look_alike(&self) {
        let (ours, theirs) = (self.ours.1.0.borrow(), self.theirs.1.0.borrow());
        for at in AREA.positions() {
            let is = ours.0.screen().cell(at.y, at.x).unwrap();
            let wanted = theirs.0.screen().cell(at.y, at.x).unwrap();
            let text = |cell: &vt100::Cell| match cell.contents() {
                "" => " ".to_owned(),
                text => text.to_owned(),
            };
            assert_eq!(text(is), text(wanted), "{at}");
            assert_eq!(is.bgcolor(), wanted.bgcolor(), "ground at {at}");
            assert_eq!((is.inverse(), is.underline()), (wanted.inverse(), wanted.underline()), "{at}");
            // On a blank nobody sees the rest, but where it is reversed.
            if text(is) != " " || is.inverse() {
                assert_eq!(is.fgcolor(), wanted.fgcolor(), "text at {at}");
            }
            if text(is) != " " {
                let weight = |cell: &vt100::Cell| (cell.bold(), cell.dim(), cell.italic());
                assert_eq!(weight(is), weight(wanted), "{at}");
            }
        }
    }
}

fn colors() -> impl Strategy<Value = Color> {
    prop::sample::select(vec![
        Color::Reset,
        Color::Red,
        Color::LightCyan,
        Color::Indexed(200),
        Color::Rgb(1, 22, 255),
    ])
}

/// Words in colours, here and there.
fn frames() -> impl Strategy<Value = Buffer> {
    // One or the other: what comes of both is every terminal's own affair.
    let weight = prop::sample::select(vec![Modifier::empty(), Modifier::BOLD, Modifier::DIM]);
    let others = Modifier::ITALIC | Modifier::UNDERLINED | Modifier::REVERSED;
    let modifiers = (weight, any::<u16>())
        .prop_map(move |(weight, bits)| weight | (Modifier::from_bits_truncate(bits) & others));
    let words = prop::sample::select(vec!["a", "web 1", "● safe", "漢字", "…", "   ", "é!"]);
    let word = (0..AREA.width, 0..AREA.height, words, colors(), colors(), modifiers);
    prop::collection::vec(word, 0..24).prop_map(|words| {
        let mut buffer = Buffer::empty(AREA);
        for (x, y, text, fg, bg, modifier) in words {
            buffer.set_string(x, y, text, Style::reset().fg(fg).bg(bg).add_modifier(modifier));
        }
        buffer
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]
    #[test]
    fn the_terminal_shows_what_was_drawn(frames in prop::collection::vec(frames(), 1..5)) {
        let mut both = Both::new();
        for frame in frames {
            let (writes, bytes, others) = both.draw(&frame);
            prop_assert!(writes <= 1, "{writes} writes for a frame");
            prop_assert!(bytes <= others, "{bytes} bytes, where ratatui's own backend sends {others}");
            both.look_alike();
        }
    }
}

#[test]
fn a_frame_that_changes_nothing_writes_nothing() {
    let mut both = Both::new();
    let mut buffer = Buffer::empty(AREA);
    buffer.set_string(2, 2, "web-1", Style::new().fg(Color::Red));
    assert_eq!(both.draw(&buffer).0, 1);
    let (writes, bytes, _) = both.draw(&buffer);
    assert_eq!((writes, bytes), (0, 0));
}

#[test]
fn a_word_that_changes_its_colour_costs_little_more_than_itself() {
    let mut both = Both::new();
    let mut buffer = Buffer::empty(AREA);
    buffer.set_string(0, 0, "web-1 up", Style::new().fg(Color::Red).bg(Color::Indexed(1)));
    both.draw(&buffer);
    buffer.set_string(0, 0, "web-1 up", Style::new().fg(Color::Reset).bg(Color::Indexed(1)));
    let (_, bytes, _) = both.draw(&buffer);
    // Where to, the ground, the end.
    assert!(bytes <= "web-1 up".len() + 6 + 9 + 3, "{bytes} bytes");
}
