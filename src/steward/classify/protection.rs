//! What the SSOT protects by name, asked of many facets.

use crate::ssot::{Folded, ProtectName, ProtectPattern, ProtectSet, Protected};
use crate::steward::reference::normalise;

/// Protecting names and patterns with their places in the SSOT.
///
/// A pattern may spell Docker Hub out (`docker.io/library/odoo*`) while the engine leaves it out, so it is
/// asked in both spellings.
pub(super) struct Protection {
    names: Vec<(usize, ProtectName)>,
    patterns: Vec<(usize, ProtectPattern)>,
    /// All patterns at once: takes a while to build, and is worth it where there are many. One by one, where
    /// there is none.
    set: Option<ProtectSet>,
}

/// From so many patterns on they are asked all at once.
const MANY: usize = 24;

impl Protection {
    pub(super) fn of(rules: &Protected) -> Self {
        let names = in_both_spellings(&rules.names, ProtectName::as_str, |text| ProtectName::new(text).ok());
        let patterns =
            in_both_spellings(&rules.patterns, ProtectPattern::as_str, |text| ProtectPattern::new(text).ok());
        let only = |all: &[(usize, ProtectPattern)]| all.iter().map(|(_, it)| it.clone()).collect::<Vec<_>>();
        let many = patterns.len() >= MANY;
        let set = many.then(|| ProtectSet::new(&only(&patterns), &[]).ok()).flatten();
        Self { names, patterns, set }
    }

    /// The places of all names that the facet is.
    pub(super) fn names(&self, facet: &Folded) -> impl Iterator<Item = usize> {
        self.names.iter().filter(|(_, name)| name.matches_folded(facet)).map(|(at, _)| *at)
    }

    /// The places of all patterns that match the facet.
    pub(super) fn patterns(&self, facet: &Folded) -> Vec<usize> {
        if let Some(set) = &self.set {
            return set.matching_patterns(facet).into_iter().map(|at| self.patterns[at].0).collect();
        }
        let matching = self.patterns.iter().filter(|(_, pattern)| pattern.matches_folded(facet));
        matching.map(|(at, _)| *at).collect()
    }
}

fn in_both_spellings<T: Clone>(
    rules: &[T],
    text: impl Fn(&T) -> &str,
    read: impl Fn(&str) -> Option<T>,
) -> Vec<(usize, T)> {
    let as_written = rules.iter().cloned().enumerate();
    let shorter = rules.iter().enumerate().filter_map(|(at, rule)| {
        let long = text(rule);
        let short = normalise(long);
        (short != long).then(|| read(short)).flatten().map(|rule| (at, rule))
    });
    as_written.chain(shorter).collect()
}
