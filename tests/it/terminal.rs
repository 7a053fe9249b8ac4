//! The console and its terminal: taken over and given back whatever happens, shared with a shell, of any size.

use std::path::Path;
use std::time::Duration;

use docker_steward::demo::{DemoEngine, Effect, Fault};
use tempfile::TempDir;

use crate::apply::junk;
use crate::support::proxy::{self, Gate, Proxy};
use crate::support::steward::writes;
use crate::support::terminal::Terminal;

const ENTER: &str = "\r";
const ESC: &str = "\u{1b}";
const CTRL_Z: &str = "\u{1a}";

/// Only a build with debug assertions listens to this variable.
#[cfg(debug_assertions)]
const FAULT: &str = "DOCKER_STEWARD_FAULT";

async fn staging() -> (DemoEngine, TempDir) {
    (DemoEngine::start(junk()).await.unwrap(), tempfile::tempdir().unwrap())
}

fn start(engine: &DemoEngine, home: &Path) -> Terminal {
    Terminal::start(home, 80, 24, &["-H", engine.url(), "--env", "staging"])
}

/// Marks all containers that may go, has them planned, and approves the plan.
fn approve_all(it: &mut Terminal) {
    it.wait_for("live");
    it.send("2");
    it.wait_for("tmp-a");
    it.send("ap");
    it.wait_for("PLAN");
    it.send("c");
    it.wait_for("Nothing has been removed yet");
    it.send("APPLY CLEANUP");
    it.wait_for("▸ APPLY CLEANUP");
    it.send(ENTER);
}

/// The settings of the shell's terminal, as the shell sees them after the console has gone.
#[cfg(unix)]
fn settings(it: &mut Terminal, mark: &str) -> String {
    it.send(&format!("clear; stty -g; echo END-{mark}\r"));
    let text = it.wait_for_line(&format!("END-{mark}"));
    text.split("END-").next().unwrap_or_default().to_owned()
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn control_z_gives_the_terminal_to_the_shell_and_fg_takes_it_back() {
    let (engine, home) = staging().await;
    let mut it = Terminal::shell(home.path(), &[]);
    it.wait_for("READY>");
    let before = settings(&mut it, "before");
    assert!(before.contains(':'), "{before}");
    it.send(&format!("clear; \"$steward\" -H {} --env staging\r", engine.url()));
    it.wait_for("live");
    it.send("2 ");
    it.wait_for("1 marked");
    it.send(CTRL_Z);
    it.wait_for("Stopped");
    it.wait_for_release();
    assert_eq!(settings(&mut it, "stopped"), before, "the shell has its terminal as it was");
    // The engine moves on meanwhile, and the terminal changes its size.
    it.resize(100, 30);
    engine.with_world(|world| world.vanish_container("tmp-c"));
    it.send("fg\r");
    it.wait_for("1 marked");
    it.wait_for_no("tmp-c");
    assert!(it.is_taken() && it.tells_pastes());
    it.send("q");
    it.wait_for_release();
    assert_eq!(settings(&mut it, "after"), before);
    it.send("exit\r");
    it.wait_for_end();
}

/// However long the process takes to end once the terminal is given back.
#[cfg(all(unix, debug_assertions))]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_after_it_is_for_the_shell() {
    let (engine, home) = staging().await;
    let mut it = Terminal::shell(home.path(), &[(FAULT, "slow end")]);
    it.wait_for("READY>");
    it.send(&format!("clear; \"$steward\" -H {} --env staging\r", engine.url()));
    it.wait_for("live");
    it.send("q");
    it.wait_for_release();
    it.send("echo TYPED AHEAD\r");
    it.wait_for_line("TYPED AHEAD");
    it.send("exit\r");
    it.wait_for_end();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn stopped_and_continued_from_outside_it_draws_itself_anew() {
    let (engine, home) = staging().await;
    let mut it = start(&engine, home.path());
    it.wait_for("live");
    it.send("2");
    it.wait_for("tmp-a");
    it.signal("-STOP");
    it.blank();
    it.signal("-CONT");
    it.wait_for("tmp-a");
    it.send("q");
    assert!(it.wait_for_end().success());
}

/// Half a terminal is none: keys could not be read.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn without_keys_it_prints_the_audit_and_leaves_the_terminal_alone() {
    let (engine, home) = staging().await;
    let mut it = Terminal::shell(home.path(), &[]);
    it.wait_for("READY>");
    it.resize(120, 60);
    it.send(&format!("clear; \"$steward\" -H {} --env staging </dev/null; echo ENDED $?\r", engine.url()));
    let screen = it.wait_for_line("ENDED 0");
    assert!(screen.contains("the console needs a terminal") && screen.contains("tmp-a"), "{screen}");
    assert!(!it.is_taken());
    it.send("exit\r");
    it.wait_for_end();
}

