//! Texts of an answer, which are kept once where many rows say the same.

use std::cell::RefCell;

use arcstr::ArcStr;
use foldhash::HashSet;

pub(super) use crate::borrowed::Text;

/// Labels as they stand in an answer.
pub(super) type LabelRow<'t> = std::collections::BTreeMap<Text<'t>, Text<'t>>;

/// The texts that many rows of an answer have in common: images, networks, the keys of labels.
#[derive(Default)]
pub(super) struct Shared(RefCell<HashSet<ArcStr>>);

impl Shared {
    /// The text, in the memory that it has already where it was met before.
    pub(super) fn text(&self, text: &str) -> ArcStr {
        let mut known = self.0.borrow_mut();
        if let Some(known) = known.get(text) {
            return known.clone();
        }
        let new = ArcStr::from(text);
        known.insert(new.clone());
        new
    }

    /// Labels, of whose keys and values most are on many resources.
    pub(super) fn labels(&self, row: Option<LabelRow<'_>>) -> crate::steward::Labels {
        row.into_iter().flatten().map(|(key, value)| (self.text(&key), self.text(&value))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_met_again_takes_no_memory() {
        let shared = Shared::default();
        let (one, other) = (shared.text("bridge"), shared.text("bridge"));
        assert!(ArcStr::ptr_eq(&one, &other) && !ArcStr::ptr_eq(&one, &shared.text("host")));
    }

    #[test]
    fn labels_are_read_with_the_later_of_two_values() {
        let read = |json: &str| {
            let row: Option<LabelRow<'_>> = serde_json::from_str(json).unwrap();
            Shared::default().labels(row)
        };
        let labels = read(r#"{"b":"","a":"1","":"x","é\n":"ü","a":"2"}"#);
        let all: Vec<_> = labels.iter().collect();
        assert_eq!(all, [("", "x"), ("a", "2"), ("b", ""), ("é\n", "ü")]);
        assert!(read("{}").is_empty() && read("null").is_empty());
        assert!(serde_json::from_str::<LabelRow<'_>>(r#"{"a":null}"#).is_err());
        assert!(serde_json::from_str::<LabelRow<'_>>(r#"{"a":1}"#).is_err());
    }
}
