//! Reads theme files: a palette, a style for each role, and a theme to inherit from.

use std::collections::BTreeMap;

use ratatui::style::{Modifier, Style};
use serde::Deserialize;

use super::color::{Depth, Ink, parse_ansi, parse_rgb};
use super::{Role, Theme};

/// The themes in the binary, in the order in which `t` cycles through them.
const BUILT_IN: &[(&str, &str)] = &[
    ("dark", include_str!("../../../themes/dark.toml")),
    ("light", include_str!("../../../themes/light.toml")),
    ("contrast", include_str!("../../../themes/contrast.toml")),
    ("monochrome", include_str!("../../../themes/monochrome.toml")),
];

/// Why a theme cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the theme `{theme}` cannot be used: {why}")]
pub struct ThemeError {
    /// The theme.
    pub theme: String,
    /// What is wrong, and the mend.
    pub why: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    summary: String,
    #[serde(default)]
    inherits: Option<String>,
    #[serde(default)]
    palette: BTreeMap<String, PaletteEntry>,
    #[serde(default)]
    roles: BTreeMap<String, RoleStyle>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct PaletteEntry {
    rgb: String,
    ansi: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one modifier of a terminal's text")]
struct RoleStyle {
    fg: Option<String>,
    bg: Option<String>,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
    reverse: bool,
}

/// The names of the built-in themes, in the order in which `t` cycles through them.
pub fn names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

/// A built-in theme, for a terminal of this depth.
pub fn built_in(name: &str, depth: Depth) -> Result<Theme, ThemeError> {
    let (summary, palette, roles) = merged(name, 0)?;
    let error = |why| ThemeError { theme: name.to_owned(), why };
    if let Some(odd) = roles.keys().find(|key| !Role::ALL.iter().any(|role| role.key() == **key)) {
        return Err(error(format!("no role is called `{odd}`")));
    }
    let styles = Role::ALL
        .iter()
        .map(|role| {
            let look = roles.get(role.key()).ok_or_else(|| format!("it lacks the role `{}`", role.key()))?;
            style(look, &palette, depth)
        })
        .collect::<Result<_, _>>()
        .map_err(error)?;
    Ok(Theme { name: name.to_owned(), summary, styles })
}

type Parts = (String, BTreeMap<String, PaletteEntry>, BTreeMap<String, RoleStyle>);

/// The file with what it inherits under it.
fn merged(name: &str, generation: usize) -> Result<Parts, ThemeError> {
    let error = |why| ThemeError { theme: name.to_owned(), why };
    let Some((_, text)) = BUILT_IN.iter().find(|(known, _)| *known == name) else {
        let known: Vec<&str> = names().collect();
        return Err(error(format!("there is none of that name; use one of {}", known.join(", "))));
    };
    let file: File = toml::from_str(text).map_err(|it| error(it.to_string()))?;
    if generation > BUILT_IN.len() {
        return Err(error("it inherits from itself".to_owned()));
    }
    let (mut palette, mut roles) = match &file.inherits {
        Some(parent) => merged(parent, generation + 1).map(|(_, palette, roles)| (palette, roles))?,
        None => Default::default(),
    };
    palette.extend(file.palette);
    roles.extend(file.roles);
    Ok((file.summary, palette, roles))
}

fn style(look: &RoleStyle, palette: &BTreeMap<String, PaletteEntry>, depth: Depth) -> Result<Style, String> {
    let color = |name: &String| {
        let entry = palette.get(name).ok_or_else(|| format!("its palette has no `{name}`"))?;
        let rgb = parse_rgb(&entry.rgb).ok_or_else(|| format!("`{}` is no #rrggbb", entry.rgb))?;
        let ansi = parse_ansi(&entry.ansi).ok_or_else(|| format!("`{}` is no ANSI colour", entry.ansi))?;
        Ok::<_, String>(Ink { rgb, ansi }.on(depth))
    };
    let mut style = Style::new();
    style.fg = look.fg.as_ref().map(color).transpose()?.flatten();
    style.bg = look.bg.as_ref().map(color).transpose()?.flatten();
    let modifiers = [
        (look.bold, Modifier::BOLD),
        (look.dim, Modifier::DIM),
        (look.italic, Modifier::ITALIC),
        (look.underline, Modifier::UNDERLINED),
        (look.reverse, Modifier::REVERSED),
    ];
    for (wanted, modifier) in modifiers {
        if wanted {
            style = style.add_modifier(modifier);
        }
    }
    Ok(style)
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::super::contrast;
    use super::*;

    #[test]
    fn every_theme_is_whole_at_every_depth() {
        for name in names() {
            for depth in [Depth::None, Depth::Ansi16, Depth::Ansi256, Depth::True] {
                let theme = built_in(name, depth).unwrap();
                assert!(!theme.summary().is_empty());
            }
        }
        let wrong = built_in("neon", Depth::True).unwrap_err();
        insta::assert_snapshot!(wrong, @"the theme `neon` cannot be used: there is none of that name; use one of dark, light, contrast, monochrome");
    }

    #[test]
    fn without_colours_nothing_has_one() {
        for name in names() {
            let theme = built_in(name, Depth::None).unwrap();
            for role in Role::ALL {
                assert_eq!((theme.style(*role).fg, theme.style(*role).bg), (None, None), "{name} {role:?}");
            }
        }
    }

    /// WCAG AA asks 4.5 : 1 of text. Lines and thumbs are no text.
    #[test]
    fn all_text_can_be_read() {
        for name in names().filter(|name| *name != "monochrome") {
            let theme = built_in(name, Depth::True).unwrap();
            let page = theme.style(Role::Text);
            let grounds = [Role::Text, Role::Selection, Role::Range, Role::Dialog, Role::Header];
            for role in Role::ALL.iter().filter(|role| !matches!(role, Role::Rule | Role::Thumb)) {
                let style = theme.style(*role);
                let Some(fg) = style.fg.or(page.fg) else { panic!("{name} has no text colour") };
                let own: Vec<Color> = style.bg.into_iter().collect();
                let under: Vec<Color> = grounds.iter().filter_map(|it| theme.style(*it).bg).collect();
                for bg in if own.is_empty() { under } else { own } {
                    let ratio = contrast(fg, bg).unwrap();
                    assert!(ratio >= 4.5, "{name}: {role:?} {fg} on {bg} is {ratio:.2}");
                }
            }
        }
    }

    #[test]
    fn the_classes_are_told_apart() {
        for name in names().filter(|name| *name != "monochrome") {
            for depth in [Depth::True, Depth::Ansi256, Depth::Ansi16] {
                let theme = built_in(name, depth).unwrap();
                let mut seen: Vec<Color> =
                    [Role::Protected, Role::Expected, Role::Safe, Role::Unknown, Role::Missing]
                        .iter()
                        .filter_map(|role| theme.style(*role).fg)
                        .collect();
                let all = seen.len();
                seen.sort_by_key(|color| format!("{color:?}"));
                seen.dedup();
                assert_eq!((seen.len(), all), (5, 5), "{name} {depth:?}");
            }
        }
    }
}
