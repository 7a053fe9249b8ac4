//! Whether what is expected, watched and told makes sense.

use std::collections::BTreeSet;

use crate::ssot::policy::{Cleanup, Expectation, Probe};

use super::Findings;

pub(super) fn check(findings: &mut Findings<'_>) {
    let policy = &findings.ssot.policy;
    if policy.environment.is_production() && policy.cleanup != Cleanup::Forbidden {
        let text = format!("production allows cleanup (`{}`)", policy.cleanup);
        findings.warn("cleanup", text, "write `cleanup: forbidden`");
    }
    for (kind, list) in kinds(findings) {
        let rule = format!("expected.{kind}");
        findings.repeated(&rule, list.iter().map(|entry| (entry.name.as_str(), entry.name.to_string())));
        for (at, Expectation { name, .. }) in list.iter().enumerate() {
            let rule = format!("{rule}[{at}]");
            findings.foreign(rule.clone(), name.as_str());
            if name.matches_everything() {
                let text = format!("`{name}` expects everything: nothing of this kind will ever be unknown");
                findings.warn(rule, text, "name what the engine is meant to hold");
            }
        }
    }
    health(findings);
    alerts(findings);
}

/// The expected resources by kind.
pub(super) fn kinds<'s>(findings: &Findings<'s>) -> [(&'static str, &'s [Expectation]); 4] {
    let expected = &findings.ssot.policy.expected;
    [
        ("containers", &expected.containers),
        ("images", &expected.images),
        ("volumes", &expected.volumes),
        ("networks", &expected.networks),
    ]
}

fn health(findings: &mut Findings<'_>) {
    let policy = &findings.ssot.policy;
    findings.repeated("health", policy.health.iter().map(|check| (check.name.as_str(), check.name.clone())));
    for (at, check) in policy.health.iter().enumerate() {
        let (Probe::Exec { container, .. } | Probe::Running(container)) = &check.probe else { continue };
        if !policy.expected.containers.iter().any(|entry| entry.name.matches(container)) {
            let text = format!(
                "the check `{}` needs the container `{container}`, which is not expected",
                check.name
            );
            findings.warn(
                format!("health[{at}]"),
                text,
                "add it to `expected.containers`, or correct the name",
            );
        }
    }
}

fn alerts(findings: &mut Findings<'_>) {
    for (at, alert) in findings.ssot.policy.alerts.iter().enumerate() {
        let rule = format!("alerts[{at}]");
        if alert.target.address().is_some_and(|address| !address.contains("${")) {
            let text = "the address is written out, and whoever knows a webhook's address can post to it";
            findings.warn(rule.clone(), text, "put it in an environment variable and write `${NAME}`");
        }
        let events: BTreeSet<String> = alert.on.iter().map(|event| format!("{event:?}")).collect();
        if events.len() < alert.on.len() {
            findings.warn(format!("{rule}.on"), "an event is listed twice", "remove one of the two");
        }
    }
}
