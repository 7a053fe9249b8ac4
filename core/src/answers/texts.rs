//! Texts and labels of an answer, as they stand in it and as they are kept.

use std::collections::BTreeMap;

pub(super) use crate::borrowed::Text;
pub(super) use crate::shared::Shared;
use crate::steward::Labels;

/// Labels as they stand in an answer.
pub(super) type LabelRow<'t> = BTreeMap<Text<'t>, Text<'t>>;

/// Labels, of whose keys and values most are on many resources.
pub(super) fn labels(row: Option<LabelRow<'_>>, shared: &Shared) -> Labels {
    row.into_iter().flatten().map(|(key, value)| (shared.text(&key), shared.text(&value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_with_the_later_of_two_values() {
        let read = |json: &str| {
            let row: Option<LabelRow<'_>> = serde_json::from_str(json).unwrap();
            labels(row, &Shared::default())
        };
        let labels = read(r#"{"b":"","a":"1","":"x","é\n":"ü","a":"2"}"#);
        let all: Vec<_> = labels.iter().collect();
        assert_eq!(all, [("", "x"), ("a", "2"), ("b", ""), ("é\n", "ü")]);
        assert!(read("{}").is_empty() && read("null").is_empty());
        assert!(serde_json::from_str::<LabelRow<'_>>(r#"{"a":null}"#).is_err());
        assert!(serde_json::from_str::<LabelRow<'_>>(r#"{"a":1}"#).is_err());
    }
}
