//! The console: a state, messages that change it, effects that it asks for, and views that draw it.
//!
//! Keys and the session's answers become [`message::Message`]s; [`update::update`] turns them into a new
//! [`state::State`] and into [`message::Effect`]s; only the runtime does effects; [`view::draw`] draws the
//! state and changes nothing.

pub mod actions;
pub mod config;
pub mod keymap;
pub mod layout;
pub mod memory;
pub mod message;
mod runtime;
pub mod state;
pub mod theme;
pub mod update;
pub mod view;

use crate::records::Paths;
use crate::session::Options;

/// How the console is to look.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// `--theme`; none for light or dark as the terminal is.
    pub theme: Option<String>,
    /// `--color`.
    pub color: ColorChoice,
}

/// Whether colours are used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// As the terminal and `NO_COLOR` say.
    #[default]
    Auto,
    /// Even where the terminal does not seem to have any.
    Always,
    /// Never.
    Never,
}

/// How the console ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitKind {
    /// Somebody left it.
    Quit,
    /// A signal ended it; a removal that was in flight has been finished and journalled.
    Signalled(message::Signal),
}

/// Why the console cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// The theme cannot be used.
    #[error(transparent)]
    Theme(#[from] theme::ThemeError),
    /// The terminal cannot be used.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] std::io::Error),
    /// A task panicked; its report has been written.
    #[error("a part of the console failed; this is a fault of docker-steward")]
    Panicked,
}

/// What is wrong in the user's own files for the console: its configuration, themes, and what it remembers. It
/// opens all the same; each sentence names the file.
pub fn trouble_in_files(paths: &Paths) -> Vec<String> {
    runtime::trouble_in_files(paths)
}

/// Runs the console until it is left. The terminal is given back whatever happens, and a removal in flight
/// is finished first.
pub async fn run(options: Options, settings: Settings) -> Result<ExitKind, ConsoleError> {
    runtime::run(options, settings).await
}
