//! What one pass found, as far as alerts can be about it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::apply::Report;
use crate::health::HealthReport;
use crate::records::AuditRecord;
use crate::ssot::EngineBinding;
use crate::steward::{Audit, Class, Drift, Resource};

/// Whose facts these are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The environment.
    pub environment: String,
    /// The name under which its steward speaks.
    pub steward: String,
    /// The engine's host.
    pub host: String,
    /// Its address.
    pub ip: String,
    /// The engine; of one that does not answer, what its SSOT is bound to.
    pub engine: EngineBinding,
    /// Where the engine is reached, or would be.
    pub url: String,
    /// What to type to run another command on the same engine and SSOT.
    pub again: String,
}

/// What one pass found. What it did not look at is none, and nothing is concluded from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Whose.
    pub origin: Origin,
    /// When.
    pub at: Timestamp,
    /// What differs from the declaration.
    pub drift: Option<DriftFacts>,
    /// `kind/name` of everything that is protected.
    pub protected: Option<BTreeSet<String>>,
    /// The checks that fail, and why.
    pub unhealthy: Option<BTreeMap<String, String>>,
    /// The cleanup that was done.
    pub cleanup: Option<CleanupFacts>,
    /// Why a cleanup was refused.
    pub refused: Option<String>,
    /// Why the engine could not be asked; none where it answered.
    pub silent: Option<String>,
}

/// What differs from the declaration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DriftFacts {
    /// How much.
    pub counts: Drift,
    /// `kind/name` of what nobody has declared.
    pub unknown: BTreeSet<String>,
    /// `kind/name` of what may go.
    pub safe: BTreeSet<String>,
    /// `kind/name` of what should be there and is not.
    pub missing: BTreeSet<String>,
    /// `container/name` of what should run and does not.
    pub not_running: BTreeSet<String>,
    /// Bytes that removing what may go would free.
    pub reclaimable: u64,
}

/// A cleanup that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleanupFacts {
    /// Its ID.
    pub run: String,
    /// `kind/name` of what is gone.
    pub gone: Vec<String>,
    /// What was not done, and why.
    pub left: Vec<String>,
    /// Bytes freed.
    pub freed: u64,
    /// Why it stopped before its end.
    pub stopped: Option<String>,
    /// Checks that passed before it and fail after it.
    pub broke: Vec<String>,
}

impl Facts {
    /// No facts yet.
    pub const fn none(origin: Origin, at: Timestamp) -> Self {
        Self {
            origin,
            at,
            drift: None,
            protected: None,
            unhealthy: None,
            cleanup: None,
            refused: None,
            silent: None,
        }
    }

    /// Takes an audit in. One that is in doubt tells nothing but that.
    pub fn audited(&mut self, audit: &Audit, record: &AuditRecord) {
        self.origin.ip.clone_from(&record.ip);
        if !audit.doubts.is_empty() {
            self.refused = Some(format!("the inventory is in doubt: {}", audit.doubts.join("; ")));
            return;
        }
        let of =
            |class| audit.resources.iter().filter(|it| it.class() == class).map(Resource::path).collect();
        self.drift = Some(DriftFacts {
            counts: audit.drift(),
            unknown: of(Class::Unknown),
            safe: of(Class::SafeToDelete),
            missing: audit.missing.iter().map(|it| format!("{}/{}", it.kind, it.name)).collect(),
            not_running: audit.not_running.iter().map(|name| format!("container/{name}")).collect(),
            reclaimable: audit.reclaimable_bytes(),
        });
        self.protected = Some(of(Class::Protected));
    }

    /// Takes a health in. Where nothing was asked nothing is known: that is no recovery.
    pub fn checked(&mut self, health: &HealthReport) {
        let why = |it: &crate::health::CheckReport| {
            (it.name.clone(), it.verdict.why().unwrap_or_default().to_owned())
        };
        let known = !health.checks.is_empty() && !health.is_blind();
        self.unhealthy = known.then(|| health.unhealthy().map(why).collect());
    }

    /// Takes a cleanup in.
    pub fn cleaned(&mut self, report: &Report, broke: &[String]) {
        let name = |step: &crate::apply::StepReport| format!("{}/{}", step.kind, step.name);
        let (gone, left): (Vec<_>, Vec<_>) = report.steps.iter().partition(|it| it.outcome.is_gone());
        let mut gone: Vec<String> = gone.into_iter().map(name).collect();
        // A container that was stopped and removed is gone once.
        gone.dedup();
        let said = |step: &&crate::apply::StepReport| match step.outcome.reason() {
            Some(why) => format!("{}: {}: {why}", name(step), step.outcome.as_str()),
            None => format!("{}: {}", name(step), step.outcome.as_str()),
        };
        self.cleanup = Some(CleanupFacts {
            run: report.run.clone(),
            gone,
            left: left.iter().map(said).collect(),
            freed: report.freed,
            stopped: report.stopped.clone(),
            broke: broke.to_vec(),
        });
    }
}

impl DriftFacts {
    /// Everything that makes the drift, each with what is wrong with it.
    pub fn all(&self) -> BTreeSet<String> {
        let mut all: BTreeSet<String> = self.unknown.union(&self.safe).cloned().collect();
        all.extend(self.missing.iter().map(|it| format!("{it} (missing)")));
        all.extend(self.not_running.iter().map(|it| format!("{it} (not running)")));
        all
    }
}
