//! The result of a classification, as every screen, report and record shows it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use arcstr::ArcStr;
use foldhash::HashMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::classify::SafeToDelete;
use super::graph::Row;
use super::inventory::{EngineIdentity, Inventory, Key, Kind};
use super::packed::{ByteCount, Moment};
use crate::ssot::Cleanup;

/// What may be done with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Must never be removed here.
    Protected,
    /// Belongs to the environment.
    Expected,
    /// The policy says that it may go.
    SafeToDelete,
    /// Nobody has said what it is: kept until somebody does.
    Unknown,
}

impl Class {
    /// All classes, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Protected, Self::Expected, Self::SafeToDelete, Self::Unknown];

    /// The word for people: `safe-to-delete`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Protected => "protected",
            Self::Expected => "expected",
            Self::SafeToDelete => "safe-to-delete",
            Self::Unknown => "unknown",
        }
    }

    /// The word where room is short: `safe`.
    pub const fn short(self) -> &'static str {
        match self {
            Self::SafeToDelete => "safe",
            other => other.as_str(),
        }
    }
}

/// Why a resource has its class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The rule: its place in the SSOT, such as `safe_to_delete.patterns[1]`, or one of the steward's
    /// own: `docker`, `swarm`, `used_by`, `incomplete`, `anonymous`, `driver`, `running_rm`, `none`.
    pub rule: ArcStr,
    /// The pattern, name or label that matched, as the SSOT spells it.
    pub pattern: Option<ArcStr>,
    /// One sentence for people.
    pub text: ArcStr,
}

/// A class together with what it allows: only the classifier can make the safe one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// See [`Class::Protected`].
    Protected,
    /// See [`Class::Expected`].
    Expected,
    /// See [`Class::SafeToDelete`].
    Safe(Box<SafeToDelete>),
    /// See [`Class::Unknown`].
    Unknown,
}

impl Verdict {
    /// The class alone.
    pub const fn class(&self) -> Class {
        match self {
            Self::Protected => Class::Protected,
            Self::Expected => Class::Expected,
            Self::Safe(_) => Class::SafeToDelete,
            Self::Unknown => Class::Unknown,
        }
    }
}

/// One classified resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// What names it beyond doubt.
    pub key: Key,
    /// What people call it.
    pub name: ArcStr,
    /// Its class.
    pub verdict: Verdict,
    /// Why. Many resources have the same reason, which they then share.
    pub reason: Arc<Reason>,
    /// Who uses it: `container/odoo-staging`, sorted.
    pub used_by: SmallVec<[ArcStr; 1]>,
    /// Whether it is a container with processes.
    pub running: bool,
    /// Bytes; none if not (yet) known. An image's are those of all its layers.
    pub size: ByteCount,
    /// Bytes that removing it would free; those of an image, only with the last of its references (see
    /// [`freed_by`]).
    pub frees: ByteCount,
    /// The engine's creation time, if it makes sense.
    pub created: Moment,
    /// Since when the steward has seen it unused, without a break.
    pub unused_since: Moment,
}

impl Resource {
    /// Its class.
    pub const fn class(&self) -> Class {
        self.verdict.class()
    }

    /// Its kind.
    pub const fn kind(&self) -> Kind {
        self.key.kind()
    }

    /// The permission to remove it, if there is one.
    pub const fn safe(&self) -> Option<&SafeToDelete> {
        match &self.verdict {
            Verdict::Safe(safe) => Some(safe),
            _ => None,
        }
    }

    /// Whether the SSOT lets it go unattended.
    pub fn auto_delete(&self) -> bool {
        self.safe().is_some_and(SafeToDelete::may_go_unattended)
    }

    /// `kind/name`, as `--select` and `explain` take it.
    pub fn path(&self) -> String {
        format!("{}/{}", self.kind(), self.name)
    }
}

/// An expected resource that the engine does not hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Missing {
    /// Its kind.
    pub kind: Kind,
    /// Its name, as the SSOT has it.
    pub name: String,
}

/// How far the engine is from its declaration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    /// The sum of the others.
    pub total: usize,
    /// Resources that nobody has declared.
    pub unknown: usize,
    /// Resources that may go.
    pub safe_to_delete: usize,
    /// Expected, not optional resources that are not there.
    pub missing: usize,
    /// Expected, not optional containers that do not run.
    pub not_running: usize,
}

/// A classified inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// Which engine.
    pub engine: EngineIdentity,
    /// When it was read.
    pub read_at: Timestamp,
    /// The environment it was classified for.
    pub environment: String,
    /// What that environment allows.
    pub cleanup: Cleanup,
    /// Containers, images, volumes, networks; each kind sorted by name.
    pub resources: Vec<Resource>,
    /// What should be there and is not.
    pub missing: Vec<Missing>,
    /// The names of expected, not optional containers that do not run, sorted.
    pub not_running: Vec<ArcStr>,
    /// Why this inventory may not be trusted; while there is any doubt, nothing can be planned.
    pub doubts: Vec<String>,
    /// For [`Self::get`].
    pub(super) by_key: ByKey,
}

