//! The last look before a removal: what this run did itself may differ, nothing else.
use docker_steward::steward::inventory::{Container, Image, NetworkId, State};
use docker_steward::steward::{Approved, Changed, Done, PHRASE, recheck};
use jiff::SignedDuration;

use crate::support::inventory::{
    Engine, attached, bind, container, container_id, container_of, folder, hex_id, image, image_id, labels,
    mounted, network, now, owned, tagged, untagged, volume,
};

const RULES: &str = "
protected: {patterns: [prod-*]}
expected: {containers: [{name: web}]}
safe_to_delete: {patterns: ['tmp*']}
retention: {dangling_images: {max_age: 0s}}";

fn approved(engine: &Engine, paths: &[&str]) -> Approved {
    engine.plan(paths).approve(PHRASE, now()).unwrap()
}

/// What the re-check of one step says of an engine, after these steps were done.
fn look(approved: &Approved, step: usize, done: &[usize], engine: &Engine) -> Result<(), Changed> {
    let mut noted = Done::default();
    for at in done {
        noted.note(&approved.plan().steps()[*at]);
    }
    let step = approved.steps().nth(step).unwrap();
    recheck(step, &noted, &engine.audit()).map(|checked| assert_eq!(checked.step(), step.step()))
}

fn refuses(found: Result<(), Changed>, because: &str) {
    match found {
        Err(Changed::Different(why)) => assert!(why.join("; ").contains(because), "{why:?}: {because}"),
        other => panic!("{other:?}, not {because}"),
    }
}

fn without_containers(engine: &Engine, names: &[&str]) -> Engine {
    engine.but(|it| it.inventory.containers.retain(|it| !names.contains(&it.name.as_str())))
}

#[test]
fn nothing_changed() {
    let engine = Engine::under(RULES)
        .with(container("tmp-a"))
        .with(tagged(&["tmp-i:1", "tmp-i:2"]))
        .with(volume("tmp-v"))
        .with(network("tmp-n"));
    for path in ["container/tmp-a", "image/tmp-i:1", "volume/tmp-v", "network/tmp-n"] {
        assert_eq!(look(&approved(&engine, &[path]), 0, &[], &engine), Ok(()), "{path}");
    }
}

#[test]
fn a_doubtful_look_allows_nothing() {
    let engine = Engine::under(RULES).with(volume("tmp-v"));
    let plan = approved(&engine, &["volume/tmp-v"]);
    refuses(look(&plan, 0, &[], &engine.but(|it| it.inventory.networks.clear())), "no network");
}

#[test]
fn each_change_of_a_container_refuses() {
    let engine = Engine::under(RULES).with(container("tmp-a"));
    let plan = approved(&engine, &["container/tmp-a"]);
    let changed = |change: &dyn Fn(&mut Container)| {
        look(&plan, 0, &[], &engine.but(|it| change(&mut it.inventory.containers[0])))
    };
    refuses(changed(&|it| it.name = "tmp-b".into()), "its name was tmp-a and is tmp-b");
    refuses(changed(&|it| it.name = "prod-a".into()), "it is protected now");
    refuses(changed(&|it| it.name = "odd".into()), "it is unknown now");
    refuses(changed(&|it| it.id = container_id("other")), "its name now belongs to");
    refuses(changed(&|it| it.state = State::Running), "its state was exited and is running");
    refuses(changed(&|it| it.state = State::Created), "its state was exited and is created");
    refuses(changed(&|it| it.state = State::Dead), "it is unknown now");
    refuses(changed(&|it| it.image_id = Some(image_id("y"))), "its image was sha256:");
    refuses(changed(&|it| it.labels = labels(&[("a", "b")])), "its labels have changed");
    refuses(changed(&|it| it.created = None), "its creation time was 2025");
    refuses(changed(&|it| it.detail = None), "it is unknown now");
    refuses(changed(&|it| it.faults = owned(&["odd"])), "it is unknown now");
    let gone = without_containers(&engine, &["tmp-a"]);
    assert_eq!(look(&plan, 0, &[], &gone), Err(Changed::Gone));
    let used =
        engine.clone().with(Container { network_mode: "container:tmp-a".into(), ..container("tmp-z") });
    refuses(look(&plan, 0, &[], &used), "its list of users was empty and is container/");
}

