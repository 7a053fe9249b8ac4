//! From the tree to the policy's types, through serde, so that one set of types says what a file may hold, how it
//! is read, and what its JSON Schema is. Every refusal keeps its place.

use std::fmt;
use std::ops::Range;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

use super::error::nearest;
use super::tree::{Entry, Kind, Node};

/// Why a value was refused. A message from a type's own `Deserialize` may carry the mend in a second line.
#[derive(Debug)]
pub(super) struct DecodeError {
    pub(super) problem: String,
    pub(super) mend: Option<String>,
    /// Filled in by the innermost value that knows.
    pub(super) span: Option<Range<usize>>,
    missing: Option<&'static str>,
}

impl DecodeError {
    fn new(span: &Range<usize>, problem: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { problem: problem.into(), mend: Some(mend.into()), span: Some(span.clone()), missing: None }
    }

    /// Gives an error without a place the one of the node that it came from.
    fn within(mut self, node: &Node, span: &Range<usize>) -> Self {
        if let Some(key) = self.missing.take() {
            let owner = if node.path.is_empty() { String::new() } else { format!(" in `{}`", node.path) };
            self.problem = format!("the key `{key}` is missing{owner}");
            self.mend = Some(mend_for_missing(key));
        }
        self.span.get_or_insert_with(|| span.clone());
        self
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl std::error::Error for DecodeError {}

impl serde::de::Error for DecodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        let (problem, mend) =
            message.split_once('\n').map_or((&*message, None), |(a, b)| (a, Some(b.to_owned())));
        Self { problem: problem.to_owned(), mend, span: None, missing: None }
    }

    fn missing_field(field: &'static str) -> Self {
        Self { missing: Some(field), ..Self::custom(format_args!("the key `{field}` is missing")) }
    }
}

fn mend_for_missing(key: &str) -> String {
    match key {
        "version" => "write `version: 1`".to_owned(),
        "environment" => {
            "write which environment the file declares, for example `environment: staging`".to_owned()
        }
        "cleanup" => "write `cleanup: forbidden`, `confirm` or `autonomous`; it is never guessed".to_owned(),
        "protected" => {
            "say what must never be removed; if it is nothing, write `protected: {patterns: []}`".to_owned()
        }
        _ => format!("add `{key}:`"),
    }
}

/// Decodes one node. `top` are the keys of the whole document, once they are known.
#[derive(Clone, Copy)]
pub(super) struct Decoder<'n> {
    node: &'n Node,
    top: &'static [&'static str],
}

impl<'n> Decoder<'n> {
    pub(super) fn new(node: &'n Node) -> Self {
        Self { node, top: &[] }
    }

    fn with(self, node: &'n Node) -> Self {
        Self { node, ..self }
    }

    /// What is refused because it is something else than what is meant here.
    fn unexpected(&self, wanted: &str) -> DecodeError {
        let Node { path, span, kind } = self.node;
        let key = path.rsplit('.').next().unwrap_or_default();
        let wrong = |found: &str, mend: String| {
            DecodeError::new(span, format!("`{path}` must be {wanted}, and this is {found}"), mend)
        };
        match kind {
            Kind::Null if key.ends_with(']') => DecodeError::new(
                span,
                format!("an empty item in the list `{}`", list_of(path)),
                "write it or remove it",
            ),
            Kind::Null if wanted == A_LIST => DecodeError::new(
                span,
                format!("nothing is written after `{key}:`"),
                format!("write `{key}: []` if it is meant to be empty; else list its items"),
            ),
            Kind::Null if matches!(key, "version" | "environment" | "cleanup" | "protected") => {
                DecodeError::new(span, format!("nothing is written after `{key}:`"), mend_for_missing(key))
            }
            Kind::Null => DecodeError::new(
                span,
                format!("nothing is written after `{key}:`"),
                "write its value, or remove the line".to_owned(),
            ),
            Kind::Bool(value) if wanted == A_TEXT => {
                wrong("a truth value", format!("write it in quotes: \"{value}\""))
            }
            Kind::Number(text) if wanted == A_TEXT => {
                wrong("a number", format!("write it in quotes: \"{text}\""))
            }
            Kind::Text(text) if wanted == A_LIST => wrong("one text", format!("write `{key}: [\"{text}\"]`")),
            Kind::Text(text) if wanted == A_BLOCK && path.starts_with("expected.") => {
                wrong("a text", format!("write `{{name: \"{text}\"}}`"))
            }
            Kind::Bool(_) => wrong("a truth value", format!("write {wanted}")),
            Kind::Number(_) => wrong("a number", format!("write {wanted}")),
            Kind::Text(_) => wrong("a text", format!("write {wanted}")),
            Kind::List(_) => wrong("a list", format!("write {wanted}")),
            Kind::Block(_) => wrong("a block of keys", format!("write {wanted}")),
        }
    }

