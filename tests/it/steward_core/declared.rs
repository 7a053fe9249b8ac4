//! Row 3, and what it makes of the whole: missing, not running, drift, and what could be reclaimed.
use docker_steward::steward::inventory::{Container, Image, State};
use docker_steward::steward::{Drift, Kind, freed_by};

use crate::support::inventory::{
    Engine, called, container, container_of, image, image_id, tagged, untagged, volume,
};

#[test]
fn an_expected_name_is_whole_and_to_the_letter() {
    let rules = "
expected:
  containers: [{name: web}]
  images: [{name: 'odoo:18.0'}, {name: 'acme/web'}, {name: 'tools:*'}]
safe_to_delete: {patterns: ['*:tmp']}";
    for (name, wanted) in [
        ("odoo:18.0", "expected by expected.images[0]"),
        ("odoo:18.0-dev", "unknown by none"),
        ("Odoo:18.0", "unknown by none"),
        ("acme/odoo:18.0", "unknown by none"),
        ("acme/web:7", "expected by expected.images[1]"),
        ("tools:tmp", "expected by expected.images[2]"),
        ("docker.io/library/odoo:18.0", "expected by expected.images[0]"),
    ] {
        assert_eq!(Engine::under(rules).with(image(name)).class(&format!("image/{name}")), wanted);
    }
    assert_eq!(Engine::under(rules).with(volume("web")).class("volume/web"), "unknown by none");
}

#[test]
fn an_expected_image_may_be_spelled_in_full() {
    let rules = "
expected: {images: [{name: 'docker.io/library/odoo:18.0'}, {name: 'docker.io/acme/*'}]}
safe_to_delete: {patterns: ['odoo*', 'acme/*']}";
    let engine = Engine::under(rules).with(image("odoo:18.0")).with(image("acme/web:1"));
    assert_eq!(engine.class("image/odoo:18.0"), "expected by expected.images[0]");
    assert_eq!(engine.class("image/acme/web:1"), "expected by expected.images[1]");
    assert!(engine.audit().missing.is_empty(), "{:?}", engine.audit().missing);
}

#[test]
fn missing_and_not_running() {
    let rules = "
protected: {names: [vault]}
expected:
  containers: [{name: web}, {name: 'job-*'}, {name: vault}, {name: later, optional: true}, {name: idle, optional: true}]
  images: [{name: 'odoo:18.0'}, {name: 'extra:*', optional: true}]
  volumes: [{name: data}]
  networks: [{name: backend}]
safe_to_delete: {patterns: ['tmp-*']}";
    let run = |name: &str, state| Container { state, ..container(name) };
    let engine = Engine::under(rules)
        .with(run("web", State::Paused))
        .with(run("job-1", State::Running))
        .with(run("job-2", State::Exited))
        .with(run("vault", State::Created))
        .with(run("idle", State::Exited))
        .with(run("other", State::Exited))
        .with(volume("tmp-v"));
    let audit = engine.audit();
    let missing: Vec<String> = audit.missing.iter().map(|it| format!("{}/{}", it.kind, it.name)).collect();
    assert_eq!(missing, ["image/odoo:18.0", "volume/data", "network/backend"]);
    assert_eq!(audit.not_running, ["job-2", "vault", "web"], "the optional may be stopped");
    assert_eq!(audit.drift(), Drift { total: 8, unknown: 1, safe_to_delete: 1, missing: 3, not_running: 3 });
    assert!(called(&audit, "container/vault").reason.rule.starts_with("protected"), "met by a protected one");
}

#[test]
fn an_entry_is_not_met_by_another_kind_or_by_a_hidden_layer() {
    let rules = "expected: {volumes: [{name: data}], images: [{name: 'base:1'}]}";
    let engine = Engine::under(rules).with(container("data")).with(untagged("base:1"));
    assert_eq!(engine.audit().missing.len(), 2);
}

#[test]
fn an_image_is_reclaimed_once_and_with_its_last_reference() {
    let rules = "
retention: {dangling_images: {max_age: 0s}}
safe_to_delete: {patterns: ['tmp*']}";
    let shared = Image { size: Some(1_000), shared: Some(400), ..image("tmp-shared:1") };
    let engine = Engine::under(rules)
        .with(tagged(&["tmp-a:1", "tmp-a:2", "tmp-a:3"]))
        .with(tagged(&["tmp-b:1", "web:1"]))
        .with(shared)
        .with(untagged("x"))
        .with(Image { size: None, ..image("tmp-unknown:1") })
        .with(container_of("tmp-c", "none"))
        .with(volume("tmp-v"));
    let audit = engine.audit();
    // Three tags of one image, the shared layers left out, the untagged, a container and a volume.
    assert_eq!(audit.reclaimable_bytes(), 1_000 + 600 + 1_000 + 10 + 100);
    let of = |paths: &[&str]| freed_by(paths.iter().map(|path| called(&audit, path)));
    assert_eq!(of(&["image/tmp-a:1", "image/tmp-a:2"]), 0);
    assert_eq!(of(&["image/tmp-a:1", "image/tmp-a:2", "image/tmp-a:3"]), 1_000);
    assert_eq!(of(&["image/tmp-b:1"]), 0);
    assert_eq!(of(&["image/tmp-shared:1", &format!("image/{}", image_id("x"))]), 1_600);
    assert_eq!(of(&[]), 0);
}

#[test]
fn resources_come_by_kind_and_name() {
    let rules = "safe_to_delete: {patterns: ['tmp*']}";
    let engine = Engine::under(rules)
        .with(volume("b"))
        .with(volume("tmp-a"))
        .with(image("z:1"))
        .with(container("y"))
        .with(container("x"));
    let audit = engine.audit();
    let paths: Vec<String> = audit.resources.iter().map(docker_steward::steward::Resource::path).collect();
    assert_eq!(
        paths,
        ["container/x", "container/y", "image/z:1", "volume/b", "volume/tmp-a", "network/none"]
    );
    assert_eq!(audit.names(Kind::Container, docker_steward::steward::Class::Unknown), ["x", "y"]);
    for it in &audit.resources {
        assert_eq!(audit.get(&it.key), Some(it));
    }
}
