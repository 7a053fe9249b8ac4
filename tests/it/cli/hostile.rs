//! Names, labels and commands that would be obeyed by a terminal: through every command, in every format.
use docker_steward::demo::{Container, DemoEngine, Image, Network, Volume, World};
use docker_steward::text::is_hostile;
use jiff::Timestamp;

use super::{Called, Desk};
use crate::support::steward::writes;

/// Clears the screen, writes to the clipboard, rings, goes back in the line, and turns text round.
const HOSTILE: &str = "\u{1b}[2J\u{1b}]52;c;cm0=\u{7}\r\n\u{9b}31m\u{202e}gpj";

fn world() -> World {
    let mut world = World::empty(Timestamp::now());
    let (old, new) = (world.days_ago(40), world.hours_ago(3));
    let name = |what: &str| format!("tmp-{what}{HOSTILE}");
    world.engine.name = format!("host{HOSTILE}");
    world.add_image(
        Image::new("tools:1").created(old).size(2_000_000).label("maintainer", HOSTILE).command(&[HOSTILE]),
    );
    world.add_volume(Volume::new(&name("v")).created(old).label(HOSTILE, HOSTILE));
    world.add_network(Network::new(&name("n")).created(old).label("note", HOSTILE));
    let container = |it: &str| Container::new(it, "tools:1").created(old).command(&["sh", "-c", HOSTILE]);
    world.add_container(
        container(&name("c")).exited(0, old, new).label("com.docker.compose.project", HOSTILE),
    );
    world.add_container(container("prod-db").running(old).label(HOSTILE, HOSTILE));
    world.add_container(container(&format!("whose{HOSTILE}")).running(old));
    world
}

#[track_caller]
fn harmless(what: &str, called: &Called) {
    for (stream, text) in [("stdout", &called.out), ("stderr", &called.err)] {
        let found = text.chars().find(|it| *it != '\n' && is_hostile(*it));
        assert_eq!(found, None, "{what}: {stream}: {text:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_command_prints_what_a_terminal_would_obey() {
    let (desk, engine) = (Desk::unwatched(), DemoEngine::start(world()).await.unwrap());
    let names: Vec<String> = desk.on(&engine, &["audit", "--format", "json"]).json()["resources"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["class"] == "safe_to_delete" && it["kind"] != "image")
        .map(|it| format!("{}/{}", it["kind"].as_str().unwrap(), it["name"].as_str().unwrap()))
        .collect();
    assert_eq!(names.len(), 3, "JSON tells the names as they are: {names:?}");
    assert!(names.iter().all(|it| it.ends_with(HOSTILE)), "{names:?}");

    let mut commands: Vec<Vec<&str>> = vec![vec![], vec!["plan"], vec!["plan", "--out", "plan.json"]];
    commands.extend(["table", "json", "markdown", "prometheus"].map(|it| vec!["audit", "--format", it]));
    commands.extend(names.iter().map(|it| vec!["explain", it]));
    commands.extend([vec!["health"], vec!["doctor"], vec!["runbook"], vec!["ssot", "init"], vec!["run"]]);
    commands.extend([
        vec!["apply", "plan.json", "--confirm", "no"],
        vec!["apply", "plan.json", "--confirm", "APPLY CLEANUP"],
    ]);
    commands.extend([vec!["history"], vec!["history", "--format", "json"], vec!["audit"]]);
    for command in commands {
        let called = desk.on(&engine, &command);
        assert_ne!(called.code, 64, "{command:?}: {}", called.err);
        assert!(!called.out.is_empty() || !called.err.is_empty(), "{command:?}");
        harmless(&format!("{command:?}"), &called);
    }
    // No engine has a volume of such a name, and no address can hold it: it is left, with its reason.
    let gone: Vec<String> =
        writes(&engine).iter().map(|it| it.split('/').nth(1).unwrap().to_owned()).collect();
    assert_eq!(gone, ["containers", "networks"]);

    for file in ["plan.json", "logs/docker_staging_audit_log.jsonl"] {
        let text = desk.read(file);
        assert_eq!(text.chars().find(|it| *it != '\n' && is_hostile(*it)), None, "{file}");
    }
}
