//! `ssot bind`, on a simulated engine that other clients reach.
use docker_steward::demo::{DemoEngine, World};
use jiff::Timestamp;

use super::bench::Bench;

#[tokio::test(flavor = "multi_thread")]
async fn an_ssot_is_bound_once_and_to_another_engine_only_when_told_so() {
    let droplet = DemoEngine::start(World::droplet(Timestamp::now())).await.unwrap();
    let desktop = DemoEngine::start(World::desktop(Timestamp::now())).await.unwrap();
    let bench = Bench::with_ssot("staging");
    let bind = |engine: &DemoEngine, more: &[&str]| {
        let words: Vec<&str> =
            ["ssot", "bind", "--env", "staging", "-H", engine.url()].iter().chain(more).copied().collect();
        bench.run(&words).to_string().replace(engine.url(), "[ENGINE]")
    };
    insta::assert_snapshot!(bind(&droplet, &[]), @r#"
    ssot    ssot/staging.yaml of staging, bound to no engine
    engine  droplet-sgp1 (DROP:LETS:GP1A:STAG:INGP:RODU:CTIO:N2Q7:KX4M:W5TZ:HB3E:Y6RC), 20.10.24 at [ENGINE]
    --- ssot/staging.yaml
    +++ ssot/staging.yaml
    @@ -19,4 +19,5 @@
     host:
       address: 178.128.112.214
    +  engine: {id: "DROP:LETS:GP1A:STAG:INGP:RODU:CTIO:N2Q7:KX4M:W5TZ:HB3E:Y6RC", name: "droplet-sgp1", root_dir: "/var/lib/docker", storage: "overlay2"}
       # engine: {id: …, name: …}     written by `docker-steward ssot bind`; another engine is then refused

    written to ssot/staging.yaml; from now on another engine is refused
    commit it: git commit ssot/staging.yaml
    -- stderr
    -- exit 0
    "#);
    insta::assert_snapshot!(bind(&droplet, &[]), @"
    ssot    ssot/staging.yaml of staging, bound to droplet-sgp1 (DROP:LETS:GP1A:STAG:INGP:RODU:CTIO:N2Q7:KX4M:W5TZ:HB3E:Y6RC)
    engine  droplet-sgp1 (DROP:LETS:GP1A:STAG:INGP:RODU:CTIO:N2Q7:KX4M:W5TZ:HB3E:Y6RC), 20.10.24 at [ENGINE]
    bound to each other already
    -- stderr
    -- exit 0
    ");
    insta::assert_snapshot!(bind(&desktop, &[]), @"
    ssot    ssot/staging.yaml of staging, bound to droplet-sgp1 (DROP:LETS:GP1A:STAG:INGP:RODU:CTIO:N2Q7:KX4M:W5TZ:HB3E:Y6RC)
    engine  docker-desktop (DESK:TOPM:ACBO:OKPR:OQ2X:7LVN:D4HS:U3KB:R6WE:C5JA:Z2TG:F7YM), 20.10.24 at [ENGINE]
    -- stderr
    refused: the SSOT is bound to another engine. If this one has taken its place, say so with --replace
    -- exit 3
    ");
    let refused = bench.run(&["audit", "--env", "staging", "-H", desktop.url()]);
    insta::assert_snapshot!(refused, @"
    -- stderr
    refused: ssot/staging.yaml is bound to another engine
      the engine's ID was DROP:LETS:GP1A:STAG:INGP:RODU:CTIO:N2Q7:KX4M:W5TZ:HB3E:Y6RC, and is DESK:TOPM:ACBO:OKPR:OQ2X:7LVN:D4HS:U3KB:R6WE:C5JA:Z2TG:F7YM
      the engine's name was droplet-sgp1, and is docker-desktop
      Choose that engine with --context or --host; or, if this one has taken its place, `docker-steward ssot bind --replace`.
    -- exit 3
    ");
    insta::assert_snapshot!(bind(&desktop, &["--replace"]), @r#"
    ssot    ssot/staging.yaml of staging, bound to droplet-sgp1 (DROP:LETS:GP1A:STAG:INGP:RODU:CTIO:N2Q7:KX4M:W5TZ:HB3E:Y6RC)
    engine  docker-desktop (DESK:TOPM:ACBO:OKPR:OQ2X:7LVN:D4HS:U3KB:R6WE:C5JA:Z2TG:F7YM), 20.10.24 at [ENGINE]
    --- ssot/staging.yaml
    +++ ssot/staging.yaml
    @@ -19,5 +19,5 @@
     host:
       address: 178.128.112.214
    -  engine: {id: "DROP:LETS:GP1A:STAG:INGP:RODU:CTIO:N2Q7:KX4M:W5TZ:HB3E:Y6RC", name: "droplet-sgp1", root_dir: "/var/lib/docker", storage: "overlay2"}
    +  engine: {id: "DESK:TOPM:ACBO:OKPR:OQ2X:7LVN:D4HS:U3KB:R6WE:C5JA:Z2TG:F7YM", name: "docker-desktop", root_dir: "/var/lib/docker", storage: "overlay2"}
       # engine: {id: …, name: …}     written by `docker-steward ssot bind`; another engine is then refused

    written to ssot/staging.yaml; from now on another engine is refused
    commit it: git commit ssot/staging.yaml
    -- stderr
    -- exit 0
    "#);
    assert_eq!(bench.run(&["audit", "--env", "staging", "-H", desktop.url()]).code, 0);
}

#[test]
fn the_demo_is_nothing_to_be_bound_to() {
    let bench = Bench::with_ssot("staging");
    insta::assert_snapshot!(bench.run(&["ssot", "bind", "--demo"]), @"
    -- stderr
    refused: the simulated engine of --demo is gone in a moment, and an SSOT bound to it refuses every real one
    -- exit 3
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_id_and_name_with_other_storage_or_another_root_folder_is_another_engine() {
    let engine = DemoEngine::start(World::droplet(Timestamp::now())).await.unwrap();
    let bench = Bench::with_ssot("staging");
    let run = |words: &[&str]| bench.run(&[words, &["--env", "staging", "-H", engine.url()]].concat());
    run(&["ssot", "bind"]).exits(0);
    run(&["audit"]).exits(0);
    engine.with_world(|world| world.engine.driver = "btrfs".to_owned());
    let refused = run(&["audit"]).exits(3).stderr;
    assert!(refused.contains("the engine's storage was overlay2, and is btrfs"), "{refused}");
    engine.with_world(|world| {
        world.engine.driver = "overlay2".to_owned();
        world.engine.root = "/mnt/docker".to_owned();
    });
    let refused = run(&["ssot", "bind"]).exits(3).stderr;
    assert!(refused.contains("say so with --replace"), "{refused}");
    let refused = run(&["plan"]).exits(3).stderr;
    assert!(
        refused.contains("the engine's root folder was /var/lib/docker, and is /mnt/docker"),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_binding_that_notes_less_holds_and_is_completed_without_a_word_of_replacing() {
    let engine = DemoEngine::start(World::droplet(Timestamp::now())).await.unwrap();
    let bench = Bench::with_ssot("staging");
    let run = |words: &[&str]| bench.run(&[words, &["--env", "staging", "-H", engine.url()]].concat());
    run(&["ssot", "bind"]).exits(0);
    let file = bench.path("ssot/staging.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    let less = text.replace(r#", root_dir: "/var/lib/docker", storage: "overlay2""#, "");
    assert_ne!(less, text);
    std::fs::write(&file, less).unwrap();
    run(&["audit"]).exits(0);
    run(&["ssot", "bind"]).exits(0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}
