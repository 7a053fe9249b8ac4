//! How the policy's small types are read and what editors are told of them.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer};

use super::pattern::{NamePattern, PatternError, ProtectName, ProtectPattern};
use super::policy::{Environment, EnvironmentError, LabelRule, TimeOfDay};
use super::wire::refuse;

/// A type that is written as one string: how it is read, and how the JSON Schema describes it.
macro_rules! written_as_a_string {
    ($type:ident, $what:literal, $mend:expr, $schema:tt) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                $type::new(&text).map_err(|error| {
                    let problem = format!(concat!("the ", $what, " `{}` is not right: {}"), text, error);
                    refuse(problem, $mend(&error))
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

written_as_a_string!(NamePattern, "pattern", PatternError::mend, {
    "type": "string", "minLength": 1, "pattern": r"^[^\s\\]+$",
    "description": "A whole name, to the letter. `*` is any run of characters, `/` included."
});
written_as_a_string!(ProtectPattern, "pattern", PatternError::mend, {
    "type": "string", "minLength": 1, "pattern": r"^[^\s\\\[\]]+$",
    "description": "Matched broadly: without regard to case, `-`, `_` and `.` alike, and from the start of a name or after any separator in it. `*` is any run of characters, `/` included."
});
written_as_a_string!(ProtectName, "name", PatternError::mend, {
    "type": "string", "minLength": 1, "pattern": r"^[^\s\\*?\[\]{}]+$",
    "description": "A whole name, without regard to case and with `-`, `_` and `.` alike."
});
written_as_a_string!(LabelRule, "label", PatternError::mend, {
    "type": "string", "minLength": 1, "pattern": r"^[^\s\\*?\[\]{}=][^\s\\*?\[\]{}]*$",
    "description": "`key`, or `key=value`."
});
written_as_a_string!(Environment, "name", environment_mend, {
    "type": "string", "pattern": "^[a-z][a-z0-9_-]{0,62}$", "examples": ["desktop", "staging", "production"]
});

fn environment_mend(error: &EnvironmentError) -> String {
    match Environment::new(&error.0.to_lowercase()) {
        Ok(right) => format!("did you mean `{right}`?"),
        Err(_) => "write for example `staging`".to_owned(),
    }
}

impl JsonSchema for TimeOfDay {
    fn schema_name() -> Cow<'static, str> {
        "TimeOfDay".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "examples": ["02:00"] })
    }
}
