//! Cleanups on the simulated engine: what is removed, in what order, with what requests.
mod changed;
mod cut_off;
mod faults;
mod files;
mod glances;
mod guard;

use docker_steward::demo::{Container, Image, Network, Volume, World};
use docker_steward::steward::Resource;
use jiff::Timestamp;

use crate::support::steward::{Stage, outcomes, writes};

/// Junk of every kind beside production.
pub(crate) fn junk() -> World {
    junk_at(Timestamp::now())
}

/// The same for a given moment, to the last ID.
pub(crate) fn junk_at(now: Timestamp) -> World {
    let mut world = World::empty(now);
    let (old, new) = (world.days_ago(40), world.hours_ago(3));
    world.add_image(Image::new("tools:1").created(old).size(2_000_000));
    world.add_image(Image::new("mcp/one:latest").created(old).size(5_000_000));
    world.add_image(Image::new("tmp-two:a").tag("tmp-two:b").created(old).size(7_000_000));
    world.add_image(Image::new("n8nio/n8n:1").created(old).size(9_000_000));
    world.add_volume(Volume::new("tmp-v").created(old).size(3_000_000));
    world.add_volume(Volume::new("prod_data").created(old));
    world.add_network(Network::new("test-net").created(old));
    world.add_container(Container::new("tmp-a", "tools:1").created(old).exited(0, old, new).size(11));
    world.add_container(Container::new("tmp-b", "tools:1").created(old).exited(0, old, new).size(22));
    world.add_container(Container::new("tmp-c", "tools:1").created(old).running(old).volume("tmp-v", "/v"));
    world.add_container(
        Container::new("n8n", "n8nio/n8n:1").created(old).running(old).volume("prod_data", "/d"),
    );
    world
}

pub(crate) const ALL: [&str; 8] = [
    "container/tmp-a",
    "container/tmp-b",
    "container/tmp-c",
    "image/mcp/one:latest",
    "image/tmp-two:a",
    "image/tmp-two:b",
    "volume/tmp-v",
    "network/test-net",
];

#[tokio::test]
async fn everything_safe_goes_in_order_and_nothing_else() {
    let (engine, stage) = Stage::simulated("staging", junk()).await;
    let report = stage.apply(stage.plan(&ALL).await).await;
    insta::assert_snapshot!(outcomes(&report).join("\n"), @"
    docker rm tmp-a: done
    docker rm tmp-b: done
    docker stop tmp-c: done
    docker rm tmp-c: done
    docker rmi --no-prune mcp/one:latest: done
    docker rmi --no-prune tmp-two:a: done
    docker rmi --no-prune tmp-two:b: done
    docker volume rm tmp-v: done
    docker network rm test-net: done
    ");
    assert!(report.is_complete());
    let left: Vec<String> = stage.look().await.audit.resources.iter().map(Resource::path).collect();
    assert_eq!(
        left,
        [
            "container/n8n",
            "image/n8nio/n8n:1",
            "image/tools:1",
            "volume/prod_data",
            "network/bridge",
            "network/host",
            "network/none"
        ]
    );
    let id = |text: &str| text.len() == 64;
    for write in writes(&engine) {
        let words: Vec<&str> = write.split(['/', ' ', '?', ':']).filter(|word| !word.is_empty()).collect();
        let unforced = match words[..] {
            ["POST", "containers", full, "stop"] | ["DELETE", "containers" | "networks", full] => id(full),
            ["DELETE", "images", .., "noprune=1"] | ["DELETE", "volumes", "tmp-v"] => true,
            _ => false,
        };
        assert!(unforced, "{write}");
    }
}

#[tokio::test]
async fn what_was_done_is_journalled_and_the_audit_recorded() {
    let (_engine, stage) = Stage::simulated("staging", junk()).await;
    let report = stage.apply(stage.plan(&["container/tmp-a", "volume/tmp-v"]).await).await;
    assert_eq!(outcomes(&report), ["docker rm tmp-a: done"], "the volume is used by tmp-c, which stays");

    let [journal] = &stage.journals()[..] else { panic!("one run, one journal") };
    let text = std::fs::read_to_string(journal).unwrap();
    let events: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let words: Vec<&str> = events.iter().map(|it| it["event"].as_str().unwrap()).collect();
    assert_eq!(words, ["begin", "intent", "outcome", "end"]);
    assert_eq!(events[1]["inspect"]["Name"], "/tmp-a", "what there was can be answered");
    assert_eq!((&events[2]["outcome"], &events[3]["outcome"]), (&"done".into(), &"complete".into()));
    assert!(events[0]["previous"].is_null() && events[1..].iter().all(|it| it["previous"].is_string()));

    let log = std::fs::read_to_string(stage.session.audit_log()).unwrap();
    let record: serde_json::Value = serde_json::from_str(log.lines().last().unwrap()).unwrap();
    assert!(!record["containers_safe_delete"].to_string().contains("tmp-a"));
}

#[tokio::test]
async fn a_thorough_cleanup_does_not_take_its_own_work_for_a_list_cut_short() {
    let mut world = World::empty(Timestamp::now());
    world.add_image(Image::new("tools:1").size(1));
    world.add_container(Container::new("whose", "tools:1"));
    let names: Vec<String> = (0..15).map(|at| format!("tmp-{at:02}")).collect();
    for name in &names {
        world.add_container(Container::new(name, "tools:1"));
    }
    let (_engine, stage) = Stage::simulated("staging", world).await;
    let paths: Vec<String> = names.iter().map(|name| format!("container/{name}")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let report = stage.apply(stage.plan(&paths).await).await;
    assert!(report.is_complete(), "{:#?}", outcomes(&report));
    let look = stage.look().await;
    assert!(look.audit.doubts.is_empty(), "{:?}", look.audit.doubts);
}

#[tokio::test]
async fn a_plan_leaves_out_what_something_else_uses() {
    let (_engine, stage) = Stage::simulated("staging", junk()).await;
    let plan = stage.plan(&["volume/tmp-v"]).await;
    assert!(plan.steps().is_empty());
    assert_eq!(plan.excluded()[0].why, "container tmp-c uses it and is not in the plan");
}

#[tokio::test]
async fn production_has_no_mandate() {
    let (engine, stage) = Stage::simulated("production", junk()).await;
    let look = stage.look().await;
    let marks = look.audit.resources.iter().map(|it| it.key.clone()).collect();
    assert!(stage.session.plan(&look, &marks).is_err());
    assert!(stage.session.mandate().is_err());
    assert_eq!(writes(&engine), [""; 0]);
}
