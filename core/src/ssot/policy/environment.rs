//! Which environment, on which engine, and what may be done to it.

use std::fmt;

/// The name of an environment. `prod` and `production` are one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Environment(String);

/// Why a text is no environment's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it must be lower-case letters, digits, `-` and `_`, a letter first, at most 63")]
pub struct EnvironmentError(
    /// The text.
    pub String,
);

impl Environment {
    /// Reads a name. It becomes part of file names, so the alphabet is small.
    pub fn new(name: &str) -> Result<Self, EnvironmentError> {
        let right = name.len() <= 63
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'));
        match name {
            "prod" => Ok(Self("production".to_owned())),
            _ if right => Ok(Self(name.to_owned())),
            _ => Err(EnvironmentError(name.to_owned())),
        }
    }

    /// The name: `desktop`, `staging`, `production` …
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is production, under either of its spellings.
    pub fn is_production(&self) -> bool {
        self.0 == "production"
    }

    /// The name in audit records and in the seeds' file names: `prod` for production.
    pub fn record_name(&self) -> &str {
        if self.is_production() { "prod" } else { &self.0 }
    }

    /// Every spelling under which a file may carry the name, the canonical one first.
    pub fn spellings(&self) -> Vec<&str> {
        if self.is_production() { vec!["production", "prod"] } else { vec![&self.0] }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Environment {
    type Err = EnvironmentError;

    fn from_str(name: &str) -> Result<Self, EnvironmentError> {
        Self::new(name)
    }
}

impl serde::Serialize for Environment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// What may be removed in an environment, and how.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Cleanup {
    /// Nothing, by nobody: the environment is read-only.
    Forbidden,
    /// What is safe to delete, after the plan was shown and the phrase typed.
    Confirm,
    /// Like `confirm`, and what `auto_delete` lists may go unattended.
    Autonomous,
}

impl Cleanup {
    /// The word in the SSOT.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::Confirm => "confirm",
            Self::Autonomous => "autonomous",
        }
    }
}

impl fmt::Display for Cleanup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The machine that runs the engine.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// Its address, the `ip` of audit records.
    #[serde(default)]
    pub address: Option<String>,
    /// The engine that this SSOT is bound to; another one is refused. Written by `docker-steward ssot bind`.
    #[serde(default)]
    pub engine: Option<EngineBinding>,
}

/// The identity of an engine. All that is noted must hold: machines cloned from one disk share the ID, and an
/// engine with another root folder or storage holds other things.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EngineBinding {
    /// `ID` of `docker info`.
    pub id: String,
    /// `Name` of `docker info`.
    pub name: String,
    /// `DockerRootDir` of `docker info`, such as `/var/lib/docker`.
    #[serde(default)]
    pub root_dir: Option<String>,
    /// `Driver` of `docker info`, such as `overlay2`, with `+containerd` where the containerd image store is on.
    #[serde(default)]
    pub storage: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prod_and_production_are_one() {
        let production = Environment::new("prod").unwrap();
        assert_eq!(production, Environment::new("production").unwrap());
        assert_eq!(production.as_str(), "production");
        assert_eq!(production.record_name(), "prod");
        assert!(production.is_production());
        assert!(!Environment::new("staging").unwrap().is_production());
    }

    #[test]
    fn a_name_cannot_leave_its_folder() {
        for name in ["", "..", "a/b", "Prod", "1st", "-x", "a b", "a.b", "é", "a\0", &"a".repeat(64)] {
            assert!(Environment::new(name).is_err(), "{name:?}");
        }
        for name in ["desktop", "staging-2", "ci_eu", "a"] {
            assert!(Environment::new(name).is_ok(), "{name:?}");
        }
    }
}
