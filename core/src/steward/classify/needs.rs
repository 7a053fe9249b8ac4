//! What the lists do not tell and a decision needs: asked of the engine one by one, and so only for
//! what would otherwise be safe to delete.

use std::cell::OnceCell;
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
    /// Containers that may be safe to delete and run, share a mount with another, or have to be old enough, and those
    /// with which they share it: only an inspect tells `--rm`, `--volumes-from` and when it stopped.
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
pub(super) fn of<'a>(
    graph: &Graph<'a>,
    rules: &Rules<'a>,
    settled: &[Option<Decision>],
    depth: Depth,
) -> Needs {
    let policy = rules.ssot;
    let mut needs = Needs::default();
    let mut may_go = Vec::new();
    let open = graph.rows().iter().enumerate().filter(|(at, _)| settled[*at].is_none());
    for (at, row) in open {
        match *row {
            Row::Container(it) => {
                let safe = !rules.safe(graph, at).is_empty();
                let may_have_aged = policy.retention.stopped_containers.is_some()
                    && it.state == State::Exited
                    && !graph.is_used(at);
                if (safe || may_have_aged) && rules.kept(row).is_empty() {
                    if it.detail.is_none() && (!safe || depth.wants_detail(it)) {
                        needs.containers.insert(it.id.clone());
                    }
                    may_go.push(it);
                }
            }
            Row::Image(it, _) if !it.inspected && rules.wants_tag_time(row, !graph.is_used(at)) => {
                needs.images.insert(it.id.clone());
            }
            _ => {}
        }
    }
    // And whoever shares a mount with one of them: either may have its volumes from the other.
    let mounts = Mounts::of(containers(graph), &may_go.iter().copied().flat_map(sources).collect());
    let sharing = uninspected(graph).filter(|it| sources(it).any(|source| mounts.are_shared(source)));
    needs.containers.extend(sharing.map(|it| it.id.clone()));
    needs
}

/// How much is asked of what may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// All that the engine knows: before anything is removed.
    Whole,
    /// Only that on which the decision hangs.
    Decisive,
}

impl Depth {
    /// Whether a container by itself has to be inspected to be safe: one that is at rest cannot run with `--rm`.
    const fn wants_detail(self, it: &Container) -> bool {
        matches!(self, Self::Whole) || it.state.is_active()
    }
}

/// How many containers have some mounts, by their sources; and how many of those were not inspected.
struct Mounts<'a>(HashMap<&'a str, (usize, usize)>);

impl<'a> Mounts<'a> {
    fn of(containers: impl Iterator<Item = &'a Container>, some: &HashSet<&str>) -> Self {
        let mut mounts: HashMap<&str, (usize, usize)> = HashMap::new();
        for it in containers {
            let mut own: Vec<&str> = sources(it).filter(|source| some.contains(source)).collect();
            own.sort_unstable();
            own.dedup();
            for source in own {
                let (all, blind) = mounts.entry(source).or_default();
                *all += 1;
                *blind += usize::from(it.detail.is_none());
            }
        }
        Self(mounts)
    }

    fn are_shared(&self, source: &str) -> bool {
        self.0.get(source).is_some_and(|(all, _)| *all > 1)
    }

    /// Whether one of several containers that share it was not inspected.
    fn are_obscure(&self, source: &str) -> bool {
        self.0.get(source).is_some_and(|(all, blind)| *all > 1 && *blind > 0)
    }
}

/// What is not known of containers that were not inspected.
pub(super) struct Blind<'a> {
    depth: Depth,
    mounts: OnceCell<Mounts<'a>>,
}

impl<'a> Blind<'a> {
    pub(super) const fn new(depth: Depth) -> Self {
        Self { depth, mounts: OnceCell::new() }
    }

    /// Whether something is not known of a container that is otherwise safe, on which that hangs: whether it runs with
    /// `--rm`, and whether its volumes are from another, or another's from it. `--volumes-from` shows in the lists only
    /// as the same mounts, and where there are none there is nothing to take.
    pub(super) fn lack_detail(&self, graph: &Graph<'a>, row: &Row<'a>) -> bool {
        let Row::Container(it) = row else { return false };
        // Seldom asked of one that mounts something, so found only then.
        let mounts = || {
            self.mounts
                .get_or_init(|| Mounts::of(containers(graph), &containers(graph).flat_map(sources).collect()))
        };
        (it.detail.is_none() && self.depth.wants_detail(it))
            || sources(it).any(|source| mounts().are_obscure(source))
    }
}

fn containers<'a>(graph: &Graph<'a>) -> impl Iterator<Item = &'a Container> {
    graph.rows().iter().map_while(|row| match *row {
        Row::Container(it) => Some(it),
        _ => None,
    })
}

fn uninspected<'a>(graph: &Graph<'a>) -> impl Iterator<Item = &'a Container> {
    containers(graph).filter(|it| it.detail.is_none())
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
