//! The `filters` parameter: `{"label":["a=b"]}`, or the old `{"label":{"a=b":true}}`.
use std::collections::BTreeMap;

use serde_json::Value;

use super::reply::{Refusal, bad, failure};
use super::resources::Map;

/// Filters by key. One key's values are alternatives, save labels, which must all hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Filters(BTreeMap<String, Vec<String>>);

impl Filters {
    /// Reads the parameter and refuses a key that this list does not know.
    pub(super) fn parse(text: Option<&str>, known: &[&str]) -> Result<Filters, Refusal> {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(Filters::default()) };
        let value: Value = serde_json::from_str(text).map_err(|error| failure(error.to_string()))?;
        let Value::Object(fields) = value else { return Err(failure("invalid filters")) };
        let mut filters = BTreeMap::new();
        for (key, values) in fields {
            if !known.is_empty() && !known.contains(&key.as_str()) {
                return Err(bad(format!("Invalid filter '{key}'")));
            }
            let values = match values {
                Value::Array(items) => {
                    items.into_iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
                }
                Value::Object(items) => items
                    .into_iter()
                    .filter(|(_, on)| on.as_bool() == Some(true))
                    .map(|(key, _)| key)
                    .collect(),
                _ => return Err(failure("invalid filters")),
            };
            filters.insert(key, values);
        }
        Ok(Filters(filters))
    }

    /// The values of a key, if it was given.
    pub(super) fn get(&self, key: &str) -> Option<&[String]> {
        self.0.get(key).map(Vec::as_slice).filter(|values| !values.is_empty())
    }

    /// Whether the key is absent or one of its values passes the test.
    pub(super) fn any(&self, key: &str, test: impl Fn(&str) -> bool) -> bool {
        self.get(key).is_none_or(|values| values.iter().any(|value| test(value)))
    }

    /// Whether all `label` filters hold.
    pub(super) fn labels(&self, labels: Option<&Map>) -> bool {
        self.get("label").is_none_or(|wanted| {
            wanted.iter().all(|want| {
                let Some(labels) = labels else { return false };
                match want.split_once('=') {
                    Some((key, value)) => labels.get(key).is_some_and(|held| held == value),
                    None => labels.contains_key(want),
                }
            })
        })
    }

    /// A Boolean filter, such as `dangling`.
    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>, Refusal> {
        match self.get(key) {
            None => Ok(None),
            Some([one]) if one == "true" || one == "1" => Ok(Some(true)),
            Some([one]) if one == "false" || one == "0" => Ok(Some(false)),
            Some(values) => Err(bad(format!("Invalid filter '{key}=[{}]'", values.join(" ")))),
        }
    }
}

/// A `name` filter. The engine takes a regular expression; this takes its common part: a piece of the name, which
/// `^` and `$` anchor.
pub(super) fn name_matches(pattern: &str, name: &str) -> bool {
    let (start, pattern) = match pattern.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, pattern),
    };
    let (end, pattern) = match pattern.strip_suffix('$') {
        Some(rest) => (true, rest),
        None => (false, pattern),
    };
    let pattern = pattern.strip_prefix('/').unwrap_or(pattern);
    match (start, end) {
        (true, true) => name == pattern,
        (true, false) => name.starts_with(pattern),
        (false, true) => name.ends_with(pattern),
        (false, false) => name.contains(pattern),
    }
}
