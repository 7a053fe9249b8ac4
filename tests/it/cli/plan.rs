//! `plan` and `explain`.
use std::os::unix::fs::PermissionsExt as _;

use docker_steward::demo::{DemoEngine, Network, World};

use super::{Desk, in_order, junk};

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_what_a_shell_would_run() {
    let (desk, engine) = (Desk::new(), junk().await);
    let out = desk.on(&engine, &["plan"]).expect(0).out;
    let commands: Vec<&str> = out.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(commands[0], format!("export DOCKER_HOST={}", engine.url()));
    assert!(commands[1..].iter().all(|line| line.starts_with("docker ") && line.contains("  # ")), "{out}");
    for never in ["-f", "--force", "-v", "prune", "prod", "n8n"] {
        assert!(
            !commands[1..].iter().any(|line| line.split(' ').any(|word| word == never)),
            "{never}: {out}"
        );
    }
    // A plain `docker` would reach the same engine: then there is nothing to export.
    let mut command = desk.command(&["--env", "staging", "plan"]);
    let plain = super::Called::of(command.env("DOCKER_HOST", engine.url()).output().unwrap()).expect(0);
    assert!(!plain.out.contains("export "), "{}", plain.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_selected_and_only_if_it_is_safe() {
    let (desk, engine) = (Desk::new(), junk().await);
    let out = desk.on(&engine, &["plan", "--select", "container/tmp-a", "--select", "image/mcp/one:latest"]);
    let out = out.expect(0).out;
    assert_eq!(out.lines().filter(|line| line.starts_with("docker ")).count(), 2, "{out}");

    let near = desk.on(&engine, &["plan", "--select", "container/tmp-aa"]).expect(1);
    assert!(near.err.contains("is it container/tmp-a"), "{}", near.err);
    let other_kind = desk.on(&engine, &["plan", "--select", "container/tmp-v"]).expect(1);
    assert!(other_kind.err.contains("is it volume/tmp-v"), "{}", other_kind.err);

    let kept = desk.on(&engine, &["plan", "--select", "volume/prod_data"]).expect(3);
    assert!(kept.out.is_empty() && kept.err.contains("volume/prod_data is protected: "), "{}", kept.err);
    let used = desk.on(&engine, &["plan", "--select", "volume/tmp-v"]).expect(3);
    assert!(used.err.contains("container tmp-c uses it and is not in the plan"), "{}", used.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_file_is_for_its_owner_and_replaces_a_link() {
    let (desk, engine) = (Desk::new(), junk().await);
    let target = desk.home.path().join("elsewhere");
    std::fs::write(&target, "precious").unwrap();
    std::os::unix::fs::symlink(&target, desk.work().join("plan.json")).unwrap();
    let called = desk.on(&engine, &["plan", "--out", "plan.json", "--format", "json"]).expect(0);
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "precious");
    let file = std::fs::symlink_metadata(desk.work().join("plan.json")).unwrap();
    assert!(file.is_file() && file.permissions().mode() & 0o777 == 0o600);
    assert_eq!(desk.read("plan.json"), called.out);
    assert_eq!(called.json()["schema"], 1);
    assert_eq!(called.json()["hash"].as_str().unwrap().len(), 64);
    assert!(called.err.contains("apply plan.json"), "{}", called.err);
    let lost = desk.on(&engine, &["plan", "--out", "no/such/plan.json"]).expect(1);
    assert!(lost.out.is_empty() && lost.err.contains("no/such/plan.json"), "{}", lost.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_may_go_nothing_is_planned() {
    let (desk, engine) = (Desk::new(), junk().await);
    let called = desk.call(&["-H", engine.url(), "--env", "production", "plan"]).expect(3);
    assert!(called.err.contains("production is read-only"), "{}", called.err);
    let called = desk.on(&engine, &["--read-only", "plan"]).expect(3);
    assert!(called.err.contains("--read-only"), "{}", called.err);
    let called = desk.on(&in_order().await, &["plan"]).expect(0);
    assert!(called.out.contains("# removes  nothing") && called.err.contains("the plan is empty"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_not_one_thing_is_asked_back() {
    let desk = Desk::new();
    let mut world = World::empty(jiff::Timestamp::now());
    let ids: Vec<String> = (0..2).map(|_| world.add_network(Network::new("tmp-twin"))).collect();
    let engine = DemoEngine::start(world).await.unwrap();
    let called = desk.on(&engine, &["explain", "network/tmp-twin"]).expect(1);
    for id in &ids {
        assert!(called.err.contains(id), "{}", called.err);
        desk.on(&engine, &["explain", &format!("network/{}", &id[..12])]).expect(0);
        let plan = desk.on(&engine, &["plan", "--select", &format!("network/{id}")]).expect(0).out;
        assert!(plan.contains(&format!("docker network rm {id}  # tmp-twin")), "{plan}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_explanation_gives_the_rule_its_line_and_the_users() {
    let (desk, engine) = (Desk::new(), junk().await);
    let of = |name: &str| desk.on(&engine, &["explain", name]).expect(0).out;
    let why = of("container/tmp-c");
    assert!(why.contains("rule safe_to_delete.patterns[1] (tmp-*), built-in ssot/staging.yaml:"), "{why}");
    assert!(why.contains("volume/tmp-v"), "{why}");
    assert!(of("image/docker.io/library/tools:1").contains("used by  container/tmp-a"));
    let called = desk.on(&engine, &["explain", "volume/nothing-like-it"]).expect(1);
    assert!(called.err.contains("lists its volumes"), "{}", called.err);
}

#[test]
fn the_demo_says_how_its_commands_can_be_run_and_they_never_mean_another_engine() {
    let desk = Desk::new();
    let called = desk.call(&["--demo", "plan"]).expect(0);
    insta::assert_snapshot!(called.err, @"
    the simulated engine has ended with this command, so that these commands reach nothing; to run a plan by hand:
      docker-steward --env staging demo-engine --listen unix:///tmp/docker-steward-demo.sock    # in another terminal
      docker-steward --host unix:///tmp/docker-steward-demo.sock --env staging plan
    ");
    let host = called.out.lines().find_map(|line| line.strip_prefix("export DOCKER_HOST=unix://")).unwrap();
    assert!(!std::path::Path::new(host).exists());
    assert_eq!(desk.call(&["--demo", "plan", "--format", "json"]).expect(0).err, "");
}
