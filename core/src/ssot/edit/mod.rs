//! Writing into an SSOT that people wrote: one rule is added, and everything else stays to the letter.
//!
//! Pure: text in, text and what changed out; [`replace`] alone touches the disk. Each edit is
//! made on a file that loads strictly, and believed only once its result loads strictly too and declares
//! exactly what the old file declared and the one thing more.

mod diff;
mod file;
mod splice;

use super::error::SsotError;
use super::load::{Origin, Ssot, parse_shown};
use super::pattern::{NamePattern, PatternError};
use super::policy::{EngineBinding, Policy};
use splice::Splice;

pub use diff::unified;
pub use file::{replace, replace_text};

/// An edit of an SSOT that has been checked and not yet been written.
#[derive(Debug, Clone)]
pub struct Edited {
    /// The SSOT as it will be: its text and what it declares.
    pub ssot: Ssot,
    /// What changes, as a unified diff of lines.
    pub diff: String,
    /// The rule that was written, such as `safe_to_delete.patterns[5]`.
    pub rule: String,
}

/// Why an SSOT is not edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// It is one of those in the program.
    #[error(
        "{shown} is part of the program and cannot be changed\n  = help: write it as a file first: `docker-steward ssot init --env {environment} --built-in --out ssot/{environment}.yaml`"
    )]
    BuiltIn {
        /// What it is called.
        shown: String,
        /// Which environment it declares.
        environment: String,
    },
    /// What would be written is no pattern.
    #[error("`{text}` cannot be a rule: {error}\n  = help: {}", .error.mend())]
    Pattern {
        /// What would be written.
        text: String,
        /// Why it is none.
        error: PatternError,
    },
    /// The rule is there already.
    #[error("{rule} says so already")]
    Already {
        /// The rule.
        rule: String,
    },
    /// The file's layout leaves no place where the rule could be written with certainty.
    #[error(
        "{shown} cannot be edited without touching more than one rule\n  = help: write it by hand: {line}"
    )]
    ByHand {
        /// The file.
        shown: String,
        /// What to write.
        line: String,
    },
    /// The result would be no valid SSOT.
    #[error("with that rule the SSOT would not be valid: {0}")]
    Invalid(SsotError),
}

/// Adds a pattern to `safe_to_delete.patterns`.
pub fn approve(ssot: &Ssot, pattern: &str) -> Result<Edited, EditError> {
    let name =
        NamePattern::new(pattern).map_err(|error| EditError::Pattern { text: pattern.to_owned(), error })?;
    let patterns = &ssot.policy.safe_to_delete.patterns;
    if let Some(at) = patterns.iter().position(|known| *known == name) {
        return Err(EditError::Already { rule: format!("safe_to_delete.patterns[{at}]") });
    }
    let rule = format!("safe_to_delete.patterns[{}]", patterns.len());
    let mut wanted = ssot.policy.clone();
    wanted.safe_to_delete.patterns.push(name);
    let line = format!("safe_to_delete: {{patterns: [{}]}}", splice::quoted(pattern));
    edit(ssot, &wanted, rule, &line, |splice| splice.add_safe_pattern(pattern))
}

/// Writes the engine's identity into `host.engine`, in the place of another one if there is one.
pub fn bind(ssot: &Ssot, engine: &EngineBinding) -> Result<Edited, EditError> {
    if ssot.policy.host.engine.as_ref() == Some(engine) {
        return Err(EditError::Already { rule: "host.engine".to_owned() });
    }
    let mut wanted = ssot.policy.clone();
    wanted.host.engine = Some(engine.clone());
    let line = format!("host: {{engine: {}}}", splice::engine(engine));
    edit(ssot, &wanted, "host.engine".to_owned(), &line, |splice| splice.set_engine(engine))
}

/// Reads the text of an SSOT that somebody is writing as the file would be read: `origin` and `shown` say
/// where it will stand.
///
/// # Errors
/// Where it is no valid SSOT, with the place.
pub fn draft(text: &str, origin: &Origin, shown: &str) -> Result<Ssot, SsotError> {
    parse_shown(text, origin, shown)
}

/// Makes an edit, and proves that it did what was wanted and nothing else.
fn edit(
    ssot: &Ssot,
    wanted: &Policy,
    rule: String,
    line: &str,
    make: impl FnOnce(&Splice<'_>) -> Option<String>,
) -> Result<Edited, EditError> {
    let shown = ssot.path_display();
    if matches!(ssot.origin, Origin::BuiltIn(_)) {
        let environment = ssot.policy.environment.as_str().to_owned();
        return Err(EditError::BuiltIn { shown, environment });
    }
    let by_hand = || EditError::ByHand { shown: shown.clone(), line: line.to_owned() };
    let splice = Splice::of(&ssot.text).ok_or_else(by_hand)?;
    let text = make(&splice).ok_or_else(by_hand)?;
    let edited = parse_shown(&text, &ssot.origin, &shown).map_err(EditError::Invalid)?;
    if edited.policy != *wanted {
        return Err(by_hand());
    }
    let diff = diff::unified(&shown, &ssot.text, &text);
    Ok(Edited { ssot: edited, diff, rule })
}

#[cfg(test)]
mod tests;