#[test]
fn each_change_of_an_image_refuses() {
    let engine =
        Engine::under(RULES).with(Image { digests: owned(&["tmp-i@sha256:1"]), ..tagged(&["tmp-i:1"]) });
    let plan = approved(&engine, &["image/tmp-i:1"]);
    let changed = |change: &dyn Fn(&mut Image)| {
        look(&plan, 0, &[], &engine.but(|it| change(&mut it.inventory.images[0])))
    };
    refuses(changed(&|it| it.tags.push("tmp-i:2".into())), "its list of references was");
    refuses(changed(&|it| it.tags.push("prod-i:2".into())), "it is protected now");
    refuses(changed(&|it| it.tags = owned(&["tmp-j:1"])), "its tag was taken off the image");
    refuses(changed(&|it| it.tags.clear()), "its tag was taken off the image");
    refuses(changed(&|it| it.digests.clear()), "its list of references was");
    refuses(changed(&|it| it.digests.push("prod-x@sha256:1".into())), "it is protected now");
    refuses(changed(&|it| it.id = image_id("other")), "its name now belongs to sha256:");
    refuses(changed(&|it| it.created = Some(now())), "its creation time was");
    refuses(changed(&|it| it.labels = labels(&[("a", "b")])), "its labels have changed");
    let gone = engine.but(|it| it.inventory.images.clear());
    assert_eq!(look(&plan, 0, &[], &gone), Err(Changed::Gone));
    let child = Image { parent: Some(image_id("tmp-i:1")), ..image("tmp-k:1") };
    refuses(look(&plan, 0, &[], &engine.clone().with(child)), "its list of users was empty");
    refuses(look(&plan, 0, &[], &engine.clone().with(container_of("tmp-c", "tmp-i:1"))), "its list of users");
}

#[test]
fn each_change_of_a_volume_or_network_refuses() {
    let engine = Engine::under(RULES).with(volume("tmp-v")).with(network("tmp-n"));
    let plan = approved(&engine, &["volume/tmp-v", "network/tmp-n"]);
    let changed = |step, change: &dyn Fn(&mut Engine)| look(&plan, step, &[], &engine.but(change));
    let moved = Some(now() - SignedDuration::from_secs(1));
    refuses(changed(0, &|it| it.inventory.volumes[0].created = moved), "its creation time was");
    refuses(changed(0, &|it| it.inventory.volumes[0].labels = labels(&[("a", "b")])), "its labels");
    refuses(changed(0, &|it| it.inventory.volumes[0].driver = "nfs".into()), "it is unknown now");
    refuses(
        changed(0, &|it| it.inventory.volumes[0].options = labels(&[("o", "bind")])),
        "it is unknown now",
    );
    assert_eq!(changed(0, &|it| it.inventory.volumes.clear()), Err(Changed::Gone));
    refuses(changed(1, &|it| it.inventory.networks[1].created = moved), "its creation time was");
    refuses(changed(1, &|it| it.inventory.networks[1].name = "tmp-m".into()), "its name was tmp-n");
    refuses(
        changed(1, &|it| it.inventory.networks[1].id = NetworkId::new(hex_id("n"))),
        "its name now belongs to",
    );
    assert_eq!(changed(1, &|it| it.inventory.networks.truncate(1)), Err(Changed::Gone));
}

/// The engine deletes a volume whose folder is bound into a container that works in it, and answers 204.
#[test]
fn what_is_still_used_stays_even_if_its_user_was_to_go() {
    for mount in [mounted("tmp-v"), bind(&folder("tmp-v"))] {
        for state in [State::Exited, State::Running] {
            let engine = Engine::under(RULES).with(volume("tmp-v")).with(Container {
                mounts: vec![mount.clone()],
                state,
                ..container("tmp-a")
            });
            let plan = approved(&engine, &["container/tmp-a", "volume/tmp-v"]);
            let last = plan.plan().steps().len() - 1;
            // The container's own removal failed: nothing at all was done.
            refuses(look(&plan, last, &[], &engine), "container/");
            let gone = without_containers(&engine, &["tmp-a"]);
            assert_eq!(look(&plan, last, &[last - 1], &gone), Ok(()));
        }
    }
}