/// The places of all resources in the order of their keys, sorted when first asked for. It says nothing of
/// its own, so any two are equal.
#[derive(Debug, Clone, Default)]
pub(super) struct ByKey(OnceLock<Vec<usize>>);

impl PartialEq for ByKey {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for ByKey {}

impl Audit {
    /// Takes the sizes of an inventory that is the same but for them. No class depends on a size.
    pub fn measure(&mut self, inventory: &Inventory) {
        let containers = inventory.containers.iter().map(Row::Container);
        let images = inventory.images.iter().map(|it| Row::Image(it, None));
        let volumes = inventory.volumes.iter().map(Row::Volume);
        let measured = containers.chain(images).chain(volumes);
        let sizes: HashMap<_, _> = measured
            .map(|row| ((row.kind(), row.id().unwrap_or(row.name()).as_str()), sizes(&row)))
            .collect();
        for it in &mut self.resources {
            let called = (it.key.kind(), it.key.id().unwrap_or(&it.name));
            if let Some((size, frees)) = sizes.get(&called) {
                (it.size, it.frees) = ((*size).into(), (*frees).into());
                if let Verdict::Safe(safe) = &mut it.verdict {
                    safe.measure(*frees);
                }
            }
        }
    }

    /// How far the engine is from its declaration.
    pub fn drift(&self) -> Drift {
        let of = |class| self.resources.iter().filter(|it| it.class() == class).count();
        let (unknown, safe_to_delete) = (of(Class::Unknown), of(Class::SafeToDelete));
        let (missing, not_running) = (self.missing.len(), self.not_running.len());
        Drift {
            total: unknown + safe_to_delete + missing + not_running,
            unknown,
            safe_to_delete,
            missing,
            not_running,
        }
    }

    /// Bytes that removing all that is safe would free, as far as sizes are known.
    pub fn reclaimable_bytes(&self) -> u64 {
        freed_by(self.resources.iter().filter(|it| it.class() == Class::SafeToDelete))
    }

    /// The sorted names of one kind and class.
    pub fn names(&self, kind: Kind, class: Class) -> Vec<&ArcStr> {
        self.resources
            .iter()
            .filter(|it| it.kind() == kind && it.class() == class)
            .map(|it| &it.name)
            .collect()
    }

    /// Whether a container of this name should run and does not.
    pub fn does_not_run(&self, name: &str) -> bool {
        self.not_running.binary_search_by(|it| it.as_str().cmp(name)).is_ok()
    }

    /// The resource of a key.
    pub fn get(&self, key: &Key) -> Option<&Resource> {
        let by_key = self.by_key.0.get_or_init(|| {
            let mut places: Vec<usize> = (0..self.resources.len()).collect();
            places.sort_by(|a, b| self.resources[*a].key.cmp(&self.resources[*b].key));
            places
        });
        let found = by_key.binary_search_by(|at| self.resources[*at].key.cmp(key)).ok()?;
        Some(&self.resources[by_key[found]])
    }

    /// All resources that `kind/name` may mean: names of networks are not unique, and a container, image
    /// or network may also be called by its whole ID.
    pub fn called(&self, kind: Kind, name: &str) -> Vec<&Resource> {
        let exact: Vec<_> = self.resources.iter().filter(|it| it.kind() == kind && it.name == name).collect();
        if exact.is_empty() {
            self.resources.iter().filter(|it| it.kind() == kind && it.key.id() == Some(name)).collect()
        } else {
            exact
        }
    }
}

/// Bytes that a row has, and bytes that removing it frees: layers that other images share stay.
pub(super) fn sizes(row: &Row<'_>) -> (Option<u64>, Option<u64>) {
    match row {
        Row::Container(it) => (it.size, it.size),
        Row::Image(it, _) => (it.size, it.size.map(|size| size.saturating_sub(it.shared.unwrap_or(0)))),
        Row::Volume(it) => (it.size, it.size),
        Row::Network(_) => (None, None),
    }
}

/// Bytes that removing exactly these resources would free, as far as sizes are known. An image is freed
/// only with the last of its references, and counted once.
pub fn freed_by<'a>(resources: impl IntoIterator<Item = &'a Resource>) -> u64 {
    let mut total = 0_u64;
    let mut images: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
    for it in resources {
        let bytes = it.frees.get().unwrap_or(0);
        match (&it.key, it.safe()) {
            (Key::Image { id, .. }, Some(safe)) => {
                let (left, _) = images.entry(id.as_str()).or_insert((safe.siblings(), bytes));
                *left = left.saturating_sub(1);
            }
            _ => total = total.saturating_add(bytes),
        }
    }
    images.values().filter(|(left, _)| *left == 0).fold(total, |sum, (_, bytes)| sum.saturating_add(*bytes))
}
