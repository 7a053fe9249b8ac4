//! The steward's own memory of an engine: when it first and last saw each resource, and in use.
//!
//! Docker keeps no last use of anything, and its ages can lie. What the steward has seen itself is the
//! only honest evidence that something has been unused for a time, and only while it kept looking.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use foldhash::HashMap;
use jiff::Timestamp;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::graph::{Graph, Links, Row};
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
    pub entries: Entries,
}

/// All entries, by `kind/identity`. On the disk they stand in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entries(HashMap<Box<str>, Entry>);

impl Entries {
    /// Makes ready for a look at so many rows.
    fn begin_look(&mut self, rows: usize) {
        self.0.reserve(rows.saturating_sub(self.0.len()));
        for entry in self.0.values_mut() {
            entry.last_seen = Timestamp::MIN;
        }
    }

    /// One of them.
    pub fn get(&self, identity: &str) -> Option<&Entry> {
        self.0.get(identity)
    }

    /// What they are called, in no order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(|identity| &**identity)
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    fn get_mut(&mut self, identity: &str) -> Option<&mut Entry> {
        self.0.get_mut(identity)
    }

    fn insert(&mut self, identity: &str, entry: Entry) {
        self.0.insert(identity.into(), entry);
    }

    /// Forgets what the look has not met; answers whether that was any.
    fn end_look(&mut self) -> bool {
        let before = self.0.len();
        self.0.retain(|_, entry| entry.last_seen != Timestamp::MIN);
        self.0.len() < before
    }
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reading;
        impl<'de> Visitor<'de> for Reading {
            type Value = Vec<(Box<str>, Entry)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("entries by their names")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = map.next_entry()? {
                    all.push(one);
                }
                Ok(all)
            }
        }
        // Only once it is known how many there are is there room for them.
        Ok(Self(from.deserialize_map(Reading)?.into_iter().collect()))
    }
}

impl Serialize for Entries {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut all: Vec<(&str, &Entry)> =
            self.0.iter().map(|(identity, entry)| (&**identity, entry)).collect();
        all.sort_unstable_by_key(|(identity, _)| *identity);
        to.collect_map(all)
    }
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
        self.entry_by(row, &mut String::new())
    }

    /// The same for whoever asks for many, and has a place to spell their identities in.
    pub(super) fn entry_by(&self, row: &Row<'_>, spelled: &mut String) -> Option<&Entry> {
        spell(row, spelled);
        self.entries.get(spelled.as_str()).filter(|known| known.stamp == stamp(row))
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
        let mut spelled = String::new();
        for (at, row) in graph.rows().iter().enumerate() {
            spell(row, &mut spelled);
            let (used, stamp) = (!graph.users(at).is_empty(), stamp(row));
            let new = Entry {
                first_seen: now,
                last_seen: now,
                last_used: used.then_some(now),
                unused_since: (!used).then_some(now),
                stamp,
            };
            let Some(entry) = self.entries.get_mut(&spelled) else {
                news = true;
                self.entries.insert(&spelled, new);
                continue;
            };
            news |= entry.unused_since.is_none() != used;
            if entry.stamp != stamp || entry.first_seen > now {
                news = true;
                *entry = new;
                continue;
            }
            entry.last_seen = now;
            if used {
                entry.last_used = Some(now);
                entry.unused_since = None;
            } else if !unbroken || entry.unused_since.is_none() {
                entry.unused_since = Some(now);
            }
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

/// Spells that by which a resource is remembered. Volumes have only their name; their stamp tells a new one apart.
fn spell(row: &Row<'_>, spelled: &mut String) {
    let parts: [&str; 4] = match row {
        Row::Container(it) => ["container/", it.id.as_str(), "", ""],
        Row::Image(it, reference) => ["image/", it.id.as_str(), "/", reference.unwrap_or("")],
        Row::Volume(it) => ["volume/", &it.name, "", ""],
        Row::Network(it) => ["network/", it.id.as_str(), "", ""],
    };
    spelled.clear();
    for part in parts {
        spelled.push_str(part);
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
