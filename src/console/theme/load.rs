//! Reads theme files: a palette, a style for each role, and a theme to inherit from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ratatui::style::{Modifier, Style};
use serde::Deserialize;

use super::color::{Depth, Ink, nearest_of_16, parse_ansi, parse_rgb};
use super::{Role, Theme};

/// The themes in the binary, in the order in which they are listed.
const BUILT_IN: &[(&str, &str)] = &[
    ("dark", include_str!("../../../themes/dark.toml")),
    ("light", include_str!("../../../themes/light.toml")),
    ("contrast", include_str!("../../../themes/contrast.toml")),
    ("colorblind", include_str!("../../../themes/colorblind.toml")),
    ("catppuccin-mocha", include_str!("../../../themes/catppuccin-mocha.toml")),
    ("gruvbox", include_str!("../../../themes/gruvbox.toml")),
    ("monochrome", include_str!("../../../themes/monochrome.toml")),
];

/// Why a theme cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the theme `{theme}`{} cannot be used: {why}", .file.as_ref().map(|it| format!(" ({})", it.display())).unwrap_or_default())]
pub struct ThemeError {
    /// The theme.
    pub theme: String,
    /// Its file, if it is one of the user's own.
    pub file: Option<PathBuf>,
    /// What is wrong, and the mend.
    pub why: String,
}

/// A theme that is known, not read yet.
#[derive(Debug, Clone)]
struct Source {
    name: String,
    file: Option<PathBuf>,
    text: String,
}

/// All themes that are known: those in the binary, then the user's own.
#[derive(Debug, Clone)]
pub struct Library(Vec<Source>);

impl Default for Library {
    fn default() -> Self {
        let source = |(name, text): &(&str, &str)| Source {
            name: (*name).to_owned(),
            file: None,
            text: (*text).to_owned(),
        };
        Self(BUILT_IN.iter().map(source).collect())
    }
}

impl Library {
    /// Adds one of the user's own. It stands before a built-in one of its name, and may inherit from it.
    pub fn add(&mut self, file: &Path, text: String) {
        let name = file.file_stem().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        self.0.push(Source { name, file: Some(file.to_owned()), text });
    }

    /// The names, each once, in the order in which they are listed.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for source in &self.0 {
            if !names.contains(&source.name.as_str()) {
                names.push(&source.name);
            }
        }
        names
    }

    /// A theme, for a terminal of this depth.
    pub fn load(&self, name: &str, depth: Depth) -> Result<Theme, ThemeError> {
        let (at, source) = self.find(name, self.0.len()).ok_or_else(|| self.unknown(name))?;
        let error = |why| ThemeError { theme: name.to_owned(), file: source.file.clone(), why };
        let Parts { summary, palette, roles } = self.merged(at, 0)?;
        if let Some(odd) = roles.keys().find(|key| !Role::ALL.iter().any(|role| role.key() == **key)) {
            return Err(error(format!("no role is called `{odd}`")));
        }
        let styles = Role::ALL
            .iter()
            .map(|role| {
                let look = roles
                    .get(role.key())
                    .ok_or_else(|| format!("it lacks the role `{}`: inherit from `dark`", role.key()))?;
                style(look, &palette, depth)
            })
            .collect::<Result<_, _>>()
            .map_err(error)?;
        Ok(Theme { name: name.to_owned(), summary, styles })
    }

    /// The last theme of this name among the first `below`.
    fn find(&self, name: &str, below: usize) -> Option<(usize, &Source)> {
        self.0.iter().enumerate().take(below).rfind(|(_, source)| source.name == name)
    }

    fn unknown(&self, name: &str) -> ThemeError {
        let why = format!("there is none of that name; use one of {}", self.names().join(", "));
        ThemeError { theme: name.to_owned(), file: None, why }
    }

    /// The file with what it inherits under it.
    fn merged(&self, at: usize, generation: usize) -> Result<Parts, ThemeError> {
        let source = &self.0[at];
        let error = |why| ThemeError { theme: source.name.clone(), file: source.file.clone(), why };
        let file: File = toml::from_str(&source.text).map_err(|it| error(told(&it, &source.text)))?;
        if generation > self.0.len() {
            return Err(error("it inherits from itself".to_owned()));
        }
        let (mut palette, mut roles) = match &file.inherits {
            Some(parent) => {
                // A theme of the user's that has the name of a built-in one can inherit from that.
                let below = if *parent == source.name { at } else { self.0.len() };
                let (at, _) = self.find(parent, below).ok_or_else(|| {
                    error(format!(
                        "it inherits from `{parent}`, which there is not; use one of {}",
                        self.names().join(", ")
                    ))
                })?;
                let parts = self.merged(at, generation + 1)?;
                (parts.palette, parts.roles)
            }
            None => Default::default(),
        };
        palette.extend(file.palette);
        roles.extend(file.roles);
        Ok(Parts { summary: file.summary, palette, roles })
    }
}

/// A built-in theme, for a terminal of this depth.
pub fn built_in(name: &str, depth: Depth) -> Result<Theme, ThemeError> {
    Library::default().load(name, depth)
}

/// The names of the built-in themes, in the order in which they are listed.
pub fn names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

/// What is wrong with a TOML file, in one line.
pub(in crate::console) fn told(error: &toml::de::Error, text: &str) -> String {
    let line = error.span().map(|span| text[..span.start.min(text.len())].lines().count().max(1));
    let message = error.message().lines().collect::<Vec<_>>().join(" ");
    line.map_or_else(|| message.clone(), |line| format!("line {line}: {message}"))
}

struct Parts {
    summary: String,
    palette: BTreeMap<String, PaletteEntry>,
    roles: BTreeMap<String, RoleStyle>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    summary: String,
    #[serde(default)]
    inherits: Option<String>,
    #[serde(default)]
    palette: BTreeMap<String, PaletteEntry>,
    #[serde(default)]
    roles: BTreeMap<String, RoleStyle>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a colour such as { rgb = \"#1e1e2e\", ansi = \"black\" }")]
struct PaletteEntry {
    rgb: String,
    /// The nearest one where it is left out.
    ansi: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a style such as { fg = \"ink\", bold = true }")]
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

fn style(look: &RoleStyle, palette: &BTreeMap<String, PaletteEntry>, depth: Depth) -> Result<Style, String> {
    let color = |name: &String| {
        let entry = palette.get(name).ok_or_else(|| format!("its palette has no `{name}`"))?;
        let rgb = parse_rgb(&entry.rgb).ok_or_else(|| format!("`{}` is no #rrggbb", entry.rgb))?;
        let ansi = match &entry.ansi {
            Some(ansi) => parse_ansi(ansi).ok_or_else(|| format!("`{ansi}` is no ANSI colour"))?,
            None => nearest_of_16(rgb),
        };
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
mod tests;
