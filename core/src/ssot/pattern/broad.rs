//! Patterns and names that protect, matched broadly.

use std::fmt;

use globset::GlobMatcher;

use super::error::{PatternError, check_pattern, check_text};
use super::narrow::{compile, is_special};

/// A facet of a resource (a name, a tag, a part of a repository …) folded for broad matching: every letter
/// in lower case, and `_` and `.` written as `-`.
///
/// Fold a facet once and ask all patterns with [`ProtectPattern::matches_folded`] or a [`super::ProtectSet`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Folded(
    /// With a `-` before it: then every word, the first too, is what follows a separator.
    String,
);

impl Folded {
    /// Folds a facet.
    pub fn new(facet: &str) -> Self {
        let mut folded = Self(String::with_capacity(facet.len() + 1));
        folded.set(facet);
        folded
    }

    /// Folds another facet in the same place, which takes no memory of its own.
    pub fn set(&mut self, facet: &str) {
        self.0.clear();
        self.0.push('-');
        fold_into(&mut self.0, facet);
    }

    /// Whether two texts fold alike.
    pub fn alike(one: &str, other: &str) -> bool {
        fold(one).eq(fold(other))
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.0[1..]
    }

    /// What a [`ProtectPattern::glob`] is matched against.
    pub(super) fn as_glob_input(&self) -> &str {
        &self.0
    }

    /// What follows each separator, and so the whole facet first.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.0.bytes().enumerate().filter(|&(_, byte)| is_separator(byte)).map(|(at, _)| &self.0[at + 1..])
    }
}

fn fold_into(folded: &mut String, text: &str) {
    if text.is_ascii() {
        folded.extend(text.bytes().map(|byte| match byte {
            b'_' | b'.' => '-',
            letter => char::from(letter.to_ascii_lowercase()),
        }));
    } else {
        folded.extend(fold(text));
    }
}

fn fold(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(|c| match c {
        '_' | '.' => '-'.to_lowercase(),
        // Letter by letter and not `str::to_lowercase`, whose final sigma depends on the letters
        // around it: pattern and facet must fold alike wherever the pattern begins.
        c => c.to_lowercase(),
    })
}

/// The separators as they remain after folding; `_` and `.` have become `-`.
fn is_separator(byte: u8) -> bool {
    matches!(byte, b'-' | b'/' | b':' | b'@')
}

/// A pattern that protects: without regard to case, with `-`, `_`, `.` alike, and from the start of a facet or
/// from behind any separator in it (`- _ . / : @`).
///
/// `prod-*` matches `prod-1`, `Prod-x`, `prod_pgdata`, `shop_prod-data`, `acme/web:prod-3` and `test-prod-1`;
/// not `product-test`. It is compared by its text.
#[derive(Clone)]
pub struct ProtectPattern {
    text: String,
    /// As facets are folded, wildcards included.
    folded: String,
    matcher: Matcher,
}

#[derive(Clone)]
enum Matcher {
    Literal,
    Prefix,
    Glob(Box<GlobMatcher>),
}

impl ProtectPattern {
    /// Reads a pattern.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        check_pattern(text)?;
        if text.contains(['[', ']']) {
            return Err(PatternError::Class);
        }
        let mut folded = String::with_capacity(text.len());
        fold_into(&mut folded, text);
        let matcher = match folded.find(is_special) {
            None => Matcher::Literal,
            Some(at) if at + 1 == folded.len() && folded.ends_with('*') => Matcher::Prefix,
            Some(_) => Matcher::Glob(Box::new(compile(&anywhere(&folded))?.compile_matcher())),
        };
        Ok(Self { text: text.to_owned(), folded, matcher })
    }

    /// Whether the pattern matches the facet, broadly.
    pub fn matches(&self, facet: &str) -> bool {
        self.matches_folded(&Folded::new(facet))
    }

    /// Like [`Self::matches`], for a facet that is asked of many patterns.
    pub fn matches_folded(&self, facet: &Folded) -> bool {
        match &self.matcher {
            Matcher::Literal => facet.words().any(|word| word == self.folded),
            Matcher::Prefix => {
                let beginning = &self.folded[..self.folded.len() - 1];
                facet.words().any(|word| word.starts_with(beginning))
            }
            Matcher::Glob(glob) => glob.is_match(facet.as_glob_input()),
        }
    }

    /// The pattern as facets are folded, wildcards included.
    pub(super) fn folded(&self) -> &str {
        &self.folded
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is a plain name, with no wildcard in it.
    pub fn is_literal(&self) -> bool {
        matches!(self.matcher, Matcher::Literal)
    }

    /// The glob over [`Folded::as_glob_input`] that says the same as this pattern.
    pub(super) fn glob(&self) -> String {
        anywhere(&self.folded)
    }
}

/// A glob that begins behind any separator.
fn anywhere(folded: &str) -> String {
    format!("*[-/:@]{folded}")
}

/// A name that protects: the whole facet, without regard to case and with `-`, `_`, `.` alike.
///
/// It is compared by its text.
#[derive(Clone)]
pub struct ProtectName {
    text: String,
    folded: Folded,
}

