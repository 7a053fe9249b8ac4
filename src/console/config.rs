//! The console's configuration: `config.toml` in the configuration folder.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::keymap::Wishes;

/// What the file says; nothing of it has to be there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The theme to begin with. `--theme` comes before it, what was chosen last after it.
    pub theme: Option<String>,
    /// Whether the console takes the mouse from the beginning.
    pub mouse: Option<bool>,
    /// Whether only ASCII is drawn, whatever the terminal seems to know.
    pub ascii: Option<bool>,
    /// Other keys for commands, in every mode that has them.
    pub keys: Wishes,
    /// Other keys for commands in one mode, by the mode's name.
    pub keys_in: BTreeMap<String, Wishes>,
}

impl Config {
    /// Reads the text of the file; an error says the line and what is wrong there.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| super::theme::told(&error, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_strict_and_says_where() {
        assert_eq!(Config::parse("").unwrap(), Config::default());
        let config = Config::parse(
            "theme = \"gruvbox\"\nmouse = true\n[keys]\nmark = \"x\"\n[keys_in.table]\nsort = [\"o\"]\n",
        );
        assert_eq!(config.unwrap().keys_in.len(), 1);
        let said = ["them = \"dark\"", "mouse = \"yes\"", "\n\ntheme = ", "[keys]\nmark = 3"]
            .map(|text| Config::parse(text).unwrap_err());
        insta::assert_snapshot!(said.join("\n"), @r#"
        line 1: unknown field `them`, expected one of `theme`, `mouse`, `ascii`, `keys`, `keys_in`
        line 1: invalid type: string "yes", expected a boolean
        line 3: string values must be quoted, expected literal string
        line 2: expected a key or a list of keys
        "#);
    }
}
