//! What a filter means: words that must be found, `field:value,value` that must hold, and `!` for the
//! opposite of either.

use jiff::Timestamp;

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
    ("age", "since it was created: >14d, <12h, or 2w for that and more"),
    ("size", "its bytes: >1GB, <500MB, or 10MB for that and more"),
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
    Age(Bound),
    Size(Bound),
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
            if let Some(what) = word.split_once(':').and_then(|(name, value)| measured(name, value)) {
                return Some(Term { inverse, what });
            }
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
    pub fn matches(&self, row: &Row, now: Timestamp) -> bool {
        self.terms.iter().all(|term| term.what.holds(row, now, term.inverse))
    }
}

/// A bound on a number, in seconds or in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    /// It is not written to its end yet, so everything matches.
    Unfinished,
    /// At least so much.
    AtLeast(u64),
    /// More than that.
    Above(u64),
    /// Less than that.
    Below(u64),
}

impl Bound {
    /// What is not known is neither more nor less than anything, nor the opposite.
    fn holds(self, number: Option<u64>, inverse: bool) -> bool {
        let within = |number: u64| match self {
            Self::Unfinished => !inverse,
            Self::AtLeast(bound) => number >= bound,
            Self::Above(bound) => number > bound,
            Self::Below(bound) => number < bound,
        };
        match number {
            Some(number) => within(number) != inverse,
            None => self == Self::Unfinished,
        }
    }
}

/// A term that asks for a number.
fn measured(name: &str, value: &str) -> Option<What> {
    let number: fn(&str) -> Option<u64> = match name {
        "age" => |text| humantime::parse_duration(text).ok().map(|it| it.as_secs()),
        "size" => size,
        _ => return None,
    };
    let (bound, text): (fn(u64) -> Bound, &str) = match (value.strip_prefix('>'), value.strip_prefix('<')) {
        (Some(rest), _) => match rest.strip_prefix('=') {
            Some(rest) => (Bound::AtLeast, rest),
            None => (Bound::Above, rest),
        },
        (None, Some(rest)) => (Bound::Below, rest),
        (None, None) => (Bound::AtLeast, value),
    };
    let bound = number(text).map_or(Bound::Unfinished, bound);
    Some(if name == "age" { What::Age(bound) } else { What::Size(bound) })
}

/// Bytes as the screen writes them: `500MB`, `1.5gb`, `64k`; a bare number is bytes.
fn size(text: &str) -> Option<u64> {
    let text = text.strip_suffix('b').unwrap_or(text);
    let (digits, factor) = match text.char_indices().last()? {
        (at, 'k') => (&text[..at], 1_000),
        (at, 'm') => (&text[..at], 1_000_000),
        (at, 'g') => (&text[..at], 1_000_000_000),
        (at, 't') => (&text[..at], 1_000_000_000_000),
        _ => (text, 1),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let whole: u64 = whole.parse().ok()?;
    let mut sum = whole.checked_mul(factor)?;
    let mut place = factor;
    for digit in part.chars() {
        place /= 10;
        sum = sum.checked_add(u64::from(digit.to_digit(10)?) * place)?;
    }
    Some(sum)
}

impl What {
    fn holds(&self, row: &Row, now: Timestamp, inverse: bool) -> bool {
        match self {
            Self::Word(word) => {
                let texts = [&row.name, &*row.image, &*row.project, row.id()];
                texts.iter().any(|text| part(text, word)) != inverse
            }
            Self::Field(field, values) => values.iter().any(|value| field.holds(row, value)) != inverse,
            Self::Age(bound) => {
                let age = row.created.get().map(|at| now.duration_since(at).unsigned_abs().as_secs());
                bound.holds(age, inverse)
            }
            Self::Size(bound) => bound.holds(row.size.get(), inverse),
        }
    }
}

/// Whether a word, in lower case, is part of a text. Names are nearly always in lower case already.
fn part(text: &str, word: &str) -> bool {
    if text.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
        text.to_lowercase().contains(word)
    } else {
        text.contains(word)
    }
}

/// Whether a word, in lower case, is part of a label as `key=value`.
fn label(key: &str, value: &str, word: &str) -> bool {
    let across = word.split_once('=').is_some_and(|(before, _)| part(key, before));
    part(key, word) || part(value, word) || (across && part(&format!("{key}={value}"), word))
}

impl Field {
    /// An unfinished `class:` matches everything, so that typing does not blank the table.
    fn holds(self, row: &Row, value: &str) -> bool {
        let part = |text: &str| part(text, value);
        match self {
            Self::Class => row.class.is_some_and(|class| class.as_str().starts_with(value)),
            Self::State => row.state.starts_with(value),
            Self::Name => part(&row.name),
            Self::Image => part(&row.image),
            Self::Project if value.is_empty() => row.project.is_empty(),
            Self::Project => part(&row.project),
            Self::Label => row.labels.iter().any(|(key, text)| label(key, text, value)),
            Self::Driver => part(&row.driver),
            Self::Used => value.is_empty() || "yes".starts_with(value) == (row.users.0 > 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_they_are_written() {
        for (text, bytes) in [
            ("500mb", Some(500_000_000)),
            ("1.5gb", Some(1_500_000_000)),
            ("64k", Some(64_000)),
            ("0b", Some(0)),
            ("12", Some(12)),
            ("2.25m", Some(2_250_000)),
            ("mb", None),
            ("1..2g", None),
            ("-1g", None),
            ("99999999999999t", None),
        ] {
            assert_eq!(size(text), bytes, "{text}");
        }
    }

    #[test]
    fn a_label_is_found_by_any_part_of_it() {
        for word in
            ["", "p", "pro", "project", "shop", "t=s", "project=shop-1", "x=y", "1=x", "project=shop-1=x=y"]
        {
            assert!(label("Project", "Shop-1=x=Y", word), "{word}");
        }
        for word in ["projects", "shop=", "project=hop", "j=shop", "==", "y=", "=x=z"] {
            assert!(!label("Project", "Shop-1=x=Y", word), "{word}");
        }
    }

    #[test]
    fn what_is_not_known_is_neither_more_nor_less() {
        for (value, of_ten, of_unknown) in [
            (">9b", true, false),
            (">10b", false, false),
            ("10b", true, false),
            ("<10b", false, false),
            (">", true, true),
        ] {
            let Some(What::Size(bound)) = measured("size", value) else { panic!("{value}") };
            assert_eq!(bound.holds(Some(10), false), of_ten, "{value}");
            assert_eq!(bound.holds(None, false), of_unknown, "{value}");
            assert_eq!(bound.holds(None, true), of_unknown, "not {value}");
        }
        assert_eq!(measured("age", ">2w"), Some(What::Age(Bound::Above(1_209_600))));
        assert_eq!(measured("age", ">2"), Some(What::Age(Bound::Unfinished)));
    }
}
