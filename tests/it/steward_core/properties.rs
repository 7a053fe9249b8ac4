//! What must hold of every engine, policy, ledger and choice of marks.
use std::collections::BTreeSet;

use docker_steward::ssot::ProtectPattern;
use docker_steward::steward::inventory::{Awaiting, Key, Unreadable};
use docker_steward::steward::{
    Action, Audit, Changed, Class, Done, Inspected, Kind, PHRASE, Surveyed, Surveying, classify, explain,
    needs, recheck,
};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::oracle::{classes, classes_of, rows, uses};
use super::worlds::{Dice, PROTECTED, user, world};
use crate::support::inventory::{Engine, days_ago, hex_id, image_id, labels, now, plan_of};

/// Each case holds all properties of one world, so that it need be thrown but once.
const CASES: u32 = 2_000;

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2_000, ..ProptestConfig::with_cases(CASES) })]

    #[test]
    fn every_world(bytes in prop::collection::vec(any::<u8>(), 0..420), more in prop::collection::vec(any::<u8>(), 80)) {
        let engine = world(&mut Dice::new(&bytes));
        let audit = engine.audit();
        let dice = &mut Dice::new(&more);
        the_oracle_agrees(&engine, &audit)?;
        the_order_of_the_lists_tells_nothing(&engine, &audit, dice)?;
        a_plan_holds_what_was_marked_and_safe_and_free(&engine, &audit, dice)?;
        more_protection_frees_nothing(&engine, &audit, dice)?;
        less_knowledge_frees_nothing(&engine, &audit, dice)?;
        everything_can_be_asked(&engine, &audit, dice)?;
        what_is_told_later_is_as_good_as_told_at_once(&engine, dice)?;
        to_look_what_decides_suffices(&engine)?;
        what_is_found_out_before_the_containers_come_stands(&engine)?;
    }
}

fn safe(audit: &Audit) -> BTreeSet<&Key> {
    audit.resources.iter().filter(|it| it.class() == Class::SafeToDelete).map(|it| &it.key).collect()
}

fn the_oracle_agrees(engine: &Engine, audit: &Audit) -> TestCaseResult {
    prop_assert_eq!(&classes_of(audit), &classes(engine));
    for it in &audit.resources {
        prop_assert_eq!(it.safe().is_some(), it.class() == Class::SafeToDelete);
    }
    Ok(())
}

/// An inspect and the sizes come after the lists were surveyed, and what comes of it is the same.
fn what_is_told_later_is_as_good_as_told_at_once(engine: &Engine, dice: &mut Dice<'_>) -> TestCaseResult {
    let Engine { policy, ledger, .. } = engine;
    let mut whole = engine.inventory.clone();
    let mut size = || dice.once_in(2).then(|| u64::try_from(dice.below(200)).unwrap());
    whole.containers.iter_mut().for_each(|it| it.size = size());
    whole.images.iter_mut().for_each(|it| (it.size, it.shared) = (size(), size()));
    whole.volumes.iter_mut().for_each(|it| it.size = size());

    let (mut lists, mut inspected) = (whole.clone(), Inspected::default());
    for it in &mut lists.containers {
        it.size = None;
        inspected.containers.extend(it.detail.take().map(|detail| (it.id.clone(), *detail)));
    }
    for it in &mut lists.images {
        (it.size, it.shared) = (None, None);
        if std::mem::take(&mut it.inspected) {
            inspected.images.insert(it.id.clone(), it.last_tag_time.take());
        }
    }
    lists.volumes.iter_mut().for_each(|it| it.size = None);

    let mut surveyed = Surveyed::of(lists, policy);
    prop_assert_eq!(surveyed.needs(ledger), needs(surveyed.inventory(), policy, ledger, whole.read_at));
    let more_users = inspected.containers.values().any(|it| !it.volumes_from.is_empty());
    prop_assert_eq!(surveyed.fill(&inspected), more_users);
    let mut audit = surveyed.classify(ledger);
    audit.measure(&whole);
    prop_assert_eq!(audit, classify(&whole, policy, ledger, whole.read_at));
    let (mut taught, mut observed) = (ledger.clone(), ledger.clone());
    prop_assert_eq!(surveyed.teach(&mut taught), observed.observe(&whole, whole.read_at));
    prop_assert_eq!(taught, observed);
    Ok(())
}

