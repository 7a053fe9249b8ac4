//! The document of an audit.

use std::io;

use arcstr::ArcStr;
use jiff::Timestamp;
use serde::Serialize;

use super::json;
use super::record::AuditRecord;
use crate::steward::{Audit, Class, Drift, Kind, Missing, Reason, Resource};

/// The document. Its field names are a contract: they are added to, never renamed.
#[derive(Debug, Serialize)]
pub struct AuditJson<'a> {
    schema: u32,
    record: &'a AuditRecord,
    environment: &'a str,
    cleanup: &'static str,
    engine: EngineJson<'a>,
    ssot: SsotStated<'a>,
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

/// Which SSOT it was.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct SsotStated<'a> {
    /// Its path, as people are shown it.
    pub path: &'a str,
    /// SHA-256 of its bytes.
    pub sha256: &'a str,
    /// What git says of its file: `clean`, `modified`, `untracked`, `none`.
    pub git: &'a str,
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
    pub fn of(audit: &'a Audit, record: &'a AuditRecord, ssot: SsotStated<'a>) -> Self {
        let engine = &audit.engine;
        Self {
            schema: 1,
            record,
            environment: &audit.environment,
            cleanup: audit.cleanup.as_str(),
            engine: EngineJson {
                id: &engine.id,
                name: &engine.name,
                version: &engine.version,
                api: &engine.api,
                host: &engine.host,
            },
            ssot,
            drift: audit.drift(),
            reclaimable_bytes: audit.reclaimable_bytes(),
            resources: audit.resources.iter().map(ResourceJson::of).collect(),
            missing: &audit.missing,
        }
    }

    /// Writes the document for people too, as it comes.
    pub fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        json::pretty_to(out, self)
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
            size_bytes: it.size.get(),
            created: it.created.get(),
            unused_since: it.unused_since.get(),
            auto_delete: it.auto_delete(),
        }
    }
}
