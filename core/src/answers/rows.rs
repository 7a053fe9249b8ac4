//! A list of the engine's, read row by row as it comes. One odd row must not cost the others.

use serde::Deserialize;

use super::Broken;
use super::document::{Parts, Reading, Step, part_as};
use super::texts::{Names, Texts};
use crate::steward::inventory::{Kind, Unreadable};

/// What a row of a list tells of.
pub(super) trait Told: Sized {
    /// The row, as it stands in the answer.
    type Row<'t>: Deserialize<'t>;

    /// What it tells of. What many rows have in common is shared among them.
    fn of(row: Self::Row<'_>, texts: &Texts) -> Self;
}

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

/// Takes the row that `text` begins with, which may not be what it should be.
pub(super) fn take_row<T: Told>(rows: &mut Rows<T>, kind: Kind, text: &[u8], texts: &Texts) -> Step {
    let common = |row| T::of(row, texts);
    let odd = |value: &_| T::Row::deserialize(value).map(|row| T::of(row, texts));
    let Some((row, length)) = part_as(text, common, odd)? else { return Ok(None) };
    match row {
        Ok(row) => rows.all.push(row),
        Err(error) => {
            let why = crate::text::sanitise(&error.to_string()).into_owned();
            rows.unreadable.push(Unreadable { kind, why });
        }
    }
    Ok(Some(length))
}

/// Reads a list.
pub(super) fn list<T: Told + Send + 'static>(kind: Kind, request: &str, names: &Names) -> Reading<Rows<T>> {
    Reading::of(request, Listed { kind, texts: Texts::with(names), rows: Rows::default() })
}

/// What takes the rows of a list.
struct Listed<T> {
    kind: Kind,
    texts: Texts,
    rows: Rows<T>,
}

impl<T: Told> Parts for Listed<T> {
    type Whole = Rows<T>;

    fn opens(&self, way: &str, begin: u8) -> bool {
        way.is_empty() && begin == b'['
    }

    fn take(&mut self, _: &str, text: &[u8]) -> Step {
        take_row(&mut self.rows, self.kind, text, &self.texts)
    }

    fn whole(mut self) -> Result<Rows<T>, Broken> {
        self.rows.all.shrink_to_fit();
        Ok(self.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    pub(crate) struct Row {
        id: u32,
    }

    impl Told for u32 {
        type Row<'t> = Row;

        fn of(row: Row, _: &Texts) -> Self {
            row.id
        }
    }

    /// The same list in one piece, and cut at every place.
    fn read(text: &str) -> Result<(Vec<u32>, Vec<String>), String> {
        let told = |rows: Result<Rows<u32>, Broken>| {
            let rows = rows.map_err(|error| error.to_string())?;
            Ok((rows.all, rows.unreadable.into_iter().map(|it| it.why).collect::<Vec<_>>()))
        };
        let mut reading = list::<u32>(Kind::Volume, "GET /x", &Names::default());
        reading.take(text.as_bytes());
        let whole = told(reading.end());
        for cut in 0..=text.len() {
            let (one, other) = text.as_bytes().split_at(cut);
            let mut reading = list::<u32>(Kind::Volume, "GET /x", &Names::default());
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
        // The engine writes -1 for what it does not know, and of what is passed over it is read only where it ends.
        let numbers = r#"[{"Containers":-1,"f":-0.5,"g":1.5E-7,"h":[2e+10,true,null],"id":1},{"SharedSize":-1,"id":2}]"#;
        assert_eq!(read(numbers), Ok((vec![1, 2], vec![])));
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
