//! What the engine is meant to hold, and what must stay whatever happens.

use std::fmt;

use crate::ssot::pattern::{Folded, NamePattern, PatternError, ProtectName, ProtectPattern};

/// What the engine is meant to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Containers by name.
    #[serde(default)]
    pub containers: Vec<Expectation>,
    /// Images as `repository:tag`.
    #[serde(default)]
    pub images: Vec<Expectation>,
    /// Volumes by name.
    #[serde(default)]
    pub volumes: Vec<Expectation>,
    /// Networks by name.
    #[serde(default)]
    pub networks: Vec<Expectation>,
}

/// One thing that the engine is meant to hold.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Its name, or a pattern that at least one resource must match.
    pub name: NamePattern,
    /// Whether it may be absent without being missing.
    #[serde(default)]
    pub optional: bool,
}

/// What must never be removed, on any account. Matched broadly, against every facet of a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "crate::ssot::wire::ProtectedFile")]
pub struct Protected {
    /// Patterns such as `prod-*`: without regard to case, `-`, `_` and `.` alike, from any word on.
    pub patterns: Vec<ProtectPattern>,
    /// Whole names, as broad in case and separators.
    pub names: Vec<ProtectName>,
    /// Labels, as `key` or `key=value`.
    pub labels: Vec<LabelRule>,
}

/// A label that protects what carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelRule {
    /// The label's key.
    pub key: String,
    /// The value it must have; any, if none.
    pub value: Option<String>,
}

impl LabelRule {
    /// Reads `key` or `key=value`. `key=` asks for the empty value.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        // The same refusals as for a name: a wildcard or a blank would be taken literally and protect nothing.
        let (key, value) = text.split_once('=').map_or((text, None), |(key, value)| (key, Some(value)));
        if key.is_empty() && value.is_some() {
            return Err(PatternError::NoKey);
        }
        ProtectName::new(key)?;
        value.filter(|value| !value.is_empty()).map(ProtectName::new).transpose()?;
        Ok(Self { key: key.to_owned(), value: value.map(str::to_owned) })
    }

    /// Whether a label satisfies the rule: key and value whole, without regard to case and with `-`, `_`, `.`
    /// alike, as everything that protects.
    pub fn matches(&self, key: &str, value: &str) -> bool {
        Folded::alike(&self.key, key)
            && self.value.as_deref().is_none_or(|wanted| Folded::alike(wanted, value))
    }
}

impl fmt::Display for LabelRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{}={value}", self.key),
            None => f.write_str(&self.key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_rule_asks_for_a_key_or_for_a_value_too() {
        let any = LabelRule::new("keep").unwrap();
        assert!(any.matches("keep", "") && any.matches("Keep", "yes"));
        assert!(!any.matches("keeper", "yes"));
        let one = LabelRule::new("com.acme.tier=prod").unwrap();
        assert!(one.matches("com.acme.tier", "prod") && one.matches("com.acme.tier", "PROD"));
        assert!(!one.matches("com.acme.tier", "product") && !one.matches("com.acme.tier", ""));
        assert!(LabelRule::new("a=").unwrap().matches("a", ""));
        assert!(!LabelRule::new("a=").unwrap().matches("a", "b"));
        assert_eq!(LabelRule::new("=x").unwrap_err(), PatternError::NoKey);
        assert_eq!(LabelRule::new("").unwrap_err(), PatternError::Empty);
        assert_eq!(LabelRule::new("tier=prod*").unwrap_err(), PatternError::Wildcard('*'));
        assert_eq!(one.to_string(), "com.acme.tier=prod");
    }
}
