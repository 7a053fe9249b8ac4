//! The summary of `run`: Markdown for a chat or a control room, JSON for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::health::checks;
use super::markdown::{code, plain};
use super::seconds;
use crate::alert::Delivery;
use crate::cli::run::Pass;
use crate::health::Verdict;
use crate::text::bytes;

/// How many names are listed before "and … more".
const LISTED: usize = 20;

/// The summary for people.
pub(in crate::cli) fn markdown(pass: &Pass, deliveries: &[Delivery]) -> String {
    let audit = &pass.look.audit;
    let drift = audit.drift();
    let mut out = format!("## Docker steward: {}\n\n", plain(&audit.environment));
    let _ = writeln!(out, "- Engine: {} ({})", plain(&audit.engine.name), plain(&audit.engine.version));
    let _ = writeln!(out, "- Read: {}", seconds(audit.read_at));
    let _ = writeln!(
        out,
        "- Drift: **{}**: {} unknown, {} safe-to-delete, {} missing, {} not running",
        drift.total, drift.unknown, drift.safe_to_delete, drift.missing, drift.not_running
    );
    let _ = writeln!(out, "- Reclaimable: {}", bytes(audit.reclaimable_bytes()));
    let _ = writeln!(out, "- Health: {}", pass.health.summary());
    let _ = writeln!(out, "- Cleanup: {}", cleanup(pass));
    let _ = writeln!(out, "- Exit code: {}", pass.code() as u8);
    for why in &pass.failed {
        let _ = writeln!(out, "- **Failed**: {}", plain(why));
    }
    let ill: Vec<String> = pass
        .health
        .checks
        .iter()
        .filter(|it| it.verdict != Verdict::Healthy)
        .map(|it| {
            let why = it.verdict.why().unwrap_or_default();
            format!("{}: {}: {}", plain(&it.name), it.verdict.as_str(), plain(why))
        })
        .collect();
    section(&mut out, "Health", &ill);
    let gaps: Vec<String> = audit
        .missing
        .iter()
        .map(|it| format!("missing: {} {}", it.kind, code(&it.name)))
        .chain(audit.not_running.iter().map(|name| format!("not running: container {}", code(name))))
        .collect();
    section(&mut out, "Missing", &gaps);
    if let Some(report) = &pass.cleanup {
        let steps: Vec<String> = report
            .steps
            .iter()
            .map(|step| {
                let why = step.outcome.reason().map(|why| format!(": {}", plain(why))).unwrap_or_default();
                format!("{} {}: {}{why}", code(&step.command), plain(&step.name), step.outcome.as_str())
            })
            .collect();
        section(&mut out, "Cleanup", &steps);
    }
    let kept: Vec<String> = pass
        .kept
        .iter()
        .map(|it| format!("{} {}: {}", it.key.kind(), code(&it.name), plain(&it.why)))
        .collect();
    section(&mut out, "Kept", &kept);
    let told: Vec<String> = deliveries
        .iter()
        .map(|it| {
            let why = it.outcome.why().map(|why| format!(": {}", plain(why))).unwrap_or_default();
            format!(
                "{} {}: {}: {}{why}",
                plain(&it.rule),
                it.target,
                plain(&it.events.join(", ")),
                it.outcome.as_str()
            )
        })
        .collect();
    section(&mut out, "Alerts", &told);
    out
}

fn cleanup(pass: &Pass) -> String {
    match (&pass.cleanup, &pass.refused) {
        (Some(report), _) => {
            let gone = report.steps.iter().filter(|step| step.outcome.is_gone()).count();
            let mut text =
                format!("{gone} of {} steps done, freed {}", report.steps.len(), bytes(report.freed));
            if let Some(why) = &report.stopped {
                let _ = write!(text, "; stopped: {}", plain(why));
            }
            if !pass.broke.is_empty() {
                let _ =
                    write!(text, "; **healthy before and not after it: {}**", plain(&pass.broke.join(", ")));
            }
            text
        }
        (None, Some(why)) => format!("**refused**: {}", plain(why)),
        (None, None) if pass.asked => "nothing on the auto-delete list can go".to_owned(),
        (None, None) => "not asked for".to_owned(),
    }
}

fn section(out: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = write!(out, "\n### {title}\n\n");
    for line in lines.iter().take(LISTED) {
        let _ = writeln!(out, "- {line}");
    }
    if lines.len() > LISTED {
        let _ = writeln!(out, "- and {} more", lines.len() - LISTED);
    }
}

/// The summary for programs. Its field names are a contract: they are added to, never renamed.
///
/// ```json
/// { "schema": 1, "exit_code": 0, "environment": "desktop", "cleanup_mode": "autonomous",
///   "record": { …the audit record… }, "drift": { "total": 0, … }, "reclaimable_bytes": 0,
///   "health": { "healthy": true, "checks": [ …as in `health`… ] },
///   "cleanup": { "asked": true, "refused": "why|null", "run": "…|null", "freed_bytes": 0, "stopped": null,
///                "steps": [ { "kind", "name", "command", "outcome", "reason" } ],
///                "kept": [ { "kind", "name", "reason" } ], "broke": ["Odoo"] },
///   "alerts": [ { "rule", "target", "events", "outcome": "sent|failed|skipped", "reason" } ],
///   "failed": [] }
/// ```
pub(in crate::cli) fn json(pass: &Pass, deliveries: &[Delivery]) -> Value {
    let audit = &pass.look.audit;
    let report = pass.cleanup.as_ref();
    let steps = report.map(|it| it.steps.as_slice()).unwrap_or_default();
    json!({
        "schema": 1,
        "exit_code": pass.code() as u8,
        "environment": audit.environment,
        "cleanup_mode": audit.cleanup.as_str(),
        "record": pass.record,
        "drift": audit.drift(),
        "reclaimable_bytes": audit.reclaimable_bytes(),
        "health": {
            "healthy": pass.health.is_healthy() && !pass.health.is_blind(),
            "checks": checks(&pass.health),
        },
        "cleanup": {
            "asked": pass.asked,
            "refused": pass.refused,
            "run": report.map(|it| &it.run),
            "freed_bytes": report.map_or(0, |it| it.freed),
            "stopped": report.and_then(|it| it.stopped.as_ref()),
            "steps": steps.iter().map(|step| json!({
                "kind": step.kind,
                "name": step.name,
                "command": step.command,
                "outcome": step.outcome.as_str(),
                "reason": step.outcome.reason(),
            })).collect::<Vec<_>>(),
            "kept": pass.kept.iter().map(|it| json!({
                "kind": it.key.kind(),
                "name": it.name,
                "reason": it.why,
            })).collect::<Vec<_>>(),
            "broke": pass.broke,
        },
        "alerts": deliveries.iter().map(|it| json!({
            "rule": it.rule,
            "target": it.target,
            "events": it.events,
            "outcome": it.outcome.as_str(),
            "reason": it.outcome.why(),
        })).collect::<Vec<_>>(),
        "failed": pass.failed,
    })
}
