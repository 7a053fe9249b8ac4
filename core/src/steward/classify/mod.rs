//! Policy + inventory + ledger + now → audit: the one place that says what is safe to delete.
//!
//! The table, first row that holds:
//!
//! | # | holds when | class |
//! |---|---|---|
//! | 1 | a protected name, pattern or label matches any facet | protected |
//! | 2 | Docker or Swarm owns it | protected |
//! | 3 | an expected entry matches its name | expected |
//! | 4 | something protected or expected uses it | as its user |
//! | 5 | what is known of it is incomplete | unknown |
//! | 6 | something unknown uses it | unknown |
//! | 7 | a safe-to-delete pattern matches its name, and it is old enough | safe-to-delete |
//! | 8 | it is unused, and retention says so by evidence | safe-to-delete |
//! | 9 | otherwise | unknown |

mod age;
mod explain;
mod facets;
mod needs;
mod own;
mod patterns;
mod protection;
mod rules;
mod safe;
mod survey;

use std::sync::Arc;

use arcstr::ArcStr;
use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};
use jiff::Timestamp;
use smallvec::SmallVec;

use super::audit::{Audit, Class, Missing, Reason, Resource, Verdict, sizes};
use super::fingerprint::Fingerprint;
use super::graph::{Graph, Row};
use super::inventory::{Inventory, Kind, State};
use super::ledger::Ledger;
use super::packed::Moment;
use crate::shared::joined;
use needs::{Blind, Depth};
use rules::Rules;
use survey::Survey;

pub use explain::{Explanation, explain, explain_in};
pub use needs::{Needs, needs};
pub use safe::SafeToDelete;
pub use survey::{Inspected, Surveyed, Surveying};

/// The policy by which is classified.
pub type Policy = crate::ssot::Policy;

/// Classifies everything that the engine holds.
pub fn classify(inventory: &Inventory, policy: &Policy, ledger: &Ledger, now: Timestamp) -> Audit {
    Survey::of(inventory, policy).classify(inventory, policy, ledger, now)
}

