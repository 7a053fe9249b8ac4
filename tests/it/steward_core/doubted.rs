//! Whether an inventory may be believed, and how a shrunken one is believed after all.
use docker_steward::steward::inventory::{Container, Mount};
use docker_steward::steward::{Kind, Ledger, doubts, remember_shrunk};
use jiff::SignedDuration;

use crate::support::inventory::{
    Engine, container, container_id, image, mounted, network, now, tagged, untagged, volume,
};

fn doubts_of(engine: &Engine) -> Vec<String> {
    let audit = engine.audit();
    assert_eq!(audit.doubts, doubts(&engine.inventory, &engine.ledger, engine.now));
    audit.doubts
}

fn doubted(engine: &Engine, because: &str) {
    let found = doubts_of(engine);
    assert!(found.len() == 1 && found[0].contains(because), "{found:?}: {because}");
}

fn some() -> Engine {
    Engine::under("").with(container("a")).with(container("b")).with(image("web:1")).with(volume("v"))
}

#[test]
fn an_engine_that_contradicts_its_own_lists() {
    assert_eq!(doubts_of(&some()), [""; 0]);
    assert_eq!(doubts_of(&some().but(|it| it.inventory.counts.containers = 2)), [""; 0]);
    assert_eq!(
        doubts_of(&some().but(|it| it.inventory.counts.containers = 1)),
        [""; 0],
        "one came meanwhile"
    );
    doubted(&some().but(|it| it.inventory.counts.containers = 3), "holds 3 containers, but it listed 2");
    assert_eq!(doubts_of(&some().but(|it| it.inventory.counts.images = 9)), [""; 0]);
    let none = some().but(|it| it.inventory.images.clear());
    assert_eq!(doubts_of(&none), [""; 0]);
    doubted(&none.but(|it| it.inventory.counts.images = 1), "holds 1 images, but it listed none");
    doubted(&some().but(|it| it.inventory.networks.clear()), "no network");
}

#[test]
fn a_mounted_volume_that_was_not_listed() {
    let user = |name: &str| Container {
        mounts: vec![mounted("v"), mounted("lost"), Mount::Other],
        ..container(name)
    };
    doubted(
        &some().with(user("c")).with(user("d")),
        "containers mount 1 volumes that the engine did not list, lost",
    );
    let nameless = Mount::Volume { name: "".into(), source: "/x".into() };
    assert_eq!(doubts_of(&some().with(Container { mounts: vec![nameless], ..container("c") })).len(), 1);
}

/// What is listed twice has users and references that one of the rows does not show.
#[test]
fn a_list_that_names_one_thing_twice() {
    let twice = Container { id: container_id("a"), ..container("c") };
    doubted(&some().with(twice), "twice");
    let mut other = tagged(&["prod-web:1"]);
    other.id = image("web:1").id;
    doubted(&some().with(other), "twice");
    doubted(&some().with(volume("v")), "twice");
    doubted(&some().with(network("none")), "twice");
    let mut retagged = untagged("x");
    retagged.tags.push("web:1".into());
    doubted(&some().with(retagged), "the tag web:1 stands for two images");
    let same_name = Container { id: container_id("z"), ..container("a") };
    doubted(&some().with(same_name), "two containers are called a");
}

/// An engine that had so many volumes at the last look, and has `has` now.
fn shrunken(had: usize, has: usize) -> Engine {
    let all = (0..has).map(|at| volume(&format!("v{at}"))).fold(Engine::under(""), Engine::with);
    all.but(|it| {
        it.ledger.counts.insert(Kind::Volume, had);
    })
}

#[test]
fn a_list_that_shrank_to_less_than_a_quarter() {
    for (had, has, is) in [
        (8, 1, true),
        (8, 0, true),
        (8, 2, false),
        (8, 3, false),
        (7, 0, false),
        (9, 2, true),
        (100, 24, true),
        (100, 25, false),
        (100, 200, false),
        (0, 0, false),
    ] {
        let found = doubts_of(&shrunken(had, has));
        assert_eq!(!found.is_empty(), is, "{had} to {has}: {found:?}");
    }
    doubted(&shrunken(8, 1), "the list of volumes had 8 rows at the last audit and has 1 now");
    for kind in Kind::ALL {
        let engine = Engine::under("").but(|it| {
            it.ledger.counts.insert(kind, 80);
        });
        doubted(&engine, kind.plural());
    }
}

#[test]
fn ten_minutes_of_agreement_confirm_it() {
    let engine = shrunken(40, 3);
    let mut ledger: Ledger = engine.ledger.clone();
    remember_shrunk(&engine.inventory, &mut ledger, now());
    let later = |ledger: &Ledger, has: usize, seconds: i64| {
        let engine = shrunken(40, has);
        doubts(&engine.inventory, ledger, now() + SignedDuration::from_secs(seconds)).is_empty()
    };
    assert!(!later(&ledger, 3, 0) && !later(&ledger, 3, 599) && !later(&ledger, 3, -700));
    assert!(later(&ledger, 3, 600));
    assert!(!later(&ledger, 2, 600) && !later(&ledger, 4, 600), "it changed again");

    // Looking again does not start the wait anew; another count does.
    let mut again = ledger.clone();
    remember_shrunk(&engine.inventory, &mut again, now() + SignedDuration::from_secs(300));
    assert_eq!(again, ledger);
    remember_shrunk(&shrunken(40, 2).inventory, &mut again, now() + SignedDuration::from_secs(300));
    assert!(!later(&again, 2, 600) && later(&again, 2, 900));

    // A look between them that saw everything breaks the agreement.
    let mut broken = ledger.clone();
    remember_shrunk(&shrunken(40, 40).inventory, &mut broken, now() + SignedDuration::from_secs(300));
    assert!(!later(&broken, 3, 600));

    let mut confirmed = ledger;
    confirmed.observe(&engine.inventory, now() + SignedDuration::from_secs(600));
    assert_eq!((confirmed.shrunk, confirmed.counts[&Kind::Volume]), (None, 3));
}