/// Of an engine that tells all that it is asked, whoever only looks sees what whoever asks for everything sees, and asks
/// for no more.
fn to_look_what_decides_suffices(engine: &Engine) -> TestCaseResult {
    let Engine { policy, ledger, .. } = engine;
    let mut lists = engine.inventory.clone();
    let mut told = Inspected::default();
    for it in &mut lists.containers {
        let known = it.detail.take().unwrap_or_default();
        told.containers.insert(it.id.clone(), *known);
    }
    let asked = |mut surveyed: Surveyed<'_>| {
        let mut asked = BTreeSet::new();
        for _ in 0..3 {
            let needs = surveyed.needs(ledger).containers;
            let mut inspected = Inspected::default();
            inspected.containers.extend(needs.iter().map(|id| (id.clone(), told.containers[id].clone())));
            asked.extend(needs);
            if !surveyed.fill(&inspected) {
                break;
            }
        }
        (surveyed.classify(ledger), asked)
    };
    let (whole, all) = asked(Surveyed::of(lists.clone(), policy));
    let (decisive, some) = asked(Surveyed::of(lists, policy).to_look());
    prop_assert_eq!(classes_of(&decisive), classes_of(&whole));
    prop_assert!(some.is_subset(&all), "{some:?} of {all:?}");
    Ok(())
}

fn what_is_found_out_before_the_containers_come_stands(engine: &Engine) -> TestCaseResult {
    let Engine { policy, ledger, .. } = engine;
    let mut there = engine.inventory.clone();
    let containers = std::mem::take(&mut there.containers);
    let (theirs, others) = there.unreadable.into_iter().partition(|it| it.kind == Kind::Container);
    there.unreadable = others;
    let surveyed = Surveying::of(Awaiting::new(there), policy).with(containers, theirs);
    let whole = surveyed.inventory();
    prop_assert_eq!(surveyed.needs(ledger), needs(whole, policy, ledger, whole.read_at));
    prop_assert_eq!(surveyed.classify(ledger), classify(whole, policy, ledger, whole.read_at));
    Ok(())
}

fn the_order_of_the_lists_tells_nothing(
    engine: &Engine,
    audit: &Audit,
    dice: &mut Dice<'_>,
) -> TestCaseResult {
    let turned = engine.but(|it| {
        let world = &mut it.inventory;
        world.containers.reverse();
        world.images.reverse();
        world.volumes.reverse();
        world.networks.reverse();
        let by = dice.below(world.containers.len());
        world.containers.rotate_left(by);
        let by = dice.below(world.images.len());
        world.images.rotate_left(by);
    });
    prop_assert_eq!(&turned.audit(), audit);
    prop_assert_eq!(turned.needs(), engine.needs());
    Ok(())
}

