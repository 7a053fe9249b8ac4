//! Which themes and glyphs this terminal can show.

use std::io::stdout;
use std::time::Duration;

use terminal_colorsaurus::{QueryOptions, ThemeMode, theme_mode};
use termprofile::{DetectorSettings, TermProfile};

use crate::console::theme::{self, Depth, Theme, ThemeError};
use crate::console::{ColorChoice, Settings};

/// How long the terminal may take to say whether it is light or dark. All but the oddest answer at once;
/// an answer after this would be read as keys, so it is not short.
const PATIENCE: Duration = Duration::from_millis(600);

/// What the console may look like here.
pub(super) struct Looks {
    /// The themes that `t` goes through.
    pub(super) themes: Vec<Theme>,
    /// The one to begin with.
    pub(super) first: usize,
    /// Whether only ASCII may be drawn.
    pub(super) ascii: bool,
}

/// Chooses.
pub(super) fn choose(settings: &Settings) -> Result<Looks, ThemeError> {
    // crossterm's own reading of NO_COLOR would wipe the reverse video of the selection, too: what is not
    // wanted is left out of the theme instead.
    ratatui::crossterm::style::force_color_output(true);
    let ascii = !is_utf8();
    let depth = depth(settings.color);
    if let Some(name) = &settings.theme {
        // A name that does not exist is an error also where colours are off.
        theme::built_in(name, depth)?;
    }
    if depth == Depth::None {
        return Ok(Looks { themes: vec![theme::built_in("monochrome", depth)?], first: 0, ascii });
    }
    let themes = theme::names().map(|name| theme::built_in(name, depth)).collect::<Result<Vec<_>, _>>()?;
    let name = match &settings.theme {
        Some(name) => name.as_str(),
        None => background(),
    };
    let first = themes.iter().position(|theme| theme.name() == name).unwrap_or(0);
    Ok(Looks { themes, first, ascii })
}

fn depth(choice: ColorChoice) -> Depth {
    let found = match TermProfile::detect(&stdout(), DetectorSettings::default()) {
        TermProfile::NoTty | TermProfile::NoColor => Depth::None,
        TermProfile::Ansi16 => Depth::Ansi16,
        TermProfile::Ansi256 => Depth::Ansi256,
        TermProfile::TrueColor => Depth::True,
    };
    match choice {
        ColorChoice::Auto => found,
        ColorChoice::Never => Depth::None,
        ColorChoice::Always => found.max(Depth::Ansi16),
    }
}

fn background() -> &'static str {
    let mut options = QueryOptions::default();
    options.timeout = PATIENCE;
    match theme_mode(options) {
        Ok(ThemeMode::Light) => "light",
        Ok(ThemeMode::Dark) | Err(_) => "dark",
    }
}

/// The first of these that is set and not empty decides, as in the C library.
fn is_utf8() -> bool {
    if cfg!(any(target_os = "macos", windows)) {
        return true;
    }
    let set = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    set.is_some_and(|value| {
        let value = value.to_ascii_lowercase();
        value.contains("utf-8") || value.contains("utf8")
    })
}
