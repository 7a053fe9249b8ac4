//! The JSON Schema of the SSOT, by which editors complete and check it while it is written.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::policy::Policy;

/// The schema as JSON, with a line break at its end: the content of `ssot/ssot.schema.json`. Making it takes more
/// program than having it.
pub const FILE: &str = include_str!("../../../ssot/ssot.schema.json");

/// Makes the schema, by which a test sees that the file is fresh.
///
/// It is made from the types that the file is read into. It cannot say everything that [`super::load`] refuses.
pub fn json() -> String {
    // Draft 7 is what YAML language servers know best.
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<Policy>();
    let mut schema = schema.to_value();
    refuse_null(&mut schema);
    schema["title"] = "docker-steward SSOT".into();
    format!("{schema:#}\n")
}

/// A key may be left out, but one that is written has a value: `patterns:` with nothing after it is a slip.
fn refuse_null(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(refuse_null),
        Value::Object(keys) => {
            if keys.get("default").is_some_and(Value::is_null) {
                keys.shift_remove("default");
            }
            if let Some(Value::Array(types)) = keys.get_mut("type") {
                types.retain(|name| name != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    keys.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(choices)) = keys.get_mut("anyOf") {
                choices.retain(|choice| choice["type"] != "null");
            }
            keys.values_mut().for_each(refuse_null);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_may_be_null() {
        let schema = json();
        assert!(!schema.contains("null"), "{schema}");
    }
}
