//! The steward's own memory of an engine: when it first and last saw each resource, and in use.
//!
//! Docker keeps no last use of anything, and its ages can lie. What the steward has seen itself is the
//! only honest evidence that something has been unused for a time, and only while it kept looking.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::graph::{Graph, Row};
use super::inventory::{Inventory, Kind};

/// Two looks at an engine further apart than this are not one unbroken observation: what was unused at
/// both may have been used between them. Eight days let a weekly audit count, with a day to spare.
const LONGEST_GAP: Duration = Duration::from_hours(8 * 24);

/// Clocks further apart than this (ours to the engine's, or backwards between two looks) prove no age.
pub(super) const CLOCK_TOLERANCE: Duration = Duration::from_mins(5);

/// What the steward remembers of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
    /// When it was last seen in use; none if never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used: Option<Timestamp>,
    /// Since when every look has found it unused; none while it is in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unused_since: Option<Timestamp>,
    /// The engine's creation time for it: when that moves, it is another thing, or it was touched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<Timestamp>,
}

/// The memory of one engine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// When the engine was last looked at, wholly and without doubt.
    pub last_look: Option<Timestamp>,
    /// How many rows each kind had at that look.
    pub counts: BTreeMap<Kind, usize>,
    /// A look that found implausibly little, waiting to be confirmed by a later one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shrunk: Option<Shrunk>,
    /// By `kind/identity`.
    pub entries: BTreeMap<String, Entry>,
}

/// A look that found far less than the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shrunk {
    /// When it was first found.
    pub since: Timestamp,
    /// What was found.
    pub counts: BTreeMap<Kind, usize>,
}

impl Ledger {
    /// What is remembered of a resource; nothing, if what stands there now is another one.
    pub fn entry(&self, row: &Row<'_>) -> Option<&Entry> {
        self.entries.get(&identity(row)).filter(|known| known.stamp == stamp(row))
    }

    /// Takes a whole and plausible look at the engine into memory. What is gone is forgotten: a
    /// resource that comes back under its old name starts anew.
    ///
    /// Returns whether anything but the time of the look has changed.
    pub fn observe(&mut self, inventory: &Inventory, now: Timestamp) -> bool {
        let graph = Graph::of(inventory);
        let mut news = self.last_look.is_none_or(|last| now.duration_since(last).as_secs() >= 60);
        let unbroken = self.last_look.is_some_and(|last| unbroken(last, now));
        let mut present = HashSet::with_capacity(graph.rows().len());
        for (at, row) in graph.rows().iter().enumerate() {
            let identity = identity(row);
            let before = self.entries.get(&identity).map(|known| known.unused_since.is_some());
            let used = !graph.users(at).is_empty();
            let stamp = stamp(row);
            let fresh = Entry {
                first_seen: now,
                last_seen: now,
                last_used: used.then_some(now),
                unused_since: (!used).then_some(now),
                stamp,
            };
            self.entries
                .entry(identity.clone())
                .and_modify(|known| {
                    if known.stamp != stamp || known.first_seen > now {
                        *known = fresh.clone();
                    } else {
                        known.last_seen = now;
                        if used {
                            known.last_used = Some(now);
                            known.unused_since = None;
                        } else if !unbroken || known.unused_since.is_none() {
                            known.unused_since = Some(now);
                        }
                    }
                })
                .or_insert(fresh);
            news |= before != Some(!used);
            present.insert(identity);
        }
        news |= self.entries.len() != present.len();
        self.entries.retain(|identity, _| present.contains(identity));
        self.last_look = Some(now);
        self.counts = Kind::ALL.into_iter().map(|kind| (kind, inventory.count(kind))).collect();
        self.shrunk = None;
        news
    }
}

impl Ledger {
    /// Notes that the steward itself has removed one of this kind: the next list may rightly be that much
    /// shorter than the last one.
    pub fn removed(&mut self, kind: Kind) {
        if let Some(count) = self.counts.get_mut(&kind) {
            *count = count.saturating_sub(1);
        }
    }
}

/// Whether a look at `now` continues the observation of the one before.
pub(super) fn unbroken(last_look: Timestamp, now: Timestamp) -> bool {
    let gap = now.duration_since(last_look);
    !gap.is_negative() && gap.unsigned_abs() <= LONGEST_GAP
}

/// By which a resource is remembered. Volumes have only their name; their stamp tells a new one apart.
fn identity(row: &Row<'_>) -> String {
    match row {
        Row::Container(it) => format!("container/{}", it.id),
        Row::Image(it, reference) => format!("image/{}/{}", it.id, reference.unwrap_or("")),
        Row::Volume(it) => format!("volume/{}", it.name),
        Row::Network(it) => format!("network/{}", it.id),
    }
}

/// The engine's creation time, where a change of it means another thing. A container's and a network's
/// are bound to their IDs; an image's is a claim of its maker.
const fn stamp(row: &Row<'_>) -> Option<Timestamp> {
    match row {
        Row::Volume(it) => it.created,
        Row::Container(_) | Row::Image(..) | Row::Network(_) => None,
    }
}