impl ProtectName {
    /// Reads a name. A wildcard is refused: taken literally it would protect nothing.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        check_text(text)?;
        if text.contains('\\') {
            return Err(PatternError::Backslash);
        }
        if let Some(wildcard) = text.chars().find(|&c| is_special(c)) {
            return Err(PatternError::Wildcard(wildcard));
        }
        Ok(Self { text: text.to_owned(), folded: Folded::new(text) })
    }

    /// Whether the facet is this name, broadly.
    pub fn matches(&self, facet: &str) -> bool {
        self.matches_folded(&Folded::new(facet))
    }

    /// Like [`Self::matches`], for a facet that is asked of many names.
    pub fn matches_folded(&self, facet: &Folded) -> bool {
        self.folded == *facet
    }

    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn folded(&self) -> &Folded {
        &self.folded
    }
}

/// What both protecting types share: they are their text.
macro_rules! is_its_text {
    ($type:ident) => {
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                self.text == other.text
            }
        }

        impl Eq for $type {}

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($type)).field(&self.text).finish()
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.text)
            }
        }

        impl std::str::FromStr for $type {
            type Err = PatternError;

            fn from_str(text: &str) -> Result<Self, PatternError> {
                Self::new(text)
            }
        }
    };
}

is_its_text!(ProtectPattern);
is_its_text!(ProtectName);

#[cfg(test)]
mod tests {
    use super::*;

    fn protects(pattern: &str, facet: &str) -> bool {
        ProtectPattern::new(pattern).unwrap().matches(facet)
    }

    #[test]
    fn prod_is_found_wherever_a_word_begins() {
        for facet in [
            "prod-",
            "prod-1",
            "Prod-x",
            "PROD-1",
            "prod_pgdata",
            "prod.db",
            "shop_prod-data",
            "acme/web:prod-3",
            "test-prod-1",
            "prod-/web",
            "reg.io:5000/prod-web",
            "web@prod-1",
            "web.prod_1",
            "a--prod-1",
        ] {
            assert!(protects("prod-*", facet), "{facet}");
        }
        for facet in ["product-test", "prod", "prod/web", "reprod-1", "xprod-", "test-product-1", "", "-"] {
            assert!(!protects("prod-*", facet), "{facet}");
        }
    }

    #[test]
    fn the_other_protections_of_the_droplet() {
        assert!(protects("odoo-erp-prod*", "odoo-erp-prod"));
        assert!(protects("odoo-erp-prod*", "odoo_erp_prod-db"));
        assert!(protects("odoo-erp-prod*", "compose_odoo.erp.prod"));
        assert!(protects("odoo-db-sgp1*", "odoo-db-sgp1"));
        assert!(!protects("odoo-db-sgp1*", "odoo-db"));
        assert!(protects("stable-*", "ipai-superset:stable-2.1"));
    }

    #[test]
    fn a_pattern_is_anchored_at_its_end() {
        assert!(protects("*-prod", "web-prod"));
        assert!(protects("*-prod", "web_Prod"));
        assert!(!protects("*-prod", "web-prod-1"));
        assert!(protects("web", "acme/web"));
        assert!(!protects("web", "acme/web:1"));
        assert!(protects("{prod,stable}-*", "my_Stable.1"));
        assert!(!protects("{prod,stable}-*", "unstable-1"));
        assert!(protects("pr?d-*", "x/PRxD_1"));
    }

    #[test]
    fn letters_beyond_ascii_fold_alike_in_pattern_and_facet() {
        assert!(protects("ÉTAT-*", "état-1"));
        assert!(protects("état-*", "x_ÉTAT_1"));
        // Kelvin sign, dotted capital I, and a sigma that is last in the pattern but not in the facet.
        assert!(protects("kube-*", "\u{212a}ube-1"));
        assert!(protects("İ-*", "İ-1"));
        assert!(protects("ΑΣ*", "ΑΣΑ"));
        assert!(!protects("prod-*", "é"));
    }

    #[test]
    fn every_matcher_says_what_its_glob_says() {
        let facets =
            ["prod-1", "a_Prod", "a-prod-b", "x/y:prod", "product", "prod", "a@prod.9", "", "é-prod-é"];
        for text in ["prod-*", "prod", "pr?d*", "*prod", "{a,prod}*"] {
            let pattern = ProtectPattern::new(text).unwrap();
            let glob = compile(&pattern.glob()).unwrap().compile_matcher();
            for facet in facets {
                assert_eq!(
                    pattern.matches(facet),
                    glob.is_match(Folded::new(facet).as_glob_input()),
                    "{text} on {facet}"
                );
            }
        }
    }

    #[test]
    fn a_name_is_whole_but_broad() {
        let name = ProtectName::new("mcp-coordinator").unwrap();
        for facet in ["mcp-coordinator", "MCP_Coordinator", "mcp.coordinator"] {
            assert!(name.matches(facet), "{facet}");
        }
        for facet in ["mcp-coordinator-2", "x-mcp-coordinator", "mcp/coordinator", "mcpcoordinator"] {
            assert!(!name.matches(facet), "{facet}");
        }
    }

    #[test]
    fn what_cannot_protect_is_refused() {
        assert_eq!(ProtectName::new("prod-*").unwrap_err(), PatternError::Wildcard('*'));
        assert_eq!(ProtectName::new("").unwrap_err(), PatternError::Empty);
        assert_eq!(ProtectName::new("n8n ").unwrap_err(), PatternError::Unprintable(' '));
        assert_eq!(ProtectPattern::new("prod-[a-z]*").unwrap_err(), PatternError::Class);
        assert_eq!(ProtectPattern::new("prod\u{200b}-*").unwrap_err(), PatternError::Unprintable('\u{200b}'));
        assert!(matches!(ProtectPattern::new("{prod").unwrap_err(), PatternError::Syntax(_)));
    }
}
