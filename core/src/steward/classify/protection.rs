//! What the SSOT protects by name, asked of many facets.

use crate::ssot::{Folded, ProtectName, ProtectPattern, ProtectSet, Protected};
use crate::steward::reference::normalise;

/// A rule that protects, by its place in the SSOT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Place {
    /// Of a name.
    Name(usize),
    /// Of a pattern.
    Pattern(usize),
}

/// Protecting names and patterns with their places in the SSOT.
///
/// A pattern may spell Docker Hub out (`docker.io/library/odoo*`) while the engine leaves it out, so it is
/// asked in both spellings.
pub(super) struct Protection {
    set: ProtectSet,
    /// The place in the SSOT of each name and pattern of the set.
    names: Vec<usize>,
    patterns: Vec<usize>,
}

impl Protection {
    pub(super) fn of(rules: &Protected) -> Self {
        let names = in_both_spellings(&rules.names, ProtectName::as_str, |text| ProtectName::new(text).ok());
        let patterns =
            in_both_spellings(&rules.patterns, ProtectPattern::as_str, |text| ProtectPattern::new(text).ok());
        let (name_places, names): (Vec<_>, Vec<_>) = names.into_iter().unzip();
        let (pattern_places, patterns): (Vec<_>, Vec<_>) = patterns.into_iter().unzip();
        Self { set: ProtectSet::new(&patterns, &names), names: name_places, patterns: pattern_places }
    }

    /// Tells all that protect the facet; `found` is a place to find them in.
    pub(super) fn each(&self, facet: &Folded, found: &mut Vec<usize>, mut tell: impl FnMut(Place)) {
        self.set.find_names(facet, found);
        for at in &*found {
            tell(Place::Name(self.names[*at]));
        }
        self.set.find_patterns(facet, found);
        for at in &*found {
            tell(Place::Pattern(self.patterns[*at]));
        }
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
