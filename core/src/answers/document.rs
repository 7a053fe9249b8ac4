//! An answer of the engine's, read part by part as it comes: no more of it is held than the part that is not whole yet.

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Deserializer, Value};

use super::Broken;

/// What takes the parts of an answer. A part is called by its way from the root: `Volumes`, `ContainerUsage.Items`, and
/// `Volumes[]` for each row of a list that is opened.
pub(super) trait Parts {
    /// What they make together.
    type Whole;

    /// Whether what begins here with `[` or `{` is taken part by part, too.
    fn opens(&self, way: &str, begin: u8) -> bool;

    /// Takes the part that `text` begins with.
    fn take(&mut self, way: &str, text: &[u8]) -> Step;

    /// What is made of all parts.
    fn whole(self) -> Result<Self::Whole, Broken>;
}

/// What came of taking a part: its length in bytes, none where it is not whole yet, or why it cannot be read.
pub(super) type Step = Result<Option<usize>, String>;

/// An answer that is read as it comes.
pub struct Reading<R>(Box<dyn Read<R> + Send>);

trait Read<R> {
    fn take(&mut self, bytes: &[u8]);
    fn end(self: Box<Self>) -> Result<R, Broken>;
}

impl<P: Parts> Read<P::Whole> for Document<P> {
    fn take(&mut self, bytes: &[u8]) {
        self.read(bytes);
    }

    fn end(self: Box<Self>) -> Result<P::Whole, Broken> {
        self.parts()?.whole()
    }
}

impl<R> Reading<R> {
    pub(super) fn of(request: &str, parts: impl Parts<Whole = R> + Send + 'static) -> Self {
        Self(Box::new(Document::of(request, parts)))
    }

    /// Reads on with what has come now.
    pub fn take(&mut self, bytes: &[u8]) {
        self.0.take(bytes);
    }

    /// What it tells, if it has come to its end.
    pub fn end(self) -> Result<R, Broken> {
        self.0.end()
    }
}

/// An answer of which not everything has come yet.
struct Document<P> {
    request: String,
    parts: P,
    /// What has come and is not read yet begins at that place.
    text: Vec<u8>,
    at: usize,
    way: String,
    /// What is open, the innermost last, and how long the way to it is.
    open: Vec<(Open, usize)>,
    next: Next,
    /// Why nothing more is read.
    failed: Option<Broken>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    List,
    Object,
}

/// What has to come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Root,
    FirstOrEnd,
    One,
    Colon,
    Member,
    CommaOrEnd,
    Nothing,
}

impl<P: Parts> Document<P> {
    fn of(request: &str, parts: P) -> Self {
        Self {
            request: request.to_owned(),
            parts,
            text: Vec::new(),
            at: 0,
            way: String::new(),
            open: Vec::new(),
            next: Next::Root,
            failed: None,
        }
    }

    /// Reads on with what has come now.
    fn read(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.text.drain(..self.at);
            self.at = 0;
            self.text.extend_from_slice(bytes);
            self.failed = self.read_on().err().map(|why| self.broken(&why));
        }
    }

    /// All parts, if the answer has come to its end.
    fn parts(self) -> Result<P, Broken> {
        if self.failed.is_none() && self.next != Next::Nothing {
            return Err(self.broken("it ends in the middle"));
        }
        self.failed.map_or(Ok(self.parts), Err)
    }

    fn read_on(&mut self) -> Result<(), String> {
        while let Some(&byte) = self.text.get(self.at) {
            let innermost = self.open.last().map(|(open, _)| *open);
            match (self.next, byte) {
                (_, b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                (Next::Root, _) if self.parts.opens("", byte) => self.open(byte),
                (Next::FirstOrEnd | Next::CommaOrEnd, b']') if innermost == Some(Open::List) => self.close(),
                (Next::FirstOrEnd | Next::CommaOrEnd, b'}') if innermost == Some(Open::Object) => {
                    self.close();
                }
                (Next::CommaOrEnd, b',') => self.then(Next::One),
                (Next::Colon, b':') => self.then(Next::Member),
                (Next::FirstOrEnd | Next::One, b'"') if innermost == Some(Open::Object) => {
                    let Some((key, length)) = part::<String>(&self.text[self.at..])? else { return Ok(()) };
                    let key = key.map_err(|error| error.to_string())?;
                    if !self.way.is_empty() {
                        self.way.push('.');
                    }
                    self.way.push_str(&key);
                    self.at += length;
                    self.next = Next::Colon;
                }
                (Next::FirstOrEnd | Next::One, _) if innermost == Some(Open::List) => {
                    if !self.part(byte)? {
                        return Ok(());
                    }
                }
                (Next::Member, _) => {
                    if !self.part(byte)? {
                        return Ok(());
                    }
                }
                _ => return Err("it is not of the shape that it should have".to_owned()),
            }
        }
        Ok(())
    }

    /// Reads or opens the part that begins here; answers whether it was whole.
    fn part(&mut self, byte: u8) -> Result<bool, String> {
        if matches!(byte, b'[' | b'{') && self.parts.opens(&self.way, byte) {
            self.open(byte);
            return Ok(true);
        }
        let Some(length) = self.parts.take(&self.way, &self.text[self.at..])? else { return Ok(false) };
        self.at += length;
        self.ended();
        Ok(true)
    }

    fn then(&mut self, next: Next) {
        self.at += 1;
        self.next = next;
    }

    fn open(&mut self, byte: u8) {
        let open = if byte == b'[' { Open::List } else { Open::Object };
        if open == Open::List {
            self.way.push_str("[]");
        }
        self.open.push((open, self.way.len()));
        self.then(Next::FirstOrEnd);
    }

    fn close(&mut self) {
        self.at += 1;
        if let Some((Open::List, length)) = self.open.pop() {
            self.way.truncate(length - "[]".len());
        }
        self.ended();
    }

    /// What was read was a row, a member, or the whole.
    fn ended(&mut self) {
        if let Some((_, length)) = self.open.last() {
            self.way.truncate(*length);
        }
        self.next = if self.open.is_empty() { Next::Nothing } else { Next::CommaOrEnd };
    }

    fn broken(&self, why: &str) -> Broken {
        Broken::promised(&self.request, &why)
    }
}

