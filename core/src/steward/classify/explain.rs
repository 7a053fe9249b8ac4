//! Why a resource has its class: every rule that matched, in the order of the table.

use jiff::Timestamp;

use super::age::Clock;
use super::patterns::Patterns;
use super::rules::Rules;
use super::{Policy, classify};
use crate::steward::audit::{Audit, Class, Reason, Resource};
use crate::steward::graph::{Graph, Links, Row};
use crate::steward::inventory::{Inventory, Key};
use crate::steward::ledger::Ledger;

/// Everything that can be said on why a resource has its class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The resource with its class and the reason that decided.
    pub resource: Resource,
    /// Every rule that matched, in the order of the table; the first decided, unless a user did.
    pub matched: Vec<(Class, Reason)>,
    /// Who uses it, with their classes.
    pub users: Vec<(String, Class)>,
    /// What it uses, with their classes.
    pub uses: Vec<(String, Class)>,
    /// How long it has existed here at least, and how that is known.
    pub age: Option<String>,
    /// Why no age is believed, where that is so.
    pub clock: Option<&'static str>,
}

/// Explains one resource; none if the engine does not hold it.
pub fn explain(
    inventory: &Inventory,
    policy: &Policy,
    ledger: &Ledger,
    now: Timestamp,
    key: &Key,
) -> Option<Explanation> {
    explain_in(&classify(inventory, policy, ledger, now), inventory, policy, ledger, now, key)
}

/// The same where the inventory has been classified already.
pub fn explain_in(
    audit: &Audit,
    inventory: &Inventory,
    policy: &Policy,
    ledger: &Ledger,
    now: Timestamp,
    key: &Key,
) -> Option<Explanation> {
    let resource = audit.get(key)?.clone();
    let links = Links::of(inventory);
    let graph = Graph::new(inventory, &links);
    let clock = Clock::new(inventory, ledger, now);
    let patterns = Patterns::of(policy);
    let rules = Rules::new((policy, &patterns), inventory, ledger, clock);
    let at = graph.rows().iter().position(|row| row.key() == *key)?;
    let row = &graph.rows()[at];

    let mut matched: Vec<(Class, Reason)> = Vec::new();
    matched.extend(rules.own.protected(row).map(|why| (Class::Protected, Reason::clone(&why))));
    matched.extend(rules.own.expected(row).iter().map(|why| (Class::Expected, Reason::clone(why))));
    matched.extend(rules.kept(row).into_iter().map(|why| (Class::Unknown, why)));
    matched.extend(rules.safe(&graph, at).iter().map(|why| (Class::SafeToDelete, Reason::clone(why))));

    let class_of = |row: &Row<'_>| audit.get(&row.key()).map_or(Class::Unknown, Resource::class);
    let named = |rows: &mut dyn Iterator<Item = usize>| {
        let mut all: Vec<(String, Class)> = rows
            .map(|at| &graph.rows()[at])
            .map(|row| (format!("{}/{}", row.kind(), row.name()), class_of(row)))
            .collect();
        all.sort();
        all
    };
    Some(Explanation {
        matched,
        users: named(&mut graph.users(at)),
        uses: named(&mut graph.uses(at)),
        age: clock.existing(row, ledger).map(|age| age.text()),
        clock: (!clock.is_trusted())
            .then_some("this machine's clock and the engine's do not agree, so no age is believed"),
        resource,
    })
}
