//! Before each removal the resource is read again by itself, as long as nothing else changes: few and small
//! requests, however much the engine holds; and whatever else changes is still seen.
use std::collections::BTreeMap;
use std::time::Duration;

use docker_steward::demo::{Container, DemoEngine, Effect, Fault, Image, Volume, World};
use jiff::Timestamp;

use crate::support::steward::{Stage, outcomes};

/// Two containers, two images and two volumes to remove, beside what stays.
fn world() -> World {
    let mut world = World::empty(Timestamp::now());
    let (old, new) = (world.days_ago(40), world.hours_ago(3));
    world.add_image(Image::new("odoo:18.0").created(old).size(1));
    for name in ["mcp/one:latest", "mcp/two:latest"] {
        world.add_image(Image::new(name).created(old).size(1));
    }
    for name in ["tmp-v", "tmp-w", "whose"] {
        world.add_volume(Volume::new(name).created(old));
    }
    for name in ["tmp-a", "tmp-b"] {
        world.add_container(Container::new(name, "odoo:18.0").created(old).exited(0, old, new));
    }
    world.add_container(Container::new("whose", "odoo:18.0").created(old).volume("whose", "/v"));
    world
}

const ALL: [&str; 6] = [
    "container/tmp-a",
    "container/tmp-b",
    "image/mcp/one:latest",
    "image/mcp/two:latest",
    "volume/tmp-v",
    "volume/tmp-w",
];

/// What was asked between the removals: before the first, between the first and the second, and so on.
fn asked(engine: &DemoEngine, from: usize) -> Vec<BTreeMap<String, usize>> {
    let mut steps = vec![BTreeMap::new()];
    for (method, path) in &engine.requests()[from..] {
        if path.ends_with("/session") {
            continue;
        }
        if method == "GET" {
            let path = path.strip_prefix("/v1.41").unwrap_or(path);
            let words: Vec<&str> = path.split(['/', '?']).filter(|word| !word.is_empty()).collect();
            let what = match words[..] {
                ["containers", "json", query] if query.contains("since") => "containers since",
                ["containers", "json", query] if query.contains("filters") => "container by ID",
                ["events", ..] => "events",
                ["images", .., "json"] => "image",
                [collection, "json", ..] => collection,
                [only] => only,
                [collection, ..] => &collection[..collection.len() - 1],
                [] => "",
            };
            *steps.last_mut().unwrap().entry(what.to_owned()).or_insert(0) += 1;
        } else {
            steps.push(BTreeMap::new());
        }
    }
    steps
}

fn counts(of: &[(&str, usize)]) -> BTreeMap<String, usize> {
    of.iter().map(|(what, count)| ((*what).to_owned(), *count)).collect()
}

#[tokio::test]
async fn only_the_first_step_reads_the_whole_engine() {
    let (engine, stage) = Stage::simulated("staging", world()).await;
    let plan = stage.plan(&ALL).await;
    let from = engine.requests().len();
    let report = stage.apply(plan).await;
    assert!(report.is_complete(), "{:?}", outcomes(&report));

    let asked = asked(&engine, from);
    assert_eq!(asked.len(), 7, "six removals");
    for list in ["info", "containers", "images", "volumes", "networks"] {
        assert_eq!(asked[0].get(list), Some(&1), "{list} before the first removal: {:?}", asked[0]);
    }
    let container = vec![("container by ID", 1), ("container", 1), ("image", 1)];
    let (image, volume) = (vec![("image", 1)], vec![("volume", 1)]);
    let wanted = [container, image.clone(), image, volume.clone(), volume];
    for (at, alone) in wanted.iter().enumerate() {
        // Whether there is a new container is asked each time; what else tells of the rest holds for a moment.
        let alone = [&alone[..], &[("containers since", 1)]].concat();
        let rest = [&alone[..], &[("info", 1), ("events", 1)]].concat();
        let asked = &asked[at + 1];
        assert!(*asked == counts(&alone) || *asked == counts(&rest), "before removal {}: {asked:?}", at + 2);
    }
}

/// Changes the world right after `tmp-a` was removed, and returns what became of the other steps: those that
/// were skipped, with why. No event tells of the change, so it is seen as soon as the engine is asked again.
async fn after_the_first(change: impl Fn(&mut World) + Send + Sync + 'static) -> Vec<String> {
    kept_after(move |world| {
        change(world);
        std::thread::sleep(Duration::from_millis(260));
    })
    .await
}

async fn kept_after(change: impl Fn(&mut World) + Send + Sync + 'static) -> Vec<String> {
    let (engine, stage) = Stage::simulated("staging", world()).await;
    let plan = stage.plan(&ALL).await;
    let fault = Fault::new("DELETE", "/containers/", Effect::After(Box::new(change)));
    let fired = fault.fired();
    engine.inject(fault);
    let report = stage.apply(plan).await;
    assert_eq!(fired.count(), 1);
    let skipped = report.steps.iter().filter(|step| step.outcome.as_str() != "done");
    skipped.map(|step| format!("{}: {}", step.name, step.outcome.reason().unwrap_or("gone"))).collect()
}

