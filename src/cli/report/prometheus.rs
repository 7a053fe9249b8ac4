//! `audit --format prometheus`: for the textfile collector of Prometheus' node exporter.

use std::fmt::Write as _;

use super::Report;
use crate::steward::{Class, Kind};

/// Prints an audit.
pub fn print(report: &Report<'_>) -> String {
    let audit = report.audit;
    let drift = audit.drift();
    let base = format!("env=\"{}\",engine=\"{}\"", label(&report.record.env), label(&audit.engine.name));
    let mut out = String::new();

    family(&mut out, "resources", "Resources that the engine holds, by kind and class.");
    for kind in Kind::ALL {
        for class in Class::ALL {
            let labels = format!("{base},kind=\"{kind}\",class=\"{}\"", class.as_str());
            sample(&mut out, "resources", &labels, audit.names(kind, class).len());
        }
    }
    family(&mut out, "missing", "Expected resources that the engine does not hold, by kind.");
    for kind in Kind::ALL {
        let count = audit.missing.iter().filter(|it| it.kind == kind).count();
        sample(&mut out, "missing", &format!("{base},kind=\"{kind}\""), count);
    }
    let single: [(&str, &str, u64); 5] = [
        ("not_running", "Expected containers that do not run.", drift.not_running as u64),
        ("drift", "How far the engine is from its declaration.", drift.total as u64),
        ("reclaimable_bytes", "Bytes that removing all that is safe would free.", audit.reclaimable_bytes()),
        (
            "doubts",
            "Reasons to distrust this audit; it means nothing while there are any.",
            audit.doubts.len() as u64,
        ),
        (
            "audit_timestamp_seconds",
            "When the engine was read.",
            u64::try_from(audit.read_at.as_second()).unwrap_or(0),
        ),
    ];
    for (name, help, value) in single {
        family(&mut out, name, help);
        sample(&mut out, name, &base, value);
    }
    out
}

fn family(out: &mut String, name: &str, help: &str) {
    let _ = write!(out, "# HELP docker_steward_{name} {help}\n# TYPE docker_steward_{name} gauge\n");
}

fn sample(out: &mut String, name: &str, labels: &str, value: impl std::fmt::Display) {
    let _ = writeln!(out, "docker_steward_{name}{{{labels}}} {value}");
}

/// A label's value: harmless first, then escaped as the exposition format wants it.
fn label(text: &str) -> String {
    crate::text::sanitise(text).replace('\\', "\\\\").replace('"', "\\\"")
}
