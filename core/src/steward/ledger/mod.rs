//! The steward's own memory of an engine: when it first and last saw each resource, and in use.
//!
//! Docker keeps no last use of anything, and its ages can lie. What the steward has seen itself is the
//! only honest evidence that something has been unused for a time, and only while it kept looking.

mod entries;

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::graph::{Graph, Links, Row};
use super::inventory::{Inventory, Kind};
use super::packed::Moment;
pub use entries::Entries;

/// Two looks at an engine further apart than this are not one unbroken observation: what was unused at
/// both may have been used between them. Eight days let a weekly audit count, with a day to spare.
const LONGEST_GAP: Duration = Duration::from_hours(8 * 24);

/// Clocks further apart than this (ours to the engine's, or backwards between two looks) prove no age.
pub(super) const CLOCK_TOLERANCE: Duration = Duration::from_mins(5);

/// What the steward remembers of one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
    /// When it was last seen in use; none if never.
    pub last_used: Option<Timestamp>,
    /// Since when every look has found it unused; none while it is in use.
    pub unused_since: Option<Timestamp>,
    /// The engine's creation time for it: when that moves, it is another thing, or it was touched.
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
    pub entries: Entries,
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
    /// Reads it as it stands on the disk.
    pub fn read(json: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(json)
    }

    /// Writes it as it stands on the disk.
    pub fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let mut out = io::BufWriter::with_capacity(64 * 1024, out);
        serde_json::to_writer(&mut out, self)?;
        io::Write::flush(&mut out)
    }

    /// What is remembered of a resource; nothing, if what stands there now is another one.
    pub fn entry(&self, row: &Row<'_>) -> Option<Entry> {
        self.entries.of(&row.key()).filter(|known| known.stamp == stamp(row))
    }

    /// Takes a whole and plausible look at the engine into memory. What is gone is forgotten: a
    /// resource that comes back under its old name starts anew.
    ///
    /// Returns whether anything but the time of the look has changed.
    pub fn observe(&mut self, inventory: &Inventory, now: Timestamp) -> bool {
        let links = Links::of(inventory);
        self.observe_in(&Graph::new(inventory, &links), inventory, now)
    }

    /// The same where it is known who uses whom.
    pub(super) fn observe_in(&mut self, graph: &Graph<'_>, inventory: &Inventory, now: Timestamp) -> bool {
        let mut news = self.last_look.is_none_or(|last| now.duration_since(last).as_secs() >= 60);
        let unbroken = self.last_look.is_some_and(|last| unbroken(last, now));
        self.entries.begin_look(graph.rows().len());
        for (at, row) in graph.rows().iter().enumerate() {
            let (used, stamp) = (graph.is_used(at), stamp(row));
            let new = Entry {
                first_seen: now,
                last_seen: now,
                last_used: used.then_some(now),
                unused_since: (!used).then_some(now),
                stamp,
            };
            self.entries.change(row.key(), |known| {
                let Some(mut entry) = known.filter(|it| it.stamp == stamp && it.first_seen <= now) else {
                    news = true;
                    return new;
                };
                news |= entry.unused_since.is_none() != used;
                entry.last_seen = now;
                if used {
                    entry.last_used = Some(now);
                    entry.unused_since = None;
                } else if !unbroken || entry.unused_since.is_none() {
                    entry.unused_since = Some(now);
                }
                entry
            });
        }
        news |= self.entries.end_look();
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

/// The engine's creation time, where a change of it means another thing. A container's and a network's
/// are bound to their IDs; an image's is a claim of its maker.
fn stamp(row: &Row<'_>) -> Option<Timestamp> {
    match row {
        // As it is remembered.
        Row::Volume(it) => Moment::from(it.created).get(),
        Row::Container(_) | Row::Image(..) | Row::Network(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_is_none_is_refused() {
        for odd in ["\"\"", "\"yesterday\"", "null", "1"] {
            let text = format!(
                r#"{{"last_look":null,"counts":{{}},"entries":{{"volume/a":{{"first_seen":{odd},"last_seen":"2026-01-02T00:00:00Z"}}}}}}"#
            );
            assert!(serde_json::from_str::<Ledger>(&text).is_err(), "{odd}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = r#"{"last_look":null,"counts":{},"entries":{"volume/a":{"first_seen":"2026-01-01T00:00:00Z","last_seen":"2026-01-02T00:00:00Z","stamp":"2025-01-01T00:00:00.5Z"},"volume/b":{"first_seen":"2026-01-01T00:00:00Z","last_seen":"2026-01-02T00:00:00Z","last_used":"2026-01-02T00:00:00Z"}}}"#;
        let ledger: Ledger = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&ledger).unwrap(), text);
    }
}
