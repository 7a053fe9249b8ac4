//! Durations as people write them: `14d`, `2w`, `0s`.

use std::fmt;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

use super::wire::refuse;

/// Reads a duration. A number without a unit is refused, since nobody knows of what.
fn parse<E: Error>(text: &str) -> Result<Duration, E> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(refuse(
            format_args!("the duration `{text}` has no unit"),
            format_args!("write `{text}d` for days"),
        ));
    }
    humantime::parse_duration(text).map_err(|_| {
        refuse(format_args!("`{text}` is no duration"), "write for example `14d`, `2w`, `12h` or `0s`")
    })
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    parse(&Written::deserialize(deserializer)?.0)
}

pub(super) fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    deserialize(deserializer).map(Some)
}

/// The text of a duration, which may look like a number to YAML.
struct Written(String);

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self(String::new()))
    }
}

impl Visitor<'_> for Written {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration such as `14d`")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self, E> {
        Ok(Self(text.to_owned()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self, E> {
        Ok(Self(number.to_string()))
    }
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
