//! The steward's own memory of an engine: when it first and last saw each resource, and in use.
//!
//! Docker keeps no last use of anything, and its ages can lie. What the steward has seen itself is the
//! only honest evidence that something has been unused for a time, and only while it kept looking.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::time::Duration;

use arcstr::ArcStr;
use foldhash::HashMap;
use jiff::Timestamp;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::graph::{Graph, Links, Row};
use super::inventory::{Inventory, Kind};
use crate::borrowed::Text;

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

/// All entries, by `kind/identity`. On the disk they stand in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entries(HashMap<Box<str>, Packed>);

/// An entry in less than half of its place: nanoseconds since 1970, which suffices for the years 1678 to 2261.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Packed {
    first_seen: i64,
    last_seen: i64,
    last_used: i64,
    unused_since: i64,
    stamp: i64,
}

/// No time.
const NEVER: i64 = i64::MIN;

/// Nanoseconds since 1970; what lies beyond them is as far in the past or in the future as can be told.
fn nanoseconds(at: Timestamp) -> i64 {
    let edge = if at.as_second() < 0 { NEVER } else { i64::MAX };
    i64::try_from(at.as_nanosecond()).unwrap_or(edge).max(NEVER + 1)
}

fn time(nanoseconds: i64) -> Timestamp {
    Timestamp::from_nanosecond(nanoseconds.into()).unwrap_or_default()
}

impl From<Entry> for Packed {
    fn from(entry: Entry) -> Self {
        let maybe = |at: Option<Timestamp>| at.map_or(NEVER, nanoseconds);
        Self {
            first_seen: nanoseconds(entry.first_seen),
            last_seen: nanoseconds(entry.last_seen),
            last_used: maybe(entry.last_used),
            unused_since: maybe(entry.unused_since),
            stamp: maybe(entry.stamp),
        }
    }
}

impl From<Packed> for Entry {
    fn from(packed: Packed) -> Self {
        let maybe = |at: i64| (at != NEVER).then(|| time(at));
        Self {
            first_seen: time(packed.first_seen),
            last_seen: time(packed.last_seen),
            last_used: maybe(packed.last_used),
            unused_since: maybe(packed.unused_since),
            stamp: maybe(packed.stamp),
        }
    }
}

impl Entries {
    /// Makes ready for a look at so many rows.
    fn begin_look(&mut self, rows: usize) {
        self.0.reserve(rows.saturating_sub(self.0.len()));
        for entry in self.0.values_mut() {
            entry.last_seen = NEVER;
        }
    }

    /// One of them.
    pub fn get(&self, identity: &str) -> Option<Entry> {
        self.0.get(identity).copied().map(Entry::from)
    }

    /// What they are called, in no order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(|identity| &**identity)
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Changes one, or makes it.
    fn change(&mut self, identity: &str, change: impl FnOnce(Option<Entry>) -> Entry) {
        match self.0.get_mut(identity) {
            Some(known) => *known = change(Some(Entry::from(*known))).into(),
            None => {
                self.0.insert(identity.into(), change(None).into());
            }
        }
    }

    /// Forgets what the look has not met; answers whether that was any.
    fn end_look(&mut self) -> bool {
        let before = self.0.len();
        self.0.retain(|_, entry| entry.last_seen != NEVER);
        self.0.len() < before
    }
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reading;
        impl<'de> Visitor<'de> for Reading {
            type Value = Vec<(Box<str>, Packed)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("entries by their names")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let (mut all, mut times) = (Vec::new(), Times::default());
                while let Some((identity, row)) = map.next_entry::<_, EntryRow<Text<'_>>>()? {
                    all.push((identity, times.read(&row).map_err(A::Error::custom)?));
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
        let mut all: Vec<(&str, &Packed)> =
            self.0.iter().map(|(identity, entry)| (&**identity, entry)).collect();
        all.sort_unstable_by_key(|(identity, _)| *identity);
        let mut times = Times::default();
        to.collect_map(all.into_iter().map(|(identity, entry)| (identity, times.spell(entry))))
    }
}

