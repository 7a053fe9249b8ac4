//! What of the marks may go, and in which order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::audit::{Audit, Resource};
use super::classify::SafeToDelete;
use super::inventory::Key;
use super::plan::Excluded;

/// What may go, with the permission to remove it.
pub(super) type Chosen<'a> = Vec<(&'a Resource, &'a SafeToDelete)>;

/// What of the marks may go: safe, and used by nothing that stays.
pub(super) fn choose<'a>(audit: &'a Audit, marks: &BTreeSet<Key>) -> (Chosen<'a>, Vec<Excluded>) {
    let mut chosen = Chosen::new();
    let mut excluded = Vec::new();
    for key in marks {
        match audit.get(key).map(|resource| (resource, resource.safe())) {
            Some((resource, Some(safe))) => chosen.push((resource, safe)),
            Some((resource, None)) => excluded.push(Excluded {
                key: key.clone(),
                name: resource.name.clone(),
                why: format!("it is {}: {}", resource.class().as_str(), resource.reason.text),
            }),
            None => excluded.push(Excluded {
                key: key.clone(),
                name: match key {
                    Key::Volume { name } | Key::Image { reference: Some(name), .. } => name.clone(),
                    other => other.id().unwrap_or_default().into(),
                },
                why: "the engine does not hold it any more".to_owned(),
            }),
        }
    }
    // Of an image with several tags the one that was not marked is the one to name.
    let unmarked = audit.resources.iter().filter(|it| !marks.contains(&it.key));
    let names: HashMap<String, &Resource> = audit
        .resources
        .iter()
        .chain(unmarked)
        .filter_map(|it| Some((format!("{}/{}", it.kind(), it.key.id()?), it)))
        .collect();
    // What is left out leaves out what it uses: until nothing more follows.
    loop {
        let going = wholly_gone(&chosen);
        let before = chosen.len();
        chosen.retain(|(resource, safe)| {
            let Some(user) = safe.fingerprint().users.iter().find(|user| !going.contains(*user)) else {
                return true;
            };
            let user =
                names.get(user).map_or_else(|| user.clone(), |it| format!("{} {}", it.kind(), it.name));
            excluded.push(Excluded {
                key: resource.key.clone(),
                name: resource.name.clone(),
                why: format!("{user} uses it and is not in the plan"),
            });
            false
        });
        if chosen.len() == before {
            return (chosen, excluded);
        }
    }
}

/// The identities that will not exist any more after the chosen are gone: an image only with its last
/// reference.
fn wholly_gone(chosen: &Chosen<'_>) -> BTreeSet<String> {
    let mut references: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (_, safe) in chosen {
        references.entry(safe.fingerprint().identity()).or_insert((0, safe.siblings())).0 += 1;
    }
    references.into_iter().filter(|(_, (going, all))| going == all).map(|(identity, _)| identity).collect()
}

/// Containers, images, volumes, networks; within a kind, users before what they use, then by name. With
/// each: whether the thing itself goes with it, as an image does with its last reference.
pub(super) fn order<'a>(chosen: &Chosen<'a>) -> Vec<(&'a SafeToDelete, bool)> {
    let mut chosen = chosen.clone();
    chosen.sort_by(|(a, _), (b, _)| (a.kind(), &a.name, &a.key).cmp(&(b.kind(), &b.name, &b.key)));
    let whole = wholly_gone(&chosen);
    let identities: Vec<String> = chosen.iter().map(|(_, safe)| safe.fingerprint().identity()).collect();

    // How many references each identity still has, and how many of its users each of them waits for.
    let mut left: HashMap<&str, usize> = HashMap::new();
    for identity in &identities {
        *left.entry(identity).or_insert(0) += 1;
    }
    let mut waiting = vec![0_usize; chosen.len()];
    let mut waiters: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, (_, safe)) in chosen.iter().enumerate() {
        for user in safe.fingerprint().users.iter().filter(|user| left.contains_key(user.as_str())) {
            waiting[at] += 1;
            waiters.entry(user).or_default().push(at);
        }
    }

    let mut pending: BTreeSet<usize> = (0..chosen.len()).collect();
    let mut free: BTreeSet<usize> = pending.iter().copied().filter(|at| waiting[*at] == 0).collect();
    let mut ordered = Vec::with_capacity(chosen.len());
    // In a circle nobody is free: the re-check will not let any of its members go while another uses it. What a circle
    // only uses still waits for it.
    while let Some(at) = free.pop_first().or_else(|| in_a_circle(&pending, &identities, &waiters)) {
        pending.remove(&at);
        let identity = identities[at].as_str();
        let rest = left.entry(identity).or_insert(1);
        *rest -= 1;
        let last = *rest == 0;
        ordered.push((chosen[at].1, last && whole.contains(identity)));
        for waiter in waiters.get(identity).into_iter().flatten().filter(|_| last) {
            waiting[*waiter] -= 1;
            if waiting[*waiter] == 0 && pending.contains(waiter) {
                free.insert(*waiter);
            }
        }
    }
    ordered
}

/// The first of a circle that nothing uses but its own members, where nobody is free.
fn in_a_circle(
    pending: &BTreeSet<usize>,
    identities: &[String],
    waiters: &HashMap<&str, Vec<usize>>,
) -> Option<usize> {
    let waiting_for = |at: usize| waiters.get(identities[at].as_str()).into_iter().flatten().copied();
    let users: HashMap<usize, Vec<usize>> = pending.iter().fold(HashMap::new(), |mut users, &user| {
        waiting_for(user).for_each(|used| users.entry(used).or_insert_with(Vec::new).push(user));
        users
    });
    let mut at = *pending.first()?;
    loop {
        let above = reached(at, |at| users.get(&at).into_iter().flatten().copied(), pending);
        let below = reached(at, waiting_for, pending);
        // Up, until all that is above is below, too.
        match above.iter().find(|user| !below.contains(user)) {
            Some(user) => at = *user,
            None => return above.first().copied().or(Some(at)),
        }
    }
}

/// All pending ones that are reached from one, which is among them only if it is in a circle.
fn reached<I: Iterator<Item = usize>>(
    from: usize,
    next: impl Fn(usize) -> I,
    pending: &BTreeSet<usize>,
) -> BTreeSet<usize> {
    let (mut all, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(at) = open.pop() {
        open.extend(next(at).filter(|next| pending.contains(next) && all.insert(*next)));
    }
    all
}