/// A part that was read, or why it is not what it should be; and its length.
pub(super) type Part<W> = (serde_json::Result<W>, usize);

/// Reads the part that `text` begins with; none where it is not whole yet. The end of a number shows in what follows
/// it, and something must: the answer is not over.
pub(super) fn part<W: DeserializeOwned>(text: &[u8]) -> Result<Option<Part<W>>, String> {
    part_as(text, |it: W| it, |odd| W::deserialize(odd))
}

/// The same for what does not outlive the text: it is made into something else at once, in the common case from the
/// text itself, in an odd one from its value.
pub(super) fn part_as<'t, W: Deserialize<'t>, R>(
    text: &'t [u8],
    common: impl FnOnce(W) -> R,
    odd: impl FnOnce(&Value) -> serde_json::Result<R>,
) -> Result<Option<Part<R>>, String> {
    let text = up_to_a_number(text);
    let mut typed = Deserializer::from_slice(text).into_iter::<W>();
    match typed.next() {
        Some(Ok(it)) if typed.byte_offset() < text.len() => {
            return Ok(Some((Ok(common(it)), typed.byte_offset())));
        }
        Some(Err(error)) if error.is_data() => {}
        Some(Err(error)) if !error.is_eof() => return Err(error.to_string()),
        _ => return Ok(None),
    }
    // What an odd one is called twice counts once.
    let mut any = Deserializer::from_slice(text).into_iter::<Value>();
    match any.next() {
        Some(Ok(value)) if any.byte_offset() < text.len() => Ok(Some((odd(&value), any.byte_offset()))),
        Some(Err(error)) if !error.is_eof() => Err(error.to_string()),
        _ => Ok(None),
    }
}

/// The text without the end of it that is no number yet, but may become one: cut off there, a number that is passed over
/// is told from one that is wrong by nothing.
fn up_to_a_number(text: &[u8]) -> &[u8] {
    let whole = text.iter().rposition(|byte| !matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E'));
    whole.map_or(&[], |at| &text[..=at])
}

/// Steps over a part that says nothing.
pub(super) fn skip(text: &[u8]) -> Step {
    Ok(part::<IgnoredAny>(text)?.map(|(_, length)| length))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes down what it is given, and opens everything but what is called `whole`.
    #[derive(Default)]
    struct Told(Vec<String>);

    impl Parts for Told {
        type Whole = Vec<String>;

        fn opens(&self, way: &str, begin: u8) -> bool {
            matches!(begin, b'[' | b'{') && !way.ends_with("whole")
        }

        fn take(&mut self, way: &str, text: &[u8]) -> Step {
            let Some((value, length)) = part::<Value>(text)? else { return Ok(None) };
            let value = value.map_err(|error| error.to_string())?;
            self.0.push(format!("{way}={value}"));
            Ok(Some(length))
        }

        fn whole(self) -> Result<Vec<String>, Broken> {
            Ok(self.0)
        }
    }

    /// What is told of a text in one piece, and cut at every place.
    fn told(text: &str) -> Result<Vec<String>, String> {
        let read = |pieces: &[&[u8]]| {
            let mut reading = Reading::of("GET /x", Told::default());
            for piece in pieces {
                reading.take(piece);
            }
            reading.end().map_err(|error| error.to_string())
        };
        let whole = read(&[text.as_bytes()]);
        for cut in 0..=text.len() {
            let (one, other) = text.as_bytes().split_at(cut);
            let cut = read(&[one, other]);
            assert_eq!(cut.is_ok(), whole.is_ok(), "{text}");
            assert!(cut.is_err() || cut == whole, "{text}");
        }
        whole
    }

    #[test]
    fn every_part_is_called_by_its_way() {
        let text = r#" {"a":1,"b":[2,{"c":"}]"},[ 3 ]] , "d" : {"whole":[4,{}],"é\"":null,"e":[],"f":{}},"g":true} "#;
        assert_eq!(
            told(text).unwrap(),
            ["a=1", "b[]=2", "b[].c=\"}]\"", "b[][]=3", "d.whole=[4,{}]", "d.é\"=null", "g=true"]
        );
        assert_eq!(told("[]"), Ok(vec![]));
        assert_eq!(told("[1,2]"), Ok(vec!["[]=1".to_owned(), "[]=2".to_owned()]));
    }

    #[test]
    fn what_is_no_whole_json_is_refused() {
        for text in [
            "",
            " ",
            "1",
            "null",
            "x",
            "[",
            "{",
            "[1",
            "[1,",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[1}",
            "{]",
            "[]]",
            "[] x",
            "{1:2}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{\"a\":1",
            "{\"a\":1]",
            "{\"a\",1}",
            "{,}",
            "{\"a\" 1}",
            "[{\"a\":1]",
            "[\"a]",
        ] {
            assert!(told(text).is_err(), "{text}");
        }
    }
}
