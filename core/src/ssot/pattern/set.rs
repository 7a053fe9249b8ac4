//! Many patterns asked at once.
//!
//! One pass over a name finds every pattern that matches it, however many patterns there are; asked one by
//! one, 200 patterns on each of 100,000 resources would be twenty million matches.

use globset::{GlobSet, GlobSetBuilder};

use super::broad::{Folded, ProtectName, ProtectPattern};
use super::narrow::{NamePattern, compile};
use super::plain::{Plain, Plains};
use super::words::Words;

/// Narrow patterns, asked at once.
#[derive(Clone, Debug)]
pub struct NameSet {
    plains: Plains,
    others: Others<NamePattern>,
}

impl NameSet {
    /// Takes the patterns; their places in the iteration are the indices that [`Self::matching`] gives.
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a NamePattern>) -> Self {
        let (plains, others) = sorted_out(patterns, |pattern| pattern.as_str());
        Self { plains, others: Others::new(others, |pattern| pattern.as_str().to_owned()) }
    }

    /// The indices of all patterns that match, ascending.
    pub fn matching(&self, name: &str) -> Vec<usize> {
        let mut found = Vec::new();
        self.find(name, &mut found);
        in_order(&mut found);
        found
    }

    /// Adds the indices of all patterns that match, in no order, and some of them twice.
    pub(crate) fn find(&self, name: &str, found: &mut Vec<usize>) {
        self.plains.find_from_start(name.as_bytes(), found);
        self.plains.find_beyond(name.as_bytes(), found);
        self.others.find(name, found, |pattern| pattern.matches(name));
    }

    /// The first pattern that matches.
    pub fn first(&self, name: &str) -> Option<usize> {
        self.matching(name).first().copied()
    }
}

/// Patterns and names that protect, asked at once.
#[derive(Clone, Debug)]
pub struct ProtectSet {
    plains: Plains,
    others: Others<ProtectPattern>,
    names: Words,
}

impl ProtectSet {
    /// Takes patterns and names; their places in the slices are the indices that come back.
    pub fn new(patterns: &[ProtectPattern], names: &[ProtectName]) -> Self {
        let (plains, others) = sorted_out(patterns, ProtectPattern::folded);
        let mut by_name = Words::default();
        for (at, name) in names.iter().enumerate() {
            by_name.add_word(name.folded().as_str().bytes(), at);
        }
        Self { plains, others: Others::new(others, ProtectPattern::glob), names: by_name }
    }

    /// Finds the indices of all patterns that match, ascending; what was found before is forgotten.
    pub fn find_patterns(&self, facet: &Folded, found: &mut Vec<usize>) {
        found.clear();
        for word in facet.words() {
            self.plains.find_from_start(word.as_bytes(), found);
        }
        // What stands at the end of a facet, or in it, stands behind its beginning: that begins a word, too.
        self.plains.find_beyond(facet.as_str().as_bytes(), found);
        self.others.find(facet.as_glob_input(), found, |pattern| pattern.matches_folded(facet));
        in_order(found);
    }

    /// Finds the indices of all names that match, ascending; what was found before is forgotten.
    pub fn find_names(&self, facet: &Folded, found: &mut Vec<usize>) {
        found.clear();
        self.names.find(facet.as_str().bytes(), found);
    }
}

/// Those that need no glob, and the others; each with its place.
fn sorted_out<'a, T: Clone + 'a>(
    patterns: impl IntoIterator<Item = &'a T>,
    text: impl Fn(&T) -> &str,
) -> (Plains, Vec<(usize, T)>) {
    let (mut plains, mut others) = (Plains::default(), Vec::new());
    for (at, pattern) in patterns.into_iter().enumerate() {
        match Plain::all(text(pattern)) {
            Some(all) => all.iter().for_each(|plain| plains.add(plain, at)),
            None => others.push((at, pattern.clone())),
        }
    }
    (plains, others)
}

/// Patterns with wildcards elsewhere.
#[derive(Clone, Debug)]
struct Others<T> {
    patterns: Vec<(usize, T)>,
    /// All of them at once: takes a while to build, and is worth it where there are many. None also where they
    /// are too large together.
    globs: Option<GlobSet>,
}

/// From so many on they are asked all at once.
const MANY: usize = 16;

impl<T> Others<T> {
    fn new(patterns: Vec<(usize, T)>, glob: impl Fn(&T) -> String) -> Self {
        let many = patterns.len() >= MANY;
        let globs = many.then(|| build(patterns.iter().map(|(_, it)| glob(it)))).flatten();
        Self { patterns, globs }
    }

