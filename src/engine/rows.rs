//! A list of the engine's, read row by row as it comes: no more of it is held than the row that is not whole yet.
//! One odd row must not cost the others.

use serde::de::DeserializeOwned;
use serde_json::{Deserializer, Value};

use super::error::EngineError;
use crate::steward::inventory::{Kind, Unreadable};

/// What a list holds, and what of it could not be read.
#[derive(Debug)]
pub(super) struct Rows<T> {
    pub(super) all: Vec<T>,
    pub(super) unreadable: Vec<Unreadable>,
}

/// Of nothing that was asked for.
impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { all: Vec::new(), unreadable: Vec::new() }
    }
}

impl<T> Rows<T> {
    /// Takes a row that may not be what it should be.
    pub(super) fn take<W: DeserializeOwned>(&mut self, kind: Kind, row: Value, convert: fn(W) -> T) {
        match serde_json::from_value::<W>(row) {
            Ok(row) => self.all.push(convert(row)),
            Err(error) => {
                let why = crate::text::sanitise(&error.to_string()).into_owned();
                self.unreadable.push(Unreadable { kind, why });
            }
        }
    }
}

/// Reads a whole list at once.
pub(super) fn list<W: DeserializeOwned, T>(
    kind: Kind,
    request: &str,
    body: &[u8],
    convert: fn(W) -> T,
) -> Result<Rows<T>, EngineError> {
    let mut reading = Reading::of(kind, request, convert);
    reading.take(body);
    reading.end()
}

/// A list of which not everything has come yet.
pub(super) struct Reading<W, T> {
    kind: Kind,
    request: String,
    convert: fn(W) -> T,
    /// What has come and is not read yet begins at that place.
    text: Vec<u8>,
    at: usize,
    next: Next,
    rows: Rows<T>,
    /// Why nothing more is read.
    failed: Option<EngineError>,
}

/// What has to come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Opening,
    RowOrEnd,
    Row,
    CommaOrEnd,
    Nothing,
}

impl<W: DeserializeOwned, T> Reading<W, T> {
    pub(super) fn of(kind: Kind, request: &str, convert: fn(W) -> T) -> Self {
        Self {
            kind,
            request: request.to_owned(),
            convert,
            text: Vec::new(),
            at: 0,
            next: Next::Opening,
            rows: Rows::default(),
            failed: None,
        }
    }

    /// Reads on with what has come now.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.failed = self.read_on(bytes).err();
        }
    }

    fn read_on(&mut self, bytes: &[u8]) -> Result<(), EngineError> {
        self.text.drain(..self.at);
        self.at = 0;
        self.text.extend_from_slice(bytes);
        while let Some(byte) = self.text.get(self.at) {
            let then = match (self.next, byte) {
                (_, b' ' | b'\t' | b'\n' | b'\r') => self.next,
                (Next::Opening, b'[') => Next::RowOrEnd,
                (Next::CommaOrEnd, b',') => Next::Row,
                (Next::RowOrEnd | Next::CommaOrEnd, b']') => Next::Nothing,
                (Next::RowOrEnd | Next::Row, _) => {
                    let Some(length) = self.row()? else { return Ok(()) };
                    self.at += length;
                    self.next = Next::CommaOrEnd;
                    continue;
                }
                _ => return Err(self.broken("it is no list")),
            };
            self.at += 1;
            self.next = then;
        }
        Ok(())
    }

    /// All rows, if the list has come to its end.
    pub(super) fn end(mut self) -> Result<Rows<T>, EngineError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        if self.next != Next::Nothing {
            return Err(self.broken("it ends in the middle"));
        }
        self.rows.all.shrink_to_fit();
        Ok(self.rows)
    }

    /// Reads one row, and tells its length; none where it is not whole yet. The end of a number shows in what
    /// follows it, and something must: the list is not over.
    fn row(&mut self) -> Result<Option<usize>, EngineError> {
        let rest = &self.text[self.at..];
        let mut typed = Deserializer::from_slice(rest).into_iter::<W>();
        let length = match typed.next() {
            Some(Ok(row)) if typed.byte_offset() < rest.len() => {
                self.rows.all.push((self.convert)(row));
                typed.byte_offset()
            }
            Some(Err(error)) if error.is_data() => {
                let mut any = Deserializer::from_slice(rest).into_iter::<Value>();
                match any.next() {
                    Some(Ok(value)) if any.byte_offset() < rest.len() => {
                        self.rows.take(self.kind, value, self.convert);
                        any.byte_offset()
                    }
                    Some(Err(error)) if !error.is_eof() => return Err(self.broken(&error.to_string())),
                    _ => return Ok(None),
                }
            }
            Some(Err(error)) if !error.is_eof() => return Err(self.broken(&error.to_string())),
            _ => return Ok(None),
        };
        Ok(Some(length))
    }

    fn broken(&self, why: &str) -> EngineError {
        EngineError::Broken {
            request: self.request.clone(),
            why: format!("the answer is not what the Engine API promises: {why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Row {
        id: u32,
    }

    /// The same list in one piece, and cut at every place.
    fn read(text: &str) -> Result<(Vec<u32>, Vec<String>), String> {
        let id: fn(Row) -> u32 = |row| row.id;
        let told = |rows: Result<Rows<u32>, EngineError>| {
            let rows = rows.map_err(|error| error.to_string())?;
            Ok((rows.all, rows.unreadable.into_iter().map(|it| it.why).collect::<Vec<_>>()))
        };
        let whole = told(list(Kind::Volume, "GET /x", text.as_bytes(), id));
        for cut in 0..=text.len() {
            let (one, other) = text.as_bytes().split_at(cut);
            let mut reading = Reading::of(Kind::Volume, "GET /x", id);
            reading.take(one);
            reading.take(other);
            let cut = told(reading.end());
            assert_eq!(cut.is_ok(), whole.is_ok(), "{text}");
            assert!(cut.is_err() || cut == whole, "{text}");
        }
        whole
    }

    #[test]
    fn rows_are_read_wherever_the_text_is_cut() {
        assert_eq!(read("[]"), Ok((vec![], vec![])));
        assert_eq!(read(" [ ]\n"), Ok((vec![], vec![])));
        assert_eq!(read(r#"[{"id":1,"x":"],[{\"}é"} , {"id":22}]"#), Ok((vec![1, 22], vec![])));
    }

    #[test]
    fn an_odd_row_costs_itself_alone() {
        let (rows, odd) = read(r#"[{"id":1},{"name":"x"},123,{"id":"1"},null,{"id":2}]"#).unwrap();
        assert_eq!(rows, [1, 2]);
        assert_eq!(odd.len(), 4, "{odd:?}");
        assert_eq!(odd[0], "missing field `id`");
    }

    #[test]
    fn what_is_no_whole_list_is_none_at_all() {
        for text in [
            "",
            " ",
            "null",
            "{}",
            "[",
            r#"[{"id":1}"#,
            r#"[{"id":1},"#,
            r#"[{"id":1},]"#,
            r#"[{"id":1}]]"#,
            r#"[{"id":1}{"id":2}]"#,
            "[,]",
            r#"[{"id":}]"#,
            "<html>",
            r#"[{"id":1}] x"#,
            r#"[{"id":1"#,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
