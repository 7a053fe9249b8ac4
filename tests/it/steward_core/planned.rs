//! The plan: what of the marks may go, in which order, by which commands.
use std::collections::BTreeSet;

use docker_steward::steward::inventory::{Container, ContainerId, Image, State};
use docker_steward::steward::{Action, Key, Kind, Mandate, Plan, Refused};

use crate::support::inventory::{
    Engine, attached, bind, called, circumstances, container, container_of, folder, image, image_id, mounted,
    network, plan_of, steps, tagged, untagged, volume,
};

const RULES: &str = "
protected: {patterns: [prod-*]}
expected: {containers: [{name: web}]}
safe_to_delete: {patterns: ['tmp*']}
retention: {dangling_images: {max_age: 0s}}";

fn excluded(plan: &Plan) -> Vec<String> {
    plan.excluded().iter().map(|it| format!("{}: {}", it.name, it.why)).collect()
}

#[test]
fn users_before_what_they_use_and_a_stop_before_a_removal() {
    let run = |name: &str, state| Container { state, ..container_of(name, "tmp-i:a") };
    let engine = Engine::under(RULES)
        .with(Container {
            mounts: vec![mounted("tmp-v")],
            networks: vec![attached("tmp-n")],
            ..run("tmp-a", State::Running)
        })
        .with(Container { network_mode: "container:tmp-a".into(), ..run("tmp-z", State::Exited) })
        .with(run("tmp-m", State::Paused))
        .with(run("tmp-r", State::Restarting))
        .with(run("tmp-c", State::Created))
        .with(tagged(&["tmp-i:a", "tmp-i:b"]))
        .with(volume("tmp-v"))
        .with(network("tmp-n"));
    let all = [
        "network/tmp-n",
        "volume/tmp-v",
        "image/tmp-i:b",
        "image/tmp-i:a",
        "container/tmp-a",
        "container/tmp-c",
        "container/tmp-m",
        "container/tmp-r",
        "container/tmp-z",
    ];
    let plan = engine.plan(&all);
    insta::assert_snapshot!(steps(&plan).join("\n"), @"
    docker rm tmp-c
    docker stop tmp-m
    docker rm tmp-m
    docker stop tmp-r
    docker rm tmp-r
    docker rm tmp-z
    docker stop tmp-a
    docker rm tmp-a
    docker rmi --no-prune tmp-i:a
    docker rmi --no-prune tmp-i:b
    docker volume rm tmp-v
    docker network rm tmp-n
    ");
    assert_eq!(plan.summary(), "5 containers, 2 images, 1 volume, 1 network");
    assert_eq!(plan.frees(), 50 + 1_000 + 100);
    let notes = plan.steps().iter().filter(|it| it.note().is_some()).count();
    assert_eq!((notes, plan.counts()[&Kind::Container]), (3, 5));
    let freed: u64 = plan.steps().iter().filter_map(docker_steward::steward::Step::frees).sum();
    assert_eq!(freed, plan.frees(), "the steps free what the plan frees");
    assert!(excluded(&plan).is_empty());
}

#[test]
fn commands_name_whole_ids_tags_and_volumes() {
    let engine = Engine::under(RULES)
        .with(container("tmp-a"))
        .with(tagged(&["tmp-i:a", "tmp-i:b"]))
        .with(untagged("x"))
        .with(volume("tmp-v"))
        .with(network("tmp-n"));
    let dangling = format!("image/{}", image_id("x"));
    let plan = engine.plan(&[
        "container/tmp-a",
        "image/tmp-i:a",
        "image/tmp-i:b",
        &dangling,
        "volume/tmp-v",
        "network/tmp-n",
    ]);
    let commands: BTreeSet<&str> = plan.steps().iter().map(docker_steward::steward::Step::command).collect();
    let wanted = [
        format!("docker rm {}", container("tmp-a").id),
        "docker rmi --no-prune tmp-i:a".to_owned(),
        format!("docker rmi --no-prune {}", image_id("tmp-i:a")),
        format!("docker rmi --no-prune {}", image_id("x")),
        "docker volume rm tmp-v".to_owned(),
        format!("docker network rm {}", network("tmp-n").id),
    ];
    assert_eq!(commands, wanted.iter().map(String::as_str).collect());
}

#[test]
fn children_before_parents_whatever_their_names() {
    let child_of = |parent: &str, it: Image| Image { parent: Some(image_id(parent)), ..it };
    let engine = Engine::under(RULES)
        .with(image("tmp-a:1"))
        .with(child_of("tmp-a:1", image("tmp-b:1")))
        .with(child_of("tmp-b:1", tagged(&["tmp-c:1", "tmp-c:2"])));
    let plan = engine.plan(&["image/tmp-a:1", "image/tmp-b:1", "image/tmp-c:1", "image/tmp-c:2"]);
    insta::assert_snapshot!(steps(&plan).join("\n"), @"
    docker rmi --no-prune tmp-c:1
    docker rmi --no-prune tmp-c:2
    docker rmi --no-prune tmp-b:1
    docker rmi --no-prune tmp-a:1
    ");
    // The child keeps a tag, so it stays, and with it all below.
    let plan = engine.plan(&["image/tmp-a:1", "image/tmp-b:1", "image/tmp-c:1"]);
    assert_eq!(steps(&plan), ["docker rmi --no-prune tmp-c:1"]);
    assert_eq!(plan.steps()[0].action(), Action::UntagImage, "not its last reference");
    assert_eq!(plan.frees(), 0);
    insta::assert_snapshot!(excluded(&plan).join("\n"), @"
    tmp-b:1: image tmp-c:2 uses it and is not in the plan
    tmp-a:1: image tmp-b:1 uses it and is not in the plan
    ");
}

#[test]
fn a_hidden_layer_is_a_user_that_stays() {
    let engine = Engine::under(RULES)
        .with(image("tmp-a:1"))
        .with(Image { parent: Some(image_id("tmp-a:1")), ..untagged("layer") })
        .with(Image { parent: Some(image_id("layer")), ..image("tmp-b:1") });
    let plan = engine.plan(&["image/tmp-a:1", "image/tmp-b:1"]);
    assert_eq!(
        steps(&plan),
        ["docker rmi --no-prune tmp-b:1"],
        "with --no-prune the layer stays, and needs its parent"
    );
}

#[test]
fn what_is_left_out_leaves_out_what_it_uses() {
    let binds = Container { mounts: vec![bind(&folder("tmp-w"))], ..container_of("tmp-b", "tmp-i:1") };
    let engine = Engine::under(RULES)
        .with(Container { network_mode: "container:tmp-b".into(), ..container("tmp-c") })
        .with(Container { mounts: vec![mounted("tmp-v")], ..container("tmp-d") })
        .with(binds)
        .with(Image { parent: Some(image_id("tmp-p:1")), ..image("tmp-i:1") })
        .with(image("tmp-p:1"))
        .with(volume("tmp-v"))
        .with(volume("tmp-w"));
    let all = ["container/tmp-b", "image/tmp-i:1", "image/tmp-p:1", "volume/tmp-v", "volume/tmp-w"];
    let plan = engine.plan(&all);
    assert_eq!(steps(&plan), [""; 0]);
    insta::assert_snapshot!(excluded(&plan).join("\n"), @"
    tmp-b: container tmp-c uses it and is not in the plan
    tmp-v: container tmp-d uses it and is not in the plan
    tmp-i:1: container tmp-b uses it and is not in the plan
    tmp-w: container tmp-b uses it and is not in the plan
    tmp-p:1: image tmp-i:1 uses it and is not in the plan
    ");
    assert_eq!((plan.summary().as_str(), plan.frees()), ("nothing", 0));
    // Whoever marks the last users marks all that may go.
    let more: Vec<&str> = all.into_iter().chain(["container/tmp-c", "container/tmp-d"]).collect();
    assert_eq!(engine.plan(&more).steps().len(), 7);
}

#[test]
fn what_is_not_safe_or_not_there_is_left_out() {
    let engine = Engine::under(RULES).with(container("prod-a")).with(container("web")).with(container("odd"));
    let audit = engine.audit();
    let mut marks: BTreeSet<Key> = audit.resources.iter().map(|it| it.key.clone()).collect();
    marks.insert(Key::Container { id: ContainerId::new("f".repeat(64)) });
    marks.insert(Key::Volume { name: "gone".into() });
    let plan = plan_of(&audit, &marks).unwrap();
    assert!(plan.steps().is_empty());
    insta::assert_snapshot!(excluded(&plan).join("\n"), @"
    odd: it is unknown: no rule of the SSOT names it; unknown resources are kept
    prod-a: it is protected: its name (prod-a) matches the protected pattern prod-*
    web: it is expected: it belongs to staging: its name matches web
    ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff: the engine does not hold it any more
    gone: the engine does not hold it any more
    none: it is protected: it is one of Docker's own networks
    ");
}

#[test]
fn circles_end() {
    let engine = Engine::under(RULES)
        .with(Container { network_mode: "container:tmp-b".into(), ..container("tmp-a") })
        .with(Container { network_mode: "container:tmp-a".into(), ..container("tmp-b") })
        .with(Image { parent: Some(image_id("tmp-y:1")), ..image("tmp-x:1") })
        .with(Image { parent: Some(image_id("tmp-x:1")), ..image("tmp-y:1") });
    let plan = engine.plan(&["container/tmp-a", "container/tmp-b", "image/tmp-x:1", "image/tmp-y:1"]);
    assert_eq!(plan.steps().len(), 4);
    let plan = engine.plan(&["container/tmp-a", "image/tmp-y:1"]);
    assert!(plan.steps().is_empty(), "{:?}", steps(&plan));
}

#[test]
fn what_a_circle_uses_goes_after_it() {
    let of = |user: &str, used: &str| Container {
        network_mode: format!("container:{used}").into(),
        ..container(user)
    };
    let through = |user: &str, used: &str, other: &str| Container {
        linked_by: vec![other.to_owned()],
        ..of(user, used)
    };
    // `tmp-z` uses the circle of `tmp-c` and `tmp-d`, of which one uses `tmp-b`, and that `tmp-a`.
    let engine = Engine::under(RULES)
        .with(container("tmp-a"))
        .with(of("tmp-b", "tmp-a"))
        .with(through("tmp-c", "tmp-d", "tmp-d"))
        .with(of("tmp-d", "tmp-b"))
        .with(of("tmp-z", "tmp-c"));
    let all = ["a", "b", "c", "d", "z"].map(|it| format!("container/tmp-{it}"));
    let plan = engine.plan(&all.each_ref().map(String::as_str));
    let order: Vec<&str> = plan.steps().iter().map(|it| it.target().name().as_str()).collect();
    assert_eq!(order, ["tmp-z", "tmp-c", "tmp-d", "tmp-b", "tmp-a"]);
}

#[test]
fn in_doubt_nothing_is_planned() {
    let engine = Engine::under(RULES).with(container("tmp-a")).but(|it| it.inventory.counts.containers = 2);
    let audit = engine.audit();
    let marks = audit.resources.iter().map(|it| it.key.clone()).collect();
    assert!(matches!(plan_of(&audit, &marks), Err(Refused::Doubtful(why)) if why == audit.doubts));
}

#[test]
fn a_plan_is_approved_by_the_phrase_to_the_letter_and_in_time() {
    let engine = Engine::under(RULES).with(container("tmp-a"));
    let made = circumstances(&engine.audit());
    for phrase in [
        "",
        "apply cleanup",
        "APPLY CLEANUP ",
        " APPLY CLEANUP",
        "APPLY  CLEANUP",
        "APPLY",
        "APPLY CLEANUP\n",
    ] {
        let (plan, why) = engine.plan(&["container/tmp-a"]).approve(phrase, made.created).unwrap_err();
        assert_eq!((why, plan.steps().len()), (Refused::WrongPhrase, 1), "{phrase:?}");
    }
    let at = |now| engine.plan(&["container/tmp-a"]).approve("APPLY CLEANUP", now);
    assert!(at(made.created).is_ok());
    assert!(at(made.expires - jiff::SignedDuration::from_nanos(1)).is_ok());
    assert_eq!(at(made.expires).unwrap_err().1, Refused::Expired(made.expires));
    assert_eq!(engine.plan(&[]).approve("APPLY CLEANUP", made.created).unwrap_err().1, Refused::Empty);
    for (word, read_only) in
        [("forbidden", false), ("forbidden", true), ("confirm", true), ("autonomous", true)]
    {
        let cleanup = serde_json::from_value(word.into()).unwrap();
        assert!(Mandate::of(cleanup, "staging", read_only).is_err(), "{word} {read_only}");
    }
}

/// Ten thousand marks, each kept by a user that was not marked, must not take minutes.
#[test]
fn many_exclusions_are_no_square() {
    let mut engine = Engine::under(RULES);
    for at in 0..3_000 {
        let name = format!("tmp-{at}");
        engine =
            engine.with(volume(&name)).with(Container { mounts: vec![mounted(&name)], ..container(&name) });
    }
    let audit = engine.audit();
    let volumes =
        audit.resources.iter().filter(|it| it.kind() == Kind::Volume).map(|it| it.key.clone()).collect();
    let started = std::time::Instant::now();
    let plan = plan_of(&audit, &volumes).unwrap();
    assert_eq!((plan.steps().len(), plan.excluded().len()), (0, 3_000));
    let all = audit.resources.iter().map(|it| it.key.clone()).collect();
    assert_eq!(plan_of(&audit, &all).unwrap().steps().len(), 6_000);
    assert!(started.elapsed() < std::time::Duration::from_secs(4), "{:?}", started.elapsed());
    assert_eq!(*called(&audit, "volume/tmp-7").used_by, ["container/tmp-7"]);
}