    fn text(&self) -> Result<&'n str, DecodeError> {
        let Kind::Text(text) = &self.node.kind else { return Err(self.unexpected(A_TEXT)) };
        let Node { path, span, .. } = self.node;
        if text.is_empty() {
            return Err(DecodeError::new(
                span,
                format!("`{path}` is empty"),
                "write something, or remove it",
            ));
        }
        if let Some(c) = text.chars().find(|&c| crate::text::is_hostile(c)) {
            let problem = match c {
                '\n' | '\r' => format!("`{path}` goes over several lines"),
                c => format!("`{path}` holds the invisible character U+{:04X}", u32::from(c)),
            };
            return Err(DecodeError::new(span, problem, "write it as one line of plain text"));
        }
        Ok(text)
    }

    fn number(&self) -> Result<u64, DecodeError> {
        let Kind::Number(text) = &self.node.kind else { return Err(self.unexpected("a whole number")) };
        let Node { path, span, .. } = self.node;
        let odd = |_| DecodeError::new(span, format!("`{path}` is no whole number"), "write digits only");
        text.parse().map_err(odd)
    }

    /// One of a few words.
    fn word(&self, known: &'static [&'static str]) -> Result<Word<'n>, DecodeError> {
        let Node { path, span, kind } = self.node;
        let choices = list(known);
        let Kind::Text(text) = kind else {
            return Err(self.unexpected(&format!("one of {choices}")));
        };
        if known.contains(&&**text) {
            return Ok(Word(text));
        }
        let mend = match nearest(text, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write one of {choices}"),
        };
        Err(DecodeError::new(span, format!("`{path}` cannot be `{text}`"), mend))
    }

    /// Refuses keys that no block of this kind has.
    fn only(&self, known: &'static [&'static str]) -> Result<(), DecodeError> {
        let Kind::Block(entries) = &self.node.kind else { return Ok(()) };
        let unknown = entries.iter().find(|entry| !known.contains(&&*entry.key));
        unknown.map_or(Ok(()), |entry| Err(self.unknown_key(entry, known)))
    }

    fn unknown_key(&self, entry: &Entry, known: &'static [&'static str]) -> DecodeError {
        let path = &self.node.path;
        let place = if path.is_empty() { String::new() } else { format!(" in `{path}`") };
        let key = &*entry.key;
        let mend = if let Some(near) = nearest(key, known.iter().copied()) {
            format!("did you mean `{near}`?")
        } else if self.top.contains(&key) {
            format!("`{key}` belongs to the outermost level: check the indentation")
        } else {
            format!("the keys here are {}", list(known))
        };
        DecodeError::new(&entry.key_span, format!("unknown key `{key}`{place}"), mend)
    }
}

const A_LIST: &str = "a list";
const A_TEXT: &str = "a text";
const A_BLOCK: &str = "a block of keys";

fn list_of(path: &str) -> &str {
    path.rsplit_once('[').map_or(path, |(list, _)| list)
}

fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

impl<'de> Deserializer<'de> for Decoder<'_> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match &self.node.kind {
            Kind::Null => Err(self.unexpected("a value")),
            Kind::Bool(value) => visitor.visit_bool(*value),
            Kind::Number(_) => self.deserialize_u64(visitor),
            Kind::Text(_) => self.deserialize_str(visitor),
            Kind::List(_) => self.deserialize_seq(visitor),
            Kind::Block(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.node.kind {
            Kind::Bool(value) => visitor.visit_bool(value),
            _ => Err(self.unexpected("`true` or `false`")),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_u64(self.number()?).map_err(|error| {
            let mut error: DecodeError = error;
            error.span.get_or_insert_with(|| self.node.span.clone());
            error
        })
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_str(self.text()?).map_err(|error: DecodeError| error.within(self.node, &self.node.span))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_str(visitor)
    }

    /// A key that is written has a value: nothing after it is a slip, not `None`.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        let Kind::List(items) = &self.node.kind else { return Err(self.unexpected(A_LIST)) };
        visitor.visit_seq(Items { decoder: self, items: items.iter() })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        let Kind::Block(entries) = &self.node.kind else { return Err(self.unexpected(A_BLOCK)) };
        let span = first_line(self.node, entries);
        visitor
            .visit_map(Entries { decoder: self, rest: entries.iter(), value: None })
            .map_err(|error: DecodeError| error.within(self.node, &span))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        if self.node.path.is_empty() {
            self.top = fields;
        }
        self.only(fields)?;
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_enum(self.word(variants)?)
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct
        identifier ignored_any
    }
}

/// Where a block begins: a block of many lines is pointed at by its first key.
fn first_line(node: &Node, entries: &[Entry]) -> Range<usize> {
    entries.first().map_or_else(|| node.span.clone(), |entry| entry.key_span.clone())
}

struct Items<'n> {
    decoder: Decoder<'n>,
    items: std::slice::Iter<'n, Node>,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        let Some(item) = self.items.next() else { return Ok(None) };
        seed.deserialize(self.decoder.with(item)).map(Some).map_err(|error| error.within(item, &item.span))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Entries<'n> {
    decoder: Decoder<'n>,
    rest: std::slice::Iter<'n, Entry>,
    value: Option<&'n Entry>,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        let Some(entry) = self.rest.next() else { return Ok(None) };
        self.value = Some(entry);
        let key: StrDeserializer<'_, DecodeError> = entry.key.as_str().into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeError> {
        let entry = self.value.take().ok_or_else(|| DecodeError::custom("a value without a key"))?;
        seed.deserialize(self.decoder.with(&entry.value))
            .map_err(|error| error.within(&entry.value, &entry.value.span))
    }
}

/// One word out of a closed list.
struct Word<'n>(&'n str);

impl<'de> EnumAccess<'de> for Word<'_> {
    type Error = DecodeError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), DecodeError> {
        let word: StrDeserializer<'_, DecodeError> = self.0.into_deserializer();
        Ok((seed.deserialize(word)?, self))
    }
}

impl<'de> VariantAccess<'de> for Word<'_> {
    type Error = DecodeError;

    fn unit_variant(self) -> Result<(), DecodeError> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, DecodeError> {
        Err(DecodeError::custom("a word takes no value"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, DecodeError> {
        Err(DecodeError::custom("a word takes no value"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, DecodeError> {
        Err(DecodeError::custom("a word takes no value"))
    }
}
