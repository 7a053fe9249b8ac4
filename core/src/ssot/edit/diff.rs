//! What an edit changes, as people read changes.

use std::fmt::Write as _;

use crate::text::sanitise;

/// Lines shown around a change.
const AROUND: usize = 2;

/// A unified diff of two texts that differ in one place, as edits do. Free of control characters.
pub fn unified(shown: &str, old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| pairs.take_while(|(a, b)| a == b).count();
    let head = same(&mut old.iter().zip(&new));
    let tail = same(&mut old[head..].iter().rev().zip(new[head..].iter().rev()));
    let (from, until_old, until_new) = (head.saturating_sub(AROUND), old.len() - tail, new.len() - tail);
    let after = &old[until_old..old.len().min(until_old + AROUND)];

    let shown = sanitise(shown);
    let mut out = format!("--- {shown}\n+++ {shown}\n");
    let count = |until: usize| until - from + after.len();
    let _ = writeln!(out, "@@ -{},{} +{},{} @@", from + 1, count(until_old), from + 1, count(until_new));
    let mut lines = |sign: char, lines: &[&str]| {
        for line in lines {
            let _ = writeln!(out, "{}", format!("{sign}{}", sanitise(line)).trim_end());
        }
    };
    lines(' ', &old[from..head]);
    lines('-', &old[head..until_old]);
    lines('+', &new[head..until_new]);
    lines(' ', after);
    out
}
