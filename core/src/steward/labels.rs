//! The labels of a resource. Many resources have a few each, so those of one stand together in two pieces of memory,
//! whatever their number, and a copy is none.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// Labels, by their keys in order.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Labels(Option<Arc<Packed>>);

#[derive(PartialEq, Eq)]
struct Packed {
    /// Key, value, key, value …
    text: Box<str>,
    /// Where each of them ends.
    ends: Box<[usize]>,
}

impl Labels {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter().find(|(it, _)| *it == key).map(|(_, value)| value)
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
        let (text, ends) = self.0.as_ref().map_or(("", &[][..]), |it| (&*it.text, &*it.ends));
        let mut begin = 0;
        ends.chunks_exact(2).map(move |pair| {
            let both = (&text[begin..pair[0]], &text[pair[0]..pair[1]]);
            begin = pair[1];
            both
        })
    }

    fn pack<K: AsRef<str>, V: AsRef<str>>(mut all: Vec<(K, V)>) -> Self {
        // Of two values for one key the later counts, as in any JSON object.
        all.reverse();
        all.sort_by(|one, other| one.0.as_ref().cmp(other.0.as_ref()));
        all.dedup_by(|later, first| later.0.as_ref() == first.0.as_ref());
        if all.is_empty() {
            return Self::default();
        }
        let length = all.iter().map(|(key, value)| key.as_ref().len() + value.as_ref().len()).sum();
        let (mut text, mut ends) = (String::with_capacity(length), Vec::with_capacity(2 * all.len()));
        for (key, value) in &all {
            for part in [key.as_ref(), value.as_ref()] {
                text.push_str(part);
                ends.push(text.len());
            }
        }
        Self(Some(Arc::new(Packed { text: text.into(), ends: ends.into() })))
    }
}

impl<K: AsRef<str>, V: AsRef<str>> FromIterator<(K, V)> for Labels {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(all: I) -> Self {
        Self::pack(all.into_iter().collect())
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<'de> Deserialize<'de> for Labels {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Reading)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Labels;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("labels")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Labels, A::Error> {
        let mut all = Vec::new();
        while let Some((Text(key), Text(value))) = map.next_entry()? {
            all.push((key, value));
        }
        Ok(Labels::pack(all))
    }
}

/// A text that stays where it was read, if nothing in it is escaped.
struct Text<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reading;
        impl<'de> Visitor<'de> for Reading {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        from.deserialize_str(Reading)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Labels, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn what_is_read_is_found_again() {
        let labels = read(r#"{"b":"","a":"1","":"x","é\n":"ü","a":"2"}"#).unwrap();
        let all: Vec<_> = labels.iter().collect();
        assert_eq!(all, [("", "x"), ("a", "2"), ("b", ""), ("é\n", "ü")]);
        assert_eq!((labels.get("a"), labels.get("c")), (Some("2"), None));
        assert_eq!(labels, [("é\n", "ü"), ("b", ""), ("a", "2"), ("", "x")].into_iter().collect());
        assert!(labels.contains_key("b") && !labels.is_empty());
    }

    #[test]
    fn none_are_none() {
        assert!(read("{}").unwrap().is_empty());
        assert_eq!(read("{}").unwrap(), Labels::default());
        assert_eq!(Labels::default().iter().count(), 0);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert!(read(r#"{"a":null}"#).is_err() && read(r#"{"a":1}"#).is_err() && read("[]").is_err());
    }
}