    fn find(&self, text: &str, found: &mut Vec<usize>, matches: impl Fn(&T) -> bool) {
        match &self.globs {
            Some(globs) => found.extend(globs.matches(text).into_iter().map(|at| self.patterns[at].0)),
            None => found.extend(self.patterns.iter().filter(|(_, it)| matches(it)).map(|(at, _)| *at)),
        }
    }
}

fn build(globs: impl Iterator<Item = String>) -> Option<GlobSet> {
    let mut builder = GlobSetBuilder::new();
    for glob in globs {
        builder.add(compile(&glob).ok()?);
    }
    builder.build().ok()
}

fn in_order(found: &mut Vec<usize>) {
    found.sort_unstable();
    found.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_set_says_what_its_patterns_say_one_by_one() {
        let few = ["prod-*", "stable-*", "web", "*-db", "{a,b}-x?", "odoo:18.0-*", "prod*", "p*", "web*"];
        let many: Vec<String> = (0..MANY).map(|at| format!("*-{at}b")).collect();
        let texts: Vec<&str> = few.into_iter().chain(many.iter().map(String::as_str)).collect();
        for texts in [&few[..], &texts[..]] {
            says_what_its_patterns_say(texts);
        }
    }

    fn matching_patterns(set: &ProtectSet, facet: &Folded) -> Vec<usize> {
        let mut found = vec![99];
        set.find_patterns(facet, &mut found);
        found
    }

    fn matching_names(set: &ProtectSet, facet: &Folded) -> Vec<usize> {
        let mut found = vec![99];
        set.find_names(facet, &mut found);
        found
    }

    fn says_what_its_patterns_say(texts: &[&str]) {
        let names = [
            "prod-1",
            "a_prod-db",
            "web",
            "acme/web",
            "web-3b",
            "prod.2B",
            "webs",
            "prod",
            "p",
            "A-x1",
            "odoo:18.0-dev",
            "ODOO:18.0-",
            "é",
            "",
        ];
        let narrow: Vec<_> = texts.iter().map(|text| NamePattern::new(text).unwrap()).collect();
        let broad: Vec<_> = texts.iter().map(|text| ProtectPattern::new(text).unwrap()).collect();
        let narrow_set = NameSet::new(&narrow);
        let broad_set = ProtectSet::new(&broad, &[]);
        for name in names {
            let one_by_one: Vec<_> = (0..texts.len()).filter(|&at| narrow[at].matches(name)).collect();
            assert_eq!(narrow_set.matching(name), one_by_one, "{name}");
            let one_by_one: Vec<_> = (0..texts.len()).filter(|&at| broad[at].matches(name)).collect();
            assert_eq!(matching_patterns(&broad_set, &Folded::new(name)), one_by_one, "{name}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Few letters, and wildcards everywhere: whatever shape a pattern has, the set finds it as it finds itself.
        #[test]
        fn any_set_says_what_its_patterns_say_one_by_one(
            texts in prop::collection::vec("[ab*?{}_./é-]{0,2}(\\{[ab*-]{0,2},[abé*]{0,2}\\}|[ab:*])[abA*-]{0,3}", 1..24),
            names in prop::collection::vec("[abABé_./:@-]{0,8}", 1..24),
        ) {
            let narrow: Vec<_> = texts.iter().filter_map(|text| NamePattern::new(text).ok()).collect();
            let broad: Vec<_> = texts.iter().filter_map(|text| ProtectPattern::new(text).ok()).collect();
            let exact: Vec<_> = names.iter().filter_map(|text| ProtectName::new(text).ok()).collect();
            let narrow_set = NameSet::new(&narrow);
            let broad_set = ProtectSet::new(&broad, &exact);
            for name in &names {
                let of_narrow: Vec<_> = (0..narrow.len()).filter(|&at| narrow[at].matches(name)).collect();
                prop_assert_eq!(narrow_set.matching(name), of_narrow, "{} in {:?}", name, narrow);
                let of_broad: Vec<_> = (0..broad.len()).filter(|&at| broad[at].matches(name)).collect();
                let folded = Folded::new(name);
                prop_assert_eq!(matching_patterns(&broad_set, &folded), of_broad, "{} in {:?}", name, broad);
                let of_names: Vec<_> = (0..exact.len()).filter(|&at| exact[at].matches(name)).collect();
                prop_assert_eq!(matching_names(&broad_set, &folded), of_names, "{} in {:?}", name, exact);
            }
        }
    }

    #[test]
    fn two_equal_names_are_both_named() {
        let names = ["n8n", "mcp-coordinator", "MCP_coordinator"].map(|name| ProtectName::new(name).unwrap());
        let set = ProtectSet::new(&[], &names);
        assert_eq!(matching_names(&set, &Folded::new("Mcp.Coordinator")), [1, 2]);
        assert_eq!(matching_names(&set, &Folded::new("mcp")), [0; 0]);
    }
}
