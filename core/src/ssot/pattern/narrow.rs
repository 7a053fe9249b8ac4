//! Patterns that match whole names, to the letter.

use std::fmt;

use globset::{GlobBuilder, GlobMatcher};

use super::error::{PatternError, check_pattern, in_words};

/// A pattern that matches a whole name, with regard to case: `tmp-*` matches `tmp-1`, not `Tmp-1` and not
/// `my-tmp-1`. `*` crosses `/`.
///
/// It is compared by its text.
#[derive(Clone)]
pub struct NamePattern {
    text: String,
    matcher: Matcher,
}

#[derive(Clone)]
enum Matcher {
    /// No wildcard.
    Literal,
    /// A literal and one `*` at its end.
    Prefix,
    Glob(Box<GlobMatcher>),
}

impl NamePattern {
    /// Reads a pattern.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        check_pattern(text)?;
        let matcher = match text.find(is_special) {
            None => Matcher::Literal,
            Some(at) if at + 1 == text.len() && text.ends_with('*') => Matcher::Prefix,
            Some(_) => Matcher::Glob(Box::new(compile(text)?.compile_matcher())),
        };
        Ok(Self { text: text.to_owned(), matcher })
    }

    /// Whether the pattern matches all of `name`.
    pub fn matches(&self, name: &str) -> bool {
        match &self.matcher {
            Matcher::Literal => name == self.text,
            Matcher::Prefix => name.as_bytes().starts_with(&self.text.as_bytes()[..self.text.len() - 1]),
            Matcher::Glob(glob) => glob.is_match(name),
        }
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is a plain name, with no wildcard in it.
    pub fn is_literal(&self) -> bool {
        matches!(self.matcher, Matcher::Literal)
    }

    /// Whether the pattern fails to tell names apart: it matches names that have nothing in common with it.
    /// Such a pattern must not say what is safe to delete.
    pub fn matches_everything(&self) -> bool {
        // Asked of names instead of the pattern's text, so that `*`, `?*`, `*-*`, `[a-z]*` and `{*,tmp}`
        // are all found out by what they do.
        const UNRELATED: [&str; 8] = [
            "q7zxj",
            "7qzxj",
            "zq-x7j",
            "xq_z.7j",
            "q7/zxj:7q",
            "zqx.j7:57/q-7/z_x:qj-7",
            "xq@sha256:7f57",
            "QZXJ7",
        ];
        UNRELATED.iter().any(|name| self.matches(name))
            || (1..=64).any(|length| self.matches(&"q7zxj".chars().cycle().take(length).collect::<String>()))
    }
}

/// Compiles a glob whose `*` and `?` match any character, `/` included.
pub(super) fn compile(text: &str) -> Result<globset::Glob, PatternError> {
    GlobBuilder::new(text)
        .literal_separator(false)
        .backslash_escape(false)
        .build()
        .map_err(|error| in_words(error.kind()))
}

/// Whether `c` means something else than itself in a pattern.
pub(super) fn is_special(c: char) -> bool {
    matches!(c, '*' | '?' | '[' | ']' | '{' | '}')
}

impl PartialEq for NamePattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for NamePattern {}

impl fmt::Debug for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NamePattern").field(&self.text).finish()
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::str::FromStr for NamePattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, name: &str) -> bool {
        NamePattern::new(pattern).unwrap().matches(name)
    }

    #[test]
    fn it_matches_whole_names_to_the_letter() {
        assert!(matches("tmp-*", "tmp-1"));
        assert!(matches("tmp-*", "tmp-"));
        assert!(!matches("tmp-*", "Tmp-1"));
        assert!(!matches("tmp-*", "my-tmp-1"));
        assert!(!matches("tmp-*", "tmp_1"));
        assert!(matches("odoo:18.0", "odoo:18.0"));
        assert!(!matches("odoo:18.0", "odoo:18x0"));
        assert!(!matches("odoo:18.0", "odoo:18.0-dev"));
    }

    #[test]
    fn a_star_crosses_the_slash() {
        assert!(matches("mcp/*", "mcp/server/tool:latest"));
        assert!(!matches("mcp/*", "docker/mcp/server"));
        assert!(matches("*/docker-extension*", "ghcr.io/acme/docker-extension-x:1"));
        assert!(!matches("*/docker-extension*", "docker-extension:latest"));
        assert!(matches("a*c", "a/b/c"));
    }

    #[test]
    fn the_other_wildcards() {
        assert!(matches("t?p-*", "tmp-1"));
        assert!(matches("a?b", "a/b"));
        assert!(matches("{tmp,test}-*", "test-1"));
        assert!(!matches("{tmp,test}-*", "demo-1"));
        assert!(matches("run-[0-9]*", "run-7"));
        assert!(!matches("run-[0-9]*", "run-x"));
        assert!(matches("*", ""));
    }

    #[test]
    fn what_is_no_pattern() {
        let error = |text: &str| NamePattern::new(text).unwrap_err();
        assert_eq!(error(""), PatternError::Empty);
        assert_eq!(error("tmp-* "), PatternError::Unprintable(' '));
        assert_eq!(error("tmp\u{200b}-*"), PatternError::Unprintable('\u{200b}'));
        assert_eq!(error("tmp\u{1b}[0m"), PatternError::Unprintable('\u{1b}'));
        assert_eq!(error("tmp/**"), PatternError::DoubleStar);
        assert_eq!(error("tmp\\*"), PatternError::Backslash);
        assert!(matches!(error("tmp-["), PatternError::Syntax(_)));
        assert!(matches!(error("tmp-{a"), PatternError::Syntax(_)));
        assert!(matches!(error("tmp-[z-a]"), PatternError::Syntax(_)));
    }

    #[test]
    fn patterns_that_tell_nothing_apart() {
        for pattern in ["*", "?*", "*?", "*-*", "*:*", "*/*", "[a-z]*", "{*,tmp}", "?????", "*[!x]*", "*.*"] {
            assert!(NamePattern::new(pattern).unwrap().matches_everything(), "{pattern}");
        }
        for pattern in ["tmp-*", "*-tmp", "mcp/*", "*/docker-extension*", "a*", "*test*", "{a,b}-*"] {
            assert!(!NamePattern::new(pattern).unwrap().matches_everything(), "{pattern}");
        }
    }
}