/// The places of rows in the order of their names: containers, images, volumes, networks; each kind by name.
fn by_name(rows: &[Row<'_>]) -> Vec<usize> {
    let mut all: Vec<([u64; 2], usize)> = Vec::with_capacity(rows.len());
    // They stand by kind already.
    for of_kind in rows.chunk_by(|a, b| a.kind() == b.kind()) {
        let from = all.len();
        let begin = all_begin_alike(of_kind);
        let letters = |row: &Row<'_>| some_letters(&row.name().as_bytes()[begin..]);
        all.extend(of_kind.iter().enumerate().map(|(at, row)| (letters(row), from + at)));
        all[from..].sort_unstable_by(|(a, at_a), (b, at_b)| {
            let whole = |at: usize| rows[at].place();
            a.cmp(b).then_with(|| whole(*at_a).cmp(&whole(*at_b)).then(at_a.cmp(at_b)))
        });
    }
    all.into_iter().map(|(_, at)| at).collect()
}

/// In how many first bytes the names of all rows agree: the images of one registry begin with its address.
fn all_begin_alike(rows: &[Row<'_>]) -> usize {
    let Some((first, others)) = rows.split_first() else { return 0 };
    let first = first.name().as_bytes();
    others.iter().fold(first.len(), |alike, row| {
        first[..alike].iter().zip(row.name().as_bytes()).take_while(|(a, b)| a == b).count()
    })
}

/// The first sixteen bytes, which compare as the text does, tell nearly all names apart, and are at hand.
fn some_letters(text: &[u8]) -> [u64; 2] {
    let mut letters = [[0; 8]; 2];
    for (letters, text) in letters.iter_mut().zip(text.chunks(8)) {
        letters[..text.len()].copy_from_slice(text);
    }
    letters.map(u64::from_be_bytes)
}

/// Many rows have the same reason, which they then share.
type Decision = (Class, Arc<Reason>);

/// Rows 1 to 4, where it is known which meet rows 1 to 3 by themselves. Rows 4 and 6 flow from users to what they
/// use, the strongest first, so that one pass of each settles every chain.
fn settle(graph: &Graph<'_>, decided: &mut [Option<Decision>]) {
    flow(graph, decided, Class::Protected, Option::is_none);
    flow(graph, decided, Class::Expected, Option::is_none);
}

/// The class of every row, where rows 1 to 4 are settled.
fn decide<'a>(
    graph: &Graph<'a>,
    rules: &Rules<'a>,
    mut decided: Vec<Option<Decision>>,
    depth: Depth,
) -> Vec<Decision> {
    let (no_rule, blind) = (Arc::new(no_rule()), Blind::new(depth));
    for (at, slot) in decided.iter_mut().enumerate() {
        slot.get_or_insert_with(|| own_decision(graph, rules, &blind, &no_rule, at));
    }
    flow(graph, &mut decided, Class::Unknown, |known| {
        known.as_ref().is_some_and(|(class, why)| *class == Class::SafeToDelete || why.rule == NO_RULE)
    });
    decided.into_iter().map(|slot| slot.unwrap_or_else(|| (Class::Unknown, Arc::clone(&no_rule)))).collect()
}

/// Rows 5, 7, 8 and 9; row 6 follows.
fn own_decision<'a>(
    graph: &Graph<'a>,
    rules: &Rules<'a>,
    blind: &Blind<'a>,
    no_rule: &Arc<Reason>,
    at: usize,
) -> Decision {
    let row = &graph.rows()[at];
    if let Some(why) = rules.kept(row).into_iter().next() {
        return (Class::Unknown, Arc::new(why));
    }
    if graph.is_hidden(at) {
        // A layer of a build is what its children are: it only hands on what flows through it.
        return (Class::SafeToDelete, Arc::clone(no_rule));
    }
    match rules.safe(graph, at).into_iter().next() {
        Some(_) if blind.lack_detail(graph, row) => {
            let why = Reason {
                rule: arcstr::literal!("incomplete"),
                pattern: None,
                text: arcstr::literal!(
                    "it, or a container that shares a mount with it, could not be inspected"
                ),
            };
            (Class::Unknown, Arc::new(why))
        }
        Some(why) => (Class::SafeToDelete, why),
        None => (Class::Unknown, Arc::clone(no_rule)),
    }
}

/// The rule of row 9.
const NO_RULE: ArcStr = arcstr::literal!("none");

fn no_rule() -> Reason {
    Reason {
        rule: NO_RULE,
        pattern: None,
        text: arcstr::literal!("no rule of the SSOT names it; unknown resources are kept"),
    }
}

/// Lets a class flow from users to what they use, through every row that `open` lets it have: nearest
/// first, and from several users by the first by name, so that the order of the lists tells nothing.
fn flow(
    graph: &Graph<'_>,
    decided: &mut [Option<Decision>],
    class: Class,
    open: impl Fn(&Option<Decision>) -> bool,
) {
    let is = |slot: &Option<Decision>| slot.as_ref().is_some_and(|(it, _)| *it == class);
    let rank = |at: usize| (graph.rows()[at].kind(), graph.rows()[at].name());
    let mut front: Vec<usize> = (0..decided.len()).filter(|at| is(&decided[*at])).collect();
    // The user through which each row is reached.
    let mut by: Vec<Option<usize>> = vec![None; decided.len()];
    while !front.is_empty() {
        let mut reached = Vec::new();
        for user in front {
            for used in graph.uses(user).filter(|used| open(&decided[*used])) {
                match &mut by[used] {
                    Some(first) if rank(user) < rank(*first) => *first = user,
                    Some(_) => {}
                    free => {
                        *free = Some(user);
                        reached.push(used);
                    }
                }
            }
        }
        // What one user uses is kept for one reason.
        let mut told: HashMap<usize, Arc<Reason>> = HashMap::new();
        for &used in &reached {
            let Some(user) = by[used].take() else { continue };
            let tell = || Arc::new(used_by(&graph.rows()[user], class));
            decided[used] = Some((class, Arc::clone(told.entry(user).or_insert_with(tell))));
        }
        front = reached;
    }
}

