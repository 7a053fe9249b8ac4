//! A list of the engine's, read row by row as it comes. One odd row must not cost the others.

use serde::de::DeserializeOwned;

use super::Broken;
use super::document::{Parts, Reading, Step, part};
use crate::steward::inventory::{Kind, Unreadable};

/// What a list holds, and what of it could not be read.
#[derive(Debug)]
pub struct Rows<T> {
    /// What could be read.
    pub all: Vec<T>,
    /// What could not.
    pub unreadable: Vec<Unreadable>,
}

/// Of nothing that was asked for.
impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { all: Vec::new(), unreadable: Vec::new() }
    }
}

impl<T> Rows<T> {
    /// Takes the row that `text` begins with, which may not be what it should be.
    pub(super) fn take<W: DeserializeOwned>(&mut self, kind: Kind, text: &[u8], convert: fn(W) -> T) -> Step {
        let Some((row, length)) = part::<W>(text)? else { return Ok(None) };
        match row {
            Ok(row) => self.all.push(convert(row)),
            Err(error) => {
                let why = crate::text::sanitise(&error.to_string()).into_owned();
                self.unreadable.push(Unreadable { kind, why });
            }
        }
        Ok(Some(length))
    }
}

/// Reads a list.
pub(super) fn list<W: DeserializeOwned + 'static, T: Send + 'static>(
    kind: Kind,
    request: &str,
    convert: fn(W) -> T,
) -> Reading<Rows<T>> {
    Reading::of(request, Listed { kind, convert, rows: Rows::default() })
}

/// What takes the rows of a list.
struct Listed<W, T> {
    kind: Kind,
    convert: fn(W) -> T,
    rows: Rows<T>,
}

impl<W: DeserializeOwned, T> Parts for Listed<W, T> {
    type Whole = Rows<T>;

    fn opens(&self, way: &str, begin: u8) -> bool {
        way.is_empty() && begin == b'['
    }

    fn take(&mut self, _: &str, text: &[u8]) -> Step {
        self.rows.take(self.kind, text, self.convert)
    }

    fn whole(mut self) -> Result<Rows<T>, Broken> {
        self.rows.all.shrink_to_fit();
        Ok(self.rows)
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
        let told = |rows: Result<Rows<u32>, Broken>| {
            let rows = rows.map_err(|error| error.to_string())?;
            Ok((rows.all, rows.unreadable.into_iter().map(|it| it.why).collect::<Vec<_>>()))
        };
        let mut reading = list(Kind::Volume, "GET /x", id);
        reading.take(text.as_bytes());
        let whole = told(reading.end());
        for cut in 0..=text.len() {
            let (one, other) = text.as_bytes().split_at(cut);
            let mut reading = list(Kind::Volume, "GET /x", id);
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
