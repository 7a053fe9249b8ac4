//! Texts and labels of an answer, as they stand in it and as they are kept.

use std::collections::BTreeMap;

use arcstr::ArcStr;

pub(super) use crate::borrowed::Text;
use crate::shared::{Shared, SharedByAll};
use crate::steward::Labels;

/// Labels as they stand in an answer.
pub(super) type LabelRow<'t> = BTreeMap<Text<'t>, Text<'t>>;

/// The names and IDs by which the lists of one look speak of each other.
pub type Names = SharedByAll;

/// Where the texts of one list are kept.
#[derive(Debug, Default)]
pub(super) struct Texts {
    common: Shared,
    names: Names,
}

impl Texts {
    /// Those of a list that shares its names with others.
    pub(super) fn with(names: &Names) -> Self {
        Self { common: Shared::default(), names: names.clone() }
    }

    /// A text that stands in many rows of the list.
    pub(super) fn common(&self, text: &str) -> ArcStr {
        self.common.text(text)
    }

    /// What another list may call a resource, too.
    pub(super) fn name(&self, name: &str) -> ArcStr {
        self.names.text(name)
    }

    /// Labels, of whose keys and values most are on many resources.
    pub(super) fn labels(&self, row: Option<LabelRow<'_>>) -> Labels {
        row.into_iter().flatten().map(|(key, value)| (self.common(&key), self.common(&value))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_with_the_later_of_two_values() {
        let read = |json: &str| {
            let row: Option<LabelRow<'_>> = serde_json::from_str(json).unwrap();
            Texts::default().labels(row)
        };
        let labels = read(r#"{"b":"","a":"1","":"x","é\n":"ü","a":"2"}"#);
        let all: Vec<_> = labels.iter().collect();
        assert_eq!(all, [("", "x"), ("a", "2"), ("b", ""), ("é\n", "ü")]);
        assert!(read("{}").is_empty() && read("null").is_empty());
        assert!(serde_json::from_str::<LabelRow<'_>>(r#"{"a":null}"#).is_err());
        assert!(serde_json::from_str::<LabelRow<'_>>(r#"{"a":1}"#).is_err());
    }
}
