//! Whether what is protected is what it looks like.

use crate::ssot::pattern::Folded;

use super::Findings;

pub(super) fn check(findings: &mut Findings<'_>) {
    let ssot = findings.ssot;
    let protected = &ssot.policy.protected;
    if protected.patterns.is_empty() && protected.names.is_empty() && protected.labels.is_empty() {
        findings.warn(
            "protected",
            "nothing is protected",
            "name what must never be removed, for example `prod-*`",
        );
    }
    let patterns =
        protected.patterns.iter().map(|pattern| (Folded::new(pattern.as_str()), pattern.to_string()));
    findings.repeated("protected.patterns", patterns);
    let names = protected.names.iter().map(|name| (Folded::new(name.as_str()), name.to_string()));
    findings.repeated("protected.names", names);
    findings.repeated("protected.labels", protected.labels.iter().map(|label| (label, label.to_string())));

    for (at, pattern) in protected.patterns.iter().enumerate() {
        let rule = format!("protected.patterns[{at}]");
        findings.foreign(rule.clone(), pattern.as_str());
        if pattern.matches("q7zxj") {
            let text = format!("`{pattern}` protects everything: nothing will ever be safe to delete");
            findings.warn(rule, text, "name what must stay");
        } else if pattern.is_literal() {
            let text = format!("`{pattern}` has no `*`, and does not protect `{pattern}-1`");
            findings.warn(rule, text, format!("write `{pattern}*`, or move it to `protected.names`"));
        }
    }
    for (at, name) in protected.names.iter().enumerate() {
        let rule = format!("protected.names[{at}]");
        findings.foreign(rule.clone(), name.as_str());
        if name.as_str().ends_with(['-', '_', '.', '/', ':', '@']) {
            let text =
                format!("`{name}` looks like a prefix, and a name protects only what is called exactly so");
            findings.warn(rule, text, format!("write `{name}*` under `protected.patterns`"));
        }
    }
    let later = |rule: &str| ssot.line_of(rule) < ssot.line_of("protected");
    for rule in ["safe_to_delete", "auto_delete", "retention"] {
        if ssot.line_of(rule).is_some() && later(rule) {
            let text = format!(
                "`{rule}` stands before `protected`: a file that is cut off may lose its protections"
            );
            findings.warn(rule, text, "move `protected` before it");
        }
    }
    if !ssot.text.ends_with('\n') {
        let text = "the last line has no end: the file may have been cut off";
        findings.warn("file", text, "see that the file is whole, and end it with a line break");
    }
}
