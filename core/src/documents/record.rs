//! The record of an audit: what scripts, people and the steward itself read again later.

use std::fmt;

use arcstr::ArcStr;
use jiff::Timestamp;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::json;
use crate::steward::{Audit, Class, EngineIdentity, Kind};

/// One audit as it is recorded. The first lists are those of the scripts that came before the steward:
/// nothing is ever renamed, and their lines, which lack the later fields, are still read. `L` is a list of names,
/// or only their [`Count`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRecord<L = Vec<ArcStr>> {
    /// When the engine was read; UTC, whole seconds.
    pub timestamp: Timestamp,
    /// The name of the engine's host.
    #[serde(default)]
    pub host: String,
    /// Its address: the SSOT's `host.address`, else that of the engine's URL.
    #[serde(default)]
    pub ip: String,
    /// The environment: `desktop`, `staging`, `prod` …
    pub env: String,
    /// Containers that belong to the environment.
    #[serde(default)]
    pub containers_expected: L,
    /// Containers that nobody has declared (unknown).
    #[serde(default)]
    pub containers_extra: L,
    /// Containers that must never be removed.
    #[serde(default)]
    pub containers_protected: L,
    /// Containers that may go.
    #[serde(default)]
    pub containers_safe_delete: L,
    /// Containers that should be there and are not, as the SSOT names them.
    #[serde(default)]
    pub containers_missing: L,
    /// Images that belong to the environment.
    #[serde(default)]
    pub images_expected: L,
    /// Images that nobody has declared (unknown).
    #[serde(default)]
    pub images_extra: L,
    /// Images that must never be removed.
    #[serde(default)]
    pub images_protected: L,
    /// Images that may go.
    #[serde(default)]
    pub images_safe_delete: L,
    /// Images that should be there and are not, as the SSOT names them.
    #[serde(default)]
    pub images_missing: L,
    /// Volumes that belong to the environment.
    #[serde(default)]
    pub volumes_expected: L,
    /// Volumes that nobody has declared (unknown).
    #[serde(default)]
    pub volumes_extra: L,
    /// Volumes that must never be removed.
    #[serde(default)]
    pub volumes_protected: L,
    /// Volumes that may go.
    #[serde(default)]
    pub volumes_safe_delete: L,
    /// Volumes that should be there and are not, as the SSOT names them.
    #[serde(default)]
    pub volumes_missing: L,
    /// Networks that belong to the environment.
    #[serde(default)]
    pub networks_expected: L,
    /// Networks that nobody has declared (unknown).
    #[serde(default)]
    pub networks_extra: L,
    /// Networks that must never be removed.
    #[serde(default)]
    pub networks_protected: L,
    /// Networks that may go.
    #[serde(default)]
    pub networks_safe_delete: L,
    /// Networks that should be there and are not, as the SSOT names them.
    #[serde(default)]
    pub networks_missing: L,
    /// How far the engine was from its declaration: the total.
    #[serde(default)]
    pub drift: Option<usize>,
    /// Bytes that removing all that is safe would have freed, as far as sizes were known.
    #[serde(default)]
    pub reclaimable_bytes: Option<u64>,
    /// SHA-256 of the SSOT's bytes.
    #[serde(default)]
    pub ssot_sha256: Option<String>,
    /// The engine's own ID.
    #[serde(default)]
    pub engine_id: Option<String>,
    /// The version of the steward that wrote this.
    #[serde(default)]
    pub steward_version: Option<String>,
    /// SHA-256 of the line before, without its newline; none for the first.
    #[serde(default)]
    pub previous: Option<String>,
}

/// A record without its names, as a list of audits shows it: those of a large engine are many.
pub type AuditBrief = AuditRecord<Count>;

/// How many names a list has, none of which is held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Count(pub usize);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(list: D) -> Result<Self, D::Error> {
        /// A name that is only passed over. Whatever else stands in its place makes the record unreadable, as it does
        /// where the names are held.
        struct Name;

        impl<'de> Deserialize<'de> for Name {
            fn deserialize<D: Deserializer<'de>>(name: D) -> Result<Self, D::Error> {
                name.deserialize_str(Self)
            }
        }

        impl Visitor<'_> for Name {
            type Value = Self;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E>(self, _: &str) -> Result<Self, E> {
                Ok(self)
            }
        }

        struct Names;

        impl<'de> Visitor<'de> for Names {
            type Value = Count;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a sequence")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<Count, A::Error> {
                let mut count = Count(0);
                while names.next_element::<Name>()?.is_some() {
                    count.0 += 1;
                }
                Ok(count)
            }
        }

        list.deserialize_seq(Names)
    }
}

