//! Durations as people write them: `14d`, `2w`, `0s`.

use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error};

/// Reads a duration; a number without a unit is refused, since nobody knows of what.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!(
            "`{text}` has no unit; write for example `{}d` or `{0}h`",
            if text.is_empty() { "14" } else { text }
        ));
    }
    humantime::parse_duration(text)
        .map_err(|_| format!("`{text}` is no duration; write for example `14d`, `2w`, `12h` or `0s`"))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// A duration in the JSON Schema.
pub(super) struct Text;

impl schemars::JsonSchema for Text {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": r"^\s*\d+\s*[a-zA-Z]", "examples": ["14d", "2w", "12h", "0s"] })
    }
}
