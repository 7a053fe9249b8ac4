//! The labels of a resource. Many resources have a few each, and most have them in common: a key or a value is kept
//! once, and a copy of the whole is none.

use std::fmt;
use std::sync::Arc;

use arcstr::ArcStr;

/// Labels, by their keys in order.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Labels(Option<Arc<[(ArcStr, ArcStr)]>>);

impl Labels {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.shared(key).map(ArcStr::as_str)
    }

    /// The same for whoever keeps it.
    pub fn shared(&self, key: &str) -> Option<&ArcStr> {
        self.0.iter().flat_map(|all| all.iter()).find(|(it, _)| it == key).map(|(_, value)| value)
    }

    /// Whether there is such a key.
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// All keys with their values, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|all| all.iter()).map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

impl<K: Into<ArcStr>, V: Into<ArcStr>> FromIterator<(K, V)> for Labels {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(all: I) -> Self {
        let mut all: Vec<(ArcStr, ArcStr)> =
            all.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        if !all.is_sorted_by(|(one, _), (other, _)| one < other) {
            // Of two values for one key the later counts, as in any JSON object.
            all.reverse();
            all.sort_by(|(one, _), (other, _)| one.cmp(other));
            all.dedup_by(|(later, _), (first, _)| later == first);
        }
        Self((!all.is_empty()).then(|| all.into()))
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_found_again() {
        let labels: Labels = [("b", ""), ("a", "1"), ("", "x"), ("a", "2")].into_iter().collect();
        let all: Vec<_> = labels.iter().collect();
        assert_eq!(all, [("", "x"), ("a", "2"), ("b", "")]);
        assert_eq!((labels.get("a"), labels.get("c")), (Some("2"), None));
        assert_eq!(labels, [("", "x"), ("a", "2"), ("b", "")].into_iter().collect());
        assert!(labels.contains_key("b") && !labels.is_empty());
    }

    #[test]
    fn none_are_none() {
        let none: Labels = std::iter::empty::<(ArcStr, ArcStr)>().collect();
        assert_eq!(none, Labels::default());
        assert!(none.is_empty() && none.iter().next().is_none());
    }
}
