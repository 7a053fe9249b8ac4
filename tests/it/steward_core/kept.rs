//! Row 5: what is kept because too little is known of it, or of what may use it.
use docker_steward::steward::Kind;
use docker_steward::steward::inventory::{
    Container, ContainerDetail, Image, Network, State, Unreadable, Volume,
};

use crate::support::inventory::{Engine, container, image, labels, mounted, network, owned, volume};

const RULES: &str = "safe_to_delete: {patterns: ['tmp*', 'ffff*']}";
const SAFE: &str = "safe-to-delete by safe_to_delete.patterns[0]";

fn of_container(it: Container) -> String {
    let path = format!("container/{}", it.name);
    Engine::under(RULES).with(it).class(&path)
}

fn of_volume(it: Volume) -> String {
    let path = format!("volume/{}", it.name);
    Engine::under(RULES).with(it).class(&path)
}

#[test]
fn what_could_not_be_understood() {
    let engine = Engine::under(RULES)
        .with(Image { faults: owned(&["odd"]), ..image("tmp-i:1") })
        .with(Volume { faults: owned(&["odd"]), ..volume("tmp-v") })
        .with(Network { faults: owned(&["odd"]), ..network("tmp-n") })
        .with(container("tmp-a"));
    for path in ["image/tmp-i:1", "volume/tmp-v", "network/tmp-n"] {
        assert_eq!(engine.class(path), "unknown by incomplete", "{path}");
    }
    assert_eq!(engine.class("container/tmp-a"), SAFE, "these use no container");
}

fn one_of_each() -> Engine {
    Engine::under(RULES)
        .with(container("tmp-a"))
        .with(image("tmp-i:1"))
        .with(volume("tmp-v"))
        .with(network("tmp-n"))
}

const EACH: [&str; 4] = ["container/tmp-a", "image/tmp-i:1", "volume/tmp-v", "network/tmp-n"];

#[test]
fn a_row_that_could_not_be_read_keeps_what_it_may_use() {
    for (odd, kept) in [
        (Kind::Container, &EACH[..]),
        (Kind::Image, &EACH[1..2]),
        (Kind::Volume, &EACH[2..3]),
        (Kind::Network, &EACH[3..4]),
    ] {
        let engine = one_of_each().but(|it| {
            it.inventory.unreadable.push(Unreadable { kind: odd, why: "odd".to_owned() });
        });
        for path in EACH {
            let wanted = if kept.contains(&path) { "unknown by incomplete" } else { SAFE };
            assert_eq!(engine.class(path), wanted, "{path} beside an unreadable {odd}");
        }
    }
}

/// A container that does not say what it mounts may mount anything.
#[test]
fn a_container_that_was_half_understood_keeps_what_it_may_use() {
    let half = |name: &str| Container { faults: owned(&["no mounts"]), ..container(name) };
    for name in ["odd", "tmp-b", "prod-x"] {
        let engine = one_of_each().with(half(name));
        for path in EACH {
            assert_eq!(engine.class(path), "unknown by incomplete", "{path} beside {name}");
        }
    }
}

#[test]
fn a_container_in_an_odd_state() {
    for state in [State::Removing, State::Dead, State::Other("stopping".into())] {
        assert_eq!(of_container(Container { state, ..container("tmp-a") }), "unknown by incomplete");
    }
    for state in [State::Created, State::Running, State::Paused, State::Restarting, State::Exited] {
        assert_eq!(of_container(Container { state, ..container("tmp-a") }), SAFE);
    }
}

#[test]
fn a_container_that_removes_itself() {
    let detail = ContainerDetail { auto_remove: true, ..ContainerDetail::default() };
    for (state, wanted) in [
        (State::Running, "unknown by running_rm"),
        (State::Paused, "unknown by running_rm"),
        (State::Restarting, "unknown by running_rm"),
        (State::Exited, SAFE),
    ] {
        let it = Container { state, detail: Some(Box::new(detail.clone())), ..container("tmp-a") };
        assert_eq!(of_container(it), wanted);
    }
}

#[test]
fn a_container_that_was_not_inspected_and_one_that_shares_its_mount() {
    let blind = |name: &str| Container { detail: None, ..container(name) };
    assert_eq!(of_container(blind("tmp-a")), "unknown by incomplete");
    let engine = Engine::under(RULES)
        .with(volume("tmp-v"))
        .with(Container { mounts: vec![mounted("tmp-v")], ..container("tmp-a") })
        .with(container("tmp-alone"))
        .with(Container { mounts: vec![mounted("tmp-v")], ..blind("odd") });
    assert_eq!(engine.class("container/tmp-a"), "unknown by incomplete");
    assert_eq!(engine.class("container/tmp-alone"), SAFE);
}

#[test]
fn a_volume_whose_data_lies_elsewhere_or_nobody_knows_where() {
    assert_eq!(of_volume(volume("tmp-v")), SAFE);
    assert_eq!(of_volume(Volume { driver: "rclone".into(), ..volume("tmp-v") }), "unknown by driver");
    assert_eq!(of_volume(Volume { driver: "".into(), ..volume("tmp-v") }), "unknown by driver");
    let options = labels(&[("o", "bind"), ("device", "/srv")]);
    assert_eq!(of_volume(Volume { options, ..volume("tmp-v") }), "unknown by driver");
    let nowhere = Volume { mountpoint: "".into(), ..volume("tmp-v") };
    assert_eq!(of_volume(nowhere), "unknown by incomplete", "a bind into its folder would not be seen");
}

#[test]
fn an_anonymous_volume_without_a_rule_of_its_own() {
    let hex = "f".repeat(64);
    let labelled = Volume { labels: labels(&[("com.docker.volume.anonymous", "")]), ..volume("tmp-v") };
    assert_eq!(of_volume(volume(&hex)), "unknown by anonymous");
    assert_eq!(of_volume(labelled), "unknown by anonymous");
    let named = "f".repeat(63);
    assert_eq!(of_volume(volume(&named)), "safe-to-delete by safe_to_delete.patterns[1]");
    let rules = format!("{RULES}\nretention: {{anonymous_volumes: {{max_age: 7d}}}}");
    let path = format!("volume/{hex}");
    let class = Engine::under(&rules).with(volume(&hex)).class(&path);
    assert_eq!(class, "safe-to-delete by safe_to_delete.patterns[1]");
}

/// Row 5 stands above rows 7 and 8, and below rows 1 to 4.
#[test]
fn incomplete_is_weaker_than_protected_and_expected() {
    let rules = "expected: {volumes: [{name: data}]}";
    let odd = |name: &str| Volume { faults: owned(&["odd"]), ..volume(name) };
    let engine = Engine::under(rules)
        .with(odd("prod-v"))
        .with(odd("data"))
        .with(odd("tmp-v"))
        .with(Container { mounts: vec![mounted("tmp-v")], ..container("prod-x") });
    assert_eq!(engine.class("volume/prod-v"), "protected by protected.patterns[0]");
    assert_eq!(engine.class("volume/data"), "expected by expected.volumes[0]");
    assert_eq!(engine.class("volume/tmp-v"), "protected by used_by");
}
