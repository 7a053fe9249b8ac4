//! What is remembered of each resource, packed in memory and as it stands on the disk.

use std::fmt;

use arcstr::ArcStr;
use foldhash::{HashMap, HashMapExt as _};
use jiff::Timestamp;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Entry;
use crate::borrowed::Text;
use crate::steward::inventory::{ContainerId, ImageId, Key, Kind, NetworkId};
use crate::steward::packed::Moment;

/// All entries. On the disk they stand in order, by `kind/identity`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entries(
    /// A key shares its texts with the inventory that was looked at last.
    HashMap<Key, Packed>,
);

/// An entry in less than half of its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Packed {
    first_seen: Moment,
    last_seen: Moment,
    last_used: Moment,
    unused_since: Moment,
    stamp: Moment,
}

impl From<Entry> for Packed {
    fn from(entry: Entry) -> Self {
        Self {
            first_seen: entry.first_seen.into(),
            last_seen: entry.last_seen.into(),
            last_used: entry.last_used.into(),
            unused_since: entry.unused_since.into(),
            stamp: entry.stamp.into(),
        }
    }
}

impl From<Packed> for Entry {
    fn from(packed: Packed) -> Self {
        // Whatever was seen was seen at some time.
        let seen = |at: Moment| at.get().unwrap_or_default();
        Self {
            first_seen: seen(packed.first_seen),
            last_seen: seen(packed.last_seen),
            last_used: packed.last_used.get(),
            unused_since: packed.unused_since.get(),
            stamp: packed.stamp.get(),
        }
    }
}

impl Entries {
    /// Makes ready for a look at so many rows.
    pub(super) fn begin_look(&mut self, rows: usize) {
        self.0.reserve(rows.saturating_sub(self.0.len()));
        for entry in self.0.values_mut() {
            entry.last_seen = Moment::NONE;
        }
    }

    /// Forgets what the look has not met; answers whether that was any.
    pub(super) fn end_look(&mut self) -> bool {
        let before = self.0.len();
        self.0.retain(|_, entry| entry.last_seen != Moment::NONE);
        self.0.len() < before
    }

    /// Changes one, or makes it. It is known by this key from then on, and shares its texts.
    pub(super) fn change(&mut self, key: Key, change: impl FnOnce(Option<Entry>) -> Entry) {
        let known = self.0.remove(&key);
        self.0.insert(key, change(known.map(Entry::from)).into());
    }

    /// One of them, by `kind/identity`.
    pub fn get(&self, identity: &str) -> Option<Entry> {
        self.of(&meant(identity)?)
    }

    /// What they are called, in no order: `kind/identity`.
    pub fn keys(&self) -> impl Iterator<Item = String> {
        self.0.keys().map(|key| Spelled(key).to_string())
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// One of them.
    pub(super) fn of(&self, key: &Key) -> Option<Entry> {
        self.0.get(key).copied().map(Entry::from)
    }
}

/// A key as it is spelled in the file. Volumes have only their name; their stamp tells a new one apart.
struct Spelled<'a>(&'a Key);

impl fmt::Display for Spelled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.0.kind();
        match self.0 {
            Key::Container { id } => write!(f, "{kind}/{id}"),
            Key::Image { id, reference } => {
                write!(f, "{kind}/{id}/{}", reference.as_ref().map_or("", ArcStr::as_str))
            }
            Key::Volume { name } => write!(f, "{kind}/{name}"),
            Key::Network { id } => write!(f, "{kind}/{id}"),
        }
    }
}

impl Serialize for Spelled<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// The key that is spelled so; none where this version knows no such kind, of which there is then nothing to remember.
fn meant(identity: &str) -> Option<Key> {
    let (kind, identity) = identity.split_once('/')?;
    Some(match kind.parse().ok()? {
        Kind::Container => Key::Container { id: ContainerId::new(identity) },
        Kind::Image => {
            let (id, reference) = identity.split_once('/')?;
            let reference = (!reference.is_empty()).then(|| reference.into());
            Key::Image { id: ImageId::new(id), reference }
        }
        Kind::Volume => Key::Volume { name: identity.into() },
        Kind::Network => Key::Network { id: NetworkId::new(identity) },
    })
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reading;
        impl<'de> Visitor<'de> for Reading {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("entries by their names")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let (mut all, mut times) = (HashMap::new(), Times::default());
                while let Some((identity, row)) = map.next_entry::<Text<'_>, EntryRow<Text<'_>>>()? {
                    let entry = times.read(&row).map_err(A::Error::custom)?;
                    all.extend(meant(&identity).map(|key| (key, entry)));
                }
                Ok(Entries(all))
            }
        }
        from.deserialize_map(Reading)
    }
}

impl Serialize for Entries {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut all: Vec<(&Key, &Packed)> = self.0.iter().collect();
        all.sort_unstable_by_key(|(key, _)| *key);
        let mut times = Times::default();
        to.collect_map(all.into_iter().map(|(key, entry)| (Spelled(key), times.spell(entry))))
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
struct Times([Option<(ArcStr, Moment)>; 5]);

impl Times {
    fn read(&mut self, row: &EntryRow<Text<'_>>) -> Result<Packed, jiff::Error> {
        let mut read = |field: usize, text: Option<&Text<'_>>| {
            let Some(text) = text else { return Ok(Moment::NONE) };
            let last = &mut self.0[field];
            if let Some((known, at)) = last
                && **known == **text
            {
                return Ok(*at);
            }
            let at = Moment::from(text.parse::<Timestamp>()?);
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
        let mut spell = |field: usize, kept: Moment| {
            let at = kept.get()?;
            let last = &mut self.0[field];
            if let Some((known, means)) = last
                && *means == kept
            {
                return Some(known.clone());
            }
            let spelled = arcstr::format!("{at}");
            *last = Some((spelled.clone(), kept));
            Some(spelled)
        };
        EntryRow {
            first_seen: spell(0, entry.first_seen).unwrap_or_default(),
            last_seen: spell(1, entry.last_seen).unwrap_or_default(),
            last_used: spell(2, entry.last_used),
            unused_since: spell(3, entry.unused_since),
            stamp: spell(4, entry.stamp),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spelled_is_meant() {
        for identity in
            ["container/c1", "image/sha256:1/acme/web:1", "image/sha256:1/", "volume/a", "network/n1"]
        {
            assert_eq!(Spelled(&meant(identity).unwrap()).to_string(), identity);
        }
        for odd in ["", "a", "plugin/a", "image/sha256:1"] {
            assert_eq!(meant(odd), None, "{odd}");
        }
    }
}
