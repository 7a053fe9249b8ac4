//! What things cost, in numbers that do not depend on the machine: requests, frames, bytes.
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use docker_steward::demo::{Container, DemoEngine, Image, Volume, World};
use docker_steward::engine::TimeOuts;
use docker_steward::steward::Kind;
use jiff::Timestamp;
use ratatui::crossterm::event::KeyCode;

use crate::console::stage;
use crate::support::cli::Desk;
use crate::support::steward::{Stage, outcomes};
use crate::support::terminal::Terminal;

const SSOT: &str = "version: 1\nenvironment: staging\ncleanup: confirm\nprotected: {patterns: [prod-*]}\n\
                    safe_to_delete: {patterns: ['tmp-*']}\n";

/// So many containers, images and volumes that nobody has declared, and one container that may go.
fn world(count: usize) -> World {
    let mut world = World::empty(Timestamp::now());
    world.add_image(Image::new("tools:1").size(1));
    world.add_container(Container::new("tmp-one", "tools:1"));
    for at in 0..count {
        let image = format!("acme/web-{at}:1");
        world.add_image(Image::new(&image).size(1));
        world.add_volume(Volume::new(&format!("data-{at}")));
        world.add_container(Container::new(&format!("web-{at}"), &image).volume(&format!("data-{at}"), "/v"));
    }
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_asks_as_much_of_a_large_engine_as_of_a_small_one() {
    let mut asked = Vec::new();
    for count in [3, 150] {
        let engine = DemoEngine::start(world(count)).await.unwrap();
        let desk = Desk::new(engine.url(), SSOT);
        let ran = desk.run(&["audit", "--no-sizes"]).await;
        assert_eq!(ran.code, 0, "{}", ran.err);
        let mut paths: Vec<String> = engine.requests().into_iter().map(|(_, path)| path).collect();
        paths.sort();
        let inspects = paths.iter().filter(|it| it.ends_with("/json") && it.len() > 64).count();
        assert_eq!(inspects, 0, "what may go is at rest, and its list tells all: {paths:#?}");
        assert!(paths.len() <= 8, "{paths:#?}");
        asked.push(paths.len());
    }
    assert_eq!(asked[0], asked[1]);
}

/// How many things of each kind a cleanup removes below.
const GOING: usize = 8;

/// What was asked between the first removal and the last one, and how often: whether a container was made, what else
/// is there, and what by itself.
async fn asked_by_a_cleanup(others: usize) -> BTreeMap<&'static str, usize> {
    let mut world = world(others);
    let old = world.days_ago(40);
    // All in one second or two, as a busy engine makes them: the list tells no more of their time.
    let mut newest = String::new();
    for at in 0..GOING {
        world.add_image(Image::new(&format!("tmp-{at}:1")).created(old).size(1));
        world.add_volume(Volume::new(&format!("tmp-{at}")).created(old));
        world.add_container(Container::new(&format!("tmp-{at}"), "tools:1"));
    }
    for at in GOING..30 {
        newest = world.add_container(Container::new(&format!("stays-{at}"), "tools:1"));
    }
    let engine = DemoEngine::start(world).await.unwrap();
    let stage = Stage::open(engine.url(), "staging", SSOT, TimeOuts::default()).await.unwrap();
    let names: Vec<String> = ["container", "image", "volume"]
        .iter()
        .flat_map(|kind| {
            let tag = if *kind == "image" { ":1" } else { "" };
            (0..GOING).map(move |at| format!("{kind}/tmp-{at}{tag}"))
        })
        .collect();
    let plan = stage.plan(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let report = stage.apply(plan).await;
    assert!(report.is_complete(), "{:?}", outcomes(&report));

    let requests = engine.requests();
    let removals: Vec<usize> = (0..requests.len()).filter(|at| requests[*at].0 == "DELETE").collect();
    assert_eq!(removals.len(), GOING * 3);
    let mut asked = BTreeMap::new();
    for (method, path) in &requests[removals[0]..removals[GOING * 3 - 1]] {
        let what = match path.strip_prefix("/v1.41").unwrap_or(path) {
            _ if method == "DELETE" => "removal",
            path if path.contains("since%22") => {
                assert!(path.contains(&newest), "only what was made after the newest is listed: {path}");
                "made since"
            }
            "/info" => "info",
            path if path.starts_with("/events") => "events",
            path if path.starts_with("/containers/json") => "container's row",
            path if path.starts_with("/containers/") => "container",
            path if path.starts_with("/images/") && path.len() > 64 => "image",
            path if path.starts_with("/volumes/") => "volume",
            _ => "whole",
        };
        *asked.entry(what).or_insert(0) += 1;
    }
    asked
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_of_a_cleanup_asks_as_much_of_a_large_engine_as_of_a_small_one() {
    for others in [0, 150] {
        let mut asked = asked_by_a_cleanup(others).await;
        // What is told of the rest holds for a moment, which may be as long as a step or as the whole cleanup.
        let (info, events) = (asked.remove("info").unwrap_or(0), asked.remove("events").unwrap_or(0));
        assert!(info == events && info < GOING * 3, "{info} and {events} times of the rest");
        let wanted = BTreeMap::from([
            ("container", GOING - 1),
            ("container's row", GOING - 1),
            // A container's image, too: its tags protect the container.
            ("image", GOING - 1 + GOING),
            ("made since", GOING * 3 - 1),
            ("removal", GOING * 3 - 1),
            ("volume", GOING),
        ]);
        assert_eq!(asked, wanted, "beside {others} others");
    }
}

/// A console on an engine, once it shows what that holds and everything has come to rest.
async fn console(engine: &DemoEngine, home: &std::path::Path) -> Terminal {
    std::fs::write(home.join("ssot.yaml"), SSOT).unwrap();
    let ssot = home.join("ssot.yaml").display().to_string();
    let mut terminal = Terminal::start(home, 120, 30, &["--host", engine.url(), "--ssot", &ssot]);
    terminal.wait_until("the overview", |text| text.contains("Overview") && text.contains("Containers"));
    terminal.send("2");
    terminal.wait_until("the containers", |text| text.contains("web-1"));
    let mut seen = usize::MAX;
    while seen != engine.requests().len() + terminal.written() {
        seen = engine.requests().len() + terminal.written();
        tokio::time::sleep(Duration::from_millis(1_500)).await;
    }
    terminal
}

#[tokio::test(flavor = "multi_thread")]
async fn while_nothing_happens_nothing_is_asked_and_nothing_is_drawn() {
    let engine = DemoEngine::start(world(30)).await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let mut terminal = console(&engine, home.path()).await;
    let (asked, written) = (engine.requests().len(), terminal.written());
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(engine.requests().len(), asked, "{:?}", &engine.requests()[asked..]);
    // Ages are told in minutes: one of them may turn.
    let idle = terminal.written() - written;
    assert!(idle < 400, "{idle} bytes");

    let written = terminal.written();
    terminal.send("j");
    tokio::time::sleep(Duration::from_millis(600)).await;
    let key = terminal.written() - written;
    assert!((1..3_000).contains(&key), "{key} bytes for a key");
    terminal.send("q");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_events_costs_a_look_or_two() {
    let engine = DemoEngine::start(world(30)).await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let mut terminal = console(&engine, home.path()).await;
    let from = engine.requests().len();
    let begun = Instant::now();
    for _ in 0..100 {
        engine.with_world(|world| {
            for _ in 0..10 {
                world.tell_of_container("web-1", "start");
            }
        });
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // The storm takes a second, and longer on a machine that is busy: then a look more for each 300 ms, which one waits.
    let late = begun.elapsed().saturating_sub(Duration::from_millis(1_500));
    let most = 5 + usize::try_from(late.as_millis() / 300).unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    let looks = engine.requests()[from..].iter().filter(|(_, path)| path.contains("/images/json")).count();
    assert!((1..=most).contains(&looks), "{looks} looks, {most} at most");
    terminal.send("q");
}

#[test]
fn a_key_changes_as_many_cells_among_many_rows_as_among_few() {
    let mut changed = Vec::new();
    for count in [100, 20_000] {
        let mut inventory = stage::inventory();
        let one = inventory.containers[0].clone();
        inventory.containers = (0..count)
            .map(|at| {
                let mut it = one.clone();
                it.id = docker_steward::steward::inventory::ContainerId::new(format!("{at:064x}"));
                it.name = format!("web-{at:06}").into();
                it
            })
            .collect();
        let rules = SSOT;
        let mut stage = stage::Stage::of(rules, inventory, 160, 48);
        stage.press(KeyCode::Char('2'));
        let before = stage.buffer();
        stage.press(KeyCode::Char('j'));
        assert_eq!(stage.cursor_on(Kind::Container), "web-000001");
        changed.push(before.diff(&stage.buffer()).len());
    }
    assert!(changed[1] <= changed[0] + 8, "cells: {changed:?}");
    assert!(changed[0] < 160 * 12, "cells: {changed:?}");
}
