//! What is inspected: only that on which a decision hangs.
use docker_steward::steward::inventory::{Container, Image, State};
use docker_steward::steward::{Class, Surveyed};

use crate::support::inventory::{
    Engine, bind, called, container, container_id, image, image_id, mounted, owned, untagged, volume,
};

fn blind(name: &str) -> Container {
    Container { detail: None, ..container(name) }
}

fn containers(engine: &Engine) -> Vec<String> {
    let needs = engine.needs();
    assert_eq!(needs.is_empty(), needs.containers.is_empty() && needs.images.is_empty());
    let called = |it: &Container| needs.containers.contains(&it.id).then(|| it.name.to_string());
    engine.inventory.containers.iter().filter_map(called).collect()
}

#[test]
fn a_thousand_unknown_containers_are_left_in_peace() {
    let states = [State::Running, State::Exited, State::Created, State::Paused];
    let many = |rules: &str| {
        let mut engine = Engine::under(rules);
        for (at, state) in states.iter().cycle().take(1_000).enumerate() {
            engine = engine.with(Container {
                state: state.clone(),
                mounts: vec![bind("/srv")],
                ..blind(&format!("odd-{at}"))
            });
        }
        engine
    };
    assert!(many("safe_to_delete: {patterns: ['tmp*']}").needs().is_empty());
    // Only those that ended may ever go by the time they ended; they share /srv with all.
    let alone = many("retention: {stopped_containers: {max_age: 7d}}").but(|it| {
        it.inventory.containers.iter_mut().for_each(|it| it.mounts.clear());
    });
    assert_eq!(alone.needs().containers.len(), 250);
}

#[test]
fn a_container_that_may_go_and_who_shares_its_mounts() {
    let engine =
        Engine::under("expected: {containers: [{name: tmp-web}]}\nsafe_to_delete: {patterns: ['tmp*']}")
            .with(volume("v"))
            .with(Container { mounts: vec![mounted("v")], ..blind("tmp-a") })
            .with(Container { mounts: vec![mounted("v")], ..blind("odd") })
            .with(Container { mounts: vec![mounted("v")], ..container("known") })
            .with(blind("alone"))
            .with(blind("tmp-web"))
            .with(blind("prod-x"));
    assert_eq!(containers(&engine), ["tmp-a", "odd"]);
    let told = engine.but(|it| {
        it.inventory.containers.iter_mut().for_each(|it| it.detail = container("x").detail);
    });
    assert!(told.needs().is_empty(), "what was asked is not asked again");
    assert_eq!(told.needs(), docker_steward::steward::Needs::default());
}

#[test]
fn a_container_that_is_kept_anyway_is_not_asked() {
    let rules = "safe_to_delete: {patterns: ['tmp*']}\nretention: {stopped_containers: {max_age: 7d}}";
    let used = Engine::under(rules)
        .with(blind("odd"))
        .with(Container { network_mode: "container:odd".into(), ..container("other") });
    assert_eq!(containers(&used), [""; 0], "used, so no retention applies");
    for odd in [
        Container { state: State::Dead, ..blind("tmp-a") },
        Container { faults: owned(&["odd"]), ..blind("tmp-a") },
    ] {
        assert_eq!(containers(&Engine::under(rules).with(odd)), [""; 0]);
    }
    let young = "safe_to_delete: {patterns: ['tmp*'], min_age: 90d}";
    assert_eq!(containers(&Engine::under(young).with(blind("tmp-a"))), [""; 0], "not old enough anyway");
    assert_eq!(containers(&Engine::under(rules).with(blind("odd"))), ["odd"]);
    assert!(Engine::under(rules).with(blind("odd")).needs().containers.contains(&container_id("odd")));
}

#[test]
fn to_look_a_container_at_rest_that_shares_nothing_is_not_asked() {
    let asked = |rules: &str, others: &[Container]| {
        let engine = others.iter().cloned().fold(Engine::under(rules).with(volume("v")), Engine::with);
        let surveyed = Surveyed::of(engine.inventory.clone(), &engine.policy).to_look();
        let needs = surveyed.needs(&engine.ledger);
        let called = |it: &Container| needs.containers.contains(&it.id).then(|| it.name.to_string());
        let asked: Vec<String> = engine.inventory.containers.iter().filter_map(called).collect();
        (asked, surveyed.classify(&engine.ledger))
    };
    let named = "safe_to_delete: {patterns: ['tmp*']}";
    let own = Container { mounts: vec![mounted("v")], state: State::Exited, ..blind("tmp-a") };
    let running = Container { state: State::Running, ..own.clone() };
    let sharing = Container { mounts: vec![bind("/x"), mounted("v")], ..blind("odd") };

    let (needs, audit) = asked(named, std::slice::from_ref(&own));
    assert_eq!(needs, [""; 0]);
    assert_eq!(called(&audit, "container/tmp-a").class(), Class::SafeToDelete);
    for (others, wanted) in
        [(vec![running], vec!["tmp-a"]), (vec![own.clone(), sharing], vec!["tmp-a", "odd"])]
    {
        let (needs, audit) = asked(named, &others);
        assert_eq!(needs, wanted);
        assert_eq!(called(&audit, "container/tmp-a").class(), Class::Unknown, "as long as nothing is told");
    }
    let aged = "retention: {stopped_containers: {max_age: 7d}}";
    assert_eq!(asked(aged, &[own]).0, ["tmp-a"], "when it stopped decides");
}

#[test]
fn an_image_whose_last_pull_decides() {
    let blind = |it: Image| Image { inspected: false, last_tag_time: None, ..it };
    let asked = |rules: &str, it: Image| !Engine::under(rules).with(it).needs().images.is_empty();
    let web = || blind(image("web:1"));
    for (rules, wanted) in [
        ("", false),
        ("retention: {unused_images: {max_age: 14d}}", false),
        ("retention: {unused_images: {max_age: 14d, evidence: pulled}}", true),
        ("safe_to_delete: {patterns: ['web*']}", false),
        ("safe_to_delete: {patterns: ['web*'], min_age: 1d}", true),
        ("safe_to_delete: {patterns: ['tmp*'], min_age: 1d}", false),
        ("safe_to_delete: {patterns: ['web*']}\nauto_delete: {patterns: ['web*'], min_age: 1d}", true),
        ("safe_to_delete: {patterns: ['web*']}\nauto_delete: {patterns: ['web*'], min_age: 0s}", false),
        ("safe_to_delete: {patterns: ['web*']}\nauto_delete: {patterns: ['tmp*'], min_age: 1d}", false),
        ("protected: {names: [web]}\nretention: {unused_images: {max_age: 14d, evidence: pulled}}", false),
        (
            "expected: {images: [{name: 'web:1'}]}\nretention: {unused_images: {max_age: 14d, evidence: pulled}}",
            false,
        ),
    ] {
        assert_eq!(asked(rules, web()), wanted, "{rules}");
    }
    let pulled = "retention: {unused_images: {max_age: 14d, evidence: pulled}}";
    assert!(!asked(pulled, image("web:1")), "it was asked before");
    assert!(!asked(pulled, blind(untagged("x"))), "another rule is for the dangling");
    let used = Engine::under(pulled).with(blind(image("base:1"))).with(container("odd"));
    assert!(used.needs().images.is_empty(), "it is used");
    let free = Engine::under(pulled).with(web());
    assert!(free.needs().images.contains(&image_id("web:1")));
}