fn used_by(user: &Row<'_>, class: Class) -> Reason {
    Reason {
        rule: arcstr::literal!("used_by"),
        pattern: None,
        text: joined(&["used by ", user.kind().as_str(), " ", user.name(), ", which is ", class.as_str()]),
    }
}

fn resource<'a>(
    graph: &Graph<'a>,
    rules: &Rules<'a>,
    at: usize,
    (class, reason): &Decision,
    now: Timestamp,
    paths: &[ArcStr],
) -> Resource {
    let row = &graph.rows()[at];
    let (size, frees) = sizes(row);
    let verdict = match class {
        Class::Protected => Verdict::Protected,
        Class::Expected => Verdict::Expected,
        Class::SafeToDelete => {
            let fingerprint = Fingerprint::of(graph, at);
            let (siblings, unattended) = (siblings(row), rules.auto_delete(row));
            Verdict::Safe(Box::new(SafeToDelete::new(row.key(), fingerprint, siblings, frees, unattended)))
        }
        Class::Unknown => Verdict::Unknown,
    };
    let mut used_by: SmallVec<[ArcStr; 1]> = graph.users(at).map(|user| paths[user].clone()).collect();
    used_by.sort_unstable();
    let running = matches!(row, Row::Container(it) if it.state.is_active());
    Resource {
        key: row.key(),
        name: row.name().clone(),
        verdict,
        reason: Arc::clone(reason),
        used_by,
        running,
        size: size.into(),
        frees: frees.into(),
        created: created(row).filter(|at| age::is_sane(*at, now)).into(),
        // Nobody uses a container that runs, and still it is in use.
        unused_since: if !graph.is_used(at) && !running {
            rules.ledger.entry(row).and_then(|entry| entry.unused_since).into()
        } else {
            Moment::NONE
        },
    }
}

/// What the rows that use another are called there: `container/odoo`. They are called so by each.
fn paths(graph: &Graph<'_>) -> Vec<ArcStr> {
    let path = |(at, row): (usize, &Row<'_>)| {
        let uses = graph.uses(at).next().is_some();
        if uses { joined(&[row.kind().as_str(), "/", row.name()]) } else { ArcStr::new() }
    };
    graph.rows().iter().enumerate().map(path).collect()
}

/// How many resources share the row's ID: an image goes with its last reference.
fn siblings(row: &Row<'_>) -> usize {
    match row {
        Row::Image(it, _) => it.references().len().max(1),
        _ => 1,
    }
}

const fn created(row: &Row<'_>) -> Option<Timestamp> {
    match row {
        Row::Container(it) => it.created,
        Row::Image(it, _) => it.created,
        Row::Volume(it) => it.created,
        Row::Network(it) => it.created,
    }
}

/// Expected entries that nothing meets, and expected containers that do not run. What may be absent
/// may also be stopped.
fn unmet<'a>(graph: &Graph<'a>, rules: &Rules<'a>) -> (Vec<Missing>, Vec<ArcStr>) {
    let mut met: HashSet<(Kind, usize)> = HashSet::new();
    let mut not_running = Vec::new();
    for (at, row) in graph.rows().iter().enumerate() {
        if graph.is_hidden(at) || rules.own.expectations(row.kind()).is_empty() {
            continue;
        }
        let entries = rules.own.expectations_met(row);
        let required = entries.iter().any(|entry| !rules.own.expectations(row.kind())[*entry].optional);
        if let Row::Container(it) = row
            && required
            && it.state != State::Running
        {
            not_running.push(it.name.clone());
        }
        met.extend(entries.into_iter().map(|entry| (row.kind(), entry)));
    }
    not_running.sort();
    let mut missing: Vec<Missing> = Kind::ALL
        .into_iter()
        .flat_map(|kind| {
            rules.own.expectations(kind).iter().enumerate().map(move |(at, entry)| (kind, at, entry))
        })
        .filter(|(kind, at, entry)| !entry.optional && !met.contains(&(*kind, *at)))
        .map(|(kind, _, entry)| Missing { kind, name: entry.name.as_str().to_owned() })
        .collect();
    missing.sort();
    (missing, not_running)
}
