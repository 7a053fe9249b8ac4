//! What there is in all: counted once per look or change of marks, not once per drawing.

use std::collections::BTreeSet;

use super::row::place;
use crate::steward::{Audit, Class, Drift, Key, Resource, freed_by};

/// How many of the largest are kept.
const LARGEST: usize = 5;

/// What there is in all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    /// How far the engine is from its declaration.
    pub drift: Drift,
    /// Bytes that removing all that is safe frees.
    pub reclaimable: u64,
    /// Bytes that removing all that is marked frees.
    pub marked: u64,
    /// The places in the audit of the largest resources that are safe to delete, the largest first.
    pub largest_safe: Vec<usize>,
    /// The same of those that nobody has declared.
    pub largest_unknown: Vec<usize>,
    /// For each kind, in the order of [`crate::steward::Kind::ALL`].
    pub kinds: [KindSums; 4],
}

/// What there is of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KindSums {
    /// How many of each class, in the order of [`Class::ALL`].
    pub classes: [usize; 4],
    /// How many.
    pub count: usize,
    /// Their bytes; none if no size is known. An image counts once, however many references it has; layers
    /// that several images share count with each.
    pub bytes: Option<u64>,
    /// Bytes that removing what is safe of this kind frees.
    pub safe_bytes: u64,
}

impl Sums {
    /// Counts.
    pub fn of(audit: &Audit, marks: &BTreeSet<Key>) -> Self {
        let mut kinds: [KindSums; 4] = Default::default();
        let mut images: BTreeSet<&str> = BTreeSet::new();
        for resource in &audit.resources {
            let sums = &mut kinds[place(resource.kind())];
            sums.count += 1;
            if let Some(at) = Class::ALL.iter().position(|class| *class == resource.class()) {
                sums.classes[at] += 1;
            }
            let counted = match &resource.key {
                Key::Image { id, .. } => images.insert(id.as_str()),
                _ => true,
            };
            if let Some(size) = resource.size.get().filter(|_| counted) {
                sums.bytes = Some(sums.bytes.unwrap_or(0).saturating_add(size));
            }
        }
        for (kind, sums) in crate::steward::Kind::ALL.into_iter().zip(&mut kinds) {
            let safe = |it: &&Resource| it.kind() == kind && it.class() == Class::SafeToDelete;
            sums.safe_bytes = freed_by(audit.resources.iter().filter(safe));
        }
        Self {
            drift: audit.drift(),
            reclaimable: audit.reclaimable_bytes(),
            marked: Self::marked_by(audit, marks),
            largest_safe: largest(audit, Class::SafeToDelete),
            largest_unknown: largest(audit, Class::Unknown),
            kinds,
        }
    }

    /// Bytes that removing all that is marked frees; the only sum that changes with the marks.
    pub fn marked_by(audit: &Audit, marks: &BTreeSet<Key>) -> u64 {
        freed_by(marks.iter().filter_map(|key| audit.get(key)))
    }
}

/// The places of the largest resources of a class, by what their removal would free.
fn largest(audit: &Audit, class: Class) -> Vec<usize> {
    let mut all: Vec<(u64, usize)> = audit
        .resources
        .iter()
        .enumerate()
        .filter(|(_, it)| it.class() == class)
        .filter_map(|(at, it)| it.frees.get().filter(|bytes| *bytes > 0).map(|bytes| (bytes, at)))
        .collect();
    all.sort_by_key(|(bytes, at)| (std::cmp::Reverse(*bytes), *at));
    // An image with several names is one thing on the disk.
    let mut images: BTreeSet<&str> = BTreeSet::new();
    all.into_iter()
        .map(|(_, at)| at)
        .filter(|at| match &audit.resources[*at].key {
            Key::Image { id, .. } => images.insert(id.as_str()),
            _ => true,
        })
        .take(LARGEST)
        .collect()
}
