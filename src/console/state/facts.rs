//! What a session says of itself once it is open: plain data, so that everything on the screen can be made
//! without an engine.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::session::Acquaintance;
use crate::ssot::Environment;
use crate::steward::{EngineIdentity, Refused};
use crate::text::sanitise;

/// One engine under one SSOT, as the screen needs to know it. All texts are sanitised by [`Facts::clean`].
#[derive(Debug, Clone)]
pub struct Facts {
    /// Which environment.
    pub environment: Environment,
    /// The name under which the steward speaks.
    pub steward: String,
    /// What the environment is for.
    pub purpose: String,
    /// The engine.
    pub engine: EngineIdentity,
    /// How well the engine is known.
    pub acquaintance: Acquaintance,
    /// Why nothing may be removed here; none where it may.
    pub forbidden: Option<Refused>,
    /// The declaration.
    pub ssot: SsotFacts,
    /// The variable that makes a plain `docker` reach this engine; none where it does so anyway.
    pub docker_env: Option<(String, String)>,
    /// How long the SSOT has what a cleanup takes away kept in the trash; none where it does not say so.
    pub trash: Option<Duration>,
    /// Whether the engine is the built-in simulated one.
    pub demo: bool,
}

/// The SSOT file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SsotFacts {
    /// Where it was read from.
    pub path: String,
    /// What git says of it: `clean`, `modified`, `untracked`; none where it cannot tell.
    pub git: Option<String>,
    /// Its lines.
    pub lines: Vec<String>,
    /// The line (from 1) on which each rule stands, by the rule's name in a [`crate::steward::Reason`].
    pub rules: BTreeMap<String, usize>,
}

impl Facts {
    /// Makes everything that came from the engine or a file harmless to print.
    #[must_use]
    pub fn clean(mut self) -> Self {
        let engine = &mut self.engine;
        for text in [
            &mut self.steward,
            &mut self.purpose,
            &mut self.ssot.path,
            &mut engine.name,
            &mut engine.version,
            &mut engine.api,
            &mut engine.host,
            &mut engine.storage,
            &mut engine.operating_system,
            &mut engine.root_dir,
            &mut engine.id,
        ] {
            scrub(text);
        }
        for line in &mut self.ssot.lines {
            scrub(line);
        }
        self
    }

    /// Whether nothing may be removed in this session.
    pub const fn is_read_only(&self) -> bool {
        self.forbidden.is_some()
    }

    /// `ssot/staging.yaml:21`, or the rule's own name where it stands in no file.
    pub fn place_of(&self, rule: &str) -> Option<String> {
        self.ssot.rules.get(rule).map(|line| format!("{}:{line}", self.ssot.path))
    }
}

fn scrub(text: &mut String) {
    if let std::borrow::Cow::Owned(clean) = sanitise(text) {
        *text = clean;
    }
}