impl<L> AuditRecord<L> {
    /// All lists.
    pub const fn lists_mut(&mut self) -> [&mut L; 20] {
        [
            &mut self.containers_expected,
            &mut self.containers_extra,
            &mut self.containers_protected,
            &mut self.containers_safe_delete,
            &mut self.containers_missing,
            &mut self.images_expected,
            &mut self.images_extra,
            &mut self.images_protected,
            &mut self.images_safe_delete,
            &mut self.images_missing,
            &mut self.volumes_expected,
            &mut self.volumes_extra,
            &mut self.volumes_protected,
            &mut self.volumes_safe_delete,
            &mut self.volumes_missing,
            &mut self.networks_expected,
            &mut self.networks_extra,
            &mut self.networks_protected,
            &mut self.networks_safe_delete,
            &mut self.networks_missing,
        ]
    }
}

/// What a record takes from the SSOT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts<'a> {
    /// The environment's name in records: `prod` for production.
    pub env: &'a str,
    /// `host.address`.
    pub address: Option<&'a str>,
    /// SHA-256 of the SSOT's bytes.
    pub sha256: &'a str,
    /// The version of the steward.
    pub version: &'a str,
}

impl<L> AuditRecord<L> {
    /// Whether it is of this engine, as far as it says: clones share the ID, and not the name.
    pub fn is_of(&self, engine: &EngineIdentity) -> bool {
        let id = self.engine_id.as_ref().is_none_or(|it| *it == engine.id);
        id && (self.host.is_empty() || self.host == engine.name)
    }

    /// Whose it is, as far as it says.
    pub fn whose(&self) -> (Option<&str>, &str) {
        (self.engine_id.as_deref(), &self.host)
    }
}

impl AuditRecord {
    /// The record of an audit.
    pub fn of(audit: &Audit, facts: &Facts<'_>, now: Timestamp, previous: Option<String>) -> Self {
        let names = |kind, class| in_order(audit.names(kind, class).into_iter().cloned());
        let missing = |kind: Kind| {
            in_order(audit.missing.iter().filter(|it| it.kind == kind).map(|it| it.name.as_str().into()))
        };
        Self {
            timestamp: whole_seconds(now),
            host: audit.engine.name.clone(),
            ip: facts.address.map_or_else(|| address_of(&audit.engine.host), str::to_owned),
            env: facts.env.to_owned(),
            containers_expected: names(Kind::Container, Class::Expected),
            containers_extra: names(Kind::Container, Class::Unknown),
            containers_protected: names(Kind::Container, Class::Protected),
            containers_safe_delete: names(Kind::Container, Class::SafeToDelete),
            containers_missing: missing(Kind::Container),
            images_expected: names(Kind::Image, Class::Expected),
            images_extra: names(Kind::Image, Class::Unknown),
            images_protected: names(Kind::Image, Class::Protected),
            images_safe_delete: names(Kind::Image, Class::SafeToDelete),
            images_missing: missing(Kind::Image),
            volumes_expected: names(Kind::Volume, Class::Expected),
            volumes_extra: names(Kind::Volume, Class::Unknown),
            volumes_protected: names(Kind::Volume, Class::Protected),
            volumes_safe_delete: names(Kind::Volume, Class::SafeToDelete),
            volumes_missing: missing(Kind::Volume),
            networks_expected: names(Kind::Network, Class::Expected),
            networks_extra: names(Kind::Network, Class::Unknown),
            networks_protected: names(Kind::Network, Class::Protected),
            networks_safe_delete: names(Kind::Network, Class::SafeToDelete),
            networks_missing: missing(Kind::Network),
            drift: Some(audit.drift().total),
            reclaimable_bytes: Some(audit.reclaimable_bytes()),
            ssot_sha256: Some(facts.sha256.to_owned()),
            engine_id: Some(audit.engine.id.clone()),
            steward_version: Some(facts.version.to_owned()),
            previous,
        }
    }

    /// Its line in the log, without the newline.
    pub fn line(&self) -> serde_json::Result<String> {
        json::line(self)
    }
}

fn in_order(names: impl Iterator<Item = ArcStr>) -> Vec<ArcStr> {
    let mut names: Vec<ArcStr> = names.collect();
    names.sort_unstable();
    names
}

fn whole_seconds(at: Timestamp) -> Timestamp {
    // The seconds of a timestamp always make a timestamp.
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// The address in an engine's URL; a socket on this machine is 127.0.0.1.
pub fn address_of(url: &str) -> String {
    let local = "127.0.0.1".to_owned();
    let Some((scheme, rest)) = url.split_once("://") else { return local };
    if matches!(scheme, "unix" | "npipe" | "fd") {
        return local;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        Some((address, _)) => address,
        None => host.split(':').next().unwrap_or(host),
    };
    if host.is_empty() { local } else { host.to_owned() }
}