/// An entry as it stands in the file.
#[derive(Serialize, Deserialize)]
struct EntryRow<T> {
    first_seen: T,
    last_seen: T,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unused_since: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stamp: Option<T>,
}

/// The last time that stood in each field, as text and as what it means: most entries have it from the same look.
#[derive(Default)]
struct Times([Option<(ArcStr, i64)>; 5]);

impl Times {
    fn read(&mut self, row: &EntryRow<Text<'_>>) -> Result<Packed, jiff::Error> {
        let mut read = |field: usize, text: Option<&Text<'_>>| {
            let Some(text) = text else { return Ok(NEVER) };
            let last = &mut self.0[field];
            if let Some((known, at)) = last
                && **known == **text
            {
                return Ok(*at);
            }
            let at = nanoseconds(text.parse()?);
            *last = Some(((&**text).into(), at));
            Ok::<_, jiff::Error>(at)
        };
        Ok(Packed {
            first_seen: read(0, Some(&row.first_seen))?,
            last_seen: read(1, Some(&row.last_seen))?,
            last_used: read(2, row.last_used.as_ref())?,
            unused_since: read(3, row.unused_since.as_ref())?,
            stamp: read(4, row.stamp.as_ref())?,
        })
    }

    fn spell(&mut self, entry: &Packed) -> EntryRow<ArcStr> {
        let mut spell = |field: usize, at: i64| {
            let last = &mut self.0[field];
            if let Some((known, means)) = last
                && *means == at
            {
                return known.clone();
            }
            let spelled = arcstr::format!("{}", time(at));
            *last = Some((spelled.clone(), at));
            spelled
        };
        let mut maybe = |field, at| (at != NEVER).then(|| spell(field, at));
        EntryRow {
            last_used: maybe(2, entry.last_used),
            unused_since: maybe(3, entry.unused_since),
            stamp: maybe(4, entry.stamp),
            first_seen: spell(0, entry.first_seen),
            last_seen: spell(1, entry.last_seen),
        }
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
        self.entry_by(row, &mut String::new())
    }

    /// The same for whoever asks for many, and has a place to spell their identities in.
    pub(super) fn entry_by(&self, row: &Row<'_>, spelled: &mut String) -> Option<Entry> {
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
            self.entries.change(&spelled, |known| {
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

/// Spells that by which a resource is remembered. Volumes have only their name; their stamp tells a new one apart.
fn spell(row: &Row<'_>, spelled: &mut String) {
    let parts: [&str; 4] = match row {
        Row::Container(it) => ["container/", it.id.as_str(), "", ""],
        Row::Image(it, reference) => ["image/", it.id.as_str(), "/", reference.map_or("", ArcStr::as_str)],
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
fn stamp(row: &Row<'_>) -> Option<Timestamp> {
    match row {
        // As it is remembered.
        Row::Volume(it) => it.created.map(|at| time(nanoseconds(at))),
        Row::Container(_) | Row::Image(..) | Row::Network(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_kept_to_the_nanosecond() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let entry = Entry {
            first_seen: at("1678-01-01T00:00:00.000000001Z"),
            last_seen: at("2261-12-31T23:59:59.999999999Z"),
            last_used: None,
            unused_since: Some(Timestamp::UNIX_EPOCH),
            stamp: Some(at("2026-11-29T11:24:00.123456789Z")),
        };
        assert_eq!(Entry::from(Packed::from(entry)), entry);
        // Beyond that it stays as far in the past or in the future as can be told.
        let odd = Entry { first_seen: Timestamp::MAX, stamp: Some(Timestamp::MIN), ..entry };
        let kept = Entry::from(Packed::from(odd));
        assert!(kept.first_seen > entry.last_seen && kept.stamp.unwrap() < entry.first_seen);
    }

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
