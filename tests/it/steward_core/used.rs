//! Rows 4 and 6: who uses whom, through every door that Docker has, and how classes flow along it.
use docker_steward::steward::inventory::{
    Attachment, Container, ContainerDetail, ContainerId, Image, Mount, Network, NetworkId, State, Volume,
};

use crate::support::inventory::{
    Engine, attached, bind, container, container_id, container_of, folder, hex_id, image, image_id, mounted,
    network, owned, tagged, untagged, volume,
};

const RULES: &str = "
expected: {containers: [{name: web}, {name: web-db}]}
safe_to_delete: {patterns: ['tmp*']}";
const SAFE: &str = "safe-to-delete by safe_to_delete.patterns[0]";

/// The class of `path` when a protected, an expected, an unknown and a safe container use it.
fn flows_to(path: &str, engine: &Engine, using_it: impl Fn(Container) -> Container) {
    for (name, class) in [
        ("prod-x", "protected by used_by"),
        ("web", "expected by used_by"),
        ("odd", "unknown by used_by"),
        ("tmp-user", SAFE),
    ] {
        for state in [State::Exited, State::Created, State::Running] {
            let found = engine.clone().with(using_it(Container { state, ..container(name) }));
            assert_eq!(found.class(path), class, "{path} used by {name}");
            assert_eq!(*found.resource(path).used_by, [format!("container/{name}")], "{path}");
        }
    }
    assert_eq!(engine.class(path), SAFE, "{path} while nobody uses it");
}

#[test]
fn a_mounted_volume() {
    let engine = Engine::under(RULES).with(volume("tmp-v"));
    flows_to("volume/tmp-v", &engine, |it| Container { mounts: vec![mounted("tmp-v")], ..it });
    let nameless = || Mount::Volume { name: "tmp-v".into(), source: "".into() };
    flows_to("volume/tmp-v", &engine, |it| Container { mounts: vec![Mount::Other, nameless()], ..it });
}

#[test]
fn a_volume_whose_folder_is_bound() {
    let engine = Engine::under(RULES).with(volume("tmp-v"));
    for path in [
        folder("tmp-v").as_str(),
        "/var/lib/docker/volumes/tmp-v/_data/",
        "/var/lib/docker/volumes/tmp-v/_data/sub/folder",
        "/var/lib/docker/volumes/tmp-v",
        "/var/lib/docker/volumes",
        "/var/lib/docker/",
        "/var",
        "/",
    ] {
        flows_to("volume/tmp-v", &engine, |it| Container { mounts: vec![bind(path)], ..it });
    }
    for path in
        ["/var/lib/docker/volumes/tmp-v/_data2", "/var/lib/docker/volumes/tmp-v2", "/var/li", "/srv", ""]
    {
        let user = Container { mounts: vec![bind(path)], ..container("prod-x") };
        assert_eq!(engine.clone().with(user).class("volume/tmp-v"), SAFE, "{path}");
    }
}

#[test]
fn a_volume_whose_folder_lies_in_that_of_another() {
    let at = |mountpoint: &str| {
        let inner = Volume { mountpoint: mountpoint.into(), ..volume("tmp-v") };
        Engine::under(RULES).with(volume("data")).with(inner).with(volume("other"))
    };
    for path in ["/var/lib/docker/volumes/data/_data/sub", "/var/lib/docker/volumes/data/_data", "/var/lib"] {
        flows_to("volume/tmp-v", &at(path), |it| Container { mounts: vec![mounted("data")], ..it });
    }
    for path in ["/var/lib/docker/volumes/data2/_data", "/srv/data/_data"] {
        let user = Container { mounts: vec![mounted("data")], ..container("prod-x") };
        assert_eq!(at(path).with(user).class("volume/tmp-v"), SAFE, "{path}");
    }
    // A mount that has the folder of another volume than that of its name uses both.
    let odd = || Mount::Volume { name: "data".into(), source: folder("tmp-v").into() };
    let engine = at(&folder("tmp-v"));
    flows_to("volume/tmp-v", &engine, |it| Container { mounts: vec![odd()], ..it });
}

