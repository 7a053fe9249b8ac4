//! Texts that are looked at while they are read, and need no memory of their own for that.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use arcstr::ArcStr;
use serde::de::{Deserialize, Deserializer, Visitor};

/// A text that stays where it was read, if nothing in it is escaped.
#[derive(Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Text<'t>(Cow<'t, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<Text<'_>> for ArcStr {
    fn from(text: Text<'_>) -> Self {
        Self::from(&*text)
    }
}

impl<'de: 't, 't> Deserialize<'de> for Text<'t> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reading;
        impl<'de> Visitor<'de> for Reading {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
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

    #[test]
    fn a_text_is_read_with_and_without_escapes() {
        let read = |json: &str| serde_json::from_str::<Text<'_>>(json).map(|it| it.to_string());
        assert_eq!(read(r#""a b""#).unwrap(), "a b");
        assert_eq!(read(r#""a\u00e9\n\"""#).unwrap(), "aé\n\"");
        assert!(read("null").is_err() && read("1").is_err() && read("[]").is_err());
    }
}
