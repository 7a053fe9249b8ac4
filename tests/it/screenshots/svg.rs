//! A screen as an SVG picture: one text for each run of cells of one style, at its cell's place.
use std::fmt::Write as _;

use docker_steward::console::theme::Theme;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

const WIDTH: f32 = 8.4;
const HEIGHT: f32 = 18.0;
const MARGIN: f32 = 12.0;

/// Draws a screen.
pub(super) fn of(buffer: &Buffer, theme: &Theme, title: &str) -> String {
    let area = buffer.area;
    let (width, height) =
        (f32::from(area.width) * WIDTH + 2.0 * MARGIN, f32::from(area.height) * HEIGHT + 2.0 * MARGIN);
    // A theme may leave the ground to the terminal, which a picture does not have.
    let light = theme.name().contains("light");
    let (paper, ink) = if light { ("#ffffff", "#24292f") } else { ("#14171c", "#d6dae0") };
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="docker-steward: {title}">
<style>text{{font:14px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;white-space:pre;fill:{ink}}}</style>
<rect width="{width}" height="{height}" rx="8" fill="{paper}"/>
"#
    );
    for y in 0..area.height {
        let mut x = 0;
        while x < area.width {
            let (run, end) = run(buffer, x, y);
            draw(&mut svg, &buffer[(x, y)], &run, (x, y), end - x, (paper, ink));
            x = end;
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// The text of the cells from `x` on that look alike, and where it ends.
fn run(buffer: &Buffer, x: u16, y: u16) -> (String, u16) {
    let look = |cell: &Cell| (cell.fg, cell.bg, cell.modifier);
    let first = look(&buffer[(x, y)]);
    let mut text = String::new();
    let mut end = x;
    while end < buffer.area.width && look(&buffer[(end, y)]) == first {
        text.push_str(buffer[(end, y)].symbol());
        end += 1;
    }
    (text, end)
}

fn draw(svg: &mut String, cell: &Cell, text: &str, at: (u16, u16), cells: u16, default: (&str, &str)) {
    let (left, top) = (MARGIN + f32::from(at.0) * WIDTH, MARGIN + f32::from(at.1) * HEIGHT);
    let width = f32::from(cells) * WIDTH;
    let (mut ground, mut ink) = (hex(cell.bg), hex(cell.fg));
    if cell.modifier.contains(Modifier::REVERSED) {
        let (paper, text) =
            (ground.unwrap_or_else(|| default.0.to_owned()), ink.unwrap_or_else(|| default.1.to_owned()));
        (ground, ink) = (Some(text), Some(paper));
    }
    if let Some(ground) = ground {
        let _ = writeln!(
            svg,
            r#"<rect x="{left:.1}" y="{top:.1}" width="{width:.1}" height="{HEIGHT}" fill="{ground}"/>"#
        );
    }
    // Blanks are places, not text: renderers disagree on what to do with them.
    let (trimmed, blanks) = (text.trim(), text.chars().take_while(|it| *it == ' ').count());
    if trimmed.is_empty() {
        return;
    }
    let cells = |count: usize| f32::from(u16::try_from(count).unwrap()) * WIDTH;
    let left = left + cells(blanks);
    let width = cells(unicode_width::UnicodeWidthStr::width(trimmed));
    let text = trimmed.replace(' ', "\u{a0}");
    let fill = ink.map(|ink| format!(r#" fill="{ink}" style="fill:{ink}""#)).unwrap_or_default();
    let bold = if cell.modifier.contains(Modifier::BOLD) { r#" font-weight="bold""# } else { "" };
    let faint = if cell.modifier.contains(Modifier::DIM) { r#" opacity="0.6""# } else { "" };
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(
        svg,
        r#"<text x="{left:.1}" y="{:.1}" textLength="{width:.1}"{fill}{bold}{faint}>{text}</text>"#,
        top + 13.5
    );
}

fn hex(color: Color) -> Option<String> {
    match color {
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
        Color::Reset => None,
        other => panic!("{other}: screenshots are drawn in true colour"),
    }
}
