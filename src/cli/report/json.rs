//! `audit --format json`.

use super::Report;
use crate::documents::{AuditJson, SsotStated};

/// The document of a report.
pub fn document<'a>(report: &'a Report<'_>) -> AuditJson<'a> {
    let ssot = SsotStated { path: report.ssot_path, sha256: report.ssot_sha256, git: report.ssot_git };
    AuditJson::of(report.audit, report.record, ssot)
}
