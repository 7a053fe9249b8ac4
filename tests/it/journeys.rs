//! Whole journeys through the console, in a real terminal: keys in, screen out, then the engine.
use std::path::Path;

use docker_steward::demo::{DemoEngine, World};
use tempfile::TempDir;

use crate::apply::junk;
use crate::support::steward::writes;
use crate::support::terminal::Terminal;

const DOWN: &str = "j";
const ENTER: &str = "\r";
const ESC: &str = "\u{1b}";

async fn open(world: World, env: &str, size: (u16, u16)) -> (DemoEngine, TempDir, Terminal) {
    let engine = DemoEngine::start(world).await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let terminal = Terminal::start(home.path(), size.0, size.1, &["-H", engine.url(), "--env", env]);
    (engine, home, terminal)
}

fn containers(engine: &DemoEngine) -> Vec<String> {
    let mut names = engine.with_world(|world| {
        ["tmp-a", "tmp-b", "tmp-c", "n8n"].map(|name| world.container_mut(name).map(|it| it.name.clone()))
    });
    names.sort();
    names.into_iter().flatten().collect()
}

fn lines(path: &Path) -> usize {
    std::fs::read_to_string(path).map_or(0, |text| text.lines().count())
}

#[tokio::test(flavor = "multi_thread")]
async fn mark_two_of_three_preview_mistype_leave_and_apply() {
    let (engine, home, mut it) = open(junk(), "staging", (80, 24)).await;
    it.wait_for("live");
    it.send("2");
    it.wait_for("tmp-c");
    // Sizes come later than rows.
    it.wait_for("11 B");
    it.send(" ");
    it.send(DOWN);
    it.send(" ");
    it.wait_for("2 marked");
    it.send("p");
    let plan = it.wait_for("PLAN");
    assert!(plan.contains("docker rm "), "{plan}");
    it.send("c");
    it.wait_for("Nothing has been removed yet");
    it.send("APPLY CLEANUP NOW");
    it.send(ENTER);
    it.wait_for("not the phrase");
    assert_eq!(containers(&engine).len(), 4);
    it.send(ESC);
    it.wait_for_no("not the phrase");
    it.send("c");
    it.wait_for("Nothing has been removed yet");
    it.send("APPLY CLEANUP");
    assert_eq!(writes(&engine), [""; 0], "typing removes nothing");
    it.send(ENTER);
    let result = it.wait_for("DONE");
    assert!(result.contains("freed 33 B"), "it says how much was freed:\n{result}");
    assert_eq!(containers(&engine), ["n8n", "tmp-c"]);

    let journal = home.path().join("state/docker-steward/journal");
    let journal = std::fs::read_dir(journal).unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read_to_string(&journal).unwrap();
    let count =
        |event: &str| text.lines().filter(|line| line.contains(&format!(r#""event":"{event}""#))).count();
    assert_eq!((count("intent"), count("outcome"), count("end")), (2, 2, 1));
    assert_eq!(lines(&home.path().join("logs/docker_staging_audit_log.jsonl")), 1, "the audit after it");

    it.send("q");
    assert!(it.wait_for_end().success());
    it.wait_for_release();
}

#[tokio::test(flavor = "multi_thread")]
async fn production_has_no_key_that_could_harm() {
    let (engine, _home, mut it) = open(junk(), "production", (80, 24)).await;
    it.wait_for("live");
    let screen = it.text();
    assert!(screen.contains("PRODUCTION") && screen.contains("READ-ONLY"), "{screen}");
    it.send("2");
    let screen = it.wait_for("tmp-a");
    assert!(!screen.contains("mark") && !screen.contains(" plan"), "{screen}");
    it.send(" apc");
    it.send("APPLY CLEANUP");
    it.send(ENTER);
    it.wait_for("because no rule");
    it.send(ESC);
    it.wait_for_no("because no rule");
    it.send("?");
    let help = it.wait_for("Keys in a table");
    assert!(!help.contains("mark all"), "{help}");
    it.send(ESC);
    it.wait_for_no("Keys in a table");
    it.send("q");
    it.wait_for_end();
    assert_eq!(writes(&engine), [""; 0]);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_gives_the_terminal_back() {
    for signal in ["-TERM", "-HUP", "-INT"] {
        let (_engine, _home, mut it) = open(junk(), "staging", (80, 24)).await;
        it.wait_for("live");
        assert!(it.is_taken());
        it.signal(signal);
        it.wait_for_end();
        it.wait_for_release();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_follows_the_engine_and_any_size() {
    let (engine, _home, mut it) = open(junk(), "staging", (120, 36)).await;
    it.wait_for("live");
    it.send("2");
    it.wait_for("tmp-a");
    for (columns, rows) in [(40, 12), (300, 80), (1, 1), (80, 24), (61, 15), (120, 36)] {
        it.resize(columns, rows);
    }
    it.wait_for("tmp-a");
    engine.with_world(|world| world.vanish_container("tmp-a"));
    it.wait_for_no("tmp-a");
    it.send("q");
    it.wait_for_end();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_engine_it_says_so_keeps_trying_and_offers_the_demo() {
    let home = tempfile::tempdir().unwrap();
    let socket = home.path().join("d.sock");
    let url = format!("unix://{}", socket.display());
    let mut it = Terminal::start(home.path(), 80, 24, &["-H", &url, "--env", "staging"]);
    let screen = it.wait_for("no such socket");
    assert!(screen.contains("demo"), "{screen}");
    let engine = DemoEngine::listen(junk(), &url).await.unwrap();
    it.wait_for("live");
    it.send("2");
    it.wait_for("tmp-a");
    drop(engine);
    it.wait_for("NOT LIVE");
    it.send("q");
    it.wait_for_end();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_ssot_is_shown_with_its_line() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("ssot")).unwrap();
    let text = include_str!("../../ssot/staging.yaml").replace("cleanup: confirm", "cleanup: perhaps");
    std::fs::write(home.path().join("ssot/staging.yaml"), text).unwrap();
    let mut it = Terminal::start(home.path(), 80, 24, &["--demo", "--env", "staging"]);
    let screen = it.wait_for("perhaps");
    assert!(screen.contains("ssot/staging.yaml:"), "{screen}");
    it.send("q");
    it.wait_for_end();
    it.wait_for_release();
}

#[tokio::test(flavor = "multi_thread")]
async fn from_one_engine_to_another_by_its_docker_context() {
    let (here, home, it) = open(junk(), "production", (100, 30)).await;
    let mut world = junk();
    world.engine.name = "the-other-host".to_owned();
    let there = DemoEngine::start(world).await.unwrap();
    let folder = home.path().join(".docker/contexts/meta/staging");
    std::fs::create_dir_all(&folder).unwrap();
    let context = serde_json::json!({ "Name": "staging", "Metadata": {}, "Endpoints": { "docker": { "Host": there.url() } } });
    std::fs::write(folder.join("meta.json"), context.to_string()).unwrap();
    drop(it);

    let mut it = Terminal::start(home.path(), 100, 30, &["-H", here.url(), "--env", "production"]);
    it.wait_for("live");
    it.send("e");
    it.wait_for("the engine of this Docker context");
    for _ in 0..8 {
        it.send(DOWN);
    }
    it.send(ENTER);
    // Its SSOT is the one that is called like it.
    let screen = it.wait_for("the-other-host");
    assert!(screen.contains("STAGING"), "{screen}");
    assert_eq!(writes(&there), [""; 0]);
}