fn a_plan_holds_what_was_marked_and_safe_and_free(
    engine: &Engine,
    audit: &Audit,
    dice: &mut Dice<'_>,
) -> TestCaseResult {
    let all = dice.once_in(3);
    let marks: BTreeSet<Key> =
        audit.resources.iter().filter(|_| all || dice.below(3) > 0).map(|it| it.key.clone()).collect();
    let Ok(plan) = plan_of(audit, &marks) else {
        prop_assert!(!audit.doubts.is_empty());
        return Ok(());
    };
    prop_assert!(audit.doubts.is_empty());
    let oracle = classes(engine);
    let rows = rows(&engine.inventory);
    let planned: Vec<(&Key, Action)> =
        plan.steps().iter().map(|it| (it.target().key(), it.action())).collect();
    let place = |key: &Key| planned.iter().rposition(|(other, _)| *other == key);
    for (at, (key, action)) in planned.iter().enumerate() {
        prop_assert!(marks.contains(key));
        prop_assert_eq!(oracle[key], Class::SafeToDelete);
        let row = rows.iter().find(|it| it.key() == **key).unwrap();
        for user in rows.iter().filter(|it| uses(it, row)) {
            let found = place(&user.key());
            prop_assert!(found.is_some(), "{:?} uses {key:?}, which goes", user.key());
            let circle = reaches(&rows, &row.key(), &user.key());
            prop_assert!(circle || found < Some(at), "{:?} goes after {key:?}", user.key());
        }
        // An image goes by its ID exactly when all that it is called goes, and with the last.
        if key.kind() == Kind::Image {
            let same = || rows.iter().map(super::oracle::It::key).filter(|it| it.id() == key.id());
            let last = same().all(|it| place(&it).is_some_and(|place| place <= at));
            prop_assert_eq!(*action == Action::RemoveImage, last);
        }
    }
    let left_out: BTreeSet<&Key> = plan.excluded().iter().map(|it| &it.key).collect();
    let going: BTreeSet<&Key> = planned.iter().map(|(key, _)| *key).collect();
    prop_assert!(marks.iter().all(|key| going.contains(key) != left_out.contains(key)));

    let Some((first, action)) = planned.first().map(|(key, action)| ((*key).clone(), *action)) else {
        return Ok(());
    };
    let Ok(approved) = plan.approve(PHRASE, now()) else { unreachable!("the phrase, in time") };
    let look = |engine: &Engine| {
        let audit = engine.audit();
        recheck(approved.steps().next().unwrap(), &Done::default(), &audit).map(|_| ())
    };
    let row = rows.iter().find(|it| it.key() == first).unwrap();
    let free = !rows.iter().any(|it| uses(it, row));
    prop_assert_eq!(look(engine).is_ok(), free, "only a circle is refused");
    for change in [dice.below(8), dice.below(8)] {
        let other = engine.but(|it| change_one_field(it, &first, change));
        if other.inventory != engine.inventory {
            prop_assert!(look(&other).is_err(), "{first:?} {action:?} after change {change}");
        }
    }
    let gone = engine.but(|it| remove(it, &first));
    prop_assert!(matches!(look(&gone), Err(Changed::Gone | Changed::Different(_))));
    Ok(())
}

