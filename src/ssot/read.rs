//! How the policy's small types are read and what editors are told of them.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error};

use super::pattern::{NamePattern, ProtectName, ProtectPattern};
use super::policy::{Environment, LabelRule};

/// A type that is written as one string: how it is read, and how the JSON Schema describes it.
macro_rules! written_as_a_string {
    ($type:ident, $what:literal, $schema:tt) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                $type::new(&text).map_err(|error| {
                    D::Error::custom(format_args!(concat!($what, " is not right: {}"), error))
                })
            }
        }

        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

written_as_a_string!(NamePattern, "the pattern", {
    "type": "string", "minLength": 1, "pattern": r"^[^\s\\]+$",
    "description": "A whole name, to the letter. `*` is any run of characters, `/` included."
});
written_as_a_string!(ProtectPattern, "the pattern", {
    "type": "string", "minLength": 1, "pattern": r"^[^\s\\\[\]]+$",
    "description": "Matched broadly: without regard to case, `-`, `_` and `.` alike, and from the start of a name or after any separator in it. `*` is any run of characters, `/` included."
});
written_as_a_string!(ProtectName, "the name", {
    "type": "string", "minLength": 1, "pattern": r"^[^\s\\*?\[\]{}]+$",
    "description": "A whole name, without regard to case and with `-`, `_` and `.` alike."
});
written_as_a_string!(LabelRule, "the label", {
    "type": "string", "minLength": 1, "pattern": r"^[^\s\\*?\[\]{}=][^\s\\*?\[\]{}]*$",
    "description": "`key`, or `key=value`."
});
written_as_a_string!(Environment, "the environment", {
    "type": "string", "pattern": "^[a-z][a-z0-9_-]{0,62}$", "examples": ["desktop", "staging", "production"]
});
