//! Which themes and glyphs this terminal can show.

use std::io::stdout;
use std::time::Duration;

use terminal_colorsaurus::{QueryOptions, ThemeMode, theme_mode};
use termprofile::{DetectorSettings, TermProfile};

use super::own::Own;
use crate::console::theme::{self, Depth, Theme, ThemeError};
use crate::console::{ColorChoice, Settings};

/// How long the terminal may take to say whether it is light or dark. All but the oddest answer at once;
/// an answer after this would be read as keys, so it is not short.
const PATIENCE: Duration = Duration::from_millis(600);

/// What the console may look like here.
pub(super) struct Looks {
    /// The themes that can be chosen.
    pub(super) themes: Vec<Theme>,
    /// The one to begin with.
    pub(super) first: usize,
    /// The one that goes with the terminal.
    pub(super) of_terminal: usize,
    /// Whether only ASCII may be drawn.
    pub(super) ascii: bool,
    /// What was wrong with themes that were left out.
    pub(super) words: Vec<String>,
}

/// Chooses. What `--theme` asks for must be there; what a file asks for should be.
pub(super) fn choose(settings: &Settings, own: &Own) -> Result<Looks, ThemeError> {
    // crossterm's own reading of NO_COLOR would wipe the reverse video of the selection, too: what is not
    // wanted is left out of the theme instead.
    ratatui::crossterm::style::force_color_output(true);
    let ascii = own.config.ascii.unwrap_or_else(|| !is_utf8());
    let depth = depth(settings.color);
    if let Some(name) = &settings.theme {
        // A name that does not exist is an error also where colours are off.
        own.library.load(name, depth)?;
    }
    let mut words = Vec::new();
    if depth == Depth::None {
        let themes = vec![theme::built_in("monochrome", depth)?];
        return Ok(Looks { themes, first: 0, of_terminal: 0, ascii, words });
    }
    let mut themes = Vec::new();
    for name in own.library.names() {
        match own.library.load(name, depth) {
            Ok(theme) => themes.push(theme),
            Err(error) => words.push(error.to_string()),
        }
    }
    let place = |name: &str| themes.iter().position(|theme| theme.name() == name);
    let asked = settings.theme.as_ref().or(own.config.theme.as_ref()).or(own.memory.theme.as_ref());
    // A theme of one's own that is broken has been told already.
    let missing = asked.filter(|name| place(name).is_none() && !own.library.names().contains(&name.as_str()));
    if let Some(error) = missing.and_then(|name| own.library.load(name, depth).err()) {
        words.push(error.to_string());
    }
    let first = asked.and_then(|name| place(name));
    // The terminal is asked only where its answer matters: one that owes it holds up the first screen.
    let of_terminal = place(if first.is_none() { background() } else { "dark" }).unwrap_or(0);
    Ok(Looks { first: first.unwrap_or(of_terminal), of_terminal, themes, ascii, words })
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
