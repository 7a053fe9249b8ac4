//! Reading an SSOT, strictly: a policy with nothing guessed, or an error that says where and what to do.
//!
//! Four keys must be written: `version`, since another format may mean other things by the same words;
//! `environment`, since a file in the wrong place must be noticed; `cleanup`, since both defaults would be wrong,
//! one harmlessly and one not; and `protected` with at least one of its lists, since a protection that is missing by
//! mistake looks exactly like one that is not needed. So does a list with nothing after its key: an empty list is
//! written `[]`. Everything else may be left out, and what is left out makes nothing removable.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::decode::Decoder;
use super::error::SsotError;
use super::policy::Policy;
use super::{git, syntax, tree};

pub use super::git::GitState;

/// Where an SSOT came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A file, by a path that can be opened.
    File(PathBuf),
    /// One of those in the program, by the path it would have as a file.
    BuiltIn(&'static str),
}

impl Origin {
    /// The path as people are shown it.
    pub fn display(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::BuiltIn(path) => format!("built-in {path}"),
        }
    }
}

/// A valid SSOT with everything that is known of its text.
#[derive(Debug, Clone)]
pub struct Ssot {
    /// What it declares.
    pub policy: Policy,
    /// Where it came from.
    pub origin: Origin,
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// Its text.
    pub text: String,
    /// The path shown to people.
    shown: String,
    /// The byte at which each rule stands.
    places: HashMap<String, usize>,
}

impl Ssot {
    /// The line of a rule, counted from 1: `safe_to_delete.patterns[1]`, `protected.names[0]`,
    /// `retention.dangling_images` … `None` for a rule that is not written in the file.
    pub fn line_of(&self, rule: &str) -> Option<usize> {
        self.places.get(rule).map(|&at| tree::line_at(&self.text, at))
    }

    /// The path as people are shown it: `ssot/staging.yaml`, or `built-in ssot/staging.yaml`.
    pub fn path_display(&self) -> String {
        self.shown.clone()
    }

    /// An error that points at a rule of this valid SSOT.
    pub(super) fn error_at(&self, rule: &str, problem: String, mend: String) -> SsotError {
        let at = self.places.get(rule).copied().unwrap_or_default();
        let end = self.text[at..].find('\n').map_or(self.text.len(), |length| at + length);
        SsotError::at(&self.shown, &self.text, at..end, problem, mend)
    }

    /// The same file as it is now; one that is part of the program cannot have changed.
    ///
    /// # Errors
    /// Where it cannot be read, or is no valid SSOT any more.
    pub fn again(&self) -> Result<Self, SsotError> {
        match &self.origin {
            Origin::File(path) => read_shown(path, &self.shown),
            Origin::BuiltIn(_) => Ok(self.clone()),
        }
    }

    /// Whether git holds the file as it is. Asks `git`, so it takes some milliseconds; never fails.
    pub fn git_state(&self) -> GitState {
        match &self.origin {
            Origin::File(path) => git::state(path),
            Origin::BuiltIn(_) => GitState::None,
        }
    }
}

/// Reads an SSOT from its text.
pub fn parse(text: &str, origin: &Origin) -> Result<Ssot, SsotError> {
    parse_shown(text, origin, &origin.display())
}

/// Reads an SSOT from its bytes, which may turn out not to be text.
pub fn parse_bytes(bytes: &[u8], origin: &Origin) -> Result<Ssot, SsotError> {
    let shown = origin.display();
    parse_shown(syntax::decode_utf8(&shown, bytes)?, origin, &shown)
}

/// Reads an SSOT from a file.
pub fn read(path: &Path) -> Result<Ssot, SsotError> {
    read_shown(path, &path.display().to_string())
}

/// Like [`read`], and calls the file `shown` to people.
pub(super) fn read_shown(path: &Path, shown: &str) -> Result<Ssot, SsotError> {
    let bytes = std::fs::read(path).map_err(|error| {
        let mend = match error.kind() {
            std::io::ErrorKind::NotFound => "check the path, or write one with `docker-steward ssot init`",
            std::io::ErrorKind::PermissionDenied => "let your user read it",
            _ => "name a file that can be read",
        };
        SsotError::general(shown, format!("the SSOT cannot be read: {error}"), mend.to_owned())
    })?;
    let text = syntax::decode_utf8(shown, &bytes)?;
    parse_shown(text, &Origin::File(path.to_owned()), shown)
}

pub(super) fn parse_shown(text: &str, origin: &Origin, shown: &str) -> Result<Ssot, SsotError> {
    let raw = syntax::read(text).map_err(|fault| fault.into_error(shown, text))?;
    let root = tree::locate(text, raw).map_err(|fault| fault.into_error(shown, text))?;
    let policy = Policy::deserialize(Decoder::new(&root))
        .map_err(|error| SsotError::at(shown, text, error.span.unwrap_or(0..0), error.problem, error.mend))?;
    Ok(Ssot {
        policy,
        origin: origin.clone(),
        sha256: sha256(text.as_bytes()),
        text: text.to_owned(),
        shown: shown.to_owned(),
        places: root.places(),
    })
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