#[test]
fn an_image_by_id_by_tag_and_as_a_mount() {
    let two = Engine::under(RULES).with(tagged(&["tmp-i:a", "tmp-i:b"]));
    for used in ["image/tmp-i:a", "image/tmp-i:b"] {
        flows_to(used, &two, |it| Container { image_id: Some(image_id("tmp-i:a")), ..it });
    }
    let engine = Engine::under(RULES).with(image("tmp-i:latest"));
    let id = image_id("tmp-i:latest");
    let digest = format!("tmp-i@sha256:{}", "b".repeat(64));
    let with_digest =
        Engine::under(RULES).with(Image { digests: owned(&[&digest]), ..image("tmp-i:latest") });
    for called in [
        "tmp-i:latest",
        "tmp-i",
        "docker.io/library/tmp-i",
        "docker.io/library/tmp-i:latest",
        id.as_str(),
        id.as_str().strip_prefix("sha256:").unwrap(),
        id.short(),
    ] {
        flows_to("image/tmp-i:latest", &engine, |it| Container { image: called.into(), ..it });
        let mount = || Mount::Image { reference: called.into() };
        flows_to("image/tmp-i:latest", &engine, |it| Container { mounts: vec![mount()], ..it });
    }
    flows_to("image/tmp-i:latest", &with_digest, |it| Container { image: digest.clone().into(), ..it });
}

#[test]
fn a_network_by_id_by_name_and_by_mode() {
    let engine = Engine::under(RULES).with(network("tmp-n"));
    flows_to("network/tmp-n", &engine, |it| Container { networks: vec![attached("tmp-n")], ..it });
    for (name, id) in [("tmp-n", ""), ("tmp-n", "gone"), ("alias", attached("tmp-n").id.as_str())] {
        let by = Attachment { name: name.into(), id: id.into() };
        flows_to("network/tmp-n", &engine, |it| Container { networks: vec![by.clone()], ..it });
    }
    let id = attached("tmp-n").id;
    for mode in ["tmp-n", id.as_str(), &id[..12]] {
        flows_to("network/tmp-n", &engine, |it| Container { network_mode: mode.into(), ..it });
    }
}

/// Names of networks are not unique: a container that never started knows only the name.
#[test]
fn every_network_of_a_name() {
    let twin = Network { id: NetworkId::new(hex_id("twin")), ..network("tmp-n") };
    let engine = Engine::under(RULES)
        .with(network("tmp-n"))
        .with(twin)
        .with(Container { network_mode: "tmp-n".into(), ..container("prod-x") });
    for it in engine.audit().resources.iter().filter(|it| it.name == "tmp-n") {
        assert_eq!(it.reason.rule, "used_by", "{it:?}");
    }
}

#[test]
fn a_container_whose_network_is_shared() {
    let engine = Engine::under(RULES).with(container("tmp-a"));
    let id = container_id("tmp-a");
    for called in [id.as_str(), id.short(), "tmp-a", "/tmp-a"] {
        let mode = format!("container:{called}");
        flows_to("container/tmp-a", &engine, |it| Container { network_mode: mode.clone().into(), ..it });
    }
}

#[test]
fn a_container_that_another_links_to() {
    for name in ["prod-x", "web", "odd"] {
        let engine = Engine::under(RULES)
            .with(container(name))
            .with(Container { linked_by: owned(&[name]), ..container("tmp-a") });
        assert_eq!(*engine.resource("container/tmp-a").used_by, [format!("container/{name}")]);
        assert!(engine.class("container/tmp-a").ends_with("by used_by"));
    }
}

#[test]
fn a_container_whose_volumes_another_takes() {
    let engine = Engine::under(RULES)
        .with(volume("data"))
        .with(Container { mounts: vec![mounted("data")], ..container("tmp-a") });
    let id = container_id("tmp-a");
    for called in ["tmp-a", id.as_str(), id.short()] {
        let detail = ContainerDetail { volumes_from: owned(&[called]), ..ContainerDetail::default() };
        flows_to("container/tmp-a", &engine, |it| Container {
            mounts: vec![mounted("data")],
            detail: Some(Box::new(detail.clone())),
            ..it
        });
    }
}

/// `docker run --name <the ID of another>` must not take that other's users away.
#[test]
fn a_name_that_looks_like_an_id_hides_nobody() {
    let id = container_id("tmp-a");
    for impostor in [id.as_str(), id.short()] {
        for first in [true, false] {
            let (a, b) = (container("tmp-a"), container(impostor));
            let (one, two) = if first { (a, b) } else { (b, a) };
            let user = Container { network_mode: format!("container:{id}").into(), ..container("prod-x") };
            let engine = Engine::under(RULES).with(one).with(two).with(user);
            assert_eq!(engine.class("container/tmp-a"), "protected by used_by", "{impostor} {first}");
        }
    }
}

