//! Warnings about a valid SSOT: what contradicts itself, does nothing, or does not do what it looks like.
//!
//! None of it makes anything less safe than the file says; all of it makes the file say something else than its
//! author thinks.

mod declared;
mod protection;
mod removal;

use std::fmt;

use super::load::Ssot;
use super::pattern::NamePattern;

/// Something in an SSOT that its author should look at.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Warning {
    /// The rule it is about, such as `safe_to_delete.patterns[1]`.
    pub rule: String,
    /// The line of the rule, counted from 1, where it is written in the file.
    pub line: Option<usize>,
    /// What is odd.
    pub text: String,
    /// What to do about it.
    pub mend: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{}: {}\n  = help: {}", self.rule, self.text, self.mend)
    }
}

/// All warnings about an SSOT, in the order of its lines.
pub fn check(ssot: &Ssot) -> Vec<Warning> {
    let mut findings = Findings { ssot, warnings: Vec::new() };
    protection::check(&mut findings);
    declared::check(&mut findings);
    removal::check(&mut findings);
    let mut warnings = findings.warnings;
    warnings.sort_by_key(|warning| warning.line);
    warnings
}

/// Where the checks put what they find.
struct Findings<'s> {
    ssot: &'s Ssot,
    warnings: Vec<Warning>,
}

impl Findings<'_> {
    fn warn(&mut self, rule: impl Into<String>, text: impl Into<String>, mend: impl Into<String>) {
        let rule = rule.into();
        let line = self.ssot.line_of(&rule);
        self.warnings.push(Warning { rule, line, text: text.into(), mend: mend.into() });
    }

    /// Warns of each item in a list that an earlier one already says.
    fn repeated<K: PartialEq>(&mut self, list: &str, items: impl IntoIterator<Item = (K, String)>) {
        let mut seen: Vec<K> = Vec::new();
        for (at, (key, shown)) in items.into_iter().enumerate() {
            if let Some(first) = seen.iter().position(|earlier| *earlier == key) {
                let text = format!("`{shown}` says what `{list}[{first}]` says already");
                self.warn(format!("{list}[{at}]"), text, "remove one of the two");
            }
            seen.push(key);
        }
    }

    /// Warns of letters that look like others: `prоd-*` with a Cyrillic о protects nothing.
    fn foreign(&mut self, rule: String, text: &str) {
        if let Some(c) = text.chars().find(|c| !c.is_ascii()) {
            let problem = format!("`{text}` holds `{c}` (U+{:04X}), which no Docker name does", u32::from(c));
            self.warn(rule, problem, "write it in plain letters");
        }
    }
}

/// Names that a pattern stands for, to ask other patterns about: with nothing and with something for each `*`, a
/// letter for `?`, the first of `{a,b}`, and of a class its first member.
///
/// A sample answers "does the other pattern cover this one?" for all patterns people write; it is no proof.
fn samples(pattern: &str) -> Vec<String> {
    let mut samples = vec![fill(pattern, "q7"), fill(pattern, "")];
    samples.dedup();
    samples.retain(|sample| !sample.is_empty());
    samples
}

fn fill(pattern: &str, star: &str) -> String {
    let mut sample = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '*' => sample.push_str(star),
            '?' => sample.push('q'),
            '{' => {
                let choices: String = chars.by_ref().take_while(|&c| c != '}').collect();
                sample.push_str(&fill(choices.split(',').next().unwrap_or_default(), star));
            }
            '[' => {
                let class: String = chars.by_ref().take_while(|&c| c != ']').collect();
                sample.push(class.chars().find(|&c| c != '!' && c != '^').unwrap_or('q'));
            }
            c => sample.push(c),
        }
    }
    sample
}

/// Whether `wide` matches everything that `narrow` does, as far as samples tell.
fn covers(wide: &NamePattern, narrow: &str) -> bool {
    samples(narrow).iter().all(|sample| wide.matches(sample))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_matched_by_their_pattern() {
        for text in ["tmp-*", "odoo:18.0", "*/docker-extension*", "t?p-*", "{a,b*}-x", "run-[0-9]*", "*"] {
            let pattern = NamePattern::new(text).unwrap();
            let samples = samples(text);
            assert!(!samples.is_empty());
            for sample in samples {
                assert!(pattern.matches(&sample), "{text}: {sample}");
            }
        }
    }
}
