//! Which columns fit, and how wide they are.

use crate::console::state::{Column, Widest};
use crate::steward::{Class, Kind};

/// Blanks between two columns.
pub(super) const GAP: usize = 2;
/// How wide a class is in words; below this it is a sign and a letter.
pub(super) const CLASS: usize = 11;
/// What stands before the first column: the cursor and the mark.
pub(super) const GUTTER: usize = 4;
/// A name is not cut below this while another column could give way.
const NAME: usize = 24;
/// A name grows to this before any other column grows.
const COMFORTABLE: usize = 34;

/// The columns that fit, from left to right, with their widths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns(Vec<(Column, usize)>);

impl Columns {
    /// Fits the columns of a kind into a width.
    pub(super) fn fit(kind: Kind, width: usize, widest: &Widest) -> Self {
        let mut columns: Vec<(Column, usize)> =
            Column::of(kind).iter().map(|column| (*column, least(*column, widest))).collect();
        // The scroll bar stands at the right, with a blank before it.
        let width = width.saturating_sub(2);
        for gives_way in first_to_go(kind) {
            if total(&columns) <= width {
                break;
            }
            columns.retain(|(column, _)| column != gives_way);
        }
        // Then words give way to letters, and how long something lasts to what it is.
        for (gives_way, short) in [(Column::Class, 3), (Column::State, 12)] {
            if total(&columns) <= width {
                break;
            }
            if let Some((_, wide)) = columns.iter_mut().find(|(column, _)| *column == gives_way) {
                *wide = short;
            }
        }
        let over = total(&columns).saturating_sub(width);
        if let Some((_, name)) = columns.iter_mut().find(|(column, _)| *column == Column::Name) {
            *name = name.saturating_sub(over);
        }
        let mut room = width.saturating_sub(total(&columns));
        if let Some((_, name)) = columns.iter_mut().find(|(column, _)| *column == Column::Name) {
            grow(name, widest.name.min(COMFORTABLE), &mut room);
        }
        for (column, least) in &mut columns {
            let most = match column {
                Column::Image => widest.image.min(48),
                Column::Ports => widest.ports.min(40),
                Column::Users => widest.users.min(40),
                Column::Project => widest.project.min(28),
                _ => continue,
            };
            grow(least, most, &mut room);
        }
        if let Some((_, name)) = columns.iter_mut().find(|(column, _)| *column == Column::Name) {
            grow(name, widest.name, &mut room);
        }
        Self(columns)
    }

    /// The columns.
    pub(super) fn iter(&self) -> impl Iterator<Item = &(Column, usize)> {
        self.0.iter()
    }
}

fn grow(width: &mut usize, most: usize, room: &mut usize) {
    let more = most.saturating_sub(*width).min(*room);
    *width += more;
    *room -= more;
}

fn total(columns: &[(Column, usize)]) -> usize {
    GUTTER + columns.iter().map(|(_, width)| width).sum::<usize>() + GAP * columns.len().saturating_sub(1)
}

fn least(column: Column, widest: &Widest) -> usize {
    match column {
        Column::Class => CLASS,
        Column::Project => 11,
        Column::Name => widest.name.clamp(12, NAME),
        Column::State => 17,
        Column::Image | Column::Ports => 14,
        Column::Id => 12,
        Column::Users => 10,
        Column::Driver | Column::Size | Column::Shared | Column::Frees => 8,
        Column::Scope | Column::Age => 6,
    }
}

/// What gives way first when there is no room for all.
const fn first_to_go(kind: Kind) -> &'static [Column] {
    match kind {
        Kind::Container => &[Column::Ports, Column::Project, Column::Image, Column::Age, Column::Size],
        Kind::Image => &[Column::Shared, Column::Id, Column::Age, Column::Users, Column::Size],
        Kind::Volume => &[Column::Project, Column::Driver, Column::Age, Column::Users],
        Kind::Network => &[Column::Project, Column::Scope, Column::Age, Column::Driver],
    }
}

/// The letter that stands for a class where there is no room for its word.
pub(super) const fn letter(class: Class) -> &'static str {
    match class {
        Class::Protected => "P",
        Class::Expected => "E",
        Class::SafeToDelete => "S",
        Class::Unknown => "U",
    }
}

/// Whether a column is aligned at the right.
pub(super) const fn is_number(column: Column) -> bool {
    matches!(column, Column::Age | Column::Size | Column::Shared | Column::Frees)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: Kind, width: usize) -> Vec<(&'static str, usize)> {
        let widest = Widest { name: 30, image: 20, ports: 22, users: 14, project: 8 };
        Columns::fit(kind, width, &widest).iter().map(|(column, width)| (column.title(), *width)).collect()
    }

    #[test]
    fn what_matters_least_gives_way_first() {
        assert_eq!(
            shown(Kind::Container, 80),
            [("CLASS", 11), ("NAME", 24), ("STATE", 17), ("AGE", 6), ("SIZE", 8)]
        );
        assert_eq!(
            shown(Kind::Container, 190),
            [
                ("CLASS", 11),
                ("NAME", 30),
                ("STATE", 17),
                ("IMAGE", 20),
                ("PORTS", 22),
                ("AGE", 6),
                ("SIZE", 8),
                ("PROJECT", 11)
            ]
        );
        for kind in Kind::ALL {
            for width in 40..320 {
                let widest = Widest { name: 90, image: 90, ports: 90, users: 90, project: 90 };
                assert!(total(&Columns::fit(kind, width, &widest).0) < width, "{kind} {width}");
            }
        }
    }
}
