//! What a session does to its engine: plans, cleanups, and what takes them back.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;

use super::{Look, Session, SessionError, Stop};
use crate::apply::{self, CutOff, Progress, Report, Restored};
use crate::engine::{Guard, GuardError, Keeper, Maker, Writer};
use crate::records::journal_line::Kept;
use crate::records::lock::{ApplyLock, LockError};
use crate::records::trash;
use crate::steward::{Approved, Circumstances, Difference, EXPIRES_AFTER, Key, Plan, Refused, SsotStamp};
use crate::undo::ApprovedUndo;

impl Session {
    /// What a plan made now is made for.
    pub fn circumstances(&self, look: &Look) -> Circumstances {
        let now = Timestamp::now();
        Circumstances {
            environment: self.inner.ssot.policy.environment.as_str().to_owned(),
            engine: look.inventory.engine.clone(),
            ssot: SsotStamp { path: self.inner.ssot.path_display(), sha256: self.inner.ssot.sha256.clone() },
            created: now,
            expires: now.saturating_add(SignedDuration::from_secs(EXPIRES_AFTER)).unwrap_or(now),
        }
    }

    /// Plans the removal of `marks`.
    pub fn plan(&self, look: &Look, marks: &BTreeSet<Key>) -> Result<Plan, Refused> {
        Plan::new(&look.audit, marks, self.circumstances(look), &self.mandate()?)
    }

    pub(crate) fn writer(&self) -> Result<Writer, Refused> {
        Ok(self.inner.reader.writer(&self.mandate()?))
    }

    /// Applies an approved plan, telling of each step as it comes; then looks again and records the audit. What the plan
    /// takes away and nothing else could bring back is put into the trash first, if it is to be kept for some time.
    pub async fn apply(
        &self,
        approved: Approved,
        keep: Option<Duration>,
        progress: mpsc::UnboundedSender<Progress>,
        stop: Stop,
    ) -> Result<Report, SessionError> {
        let writer = self.writer()?;
        // Whoever only looks takes an engine that greets as before for the one that it was.
        self.inner.reader.confirm().await?;
        let _lock = ApplyLock::take(&self.inner.paths.lock(&self.inner.engine.id), Timestamp::now())?;
        let guard = match self.inner.reader.guard(&self.mandate()?).await {
            Err(GuardError::Held(by)) => {
                return Err(SessionError::refused(&GuardError::Held(by).to_string()));
            }
            guard => guard,
        };
        let mut report = apply::run(self, writer, &approved, keep, progress, stop).await?;
        report.warnings.extend(unguarded(guard.as_ref()));
        drop(guard);
        report.warnings.extend(self.record_after("cleanup").await);
        Ok(report)
    }

    /// How long the SSOT has what a cleanup takes away kept in the trash; none where it does not say so.
    pub fn trash(&self) -> Option<Duration> {
        self.inner.ssot.policy.trash.map(|trash| trash.keep)
    }

    /// How many bytes the trash has room for; none where nobody can tell.
    pub fn trash_room(&self) -> Option<u64> {
        trash::room(&self.inner.paths)
    }

    pub(crate) fn keeper(&self) -> Result<Keeper, Refused> {
        Ok(self.inner.reader.keeper(&self.mandate()?))
    }

    pub(crate) fn maker(&self, approved: &ApprovedUndo) -> Result<Maker, Refused> {
        Ok(self.inner.reader.maker(&self.mandate()?, approved))
    }

    /// Makes again what an approved undo names, of the cleanup `kept`, telling of each as it comes; then looks again and
    /// records the audit. Returns what became of each, and what else the operator should know.
    pub async fn undo(
        &self,
        kept: &Kept,
        approved: &ApprovedUndo,
        stop: &Stop,
        tell: impl FnMut(&Restored),
    ) -> Result<(Vec<Restored>, Vec<String>), SessionError> {
        self.mandate()?;
        let (begin, engine) = (&kept.begin, &self.inner.engine);
        let others = engine.differences(&begin.engine());
        if !others.is_empty() {
            let what = format!("that cleanup was on another engine: {}", Difference::joined(&others));
            return Err(SessionError::refused(&what));
        }
        let _lock = ApplyLock::take(&self.inner.paths.lock(&engine.id), Timestamp::now())?;
        let guard = match self.inner.reader.guard(&self.mandate()?).await {
            Err(GuardError::Held(by)) => {
                return Err(SessionError::refused(&GuardError::Held(by).to_string()));
            }
            guard => guard,
        };
        let restored = apply::restore(self, &begin.run, approved, stop, tell).await?;
        let mut warnings: Vec<String> = unguarded(guard.as_ref()).into_iter().collect();
        drop(guard);
        warnings.extend(self.record_after("undo").await);
        Ok((restored, warnings))
    }

    /// Looks again and records the audit; what went wrong with that fails nothing that was done.
    async fn record_after(&self, what: &str) -> Option<String> {
        let recorded = match self.look().await {
            Ok(look) => self.record(&look).map(|_| ()),
            Err(error) => Err(error),
        };
        recorded.err().map(|error| format!("the audit after the {what} is not in the audit log: {error}"))
    }

    /// Looks for cleanups on this engine that were cut off, and tells what became of what was in flight. A
    /// cleanup that still goes on holds the lock and is left alone.
    pub fn reconcile(&self, look: &Look) -> Result<Vec<CutOff>, SessionError> {
        if !look.audit.doubts.is_empty() {
            // What is not in a list that cannot be believed has not been looked up.
            return Ok(Vec::new());
        }
        let now = Timestamp::now();
        match ApplyLock::take(&self.inner.paths.lock(&self.inner.engine.id), now) {
            Ok(_lock) => Ok(apply::reconcile(&self.inner.paths.journal(), &look.audit, now)?),
            Err(LockError::Held(_)) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }
}

/// What is to be told where other hosts were not, or not to the end, kept off the engine.
fn unguarded(guard: Result<&Guard, &GuardError>) -> Option<String> {
    match guard {
        Ok(guard) if guard.is_lost() => Some(
            "the session that keeps other hosts' stewards off the engine broke before the end: whether another one was at work is not known"
                .to_owned(),
        ),
        Ok(_) => None,
        Err(error) => Some(error.to_string()),
    }
}