#[test]
fn a_container_that_could_not_be_stopped_is_not_removed() {
    for state in [State::Running, State::Paused, State::Restarting] {
        let engine = Engine::under(RULES).with(Container { state, ..container("tmp-a") });
        let plan = approved(&engine, &["container/tmp-a"]);
        assert_eq!(look(&plan, 0, &[], &engine), Ok(()), "the stop");
        refuses(look(&plan, 1, &[], &engine), "it is not stopped");
        let stopped = engine.but(|it| it.inventory.containers[0].state = State::Exited);
        assert_eq!(look(&plan, 1, &[0], &stopped), Ok(()));
        refuses(look(&plan, 1, &[0], &engine), "its state was exited and is");
        refuses(look(&plan, 0, &[], &stopped), "and is exited");
    }
}

#[test]
fn what_this_run_did_is_no_change() {
    let engine = Engine::under(RULES)
        .with(Container {
            mounts: vec![mounted("tmp-v")],
            networks: vec![attached("tmp-n")],
            ..container_of("tmp-a", "tmp-i:1")
        })
        .with(container_of("tmp-b", "tmp-i:1"))
        .with(Image { digests: owned(&["tmp-i@sha256:1"]), ..tagged(&["tmp-i:1", "tmp-i:2"]) })
        .with(volume("tmp-v"))
        .with(network("tmp-n"));
    let all = [
        "container/tmp-a",
        "container/tmp-b",
        "image/tmp-i:1",
        "image/tmp-i:2",
        "volume/tmp-v",
        "network/tmp-n",
    ];
    let plan = approved(&engine, &all);
    let [a, b, untag, remove, volume, network] = [0, 1, 2, 3, 4, 5];

    let empty = without_containers(&engine, &["tmp-a", "tmp-b"]);
    assert_eq!(look(&plan, untag, &[a, b], &empty), Ok(()));
    refuses(look(&plan, untag, &[a], &without_containers(&engine, &["tmp-a"])), "container/");
    // The other container is gone, but not by this run.
    refuses(look(&plan, untag, &[a], &empty), "its list of users was");
    assert_eq!(look(&plan, volume, &[a], &without_containers(&engine, &["tmp-a"])), Ok(()));
    assert_eq!(look(&plan, network, &[a], &without_containers(&engine, &["tmp-a"])), Ok(()));

    let one_tag = empty.but(|it| it.inventory.images[0].tags = owned(&["tmp-i:2"]));
    assert_eq!(look(&plan, remove, &[a, b, untag], &one_tag), Ok(()));
    let no_digest = one_tag.but(|it| it.inventory.images[0].digests.clear());
    assert_eq!(look(&plan, remove, &[a, b, untag], &no_digest), Ok(()), "dropped with the tag");
    refuses(look(&plan, remove, &[a, b], &one_tag), "its list of references");
    refuses(look(&plan, remove, &[a, b], &empty), "the image still has other references");
    let another = one_tag.but(|it| it.inventory.images[0].tags.push("tmp-i:3".into()));
    refuses(look(&plan, remove, &[a, b, untag], &another), "its list of references");
    let put_back = empty.but(|it| it.inventory.images[0].tags = owned(&["tmp-i:1", "tmp-i:2"]));
    refuses(look(&plan, remove, &[a, b, untag], &put_back), "its list of references");
}

#[test]
fn a_child_that_went_first_is_no_change() {
    let engine = Engine::under(RULES)
        .with(image("tmp-p:1"))
        .with(Image { parent: Some(image_id("tmp-p:1")), ..tagged(&["tmp-c:1", "tmp-c:2"]) })
        .with(untagged("x"));
    let plan = approved(&engine, &["image/tmp-p:1", "image/tmp-c:1", "image/tmp-c:2"]);
    let childless = engine.but(|it| {
        it.inventory.images.remove(1);
    });
    assert_eq!(look(&plan, 2, &[0, 1], &childless), Ok(()));
    refuses(look(&plan, 2, &[0], &childless), "its list of users was");
}
