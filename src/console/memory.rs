//! What the console remembers from one run to the next: how it was looked at, nothing of what was seen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What is remembered. What is not understood, as from another version, is left aside.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The theme that was chosen; none to follow the terminal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
    /// Whether the mouse was in use.
    pub mouse: bool,
    /// The view that was in front, by the name of its command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
    /// How each table was sorted, by the name of its view; only where it was not as it is at first.
    pub sort: BTreeMap<String, Sort>,
}

/// How a table was sorted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// The heading of the column, in small letters.
    pub column: String,
    /// Whether the other way round.
    #[serde(default)]
    pub reverse: bool,
}

impl Memory {
    /// Reads it.
    pub fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    /// Writes it.
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}
