//! How an audit is printed, one format a file.

pub mod commands;
pub mod explanation;
pub mod fleet;
pub mod health;
pub mod history;
pub mod json;
pub mod markdown;
pub mod prometheus;
pub(super) mod run;
pub mod table;
#[cfg(test)]
mod tests;
mod text;

use std::time::Duration;

use crate::records::AuditRecord;
use crate::steward::{Audit, Class, Kind};

/// An audit, and what else a report of it says.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The audit.
    pub audit: &'a Audit,
    /// Its record.
    pub record: &'a AuditRecord,
    /// The name under which the steward of this environment speaks.
    pub steward: &'a str,
    /// The SSOT's path, as people are shown it.
    pub ssot_path: &'a str,
    /// SHA-256 of the SSOT's bytes.
    pub ssot_sha256: &'a str,
    /// What git says of the SSOT's file: `clean`, `modified`, `untracked`, `none`.
    pub ssot_git: &'a str,
    /// What to type to run another command on the same engine and SSOT: `docker-steward --env staging`.
    pub again: &'a str,
    /// From the first contact with the engine to its last answer; none where nobody measured it.
    pub took: Option<Duration>,
}

impl Report<'_> {
    /// What git says of the SSOT's file, in words; nothing where there is no git to ask.
    fn versioned(&self) -> &'static str {
        match self.ssot_git {
            "clean" => "committed",
            "modified" => "changed since its last commit",
            "untracked" => "not in git",
            _ => "",
        }
    }
}

pub(super) use text::counted;

/// A time as people read it: UTC, whole seconds.
pub(super) fn seconds(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Bytes that removing some resources frees, with what is known of it: `total`, and what each one frees.
pub(super) fn freed(total: u64, each: impl Iterator<Item = Option<u64>>) -> String {
    let (known, unknown): (Vec<_>, Vec<_>) = each.partition(Option::is_some);
    match (known.is_empty(), unknown.is_empty()) {
        (_, true) => crate::text::bytes(total),
        (true, false) => "an unknown number of bytes".to_owned(),
        (false, false) => format!("at least {}", crate::text::bytes(total)),
    }
}

/// What all that is safe to delete would free. A network holds no bytes, so none are unknown of it.
fn reclaimable(audit: &Audit) -> String {
    let safe = audit.resources.iter().filter(|it| it.class() == Class::SafeToDelete);
    freed(audit.reclaimable_bytes(), safe.filter(|it| it.kind() != Kind::Network).map(|it| it.frees.get()))
}
