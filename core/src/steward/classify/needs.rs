//! What the lists do not tell and a decision needs: asked of the engine one by one, and so only for
//! what would otherwise be safe to delete.

use std::collections::BTreeSet;

use foldhash::{HashMap, HashMapExt as _, HashSet};
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
    needs.containers = Sharers::of(graph).blind_with(&may_go).map(|it| it.id.clone()).collect();
    needs
}

/// Which containers that were not inspected share a mount.
pub(super) struct Sharers<'a>(HashMap<&'a str, Vec<&'a Container>>);

impl<'a> Sharers<'a> {
    pub(super) fn of(graph: &Graph<'a>) -> Self {
        let mut by_source: HashMap<&str, Vec<&Container>> = HashMap::new();
        for row in graph.rows() {
            if let Row::Container(it) = *row
                && it.detail.is_none()
            {
                for source in it.mounts.iter().filter_map(source) {
                    by_source.entry(source).or_default().push(it);
                }
            }
        }
        Self(by_source)
    }

    /// Whether a container that is otherwise safe has not been inspected, or one that shares a mount with
    /// it has not: `--volumes-from` shows in the lists only as the same mounts.
    pub(super) fn lack_detail(&self, row: &Row<'a>) -> bool {
        matches!(row, Row::Container(it)
            if it.detail.is_none() || it.mounts.iter().filter_map(source).any(|it| self.0.contains_key(it)))
    }

    /// Those of these containers, and of all that share a mount with one of them, that were not inspected. Each
    /// mount is walked once, however many share it.
    fn blind_with(&self, all: &[&'a Container]) -> impl Iterator<Item = &'a Container> {
        let sources: HashSet<&str> = all.iter().flat_map(|it| it.mounts.iter().filter_map(source)).collect();
        let sharing = sources.into_iter().filter_map(|source| self.0.get(source)).flatten();
        all.iter().filter(|it| it.detail.is_none()).chain(sharing).copied().collect::<Vec<_>>().into_iter()
    }
}

/// A volume's name tells more surely than its folder, which a driver may leave out.
fn source(mount: &Mount) -> Option<&str> {
    match mount {
        Mount::Volume { name, .. } => Some(name),
        other => other.source(),
    }
}
