//! What the lists do not tell and a decision needs: asked of the engine one by one, and so only for
//! what would otherwise be safe to delete.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use foldhash::HashSet;
use jiff::Timestamp;

use super::rules::Rules;
use super::survey::Survey;
use super::{Decision, Policy};
use crate::steward::graph::{Graph, Row};
use crate::steward::inventory::{Container, ContainerId, ImageId, Inventory, Mount, State};
use crate::steward::ledger::Ledger;

/// What should be inspected before the inventory is classified.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Containers that may be safe to delete, and those that share a mount with one of them: only an
    /// inspect tells `--rm`, `--volumes-from` and when it stopped.
    pub containers: BTreeSet<ContainerId>,
    /// Images whose last pull or tag decides.
    pub images: BTreeSet<ImageId>,
}

impl Needs {
    /// Whether nothing needs to be asked.
    pub fn is_empty(&self) -> bool {
        self.containers.is_empty() && self.images.is_empty()
    }
}

/// What should be inspected before the inventory is classified; what has been already is not named again.
pub fn needs(inventory: &Inventory, policy: &Policy, ledger: &Ledger, now: Timestamp) -> Needs {
    Survey::of(inventory, policy).needs(inventory, policy, ledger, now)
}

/// The same where it is settled what is protected or expected: of that, nothing more needs to be known.
pub(super) fn of<'a>(graph: &Graph<'a>, rules: &Rules<'a>, settled: &[Option<Decision>]) -> Needs {
    let policy = rules.ssot;
    let mut needs = Needs::default();
    let mut may_go = Vec::new();
    let open = graph.rows().iter().enumerate().filter(|(at, _)| settled[*at].is_none());
    for (at, row) in open {
        match *row {
            Row::Container(it) => {
                let may_have_aged = policy.retention.stopped_containers.is_some()
                    && it.state == State::Exited
                    && graph.users(at).is_empty();
                if (may_have_aged || !rules.safe(graph, at).is_empty()) && rules.kept(row).is_empty() {
                    may_go.push(it);
                }
            }
            Row::Image(it, _) if !it.inspected && rules.wants_tag_time(row, graph.users(at).is_empty()) => {
                needs.images.insert(it.id.clone());
            }
            _ => {}
        }
    }
    // Those, and all that share a mount with one of them.
    let shared: HashSet<&str> = may_go.iter().copied().flat_map(sources).collect();
    let sharing = uninspected(graph).filter(|it| sources(it).any(|source| shared.contains(source)));
    let asked = may_go.iter().copied().filter(|it| it.detail.is_none()).chain(sharing);
    needs.containers = asked.map(|it| it.id.clone()).collect();
    needs
}

/// What the containers mount that were not inspected.
pub(super) struct Blind<'a>(OnceCell<HashSet<&'a str>>);

impl<'a> Blind<'a> {
    pub(super) const fn new() -> Self {
        Self(OnceCell::new())
    }

    /// Whether a container that is otherwise safe has not been inspected, or one that shares a mount with
    /// it has not: `--volumes-from` shows in the lists only as the same mounts.
    pub(super) fn lack_detail(&self, graph: &Graph<'a>, row: &Row<'a>) -> bool {
        // Seldom asked of one that was inspected and mounts something, so found only then.
        let mounts = || self.0.get_or_init(|| uninspected(graph).flat_map(sources).collect());
        matches!(row, Row::Container(it)
            if it.detail.is_none() || sources(it).any(|source| mounts().contains(source)))
    }
}

fn uninspected<'a>(graph: &Graph<'a>) -> impl Iterator<Item = &'a Container> {
    graph.rows().iter().filter_map(|row| match *row {
        Row::Container(it) if it.detail.is_none() => Some(it),
        _ => None,
    })
}

fn sources(container: &Container) -> impl Iterator<Item = &str> {
    container.mounts.iter().filter_map(source)
}

/// A volume's name tells more surely than its folder, which a driver may leave out.
fn source(mount: &Mount) -> Option<&str> {
    match mount {
        Mount::Volume { name, .. } => Some(name),
        other => other.source(),
    }
}
