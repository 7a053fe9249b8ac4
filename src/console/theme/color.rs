//! Colours, and what becomes of them on terminals that have fewer.

use ratatui::style::Color;

/// How many colours the terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None, or none are wanted (`NO_COLOR`).
    None,
    /// The 16 that the user's terminal defines.
    Ansi16,
    /// The cube of xterm.
    Ansi256,
    /// All of them.
    True,
}

/// One colour of a palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ink {
    /// Red, green, blue.
    pub(super) rgb: [u8; 3],
    /// What stands for it among the 16, chosen by hand: the nearest one is seldom the right one.
    pub(super) ansi: Color,
}

impl Ink {
    /// The colour on a terminal of this depth.
    pub(super) const fn on(self, depth: Depth) -> Option<Color> {
        let [red, green, blue] = self.rgb;
        match depth {
            Depth::None => None,
            Depth::Ansi16 => Some(self.ansi),
            Depth::Ansi256 => Some(Color::Indexed(nearest_of_256(self.rgb))),
            Depth::True => Some(Color::Rgb(red, green, blue)),
        }
    }
}

/// Reads `#rrggbb`.
pub(super) fn parse_rgb(text: &str) -> Option<[u8; 3]> {
    let bytes = hex::decode(text.strip_prefix('#')?).ok()?;
    bytes.try_into().ok()
}

/// Reads the name of one of the 16 colours, or `reset` for the terminal's own.
pub(super) fn parse_ansi(name: &str) -> Option<Color> {
    Some(match name {
        "reset" => Color::Reset,
        "black" => Color::Black,
        "red" => Color::Red,
        "green" => Color::Green,
        "yellow" => Color::Yellow,
        "blue" => Color::Blue,
        "magenta" => Color::Magenta,
        "cyan" => Color::Cyan,
        "gray" => Color::Gray,
        "dark-gray" => Color::DarkGray,
        "light-red" => Color::LightRed,
        "light-green" => Color::LightGreen,
        "light-yellow" => Color::LightYellow,
        "light-blue" => Color::LightBlue,
        "light-magenta" => Color::LightMagenta,
        "light-cyan" => Color::LightCyan,
        "white" => Color::White,
        _ => return None,
    })
}

/// The levels of xterm's 6×6×6 cube, which stands at index 16; 24 greys follow it at 232.
const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];

const fn nearest_of_256(rgb: [u8; 3]) -> u8 {
    let (red, green, blue) = (level(rgb[0]), level(rgb[1]), level(rgb[2]));
    let cube = [LEVELS[red], LEVELS[green], LEVELS[blue]];
    let mean = (rgb[0] as u32 + rgb[1] as u32 + rgb[2] as u32) / 3;
    let step = if mean < 8 {
        0
    } else if mean > 233 {
        23
    } else {
        (mean - 3) / 10
    };
    #[expect(clippy::cast_possible_truncation, reason = "at most 8 + 10 × 23 = 238")]
    let grey = (8 + 10 * step) as u8;
    #[expect(clippy::cast_possible_truncation, reason = "at most 16 + 215, and 232 + 23")]
    if distance(rgb, [grey; 3]) < distance(rgb, cube) {
        (232 + step) as u8
    } else {
        (16 + 36 * red + 6 * green + blue) as u8
    }
}

/// The sixteen as xterm has them. Terminals differ: this only decides where a theme's author did not.
const SIXTEEN: [(Color, [u8; 3]); 16] = [
    (Color::Black, [0, 0, 0]),
    (Color::Red, [205, 0, 0]),
    (Color::Green, [0, 205, 0]),
    (Color::Yellow, [205, 205, 0]),
    (Color::Blue, [0, 0, 238]),
    (Color::Magenta, [205, 0, 205]),
    (Color::Cyan, [0, 205, 205]),
    (Color::Gray, [229, 229, 229]),
    (Color::DarkGray, [127, 127, 127]),
    (Color::LightRed, [255, 0, 0]),
    (Color::LightGreen, [0, 255, 0]),
    (Color::LightYellow, [255, 255, 0]),
    (Color::LightBlue, [92, 92, 255]),
    (Color::LightMagenta, [255, 0, 255]),
    (Color::LightCyan, [0, 255, 255]),
    (Color::White, [255, 255, 255]),
];

/// The nearest of the sixteen.
pub(super) fn nearest_of_16(rgb: [u8; 3]) -> Color {
    SIXTEEN.iter().min_by_key(|(_, it)| distance(rgb, *it)).map_or(Color::Reset, |(color, _)| *color)
}

const fn level(value: u8) -> usize {
    match value {
        0..=47 => 0,
        48..=114 => 1,
        115..=154 => 2,
        155..=194 => 3,
        195..=234 => 4,
        235..=255 => 5,
    }
}

const fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    let (r, g, bl) = (a[0].abs_diff(b[0]) as u32, a[1].abs_diff(b[1]) as u32, a[2].abs_diff(b[2]) as u32);
    r * r + g * g + bl * bl
}

/// The contrast of two colours by WCAG 2: from 1 to 21, text needs 4.5. None unless both are RGB.
pub fn contrast(a: Color, b: Color) -> Option<f64> {
    let (a, b) = (luminance(a)?, luminance(b)?);
    let (light, dark) = if a > b { (a, b) } else { (b, a) };
    Some((light + 0.05) / (dark + 0.05))
}

fn luminance(color: Color) -> Option<f64> {
    let Color::Rgb(red, green, blue) = color else { return None };
    let linear = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    Some(0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cube_and_the_greys_are_xterms() {
        assert_eq!(nearest_of_256([0, 0, 0]), 16);
        assert_eq!(nearest_of_256([255, 255, 255]), 231);
        assert_eq!(nearest_of_256([255, 0, 0]), 196);
        assert_eq!(nearest_of_256([0x80, 0x80, 0x80]), 244);
        assert_eq!(nearest_of_256([0x14, 0x17, 0x1c]), 234);
    }

    #[test]
    fn contrast_is_wcags() {
        let (black, white) = (Color::Rgb(0, 0, 0), Color::Rgb(255, 255, 255));
        assert!((contrast(black, white).unwrap() - 21.0).abs() < 0.001);
        assert!((contrast(white, white).unwrap() - 1.0).abs() < 0.001);
        assert_eq!(contrast(Color::Red, white), None);
    }
}
