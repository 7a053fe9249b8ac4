//! `health` as a table and as JSON.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

use super::text::{left, right, width};
use crate::cli::output::{Medium, Style};
use crate::health::{HealthReport, StackReport, Verdict};
use crate::session::Session;
use crate::text::sanitise;

/// `health --format json`. Its field names are a contract: they are added to, never renamed.
///
/// ```json
/// { "schema": 1, "environment": "staging", "engine_id": "…", "healthy": true,
///   "checks": [ { "name": "Odoo", "kind": "http|exec|running|tcp", "target": "…",
///                 "result": "healthy|unhealthy|not_run", "reason": "…|null", "latency_ms": 12 } ],
///   "stack": { "file": "…", "unread": "why|null", "bring_up": "docker compose …|null",
///              "services": [ { "name": "db", "containers": ["…"], "running": true, "optional": false } ] } }
/// ```
///
/// `healthy` is true where no check failed and at least one was run, or there are none. `stack` is null where
/// the SSOT names no compose file.
#[derive(Debug, Serialize)]
pub struct HealthJson<'a> {
    schema: u32,
    environment: &'a str,
    engine_id: &'a str,
    healthy: bool,
    checks: Vec<CheckJson<'a>>,
    stack: Option<StackJson<'a>>,
}

/// One check.
#[derive(Debug, Serialize)]
pub struct CheckJson<'a> {
    name: &'a str,
    kind: &'static str,
    target: &'a str,
    result: &'static str,
    reason: Option<&'a str>,
    latency_ms: Option<u64>,
}

#[derive(Debug, Serialize)]
struct StackJson<'a> {
    file: String,
    unread: Option<&'a str>,
    bring_up: Option<&'a str>,
    services: Vec<ServiceJson<'a>>,
}

#[derive(Debug, Serialize)]
struct ServiceJson<'a> {
    name: &'a str,
    containers: &'a [String],
    running: bool,
    optional: bool,
}

impl<'a> HealthJson<'a> {
    /// The document.
    pub fn of(session: &'a Session, health: &'a HealthReport, stack: Option<&'a StackReport>) -> Self {
        Self {
            schema: 1,
            environment: session.ssot().policy.environment.as_str(),
            engine_id: &session.engine().id,
            healthy: health.is_healthy() && !health.is_blind(),
            checks: checks(health),
            stack: stack.map(|it| StackJson {
                file: it.file.to_string_lossy().into_owned(),
                unread: it.unread.as_deref(),
                bring_up: it.bring_up.as_deref(),
                services: it
                    .services
                    .iter()
                    .map(|it| ServiceJson {
                        name: &it.name,
                        containers: &it.containers,
                        running: it.running,
                        optional: it.optional,
                    })
                    .collect(),
            }),
        }
    }
}

/// The checks, as every document that has them writes them.
pub fn checks(health: &HealthReport) -> Vec<CheckJson<'_>> {
    health
        .checks
        .iter()
        .map(|it| CheckJson {
            name: &it.name,
            kind: it.kind,
            target: &it.target,
            result: match it.verdict {
                Verdict::Healthy => "healthy",
                Verdict::Unhealthy(_) => "unhealthy",
                Verdict::NotRun(_) => "not_run",
            },
            reason: it.verdict.why(),
            latency_ms: it.latency.map(milliseconds),
        })
        .collect()
}

fn milliseconds(latency: Duration) -> u64 {
    u64::try_from(latency.as_millis()).unwrap_or(u64::MAX)
}

/// The checks and the stack in lines.
pub fn table(
    environment: &str,
    health: &HealthReport,
    stack: Option<&StackReport>,
    medium: Medium,
) -> String {
    let mut out = format!(
        "{}{}{}\n",
        medium.paint(Style::Strong, sanitise(environment)),
        medium.dot(),
        health.summary()
    );
    let names: Vec<_> = health.checks.iter().map(|it| sanitise(&it.name)).collect();
    let name_width = names.iter().map(|it| width(it)).max().unwrap_or(0);
    for (it, name) in health.checks.iter().zip(&names) {
        let (glyph, style) = match (&it.verdict, medium.unicode) {
            (Verdict::Healthy, true) => ("✓", Style::Good),
            (Verdict::Healthy, false) => ("+", Style::Good),
            (Verdict::Unhealthy(_), true) => ("✗", Style::Bad),
            (Verdict::Unhealthy(_), false) => ("x", Style::Bad),
            (Verdict::NotRun(_), _) => ("-", Style::Dim),
        };
        let latency = it.latency.map_or_else(String::new, |it| format!("{} ms", milliseconds(it)));
        let verdict = left(it.verdict.as_str(), 9);
        let _ = write!(
            out,
            "{} {}  {}  {}  {}",
            medium.paint(style, glyph),
            left(name, name_width),
            medium.paint(style, verdict),
            right(&latency, 8),
            medium.paint(Style::Dim, format!("{} {}", it.kind, sanitise(&it.target))),
        );
        if let Some(why) = it.verdict.why() {
            let _ = write!(out, "\n    {}", sanitise(why));
        }
        out.push('\n');
    }
    if let Some(stack) = stack {
        services(&mut out, stack, medium);
    }
    out
}

fn services(out: &mut String, stack: &StackReport, medium: Medium) {
    let file = stack.file.to_string_lossy();
    let _ = writeln!(out, "\nstack {}", sanitise(&file));
    if let Some(why) = &stack.unread {
        let _ = writeln!(out, "  not read here: {}", sanitise(why));
    }
    for it in &stack.services {
        let (word, style) = match (it.running, it.optional) {
            (true, _) => ("running", Style::Good),
            (false, true) => ("on demand", Style::Dim),
            (false, false) => ("not running", Style::Bad),
        };
        let _ = writeln!(
            out,
            "  {}  {}  {}",
            medium.paint(style, left(word, 11)),
            sanitise(&it.name),
            sanitise(&it.containers.join(", "))
        );
    }
    if let Some(command) = &stack.bring_up {
        let _ = writeln!(
            out,
            "  to bring up what is missing:  {}",
            medium.paint(Style::Command, command.as_str())
        );
    }
}
