//! Many patterns asked at once.
//!
//! One pass over a name finds every pattern that matches it, however many patterns there are; asked one by
//! one, 200 patterns on each of 100,000 resources would be twenty million matches.

use std::collections::HashMap;

use globset::{GlobSet, GlobSetBuilder};

use super::broad::{Folded, ProtectName, ProtectPattern};
use super::error::PatternError;
use super::narrow::{NamePattern, compile};

/// Narrow patterns, asked at once.
#[derive(Clone, Debug)]
pub struct NameSet {
    globs: GlobSet,
}

impl NameSet {
    /// Takes the patterns; their places in the iteration are the indices that [`Self::matching`] gives.
    ///
    /// Fails only where all patterns together are too large to compile.
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a NamePattern>) -> Result<Self, PatternError> {
        Ok(Self { globs: build(patterns.into_iter().map(|pattern| pattern.as_str().to_owned()))? })
    }

    /// The indices of all patterns that match, ascending.
    pub fn matching(&self, name: &str) -> Vec<usize> {
        self.globs.matches(name)
    }

    /// The first pattern that matches.
    pub fn first(&self, name: &str) -> Option<usize> {
        self.matching(name).first().copied()
    }
}

/// Patterns and names that protect, asked at once.
#[derive(Clone, Debug)]
pub struct ProtectSet {
    patterns: GlobSet,
    names: HashMap<Folded, usize>,
}

impl ProtectSet {
    /// Takes patterns and names; their places in the slices are the indices that come back.
    ///
    /// Fails only where all patterns together are too large to compile.
    pub fn new(patterns: &[ProtectPattern], names: &[ProtectName]) -> Result<Self, PatternError> {
        // Reversed, so that the first of two equal names stays.
        let names = names.iter().enumerate().rev().map(|(at, name)| (name.folded().clone(), at)).collect();
        Ok(Self { patterns: build(patterns.iter().map(ProtectPattern::glob))?, names })
    }

    /// The indices of all patterns that match, ascending.
    pub fn matching_patterns(&self, facet: &Folded) -> Vec<usize> {
        self.patterns.matches(facet.as_glob_input())
    }

    /// The first name that matches.
    pub fn matching_name(&self, facet: &Folded) -> Option<usize> {
        self.names.get(facet).copied()
    }
}

fn build(globs: impl Iterator<Item = String>) -> Result<GlobSet, PatternError> {
    let mut builder = GlobSetBuilder::new();
    for glob in globs {
        builder.add(compile(&glob)?);
    }
    builder.build().map_err(|_| PatternError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_says_what_its_patterns_say_one_by_one() {
        let texts = ["prod-*", "stable-*", "web", "*-db", "{a,b}-x?", "odoo:18.0-*"];
        let names =
            ["prod-1", "a_prod-db", "web", "acme/web", "A-x1", "odoo:18.0-dev", "ODOO:18.0-", "é", ""];
        let narrow: Vec<_> = texts.iter().map(|text| NamePattern::new(text).unwrap()).collect();
        let broad: Vec<_> = texts.iter().map(|text| ProtectPattern::new(text).unwrap()).collect();
        let narrow_set = NameSet::new(&narrow).unwrap();
        let broad_set = ProtectSet::new(&broad, &[]).unwrap();
        for name in names {
            let one_by_one: Vec<_> = (0..texts.len()).filter(|&at| narrow[at].matches(name)).collect();
            assert_eq!(narrow_set.matching(name), one_by_one, "{name}");
            let one_by_one: Vec<_> = (0..texts.len()).filter(|&at| broad[at].matches(name)).collect();
            assert_eq!(broad_set.matching_patterns(&Folded::new(name)), one_by_one, "{name}");
        }
    }

    #[test]
    fn the_first_of_two_equal_names_is_named() {
        let names = ["n8n", "mcp-coordinator", "MCP_coordinator"].map(|name| ProtectName::new(name).unwrap());
        let set = ProtectSet::new(&[], &names).unwrap();
        assert_eq!(set.matching_name(&Folded::new("Mcp.Coordinator")), Some(1));
        assert_eq!(set.matching_name(&Folded::new("mcp")), None);
    }
}
