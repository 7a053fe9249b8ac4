//! `audit --format prometheus`: for the textfile collector of Prometheus' node exporter.
//!
//! Its rules: one HELP and one TYPE before all samples of a family, no timestamps, values that a label may hold
//! escaped (<https://prometheus.io/docs/instrumenting/exposition_formats/>). Whoever writes the file moves it into
//! place once it is whole.

use std::fmt::{Display, Write as _};

use jiff::Timestamp;

use super::Report;
use crate::steward::{Audit, Class, Kind};

/// One engine, audited or not.
#[derive(Debug, Clone, Copy)]
pub struct Scrape<'a> {
    /// Its Docker context, where several engines are told apart by it.
    pub context: Option<&'a str>,
    /// The environment's name in records, if it is known.
    pub environment: Option<&'a str>,
    /// The audit; none if there is none.
    pub report: Option<Report<'a>>,
    /// When an audit last succeeded.
    pub last_success: Option<Timestamp>,
}

impl Scrape<'_> {
    /// The labels of all its samples.
    fn labels(&self) -> String {
        let engine = self.report.map(|it| it.audit.engine.name.as_str());
        let all = [("context", self.context), ("env", self.environment), ("engine", engine)];
        let known = all.into_iter().filter_map(|(name, value)| Some((name, value?)));
        known.map(|(name, value)| format!("{name}=\"{}\"", label(value))).collect::<Vec<_>>().join(",")
    }

    fn success(&self) -> bool {
        self.report.is_some_and(|it| it.audit.doubts.is_empty())
    }
}

/// One number of an audit.
type Value<'a> = &'a dyn Fn(&Audit) -> u64;

/// Prints audits, family by family.
pub fn print(scrapes: &[Scrape<'_>]) -> String {
    let mut out = String::new();
    let audits = |samples: &dyn Fn(&Audit) -> Vec<(String, u64)>| -> Vec<(String, String)> {
        let each = scrapes.iter().filter_map(|it| Some((it.labels(), it.report?.audit)));
        each.flat_map(|(labels, audit)| {
            samples(audit)
                .into_iter()
                .map(move |(more, value)| (format!("{labels}{more}"), value.to_string()))
        })
        .collect()
    };
    let number = |value: u64| vec![(String::new(), value)];
    let count = |value: usize| value as u64;

    let up = scrapes.iter().map(|it| (it.labels(), u8::from(it.success())));
    family(&mut out, "up", "Whether this audit succeeded, and can be believed.", up);
    let last = scrapes.iter().filter_map(|it| Some((it.labels(), it.last_success?.as_second())));
    family(&mut out, "last_success_timestamp_seconds", "When an audit last succeeded.", last);
    let took = scrapes.iter().filter_map(|it| {
        let took = it.report?.took?;
        Some((it.labels(), format!("{:.3}", took.as_secs_f64())))
    });
    family(&mut out, "audit_duration_seconds", "How long the engine took to answer.", took);
    let resources = audits(&|audit| {
        let all = Kind::ALL.into_iter().flat_map(|kind| Class::ALL.map(|class| (kind, class)));
        all.map(|(kind, class)| {
            let labels = format!(",kind=\"{kind}\",class=\"{}\"", class.as_str());
            (labels, count(audit.names(kind, class).len()))
        })
        .collect()
    });
    family(&mut out, "resources", "Resources that the engine holds, by kind and class.", resources);
    let missing = audits(&|audit| {
        let of = |kind| audit.missing.iter().filter(|it| it.kind == kind).count();
        Kind::ALL.map(|kind| (format!(",kind=\"{kind}\""), count(of(kind)))).to_vec()
    });
    family(&mut out, "missing", "Expected resources that the engine does not hold, by kind.", missing);
    let single: [(&str, &str, Value<'_>); 5] = [
        ("not_running", "Expected containers that do not run.", &|audit| count(audit.drift().not_running)),
        ("drift", "How far the engine is from its declaration.", &|audit| count(audit.drift().total)),
        ("reclaimable_bytes", "Bytes that removing all that is safe would free.", &|audit| {
            audit.reclaimable_bytes()
        }),
        ("doubts", "Reasons to distrust this audit; it means nothing while there are any.", &|audit| {
            count(audit.doubts.len())
        }),
        ("audit_timestamp_seconds", "When the engine was read.", &|audit| {
            u64::try_from(audit.read_at.as_second()).unwrap_or(0)
        }),
    ];
    for (name, help, value) in single {
        family(&mut out, name, help, audits(&|audit| number(value(audit))));
    }
    out
}

/// A family without samples is left out: the collector refuses none, and nobody misses it.
fn family(
    out: &mut String,
    name: &str,
    help: &str,
    samples: impl IntoIterator<Item = (String, impl Display)>,
) {
    let mut samples = samples.into_iter().peekable();
    if samples.peek().is_none() {
        return;
    }
    let _ = write!(out, "# HELP docker_steward_{name} {help}\n# TYPE docker_steward_{name} gauge\n");
    for (labels, value) in samples {
        let _ = if labels.is_empty() {
            writeln!(out, "docker_steward_{name} {value}")
        } else {
            writeln!(out, "docker_steward_{name}{{{labels}}} {value}")
        };
    }
}

/// A label's value: harmless first, then escaped as the exposition format wants it.
fn label(text: &str) -> String {
    crate::text::sanitise(text).replace('\\', "\\\\").replace('"', "\\\"")
}
