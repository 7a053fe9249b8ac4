//! A screen as an SVG picture: one text for each run of cells of one style, at its cell's place. Lines and
//! bars are drawn, not written: in a text they would have gaps between the rows.
use std::fmt::Write as _;

use docker_steward::console::theme::{Role, Theme};
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

/// What a cell of `DejaVu Sans Mono` is wide at 14 pixels; other fonts are stretched to it.
const WIDTH: f32 = 8.428;
const HEIGHT: f32 = 18.0;
const MARGIN: f32 = 12.0;

/// Draws a screen.
pub(super) fn of(buffer: &Buffer, theme: &Theme, title: &str) -> String {
    let area = buffer.area;
    let (width, height) =
        (f32::from(area.width) * WIDTH + 2.0 * MARGIN, f32::from(area.height) * HEIGHT + 2.0 * MARGIN);
    let page = theme.style(Role::Text);
    let (paper, ink) = (page.bg.and_then(hex).expect("a paper"), page.fg.and_then(hex).expect("an ink"));
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0} {height:.0}" width="{width:.0}" height="{height:.0}" role="img" aria-label="docker-steward: {title}">
<style>text{{font-family:"DejaVu Sans Mono",ui-monospace,Menlo,Consolas,monospace;font-size:14px;white-space:pre}}.b{{font-weight:bold}}</style>
<rect width="{width:.0}" height="{height:.0}" rx="8" fill="{paper}"/>
"#
    );
    for y in 0..area.height {
        let mut x = 0;
        while x < area.width {
            let end = run(buffer, x, y);
            Run { buffer, from: x, end, y, paper: &paper, ink: &ink }.draw(&mut svg);
            x = end;
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// Where the cells from `x` on that look alike end.
fn run(buffer: &Buffer, x: u16, y: u16) -> u16 {
    let look = |cell: &Cell| (cell.fg, cell.bg, cell.modifier);
    let first = look(&buffer[(x, y)]);
    (x..buffer.area.width).find(|at| look(&buffer[(*at, y)]) != first).unwrap_or(buffer.area.width)
}

/// Cells of one style.
struct Run<'a> {
    buffer: &'a Buffer,
    from: u16,
    end: u16,
    y: u16,
    paper: &'a str,
    ink: &'a str,
}

fn left(x: u16) -> f32 {
    MARGIN + f32::from(x) * WIDTH
}

impl Run<'_> {
    fn draw(&self, svg: &mut String) {
        let cell = &self.buffer[(self.from, self.y)];
        let (mut ground, mut ink) = (hex(cell.bg), hex(cell.fg).unwrap_or_else(|| self.ink.to_owned()));
        if cell.modifier.contains(Modifier::REVERSED) {
            let paper = ground.unwrap_or_else(|| self.paper.to_owned());
            (ground, ink) = (Some(ink), paper);
        }
        let top = MARGIN + f32::from(self.y) * HEIGHT;
        if let Some(ground) = ground.filter(|it| it != self.paper) {
            rect(svg, (left(self.from), top), (f32::from(self.end - self.from) * WIDTH, HEIGHT), &ground);
        }
        // The text between what is drawn; a cell behind a wide character is empty.
        let mut text = (self.from, String::new());
        let mut x = self.from;
        while x < self.end {
            let symbol = self.buffer[(x, self.y)].symbol();
            // What goes on from cell to cell is drawn in one piece.
            let same = (x..self.end).take_while(|at| self.buffer[(*at, self.y)].symbol() == symbol).count();
            let long = if matches!(symbol, "─" | "━" | "█") { u16::try_from(same).unwrap() } else { 1 };
            if drawn(svg, symbol, (left(x), top), f32::from(long) * WIDTH, &ink) {
                self.write(svg, &text, top, &ink);
                text = (x + long, String::new());
                x += long;
            } else {
                text.1.push_str(symbol);
                x += 1;
            }
        }
        self.write(svg, &text, top, &ink);
    }

    fn write(&self, svg: &mut String, (from, text): &(u16, String), top: f32, ink: &str) {
        // Blanks are places, not text: renderers disagree on what to do with them.
        let (trimmed, blanks) = (text.trim(), text.chars().take_while(|it| *it == ' ').count());
        if trimmed.is_empty() {
            return;
        }
        let x = left(from + u16::try_from(blanks).unwrap());
        let width = f32::from(u16::try_from(trimmed.width()).unwrap()) * WIDTH;
        let modifier = self.buffer[(self.from, self.y)].modifier;
        let bold = if modifier.contains(Modifier::BOLD) { r#" class="b""# } else { "" };
        let faint = if modifier.contains(Modifier::DIM) { r#" opacity="0.6""# } else { "" };
        let trimmed = trimmed.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let trimmed = trimmed.replace(' ', "\u{a0}");
        let _ = writeln!(
            svg,
            r#"<text x="{x:.1}" y="{:.1}" textLength="{width:.1}" fill="{ink}"{bold}{faint}>{trimmed}</text>"#,
            top + 13.5
        );
        if modifier.contains(Modifier::UNDERLINED) {
            rect(svg, (x, top + 16.0), (width, 1.5), ink);
        }
    }
}

/// Draws what is a line or a bar; false if it is a text.
fn drawn(svg: &mut String, symbol: &str, (x, y): (f32, f32), wide: f32, ink: &str) -> bool {
    const EIGHTHS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
    const PARTS: [&str; 8] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"];
    let eighth = |at: usize| f32::from(u8::try_from(at).unwrap() + 1) / 8.0;
    if let Some(at) = EIGHTHS.iter().position(|it| *it == symbol) {
        let high = HEIGHT * eighth(at);
        // A hair wider, so that bars side by side have no seam.
        rect(svg, (x, y + HEIGHT - high), (wide + 0.3, high), ink);
        return true;
    }
    if let Some(at) = PARTS.iter().position(|it| *it == symbol) {
        rect(svg, (x, y), (WIDTH * eighth(at), HEIGHT), ink);
        return true;
    }
    // Which arms it has, to the left, right, up and down, and how thick they are.
    let (arms, thick) = match symbol {
        "─" => ([true, true, false, false], 1.0),
        "━" => ([true, true, false, false], 3.0),
        "│" => ([false, false, true, true], 1.0),
        "┃" => ([false, false, true, true], 3.0),
        "┌" | "╭" => ([false, true, false, true], 1.0),
        "┐" | "╮" => ([true, false, false, true], 1.0),
        "└" | "╰" => ([false, true, true, false], 1.0),
        "┘" | "╯" => ([true, false, true, false], 1.0),
        "├" => ([false, true, true, true], 1.0),
        "┤" => ([true, false, true, true], 1.0),
        "┬" => ([true, true, false, true], 1.0),
        "┴" => ([true, true, true, false], 1.0),
        "┼" => ([true, true, true, true], 1.0),
        _ => return false,
    };
    let (middle_x, middle_y) = (x + (WIDTH - thick) / 2.0, y + (HEIGHT - thick) / 2.0);
    let [to_left, to_right, up, down] = arms;
    if to_left || to_right {
        let from = if to_left { x } else { middle_x };
        let to = if to_right { x + wide } else { middle_x + thick };
        rect(svg, (from, middle_y), (to - from, thick), ink);
    }
    if up || down {
        let from = if up { y } else { middle_y };
        let to = if down { y + HEIGHT } else { middle_y + thick };
        rect(svg, (middle_x, from), (thick, to - from), ink);
    }
    true
}

fn rect(svg: &mut String, (x, y): (f32, f32), (width, height): (f32, f32), fill: &str) {
    let _ = writeln!(
        svg,
        r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" fill="{fill}"/>"#
    );
}

fn hex(color: Color) -> Option<String> {
    match color {
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
        Color::Reset => None,
        other => panic!("{other}: screenshots are drawn in true colour"),
    }
}
