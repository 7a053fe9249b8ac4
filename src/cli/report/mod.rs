//! How an audit is printed, one format a file.

pub mod commands;
pub mod explanation;
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

use crate::records::AuditRecord;
use crate::steward::Audit;

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
}

/// A time as people read it: UTC, whole seconds.
pub(super) fn seconds(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
