//! How old a resource is, as far as that can be proved.

use std::time::Duration;

use jiff::Timestamp;

use crate::steward::graph::Row;
use crate::steward::inventory::Inventory;
use crate::steward::ledger::{CLOCK_TOLERANCE, Ledger, unbroken};

/// Docker's first release was in 2013: an older time is a placeholder.
const DOCKER_EXISTS_SINCE: Timestamp = Timestamp::constant(1_356_998_400, 0);

/// A proved age and where the proof comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Age {
    pub(super) since: Timestamp,
    pub(super) span: Duration,
    pub(super) evidence: &'static str,
}

impl Age {
    pub(super) fn text(&self) -> String {
        format!("{} ({})", crate::text::age(self.span), self.evidence)
    }
}

/// The clocks by which ages are told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    now: Timestamp,
    trusted: bool,
    watched: bool,
}

impl Clock {
    /// Trusts ages only while this machine, the engine and the ledger agree on what time it is.
    pub(super) fn new(inventory: &Inventory, ledger: &Ledger, now: Timestamp) -> Self {
        let near = |other: Timestamp| {
            now.duration_since(other).unsigned_abs() <= CLOCK_TOLERANCE
                || inventory.read_at.duration_since(other).unsigned_abs() <= CLOCK_TOLERANCE
        };
        let not_backwards =
            ledger.last_look.is_none_or(|last| !now.duration_since(last).is_negative() || near(last));
        let watched = ledger.last_look.is_some_and(|last| unbroken(last, now));
        Self { now, trusted: inventory.engine_time.is_some_and(near) && not_backwards, watched }
    }

    pub(super) const fn is_trusted(self) -> bool {
        self.trusted
    }

    fn since(self, at: Option<Timestamp>, evidence: &'static str) -> Option<Age> {
        let since = at.filter(|at| self.trusted && is_sane(*at, self.now))?;
        // A moment in the future is no age at all, however short it is.
        let span = Duration::try_from(self.now.duration_since(since)).unwrap_or_default();
        Some(Age { since, span, evidence })
    }

    /// How long the resource has existed here at least: the longer of what the engine can prove and
    /// what the steward has seen. A container's and a network's creation is the engine's own record; a
    /// volume's `CreatedAt` only ever moves forward, so it proves a minimum; an image's `Created` is a
    /// claim of its maker and proves nothing, its `LastTagTime` is the engine's.
    pub(super) fn existing(self, row: &Row<'_>, ledger: &Ledger) -> Option<Age> {
        let by_engine = match row {
            Row::Container(it) => self.since(it.created, "created, by the engine"),
            Row::Network(it) => self.since(it.created, "created, by the engine"),
            Row::Volume(it) => self.since(it.created, "its folder's last change"),
            Row::Image(it, _) => self.since(it.last_tag_time, "last pulled, built or tagged"),
        };
        let seen = ledger
            .entry(row)
            .and_then(|entry| self.since(Some(entry.first_seen), "first seen by the steward"));
        by_engine.into_iter().chain(seen).max_by_key(|age| age.span)
    }

    /// How long the steward has seen it unused without a break, up to now.
    pub(super) fn observed_unused(self, row: &Row<'_>, ledger: &Ledger) -> Option<Age> {
        if !self.watched {
            return None;
        }
        self.since(ledger.entry(row)?.unused_since, "seen unused by the steward")
    }

    /// How long ago an image was last pulled, built or tagged here.
    pub(super) fn tagged(self, row: &Row<'_>) -> Option<Age> {
        match row {
            Row::Image(it, _) => self.since(it.last_tag_time, "last pulled, built or tagged"),
            _ => None,
        }
    }

    /// How long ago a container stopped. One that started after it last stopped says two things at once.
    pub(super) fn stopped(self, row: &Row<'_>) -> Option<Age> {
        let Row::Container(it) = row else { return None };
        let detail = it.detail.as_ref()?;
        let finished = detail.finished_at?;
        if detail.started_at.is_some_and(|started| started > finished) {
            return None;
        }
        self.since(Some(finished), "stopped, by the engine")
    }
}

/// Zero, before Docker existed, or in the future: not a time that happened.
pub(super) fn is_sane(at: Timestamp, now: Timestamp) -> bool {
    at >= DOCKER_EXISTS_SINCE && now.duration_since(at).as_secs() >= -60
}