#[cfg(debug_assertions)]
#[tokio::test(flavor = "multi_thread")]
async fn a_panic_gives_the_terminal_back_before_its_report() {
    let (engine, home) = staging().await;
    for at in ["update", "task"] {
        let arguments = ["-H", engine.url(), "--env", "staging"];
        let mut it = Terminal::with(home.path(), &[(FAULT, at)], &arguments);
        let status = it.wait_for_end();
        assert!(!status.success(), "{at}");
        it.wait_for_release();
        let said = it.wait_for("this fault was asked for");
        assert!(!it.is_taken() && !it.mouse_is_taken() && !it.tells_pastes(), "{at}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_sizes_leaves_the_screen_whole() {
    let (engine, home) = staging().await;
    let mut it = start(&engine, home.path());
    it.wait_for("live");
    it.send("2");
    it.wait_for("tmp-a");
    for round in 0..60_u16 {
        it.resize(40 + round * 37 % 260, 12 + round * 23 % 68);
    }
    for (columns, rows) in [(300, 80), (1, 1), (39, 11), (40, 12), (120, 36)] {
        it.resize(columns, rows);
    }
    it.wait_for("its name matches");
    it.resize(80, 24);
    it.wait_until("each part of the screen once", |text| {
        let count = |wanted: &str| text.matches(wanted).count();
        (count("CLASS"), count("STAGING"), count("? help"), count("its name matches")) == (1, 1, 1, 0)
    });
    it.send("q");
    assert!(it.wait_for_end().success());
}

/// A paste types the phrase, and no paste presses Enter: a runbook on the clipboard removes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_phrase_can_be_pasted_and_still_waits_for_enter() {
    let (engine, home) = staging().await;
    let mut it = start(&engine, home.path());
    it.wait_for("live");
    it.paste("a p c APPLY CLEANUP\n");
    it.send("2");
    it.wait_for("tmp-a");
    assert!(!it.text().contains("marked"), "a paste is no keys");
    it.send("ap");
    it.wait_for("PLAN");
    it.send("c");
    it.wait_for("Nothing has been removed yet");
    it.paste("APPLY CLEANUP\r\nrm -rf /\r\n");
    let screen = it.wait_for("▸ APPLY CLEANUP");
    assert!(!screen.contains("rm -rf"), "{screen}");
    // What comes after it is taken after it: had the paste pressed Enter, the plan would be gone.
    it.send(ESC);
    it.wait_for_no("Nothing has been removed yet");
    assert!(it.text().contains("PLAN"));
    assert_eq!(writes(&engine), [""; 0]);
    it.send("c");
    it.wait_for("Nothing has been removed yet");
    it.paste("APPLY CLEANUP\n");
    it.wait_for("▸ APPLY CLEANUP");
    it.send(ENTER);
    it.wait_for("DONE");
    assert!(!writes(&engine).is_empty());
    it.send("q");
    assert!(it.wait_for_end().success());
}

/// Who only looks takes an engine that greets as before for the one that it was; who removes does not.
#[tokio::test(flavor = "multi_thread")]
async fn a_cleanup_asks_in_full_who_the_engine_is() {
    let (engine, home) = staging().await;
    let in_full =
        |engine: &DemoEngine| engine.requests().iter().filter(|(_, path)| path.ends_with("/version")).count();
    for known in [false, true] {
        let mut it = start(&engine, home.path());
        it.wait_for("live");
        it.send("q");
        assert!(it.wait_for_end().success());
        assert_eq!(in_full(&engine), 1, "known: {known}");
    }
    let podman = |version: &mut serde_json::Value| {
        version["Components"] = serde_json::json!([{ "Name": "Podman Engine", "Version": "4.3.1" }]);
    };
    engine.inject(Fault::new("GET", "/version", Effect::Edit(Box::new(podman))).always());
    let mut it = start(&engine, home.path());
    approve_all(&mut it);
    it.wait_for("Podman");
    assert_eq!(writes(&engine), [""; 0]);
    assert!(in_full(&engine) > 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_goes_away_ends_it() {
    let (engine, home) = staging().await;
    let mut it = start(&engine, home.path());
    it.wait_for("live");
    it.send("2s");
    it.wait_for("NAME↓");
    it.hang_up();
    it.wait_for_end();
    let memory = home.path().join("state/docker-steward/console.json");
    assert!(std::fs::read_to_string(memory).unwrap().contains("containers"), "and it remembers");
}

/// As where an SSH session drops.
#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_goes_away_stops_a_cleanup_after_the_step_in_flight() {
    stops_a_cleanup(|home, arguments| Terminal::start(home, 80, 24, arguments)).await;
}

/// As where it was started apart from whoever would be told.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn so_does_one_that_goes_away_without_a_signal() {
    stops_a_cleanup(Terminal::unsignalled).await;
}

async fn stops_a_cleanup(started: impl Fn(&Path, &[&str]) -> Terminal) {
    let (engine, home) = staging().await;
    let proxy = Proxy::to(engine.url());
    let gate = Gate::shut();
    proxy.inject(proxy::Fault::new("DELETE", "/containers/", proxy::Effect::Hold(gate.clone())));
    let mut it = started(home.path(), &["-H", &proxy.url, "--env", "staging"]);
    approve_all(&mut it);
    gate.reached().await;
    it.hang_up();
    // Nothing shows that it has heard: it waits for the engine.
    tokio::time::sleep(Duration::from_secs(1)).await;
    gate.open();
    it.wait_for_end();
    let removals = || proxy.writes().into_iter().filter(|it| it.starts_with("DELETE")).count();
    assert_eq!(removals(), 1, "{:?}", proxy.writes());
    assert!(engine.with_world(|world| world.containers.iter().any(|it| it.name.starts_with("tmp-"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mouse_is_the_terminals_until_asked_for_and_after() {
    let (engine, home) = staging().await;
    let mut it = start(&engine, home.path());
    it.wait_for("live");
    assert!(!it.mouse_is_taken());
    it.send("m");
    it.wait_for("Mouse on");
    assert!(it.mouse_is_taken());
    // The second tab of the second line, pressed and let go, as SGR reports it.
    it.send("\u{1b}[<0;18;2M\u{1b}[<0;18;2m");
    it.wait_for("tmp-a");
    it.send("q");
    it.wait_for_end();
    it.wait_for_release();
    assert!(!it.mouse_is_taken(), "given back with the rest");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_opens_as_it_was_left_and_with_the_users_own_files() {
    let (engine, home) = staging().await;
    let config = home.path().join("config/docker-steward");
    std::fs::create_dir_all(config.join("themes")).unwrap();
    std::fs::write(config.join("config.toml"), "theme = \"mine\"\n[keys]\nquit = \"Q\"\nsort = \"p\"\n")
        .unwrap();
    std::fs::write(config.join("themes/mine.toml"), "summary = \"my own\"\ninherits = \"gruvbox\"\n")
        .unwrap();
    std::fs::write(config.join("themes/broken.toml"), "inherits = \"dark\"\n[roles\n").unwrap();

    let mut it = start(&engine, home.path());
    let screen = it.wait_for("live");
    let flat = screen.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("`broken`") && flat.contains("line 2"), "{screen}");
    assert!(flat.contains("`keys.sort` is left as it was"), "{screen}");
    it.send("t");
    it.wait_for("▸ mine");
    it.send(ESC);
    it.wait_for_no("▸ mine");
    it.send("3qQ");
    assert!(it.wait_for_end().success());

    let memory = home.path().join("state/docker-steward/console.json");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&memory).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let mut it = start(&engine, home.path());
    it.wait_for("tools");
    it.send("Q");
    it.wait_for_end();

    std::fs::write(&memory, "{\"view\": ").unwrap();
    let mut it = start(&engine, home.path());
    it.wait_for("left aside");
    it.wait_for("live");
    it.send("Q");
    assert!(it.wait_for_end().success());
    assert!(std::fs::read_to_string(&memory).unwrap().starts_with('{'), "and written anew");
}
