//! Whether an inventory may be believed. An empty list from a broken proxy must not read as "all unused".

use jiff::Timestamp;

use super::inventory::{Inventory, Kind};
use super::ledger::{Ledger, Shrunk};

/// A list that had at least this many rows at the last look …
const WORTH_COUNTING: usize = 8;
/// … and has less than one in this many of them now, has shrunk implausibly.
const SHRINK: usize = 4;
/// A shrunken inventory is believed once looks this far apart agree on it, in seconds.
const CONFIRMED_AFTER: i64 = 600;

/// Every reason to distrust the inventory; empty when there is none.
pub fn doubts(inventory: &Inventory, ledger: &Ledger, now: Timestamp) -> Vec<String> {
    let mut doubts = Vec::new();
    let listed = inventory.count(Kind::Container);
    if listed < inventory.counts.containers {
        doubts.push(format!(
            "the engine says that it holds {} containers, but it listed {listed}",
            inventory.counts.containers
        ));
    }
    if inventory.images.is_empty() && inventory.counts.images > 0 {
        doubts.push(format!(
            "the engine says that it holds {} images, but it listed none",
            inventory.counts.images
        ));
    }
    if inventory.networks.is_empty() {
        doubts.push("the engine listed no network, not even its own".to_owned());
    }
    let mounted = inventory.containers.iter().flat_map(|container| &container.mounts);
    let known: std::collections::HashSet<&str> =
        inventory.volumes.iter().map(|it| it.name.as_str()).collect();
    let mut lost: Vec<&str> = mounted
        .filter_map(|mount| match mount {
            super::inventory::Mount::Volume { name, .. } if !known.contains(name.as_str()) => {
                Some(name.as_str())
            }
            _ => None,
        })
        .collect();
    lost.sort_unstable();
    lost.dedup();
    if let Some(first) = lost.first() {
        doubts.push(format!(
            "containers mount {} volumes that the engine did not list, {first} among them",
            lost.len()
        ));
    }
    if !confirmed(inventory, ledger.shrunk.as_ref(), now) {
        for kind in shrunken(inventory, ledger) {
            doubts.push(format!(
                "the list of {} had {} rows at the last audit and has {} now; if that is true, audit again in ten minutes",
                kind.plural(),
                ledger.counts.get(&kind).copied().unwrap_or(0),
                inventory.count(kind)
            ));
        }
    }
    doubts
}

/// Remembers a shrunken inventory, so that a later look may confirm it; nothing else is taken from it.
pub fn remember_shrunk(inventory: &Inventory, ledger: &mut Ledger, now: Timestamp) {
    if shrunken(inventory, ledger).is_empty() {
        return;
    }
    let counts = Kind::ALL.into_iter().map(|kind| (kind, inventory.count(kind))).collect();
    if ledger.shrunk.as_ref().is_none_or(|known| known.counts != counts) {
        ledger.shrunk = Some(Shrunk { since: now, counts });
    }
}

fn shrunken(inventory: &Inventory, ledger: &Ledger) -> Vec<Kind> {
    let had = |kind: &Kind| ledger.counts.get(kind).copied().unwrap_or(0);
    Kind::ALL
        .into_iter()
        .filter(|kind| had(kind) >= WORTH_COUNTING && inventory.count(*kind) * SHRINK < had(kind))
        .collect()
}

fn confirmed(inventory: &Inventory, shrunk: Option<&Shrunk>, now: Timestamp) -> bool {
    shrunk.is_some_and(|shrunk| {
        now.duration_since(shrunk.since).as_secs() >= CONFIRMED_AFTER
            && shrunk.counts.iter().all(|(kind, count)| inventory.count(*kind) == *count)
    })
}
