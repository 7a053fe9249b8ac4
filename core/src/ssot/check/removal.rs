//! Whether what may be removed contradicts what must stay, or does nothing.

use std::time::Duration;

use crate::ssot::pattern::NamePattern;
use crate::ssot::policy::{AgedPatterns, Cleanup, Retention};

use super::declared::kinds;
use super::{Findings, covers, samples};

const DAY: Duration = Duration::from_hours(24);

pub(super) fn check(findings: &mut Findings<'_>) {
    let policy = &findings.ssot.policy;
    lists(findings, "safe_to_delete", &policy.safe_to_delete);
    lists(findings, "auto_delete", &policy.auto_delete);
    for (at, safe) in policy.safe_to_delete.patterns.iter().enumerate() {
        let rule = format!("safe_to_delete.patterns[{at}]");
        against_expected(findings, &rule, safe);
        against_protected(findings, &rule, safe);
    }
    automatic(findings);
    by_cleanup(findings);
    retention(findings);
}

fn lists(findings: &mut Findings<'_>, list: &str, aged: &AgedPatterns) {
    let rule = format!("{list}.patterns");
    findings.repeated(&rule, aged.patterns.iter().map(|pattern| (pattern.as_str(), pattern.to_string())));
    for (at, pattern) in aged.patterns.iter().enumerate() {
        findings.foreign(format!("{rule}[{at}]"), pattern.as_str());
    }
}

fn against_expected(findings: &mut Findings<'_>, rule: &str, safe: &NamePattern) {
    for (kind, list) in kinds(findings) {
        for (at, entry) in list.iter().enumerate() {
            let name = entry.name.as_str();
            // A safe pattern may name an image by its repository alone.
            let repository =
                name.rsplit_once(':').map(|(repository, _)| repository).filter(|_| kind == "images");
            if covers(safe, name) || repository.is_some_and(|repository| covers(safe, repository)) {
                let text =
                    format!("`{safe}` covers `{name}`, which `expected.{kind}[{at}]` expects; it will stay");
                findings.warn(rule, text, "make the pattern narrower, or no longer expect it");
            }
        }
    }
}

fn against_protected(findings: &mut Findings<'_>, rule: &str, safe: &NamePattern) {
    let protected = &findings.ssot.policy.protected;
    let patterns = protected.patterns.iter().map(|pattern| (pattern.as_str(), "patterns"));
    let names = protected.names.iter().map(|name| (name.as_str(), "names"));
    let covered = patterns.chain(names).find(|(text, _)| covers(safe, text));
    if let Some((text, list)) = covered {
        let text = format!("`{safe}` covers `{text}`, which `protected.{list}` protects; it will stay");
        findings.warn(rule, text, "make the pattern narrower");
        return;
    }
    let names = samples(safe.as_str());
    let by_pattern = protected.patterns.iter().find(|pattern| names.iter().all(|name| pattern.matches(name)));
    let by_name = protected.names.iter().find(|protect| names.iter().all(|name| protect.matches(name)));
    let by = by_pattern.map(ToString::to_string).or_else(|| by_name.map(ToString::to_string));
    if let Some(by) = by {
        let text =
            format!("whatever `{safe}` matches is protected by `{by}`: it makes nothing safe to delete");
        findings.warn(rule, text, "remove it");
    }
}

fn automatic(findings: &mut Findings<'_>) {
    let policy = &findings.ssot.policy;
    let (auto, safe) = (&policy.auto_delete, &policy.safe_to_delete);
    for (at, pattern) in auto.patterns.iter().enumerate() {
        if !safe.patterns.iter().any(|safe| covers(safe, pattern.as_str())) {
            let text =
                format!("`{pattern}` lets nothing go unattended: no pattern of `safe_to_delete` covers it");
            let mend = "add it to `safe_to_delete.patterns` too, or remove it here";
            findings.warn(format!("auto_delete.patterns[{at}]"), text, mend);
        }
    }
    if policy.cleanup == Cleanup::Autonomous && !auto.patterns.is_empty() && auto.min_age < DAY {
        let text = "what was made less than a day ago may go unattended";
        findings.warn("auto_delete.min_age", text, "write for example `min_age: 14d`");
    }
}

fn by_cleanup(findings: &mut Findings<'_>) {
    let policy = &findings.ssot.policy;
    let auto = !policy.auto_delete.patterns.is_empty();
    match policy.cleanup {
        Cleanup::Forbidden => {
            let removable = [
                ("safe_to_delete", !policy.safe_to_delete.patterns.is_empty()),
                ("auto_delete", auto),
                ("retention", policy.retention != Retention::default()),
            ];
            for (rule, _) in removable.into_iter().filter(|(_, says)| *says) {
                let text = format!("`cleanup: forbidden` removes nothing, whatever `{rule}` says");
                findings.warn(rule, text, "remove it, so that nobody relies on it");
            }
        }
        Cleanup::Confirm if auto => {
            let text = "nothing goes unattended with `cleanup: confirm`";
            findings.warn("auto_delete", text, "write `patterns: []`, or `cleanup: autonomous`");
        }
        Cleanup::Autonomous if !auto => {
            let text = "`cleanup: autonomous` and nothing in `auto_delete`: nothing goes unattended";
            findings.warn("cleanup", text, "write `cleanup: confirm`, or name what may go in `auto_delete`");
        }
        Cleanup::Confirm | Cleanup::Autonomous => {}
    }
}

/// Compose takes a container down before it puts the new one up; in between nobody uses its volumes and networks.
fn retention(findings: &mut Findings<'_>) {
    let retention = &findings.ssot.policy.retention;
    let observed = [
        ("unused_volumes", retention.unused_volumes),
        ("anonymous_volumes", retention.anonymous_volumes),
        ("unused_networks", retention.unused_networks),
    ];
    for (rule, age) in observed {
        if age.is_some_and(|age| age.max_age < DAY) {
            let text = "less than a day: a stack that is down for its update counts as unused";
            findings.warn(format!("retention.{rule}"), text, "write some days, for example `max_age: 30d`");
        }
    }
}
