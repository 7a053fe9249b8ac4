//! `audit --format json`.

use arcstr::ArcStr;
use jiff::Timestamp;
use serde::Serialize;

use super::Report;
use crate::records::AuditRecord;
use crate::steward::{Class, Drift, Kind, Missing, Reason, Resource};

/// The document. Its field names are a contract: they are added to, never renamed.
#[derive(Debug, Serialize)]
pub struct AuditJson<'a> {
    schema: u32,
    record: &'a AuditRecord,
    environment: &'a str,
    cleanup: &'static str,
    engine: EngineJson<'a>,
    ssot: SsotJson<'a>,
    drift: Drift,
    reclaimable_bytes: u64,
    resources: Vec<ResourceJson<'a>>,
    missing: &'a [Missing],
}

#[derive(Debug, Serialize)]
struct EngineJson<'a> {
    id: &'a str,
    name: &'a str,
    version: &'a str,
    api: &'a str,
    host: &'a str,
}

#[derive(Debug, Serialize)]
struct SsotJson<'a> {
    path: &'a str,
    sha256: &'a str,
    git: &'a str,
}

#[derive(Debug, Serialize)]
struct ResourceJson<'a> {
    kind: Kind,
    name: &'a str,
    id: Option<&'a str>,
    class: Class,
    reason: &'a Reason,
    used_by: &'a [ArcStr],
    running: bool,
    size_bytes: Option<u64>,
    created: Option<Timestamp>,
    unused_since: Option<Timestamp>,
    auto_delete: bool,
}

impl<'a> AuditJson<'a> {
    /// The document of an audit.
    pub fn of(report: &'a Report<'_>) -> Self {
        let audit = report.audit;
        let engine = &audit.engine;
        Self {
            schema: 1,
            record: report.record,
            environment: &audit.environment,
            cleanup: audit.cleanup.as_str(),
            engine: EngineJson {
                id: &engine.id,
                name: &engine.name,
                version: &engine.version,
                api: &engine.api,
                host: &engine.host,
            },
            ssot: SsotJson { path: report.ssot_path, sha256: report.ssot_sha256, git: report.ssot_git },
            drift: audit.drift(),
            reclaimable_bytes: audit.reclaimable_bytes(),
            resources: audit.resources.iter().map(ResourceJson::of).collect(),
            missing: &audit.missing,
        }
    }
}

impl<'a> ResourceJson<'a> {
    fn of(it: &'a Resource) -> Self {
        Self {
            kind: it.kind(),
            name: &it.name,
            id: it.key.id(),
            class: it.class(),
            reason: &it.reason,
            used_by: &it.used_by,
            running: it.running,
            size_bytes: it.size,
            created: it.created,
            unused_since: it.unused_since,
            auto_delete: it.auto_delete(),
        }
    }
}