#[tokio::test]
async fn a_container_that_came_meanwhile_keeps_what_it_uses_whatever_its_age_and_without_an_event() {
    for mount in [
        |it: Container| it.volume("tmp-w", "/data"),
        |it: Container| it.bind("/var/lib/docker/volumes/tmp-w/_data/deep", "/data"),
    ] {
        for days in [0, 400] {
            let kept = after_the_first(move |it| {
                let created = it.days_ago(days);
                it.add_container(mount(Container::new("odoo-new", "odoo:18.0").created(created)));
            })
            .await;
            let [one] = &kept[..] else { panic!("{kept:?}") };
            assert!(one.starts_with("tmp-w: it is unknown now"), "{one}");
        }
    }
}

#[tokio::test]
async fn one_that_came_a_moment_ago_is_seen_without_an_event() {
    let kept = kept_after(|it| {
        let created = it.now();
        it.add_container(Container::new("odoo-new", "odoo:18.0").created(created).volume("tmp-w", "/data"));
    })
    .await;
    let [one] = &kept[..] else { panic!("{kept:?}") };
    assert!(one.starts_with("tmp-w: it is unknown now"), "{one}");
}

#[tokio::test]
async fn one_that_came_a_moment_ago_is_heard_of() {
    let kept = kept_after(|it| {
        let created = it.days_ago(400);
        it.add_container(Container::new("odoo-new", "odoo:18.0").created(created).volume("tmp-w", "/data"));
        it.tell_of_container("odoo-new", "create");
    })
    .await;
    let [one] = &kept[..] else { panic!("{kept:?}") };
    assert!(one.starts_with("tmp-w: it is unknown now"), "{one}");
}

#[tokio::test]
async fn one_that_came_for_one_that_went_is_seen_too() {
    let kept = after_the_first(|it| {
        it.vanish_container("whose");
        let created = it.now();
        it.add_container(Container::new("odoo-new", "mcp/two:latest").created(created));
    })
    .await;
    let [one] = &kept[..] else { panic!("{kept:?}") };
    assert!(one.starts_with("mcp/two:latest: it is unknown now"), "{one}");
}

#[tokio::test]
async fn a_protected_tag_on_the_image_of_a_container_keeps_the_container() {
    let kept = after_the_first(|it| {
        it.tag("odoo:18.0", "acme/web:prod-9");
    })
    .await;
    let [one] = &kept[..] else { panic!("{kept:?}") };
    assert!(one.starts_with("tmp-b: it is protected now"), "{one}");
}

#[tokio::test]
async fn what_changes_by_itself_is_skipped_and_the_rest_goes_on() {
    let kept = after_the_first(|it| {
        let now = it.now();
        let container = it.container_mut("tmp-b").unwrap();
        *container = container.clone().running(now);
        it.tag("mcp/one:latest", "mcp/uno:latest");
        it.vanish_volume("tmp-v");
        it.add_volume(Volume::new("tmp-v").created(now));
    })
    .await;
    let [b, one, volume] = &kept[..] else { panic!("{kept:?}") };
    assert!(b.starts_with("tmp-b: its state was exited and is running"), "{b}");
    assert!(one.starts_with("mcp/one:latest: its list of references was"), "{one}");
    assert!(volume.starts_with("tmp-v: its creation time was"), "{volume}");
}

#[tokio::test]
async fn an_engine_that_answers_no_glance_is_read_as_a_whole_each_time() {
    for path in ["/events", "/containers/json?all=1&filters"] {
        let (engine, stage) = Stage::simulated("staging", world()).await;
        let plan = stage.plan(&ALL).await;
        let fault = Fault::new("GET", path, Effect::Status(500, "no".to_owned())).always();
        let fired = fault.fired();
        engine.inject(fault);
        let from = engine.requests().len();
        let report = stage.apply(plan).await;
        assert!(fired.count() > 0, "{path}");
        assert!(report.is_complete(), "{path}: {:?}", outcomes(&report));
        let whole = asked(&engine, from).iter().filter(|step| step.contains_key("networks")).count();
        assert_eq!(whole, 7, "{path}: before each removal, and at the end");
    }
}

#[tokio::test]
async fn another_engine_midway_stops_the_run() {
    let (engine, stage) = Stage::simulated("staging", world()).await;
    let plan = stage.plan(&ALL).await;
    let change = |it: &mut World| it.engine.id = "OTHER".into();
    engine.inject(Fault::new("DELETE", "/containers/", Effect::After(Box::new(change))));
    let report = stage.apply(plan).await;
    assert!(report.stopped.as_ref().is_some_and(|why| why.contains("not the engine")), "{report:?}");
    assert_eq!(report.count("done"), 1);
}
