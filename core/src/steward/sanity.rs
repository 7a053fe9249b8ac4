//! Whether an inventory may be believed. An empty list from a broken proxy must not read as "all unused".

use arcstr::ArcStr;
use foldhash::{HashSet, HashSetExt as _};
use jiff::Timestamp;

use super::inventory::{Inventory, Kind, Mount};
use super::ledger::{Ledger, Shrunk};

/// A list that had at least this many rows at the last look …
const WORTH_COUNTING: usize = 8;
/// … and has less than one in this many of them now, has shrunk implausibly.
const SHRINK: usize = 4;
/// A shrunken inventory is believed once looks this far apart agree on it, in seconds.
const CONFIRMED_AFTER: i64 = 600;

/// Every reason to distrust the inventory; empty when there is none.
pub fn doubts(inventory: &Inventory, ledger: &Ledger, now: Timestamp) -> Vec<String> {
    let mut doubts = disagreements(inventory);
    doubts.extend(shrunken_since(inventory, ledger, now));
    doubts
}

/// What speaks against an inventory by itself.
pub(super) fn disagreements(inventory: &Inventory) -> Vec<String> {
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
    let known: HashSet<&str> = inventory.volumes.iter().map(|it| it.name.as_str()).collect();
    let mut lost: Vec<&str> = mounted
        .filter_map(|mount| match mount {
            Mount::Volume { name, .. } if !known.contains(name.as_str()) => Some(name.as_str()),
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
    doubts.extend(twice(inventory));
    doubts
}

/// What speaks against it by the look before.
pub(super) fn shrunken_since(inventory: &Inventory, ledger: &Ledger, now: Timestamp) -> Vec<String> {
    if confirmed(inventory, ledger.shrunk.as_ref(), now) {
        return Vec::new();
    }
    let told = |kind: Kind| {
        format!(
            "the list of {} had {} rows at the last audit and has {} now; if that is true, audit again in ten minutes",
            kind.plural(),
            ledger.counts.get(&kind).copied().unwrap_or(0),
            inventory.count(kind)
        )
    };
    shrunken(inventory, ledger).into_iter().map(told).collect()
}

/// What the engine listed twice, or under two identities: one of the rows lacks what the other shows, such
/// as a protected tag of the same image, and a command by name may mean either.
fn twice(inventory: &Inventory) -> Vec<String> {
    fn repeated<'a>(all: impl Iterator<Item = &'a str>) -> Option<&'a str> {
        let mut seen = HashSet::with_capacity(all.size_hint().0);
        all.into_iter().find(|it| !seen.insert(*it))
    }
    let ids = [
        (Kind::Container, repeated(inventory.containers.iter().map(|it| it.id.as_str()))),
        (Kind::Image, repeated(inventory.images.iter().map(|it| it.id.as_str()))),
        (Kind::Volume, repeated(inventory.volumes.iter().map(|it| it.name.as_str()))),
        (Kind::Network, repeated(inventory.networks.iter().map(|it| it.id.as_str()))),
    ];
    let mut found: Vec<String> = ids
        .into_iter()
        .filter_map(|(kind, id)| Some(format!("the engine listed the {kind} {} twice", id?)))
        .collect();
    // Where an ID is listed twice, so are its names: that is said once.
    if found.is_empty() {
        let name = repeated(inventory.containers.iter().map(|it| it.name.as_str()));
        found.extend(name.map(|name| format!("two containers are called {name}")));
        let tag = repeated(inventory.images.iter().flat_map(|it| &it.tags).map(ArcStr::as_str));
        found.extend(tag.map(|tag| format!("the tag {tag} stands for two images")));
    }
    found
}

/// Remembers a shrunken inventory, so that a later look may confirm it; nothing else is taken from it.
pub fn remember_shrunk(inventory: &Inventory, ledger: &mut Ledger, now: Timestamp) {
    if shrunken(inventory, ledger).is_empty() {
        // Whatever else is in doubt: this look does not agree that there is so little.
        ledger.shrunk = None;
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
