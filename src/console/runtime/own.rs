//! The user's own files: the configuration, themes, and what was remembered. None of them can keep the
//! console from opening: what is wrong in one is said, and the rest is used.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::console::config::Config;
use crate::console::memory::Memory;
use crate::console::theme::Library;
use crate::records::{Paths, create_private_dir, write_private};

/// The file of what is remembered, in the state folder.
const REMEMBERED: &str = Paths::CONSOLE;

/// What was found in them.
pub(super) struct Own {
    /// The configuration.
    pub(super) config: Config,
    /// The themes, the user's own among them.
    pub(super) library: Library,
    /// What was remembered.
    pub(super) memory: Memory,
    /// What was wrong.
    pub(super) words: Vec<String>,
    /// Where to remember; none where the user has no home.
    state: Option<PathBuf>,
}

impl Own {
    /// Reads them.
    pub(super) fn read(demo: bool) -> Self {
        // Whoever has no home has no files; the session says what follows from that.
        Paths::from_process(demo).map_or_else(|_| Self::none(), |paths| Self::at(&paths))
    }

    /// Reads those at these places.
    pub(super) fn at(paths: &Paths) -> Self {
        let mut own = Self { state: Some(paths.state().to_owned()), ..Self::none() };
        own.read_config(paths.config_folders());
        own.read_themes(paths.config_folders());
        own.read_memory(paths.state());
        own
    }

    fn none() -> Self {
        Self {
            config: Config::default(),
            library: Library::default(),
            memory: Memory::default(),
            words: Vec::new(),
            state: None,
        }
    }

    fn read_config(&mut self, folders: &[PathBuf]) {
        for folder in folders {
            let file = folder.join("config.toml");
            let Some(text) = self.text(&file) else { continue };
            match Config::parse(&text) {
                Ok(config) => self.config = config,
                Err(why) => self.words.push(format!("{} is not used: {why}", file.display())),
            }
            return;
        }
    }

    /// The first folder wins, so it is read last.
    fn read_themes(&mut self, folders: &[PathBuf]) {
        for folder in folders.iter().rev() {
            let Ok(entries) = std::fs::read_dir(folder.join("themes")) else { continue };
            let mut files: Vec<PathBuf> = entries
                .filter_map(|entry| entry.ok().map(|it| it.path()))
                .filter(|file| file.extension().is_some_and(|it| it == "toml"))
                .collect();
            files.sort();
            for file in files {
                if let Some(text) = self.text(&file) {
                    self.library.add(&file, text);
                }
            }
        }
    }

    fn read_memory(&mut self, state: &Path) {
        let file = state.join(REMEMBERED);
        let Some(text) = self.text(&file) else { return };
        match Memory::parse(&text) {
            Ok(memory) => self.memory = memory,
            Err(why) => self.words.push(format!(
                "{} is broken and left aside, so nothing is remembered: {why}",
                file.display()
            )),
        }
    }

    /// The text of a file; none where there is none, with a word if it is there and cannot be read.
    fn text(&mut self, file: &Path) -> Option<String> {
        match std::fs::read_to_string(file) {
            Ok(text) => Some(text),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => None,
            Err(error) => {
                self.words.push(format!("{} cannot be read: {error}", file.display()));
                None
            }
        }
    }

    /// Remembers, if there is anything new. A console that cannot remember works as well: it goes into the
    /// log, and nobody is held up.
    pub(super) fn remember(&self, memory: &Memory) {
        let Some(state) = self.state.as_deref().filter(|_| *memory != self.memory) else { return };
        let written = create_private_dir(state)
            .and_then(|()| write_private(&state.join(REMEMBERED), memory.to_text().as_bytes()));
        if let Err(error) = written {
            tracing::warn!("what was looked at cannot be remembered in {}: {error}", state.display());
        }
    }
}