/// Whether one row uses another, through others or not.
fn reaches(rows: &[super::oracle::It<'_>], from: &Key, to: &Key) -> bool {
    let mut seen = BTreeSet::from([from.clone()]);
    let mut front = vec![from.clone()];
    while let Some(key) = front.pop() {
        let row = rows.iter().find(|it| it.key() == key).unwrap();
        for used in rows.iter().filter(|it| uses(row, it)) {
            if seen.insert(used.key()) {
                front.push(used.key());
            }
        }
    }
    seen.contains(to)
}

fn change_one_field(engine: &mut Engine, key: &Key, change: usize) {
    let world = &mut engine.inventory;
    let (other, moved) = (labels(&[("other", "one")]), Some(days_ago(3)));
    match key {
        Key::Container { id } => {
            let it = world.containers.iter_mut().find(|it| it.id == *id).unwrap();
            match change {
                0 => it.name = arcstr::format!("{}x", it.name),
                1 => it.id = docker_steward::steward::inventory::ContainerId::new(hex_id("another")),
                2 => it.labels = other,
                3 => it.created = moved,
                4 => it.image_id = Some(image_id("another")),
                5 => it.state = docker_steward::steward::inventory::State::Removing,
                6 => it.detail = None,
                _ => it.faults.push("odd".to_owned()),
            }
        }
        Key::Image { id, .. } => {
            let it = world.images.iter_mut().find(|it| it.id == *id).unwrap();
            match change {
                0 => it.tags.push("another:1".into()),
                1 => it.id = image_id("another"),
                2 => it.labels = other,
                3 => it.created = moved,
                4 => it.digests.push("another@sha256:99".into()),
                5 if !it.tags.is_empty() => {
                    it.tags.pop();
                }
                6 => it.tags = vec!["another:1".into()],
                _ => it.faults.push("odd".to_owned()),
            }
        }
        Key::Volume { name } => {
            let it = world.volumes.iter_mut().find(|it| it.name == *name).unwrap();
            match change {
                0 => it.name = arcstr::format!("{}x", it.name),
                1 => it.driver = arcstr::format!("{}x", it.driver),
                2 => it.labels = other,
                3 => it.created = moved,
                4 => it.options = other,
                5 => it.mountpoint = "".into(),
                _ => it.faults.push("odd".to_owned()),
            }
        }
        Key::Network { id } => {
            let it = world.networks.iter_mut().find(|it| it.id == *id).unwrap();
            match change {
                0 => it.name = arcstr::format!("{}x", it.name),
                1 => it.id = docker_steward::steward::inventory::NetworkId::new(hex_id("another")),
                2 => it.labels = other,
                3 => it.created = moved,
                4 => it.scope = "swarm".into(),
                _ => it.faults.push("odd".to_owned()),
            }
        }
    }
}

fn remove(engine: &mut Engine, key: &Key) {
    let world = &mut engine.inventory;
    world.containers.retain(|it| Some(it.id.as_str()) != key.id());
    world.images.retain(|it| Some(it.id.as_str()) != key.id());
    world.networks.retain(|it| Some(it.id.as_str()) != key.id());
    world.volumes.retain(|it| Key::Volume { name: it.name.clone() } != *key);
}

fn more_protection_frees_nothing(engine: &Engine, audit: &Audit, dice: &mut Dice<'_>) -> TestCaseResult {
    let pattern = ProtectPattern::new(dice.pick(&PROTECTED)).unwrap();
    let stricter = engine.but(|it| it.policy.protected.patterns.push(pattern)).audit();
    prop_assert!(safe(&stricter).is_subset(&safe(audit)));
    let newcomer = user("zz-new", engine, dice);
    let id = newcomer.id.clone();
    let busier = engine.but(|it| it.inventory.containers.push(newcomer)).audit();
    let mut left = safe(&busier);
    left.remove(&Key::Container { id });
    prop_assert!(left.is_subset(&safe(audit)));
    Ok(())
}

fn less_knowledge_frees_nothing(engine: &Engine, audit: &Audit, dice: &mut Dice<'_>) -> TestCaseResult {
    for _ in 0..3 {
        let (what, at) = (dice.below(12), dice.below(8));
        let less = engine.but(|it| forget(it, what, at));
        let other = less.audit();
        prop_assert!(safe(&other).is_subset(&safe(audit)), "after forgetting {what} at {at}");
    }
    Ok(())
}

/// Makes one fact unknown.
fn forget(engine: &mut Engine, what: usize, at: usize) {
    let world = &mut engine.inventory;
    let odd = || "odd".to_owned();
    match what {
        0 => world.engine_time = None,
        1 => world.unreadable.push(Unreadable { kind: Kind::ALL[at % 4], why: odd() }),
        2 => world.containers.iter_mut().skip(at).take(1).for_each(|it| it.detail = None),
        3 => world.containers.iter_mut().skip(at).take(1).for_each(|it| it.faults.push(odd())),
        4 => world.containers.iter_mut().skip(at).take(1).for_each(|it| it.created = None),
        5 => world.images.iter_mut().skip(at).take(1).for_each(|it| it.faults.push(odd())),
        6 => world.images.iter_mut().skip(at).take(1).for_each(|it| it.last_tag_time = None),
        7 => world.volumes.iter_mut().skip(at).take(1).for_each(|it| it.faults.push(odd())),
        8 => world.volumes.iter_mut().skip(at).take(1).for_each(|it| it.created = None),
        9 => world.volumes.iter_mut().skip(at).take(1).for_each(|it| it.mountpoint = "".into()),
        10 => engine.ledger.entries.clear(),
        // A container that does not say what it mounts nor what it was made from, as the reader words it.
        _ => world.containers.iter_mut().skip(at).take(1).for_each(|it| {
            it.mounts.clear();
            it.image_id = None;
            it.faults.push(odd());
        }),
    }
}

fn everything_can_be_asked(engine: &Engine, audit: &Audit, dice: &mut Dice<'_>) -> TestCaseResult {
    if let Some(it) = audit.resources.get(dice.below(audit.resources.len())) {
        let why = explain(&engine.inventory, &engine.policy, &engine.ledger, engine.now, &it.key);
        prop_assert_eq!(&why.unwrap().resource, it);
    }
    for it in &audit.resources {
        prop_assert_eq!(audit.get(&it.key), Some(it));
    }
    let freed: u64 = audit.resources.iter().filter_map(|it| it.frees.get()).sum();
    prop_assert!(audit.reclaimable_bytes() <= freed);
    Ok(())
}
