//! The JSON Schema of the SSOT, by which editors complete and check it while it is written.

use schemars::generate::SchemaSettings;

use super::policy::Policy;

/// The schema as JSON, with a line break at its end: the content of `ssot/ssot.schema.json`.
///
/// It is made from the types that the file is read into. It cannot say everything that [`super::load`] refuses.
pub fn json() -> String {
    // Draft 7 is what YAML language servers know best.
    let mut schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<Policy>();
    schema.insert("title".to_owned(), "docker-steward SSOT".into());
    format!("{:#}\n", schema.to_value())
}
