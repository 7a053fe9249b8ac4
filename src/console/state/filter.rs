//! What a filter means: words that must be found, `field:value,value` that must hold, and `!` for the
//! opposite of either.

use super::row::Row;

/// The fields of a filter, for the help and for the hint under an unknown word.
pub const FIELDS: &[(&str, &str)] = &[
    ("class", "protected, expected, safe, unknown; the first letter is enough"),
    ("state", "running, exited, created … (containers)"),
    ("name", "part of the name"),
    ("image", "part of a container's image"),
    ("project", "part of the Compose project; `project:` alone: none"),
    ("label", "part of a label, written key=value"),
    ("driver", "part of the driver (volumes, networks)"),
    ("used", "yes or no"),
];

/// A filter as typed, understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    inverse: bool,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Word(String),
    Field(Field, Vec<String>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Class,
    State,
    Name,
    Image,
    Project,
    Label,
    Driver,
    Used,
}

impl Field {
    fn called(name: &str) -> Option<Self> {
        Some(match name {
            "class" => Self::Class,
            "state" => Self::State,
            "name" => Self::Name,
            "image" => Self::Image,
            "project" => Self::Project,
            "label" => Self::Label,
            "driver" => Self::Driver,
            "used" => Self::Used,
            _ => return None,
        })
    }
}

impl Filter {
    /// Understands what was typed. Every text is a filter: `odoo:18.0` names no field and so is a word.
    pub fn parse(text: &str) -> Self {
        let terms = text.split_whitespace().filter_map(|word| {
            let (inverse, word) = word.strip_prefix('!').map_or((false, word), |rest| (true, rest));
            if word.is_empty() {
                return None;
            }
            let word = word.to_lowercase();
            let field = word.split_once(':').and_then(|(name, values)| Some((Field::called(name)?, values)));
            let what = match field {
                Some((field, values)) => What::Field(field, values.split(',').map(str::to_owned).collect()),
                None => What::Word(word),
            };
            Some(Term { inverse, what })
        });
        Self { terms: terms.collect() }
    }

    /// Whether nothing is asked, so that everything matches.
    pub const fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether all terms hold.
    pub fn matches(&self, row: &Row) -> bool {
        self.terms.iter().all(|term| term.what.holds(row) != term.inverse)
    }
}

impl What {
    fn holds(&self, row: &Row) -> bool {
        match self {
            Self::Word(word) => row.haystack.contains(word.as_str()),
            Self::Field(field, values) => values.iter().any(|value| field.holds(row, value)),
        }
    }
}

impl Field {
    /// An unfinished `class:` matches everything, so that typing does not blank the table.
    fn holds(self, row: &Row, value: &str) -> bool {
        let part = |text: &str| text.to_lowercase().contains(value);
        match self {
            Self::Class => row.class.as_str().starts_with(value),
            Self::State => row.state.starts_with(value),
            Self::Name => part(&row.name),
            Self::Image => part(&row.image),
            Self::Project if value.is_empty() => row.project.is_empty(),
            Self::Project => part(&row.project),
            Self::Label => row.labels.iter().any(|label| label.contains(value)),
            Self::Driver => part(&row.driver),
            Self::Used => value.is_empty() || "yes".starts_with(value) == (row.users.0 > 0),
        }
    }
}
