//! What of a classification stays as it is, whatever an inspect or a size tells later: who uses whom, what is
//! protected or expected, and whether the lists agree. It is computed once for each look.

use foldhash::HashMap;
use jiff::Timestamp;

use super::age::Clock;
use super::needs::{self, Depth, Needs};
use super::own::Own;
use super::patterns::Patterns;
use super::rules::Rules;
use super::{Class, Decision, Policy, by_name, decide, paths, resource, settle, unmet};
use crate::steward::audit::{Audit, ByKey};
use crate::steward::graph::{Graph, Links, Row, rows};
use crate::steward::inventory::{
    Awaiting, Container, ContainerDetail, ContainerId, Image, ImageId, Inventory, Unreadable,
};
use crate::steward::ledger::Ledger;
use crate::steward::{sanity, shares};

/// So many rows are worth a second thread.
const MANY: usize = 2_000;

/// Of one inventory, by one policy.
pub(super) struct Survey {
    patterns: Patterns,
    links: Links,
    /// The places of all rows, in the order of their names.
    by_name: Vec<usize>,
    /// Those that rows 1 to 4 of the table decide.
    settled: Vec<Option<Decision>>,
    /// Why its lists may not be believed, whatever was seen before.
    doubts: Vec<String>,
    depth: Depth,
}

impl Survey {
    pub(super) fn of(inventory: &Inventory, policy: &Policy) -> Self {
        Self::after(Foreseen::none(policy), inventory)
    }

    /// The same where some of it was foreseen.
    fn after(foreseen: Foreseen<'_>, inventory: &Inventory) -> Self {
        let Foreseen { policy, patterns, settled: others, by_name: others_by_name } = foreseen;
        let rows = rows(inventory);
        // Those stand at the end, and so they do in the order of names.
        let open = &rows[..rows.len() - others.len()];
        let clear = if others.is_empty() { Vec::new() } else { clear(&inventory.images, &others) };
        let own = || decide_own(open, (policy, &patterns), &inventory.images, &clear);
        let beside = || (Links::among(&rows, inventory), by_name(open), sanity::disagreements(inventory));
        let (mut settled, (links, mut by_name, doubts)) = shares::both(rows.len() >= MANY, own, beside);
        settled.extend(others);
        by_name.extend(others_by_name.into_iter().map(|at| open.len() + at));
        settle(&Graph::linked(rows, &links), &mut settled);
        Self { patterns, links, by_name, settled, doubts, depth: Depth::Whole }
    }

    pub(super) fn classify(
        &self,
        inventory: &Inventory,
        policy: &Policy,
        ledger: &Ledger,
        now: Timestamp,
    ) -> Audit {
        let graph = Graph::new(inventory, &self.links);
        let clock = Clock::new(inventory, ledger, now);
        let rules = Rules::new((policy, &self.patterns), inventory, ledger, clock);
        let decisions = decide(&graph, &rules, self.settled.clone(), self.depth);
        let paths = paths(&graph);
        let (missing, not_running) = unmet(&graph, &rules);
        let mut resources = Vec::with_capacity(decisions.len());
        let shown = self.by_name.iter().filter(|at| !graph.is_hidden(**at));
        resources.extend(shown.map(|at| resource(&graph, &rules, *at, &decisions[*at], now, &paths)));
        Audit {
            engine: inventory.engine.clone(),
            read_at: inventory.read_at,
            environment: policy.environment.as_str().to_owned(),
            cleanup: policy.cleanup,
            resources,
            missing,
            not_running,
            doubts: self.doubts(inventory, ledger, now),
            by_key: ByKey::default(),
        }
    }

    pub(super) fn needs(
        &self,
        inventory: &Inventory,
        policy: &Policy,
        ledger: &Ledger,
        now: Timestamp,
    ) -> Needs {
        let graph = Graph::new(inventory, &self.links);
        let clock = Clock::new(inventory, ledger, now);
        let rules = Rules::new((policy, &self.patterns), inventory, ledger, clock);
        needs::of(&graph, &rules, &self.settled, self.depth)
    }

    fn doubts(&self, inventory: &Inventory, ledger: &Ledger, now: Timestamp) -> Vec<String> {
        let mut doubts = self.doubts.clone();
        doubts.extend(sanity::shrunken_since(inventory, ledger, now));
        doubts
    }
}

/// Rows 1 to 3 of the table, row by row. Each thread learns what names there are, and asks each but once.
fn decide_own<'a>(
    rows: &[Row<'a>],
    policy: (&'a Policy, &'a Patterns),
    images: &'a [Image],
    clear: &'a [bool],
) -> Vec<Option<Decision>> {
    shares::of(rows, 4_000, || {
        let own = Own::knowing(policy, images, clear);
        move |row: &Row<'a>| own.decide(row)
    })
}

