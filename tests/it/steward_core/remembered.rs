//! The ledger: what it holds after each look, and when it says that there is news to write down.
use docker_steward::steward::inventory::{Container, Volume};
use docker_steward::steward::{Entry, Kind, Ledger};

use crate::support::inventory::{
    Engine, ago, container, container_id, days_ago, mounted, network, tagged, volume,
};

fn engine() -> Engine {
    Engine::under("").with(volume("data")).with(container("web")).with(tagged(&["i:1", "i:2"]))
}

fn used() -> Engine {
    let user = Container { mounts: vec![mounted("data")], ..container("user") };
    engine().with(user)
}

fn data(ledger: &Ledger) -> Entry {
    ledger.entries.get("volume/data").unwrap()
}

#[test]
fn what_is_remembered_of_each() {
    let mut ledger = Ledger::default();
    ledger.observe(&engine().inventory, ago(50));
    let mut keys: Vec<String> = ledger.entries.keys().collect();
    keys.sort_unstable();
    let image = tagged(&["i:1"]).id;
    let mut wanted = vec![
        "volume/data".to_owned(),
        format!("container/{}", container_id("web")),
        format!("image/{image}/i:1"),
        format!("image/{image}/i:2"),
        format!("network/{}", network("none").id),
    ];
    wanted.sort();
    assert_eq!(keys, wanted);
    assert_eq!((ledger.last_look, ledger.counts[&Kind::Image]), (Some(ago(50)), 1));

    let fresh = Entry {
        first_seen: ago(50),
        last_seen: ago(50),
        last_used: None,
        unused_since: Some(ago(50)),
        stamp: Some(days_ago(40)),
    };
    assert_eq!(data(&ledger), fresh);
    ledger.observe(&engine().inventory, ago(40));
    assert_eq!(data(&ledger), Entry { last_seen: ago(40), ..fresh });
    ledger.observe(&used().inventory, ago(30));
    let busy = Entry { last_seen: ago(30), last_used: Some(ago(30)), unused_since: None, ..fresh };
    assert_eq!(data(&ledger), busy);
    ledger.observe(&engine().inventory, ago(20));
    assert_eq!(data(&ledger), Entry { last_seen: ago(20), unused_since: Some(ago(20)), ..busy });
}

#[test]
fn another_thing_of_the_name_is_remembered_anew() {
    for (looks, moved) in [([50, 40], days_ago(3)), ([40, 50], days_ago(40))] {
        let mut ledger = Ledger::default();
        ledger.observe(&engine().inventory, ago(looks[0]));
        let other = engine().with(volume("x")).but(|it| {
            it.inventory.volumes = vec![Volume { created: Some(moved), ..volume("data") }];
        });
        ledger.observe(&other.inventory, ago(looks[1]));
        assert_eq!(data(&ledger).first_seen, ago(looks[1]), "touched, or first seen in the future");
    }
    // A second look at the same moment is no second first look.
    let mut ledger = Ledger::default();
    ledger.observe(&used().inventory, ago(50));
    ledger.observe(&engine().inventory, ago(50));
    assert_eq!((data(&ledger).first_seen, data(&ledger).last_used), (ago(50), Some(ago(50))));
}

#[test]
fn what_is_news() {
    let mut ledger = Ledger::default();
    let minute = jiff::SignedDuration::from_secs(60);
    let second = jiff::SignedDuration::from_secs(1);
    assert!(ledger.observe(&engine().inventory, ago(50)), "the first look");
    assert!(!ledger.observe(&engine().inventory, ago(50) + second), "nothing new within a minute");
    assert!(!ledger.observe(&engine().inventory, ago(50) + minute), "counted from the last look");
    assert!(ledger.observe(&engine().inventory, ago(50) + minute * 2), "a minute later");
    let at = ago(50) + minute * 2;
    assert!(ledger.observe(&used().inventory, at + second), "one came, and one is used now");
    assert!(!ledger.observe(&used().inventory, at + second * 2));
    assert!(ledger.observe(&engine().inventory, at + second * 3), "one went");
    assert!(!ledger.observe(&engine().inventory, at + second * 4));
    let exchanged = engine().but(|it| it.inventory.containers[0].id = container_id("other"));
    assert!(ledger.observe(&exchanged.inventory, at + second * 5), "one went and another came");
    // As many as before, and one is free now that was used.
    let idle = used().but(|it| it.inventory.containers[1].mounts.clear());
    ledger.observe(&used().inventory, at + second * 6);
    assert!(ledger.observe(&idle.inventory, at + second * 7));
    assert!(!ledger.observe(&idle.inventory, at + second * 8));
    let fewer = idle.but(|it| it.inventory.networks.clear());
    assert!(ledger.observe(&fewer.inventory, at + second * 9), "one went, nothing else");
    assert!(!ledger.entries.keys().any(|key| key.starts_with("network/")), "and is forgotten");
}