#[test]
fn a_prefix_that_two_share_means_both() {
    let twin = |end: char| Container {
        id: ContainerId::new(format!("abcdef{}", end.to_string().repeat(58))),
        ..container(&format!("tmp-{end}"))
    };
    for mode in ["container:abcdef", "container:ab"] {
        let user = Container { network_mode: mode.into(), ..container("prod-x") };
        let engine = Engine::under(RULES).with(twin('1')).with(twin('2')).with(user);
        assert_eq!(engine.class("container/tmp-1"), "protected by used_by", "{mode}");
        assert_eq!(engine.class("container/tmp-2"), "protected by used_by", "{mode}");
    }
}

#[test]
fn the_parents_of_an_image_through_hidden_ones() {
    let child_of = |parent: &str, it: Image| Image { parent: Some(image_id(parent)), ..it };
    let engine = Engine::under(RULES)
        .with(image("tmp-base:1"))
        .with(child_of("tmp-base:1", untagged("layer-1")))
        .with(child_of("layer-1", untagged("layer-2")));
    assert!(engine.audit().resources.iter().all(|it| it.name != image_id("layer-1").as_str()), "hidden");
    for (top, class) in
        [("acme/web:prod-3", "protected by used_by"), ("odd:1", "unknown by used_by"), ("tmp-top:1", SAFE)]
    {
        let engine = engine.clone().with(child_of("layer-2", image(top)));
        assert_eq!(engine.class("image/tmp-base:1"), class, "{top}");
    }
    // The container of the topmost image keeps all below it.
    let used =
        engine.clone().with(child_of("layer-2", image("tmp-top:1"))).with(container_of("web", "tmp-top:1"));
    assert_eq!(used.class("image/tmp-base:1"), "expected by used_by");
}

#[test]
fn chains_of_all_kinds() {
    // web → (network of) tmp-a → image tmp-i → its parent; and tmp-a → volume.
    let engine = Engine::under(RULES)
        .with(Container { network_mode: "container:tmp-a".into(), ..container("web") })
        .with(Container { mounts: vec![mounted("tmp-v")], ..container_of("tmp-a", "tmp-i:1") })
        .with(Image { parent: Some(image_id("tmp-p:1")), ..image("tmp-i:1") })
        .with(image("tmp-p:1"))
        .with(volume("tmp-v"));
    for path in ["container/tmp-a", "image/tmp-i:1", "image/tmp-p:1", "volume/tmp-v"] {
        assert_eq!(engine.class(path), "expected by used_by", "{path}");
    }
    // Protected is stronger than expected, and reaches through it.
    let engine =
        engine.with(Container { networks: vec![attached("tmp-n")], ..container_of("prod-x", "tmp-i:1") });
    assert_eq!(engine.class("container/tmp-a"), "expected by used_by");
    assert_eq!(engine.class("image/tmp-i:1"), "protected by used_by");
    assert_eq!(engine.class("image/tmp-p:1"), "protected by used_by");
    assert_eq!(engine.class("volume/tmp-v"), "expected by used_by");
}

#[test]
fn a_circle_of_users_is_as_its_strongest_member() {
    let circle = |first: &str| {
        Engine::under(RULES)
            .with(Container { network_mode: "container:tmp-b".into(), ..container(first) })
            .with(Container { network_mode: format!("container:{first}").into(), ..container("tmp-b") })
    };
    assert_eq!(circle("tmp-a").class("container/tmp-b"), SAFE);
    assert_eq!(circle("prod-a").class("container/tmp-b"), "protected by used_by");
    assert_eq!(circle("odd").class("container/tmp-b"), "unknown by used_by");
    let own = Image { parent: Some(image_id("tmp-i:1")), ..image("tmp-i:1") };
    assert_eq!(Engine::under(RULES).with(own).class("image/tmp-i:1"), SAFE, "its own parent");
}

/// The same engine listed in another order gives the same audit to the letter, the reasons included.
#[test]
fn of_several_users_the_first_by_name_is_the_reason() {
    let user = |name: &str| Container { mounts: vec![mounted("tmp-v")], ..container(name) };
    let engine = Engine::under(RULES)
        .with(volume("tmp-v"))
        .with(user("prod-c"))
        .with(user("prod-a"))
        .with(user("web"))
        .with(user("prod-b"));
    let other = engine.but(|it| it.inventory.containers.reverse());
    assert_eq!(engine.audit(), other.audit());
    let why = engine.resource("volume/tmp-v").reason.text.clone();
    assert_eq!(why, "used by container prod-a, which is protected");
}