/// Which images are known to be protected by nothing that they are called: each row of an image, and those come first,
/// is protected by all its names, so that one that is not tells of all of them.
fn clear(images: &[Image], settled: &[Option<Decision>]) -> Vec<bool> {
    let mut rest = settled;
    let clear = |image: &Image| {
        let (own, others) = rest.split_at(image.references().len().max(1));
        rest = others;
        own.iter().any(|it| !matches!(it, Some((Class::Protected, _))))
    };
    images.iter().map(clear).collect()
}

/// What is known beforehand of a survey: the policy's patterns, and what rows 1 to 3 say of the rows at the end.
struct Foreseen<'p> {
    policy: &'p Policy,
    patterns: Patterns,
    settled: Vec<Option<Decision>>,
    /// Their places among themselves, in the order of their names.
    by_name: Vec<usize>,
}

impl<'p> Foreseen<'p> {
    fn none(policy: &'p Policy) -> Self {
        Self { policy, patterns: Patterns::of(policy), settled: Vec::new(), by_name: Vec::new() }
    }
}

/// An inventory whose containers are still to come, with all that can be found out of the rest by then: what protects
/// or expects an image, a volume or a network by itself. Who uses it is another matter.
pub struct Surveying<'p> {
    awaiting: Awaiting,
    foreseen: Foreseen<'p>,
}

impl<'p> Surveying<'p> {
    /// Begins a survey.
    pub fn of(awaiting: Awaiting, policy: &'p Policy) -> Self {
        let mut foreseen = Foreseen::none(policy);
        let there = awaiting.there();
        let rows = rows(there);
        foreseen.settled = decide_own(&rows, (policy, &foreseen.patterns), &there.images, &[]);
        foreseen.by_name = by_name(&rows);
        Self { awaiting, foreseen }
    }

    /// The survey of the whole, with the containers and what could not be read of them.
    pub fn with(self, containers: Vec<Container>, unreadable: Vec<Unreadable>) -> Surveyed<'p> {
        let policy = self.foreseen.policy;
        let inventory = self.awaiting.with(containers, unreadable);
        let survey = Survey::after(self.foreseen, &inventory);
        Surveyed { inventory, policy, survey }
    }
}

/// An inventory with its survey. Only what an inspect tells can still come to it, so that the one always fits
/// the other.
pub struct Surveyed<'p> {
    inventory: Inventory,
    policy: &'p Policy,
    survey: Survey,
}

/// What inspects told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inspected {
    /// Of containers.
    pub containers: HashMap<ContainerId, ContainerDetail>,
    /// When images were last pulled, built or tagged here, where the engine says so.
    pub images: HashMap<ImageId, Option<Timestamp>>,
}

impl<'p> Surveyed<'p> {
    /// Surveys an inventory.
    pub fn of(inventory: Inventory, policy: &'p Policy) -> Self {
        let survey = Survey::of(&inventory, policy);
        Self { inventory, policy, survey }
    }

    /// For whoever only looks: asks no more of what may go than that on which the decision hangs. A container that is at
    /// rest and shares no mount has nothing that its list does not tell, but when it stopped. Before anything is removed
    /// all that the engine knows of it is asked.
    #[must_use]
    pub fn to_look(mut self) -> Self {
        self.survey.depth = Depth::Decisive;
        self
    }

    /// The inventory.
    pub const fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// The inventory alone.
    pub fn into_inventory(self) -> Inventory {
        self.inventory
    }

    /// See [`super::needs`].
    pub fn needs(&self, ledger: &Ledger) -> Needs {
        self.survey.needs(&self.inventory, self.policy, ledger, self.inventory.read_at)
    }

    /// Fills in what inspects told. Answers whether that may make another inspect needed: only `--volumes-from` adds
    /// users.
    pub fn fill(&mut self, inspected: &Inspected) -> bool {
        let more_users = inspected.containers.values().any(|it| !it.volumes_from.is_empty());
        for it in &mut self.inventory.containers {
            if let Some(detail) = inspected.containers.get(&it.id) {
                it.detail = Some(Box::new(detail.clone()));
            }
        }
        for it in &mut self.inventory.images {
            if let Some(last_tag_time) = inspected.images.get(&it.id) {
                it.last_tag_time = *last_tag_time;
                it.inspected = true;
            }
        }
        if more_users {
            let depth = self.survey.depth;
            self.survey = Survey { depth, ..Survey::of(&self.inventory, self.policy) };
        }
        more_users
    }

    /// See [`super::classify`]; as it was when it was read.
    pub fn classify(&self, ledger: &Ledger) -> Audit {
        self.survey.classify(&self.inventory, self.policy, ledger, self.inventory.read_at)
    }

    /// See [`crate::steward::doubts`].
    pub fn doubts(&self, ledger: &Ledger, now: Timestamp) -> Vec<String> {
        self.survey.doubts(&self.inventory, ledger, now)
    }

    /// See [`Ledger::observe`].
    pub fn teach(&self, ledger: &mut Ledger) -> bool {
        let graph = Graph::new(&self.inventory, &self.survey.links);
        ledger.observe_in(&graph, &self.inventory, self.inventory.read_at)
    }
}
