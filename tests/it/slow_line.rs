//! The engine at the end of a slow line: how often it is asked in turn, and that no key waits for it.
use std::path::Path;
use std::time::Duration;

use docker_steward::demo::{Container, DemoEngine, Image, World};
use jiff::Timestamp;

use crate::support::proxy::{Effect, Fault, Gate, Proxy};
use crate::support::terminal::Terminal;

/// So long that what is asked at once is asked within it, also by a machine under load.
const LINE: Duration = Duration::from_millis(700);

const SSOT: &str = "version: 1\nenvironment: staging\ncleanup: confirm\nprotected: {patterns: [prod-*]}\n\
                    safe_to_delete: {patterns: ['tmp-*']}\n";

async fn engine() -> DemoEngine {
    let mut world = World::empty(Timestamp::now());
    world.add_image(Image::new("tools:1").size(4_000_000));
    // It runs, so that it has to be inspected.
    let since = world.days_ago(1);
    world.add_container(Container::new("tmp-one", "tools:1").running(since));
    for at in 0..5 {
        world.add_container(Container::new(&format!("web-{at}"), "tools:1"));
    }
    DemoEngine::start(world).await.unwrap()
}

fn console(home: &Path, proxy: &Proxy) -> Terminal {
    let ssot = home.join("ssot.yaml");
    std::fs::write(&ssot, SSOT).unwrap();
    Terminal::start(home, 120, 30, &["--host", &proxy.url, "--ssot", &ssot.display().to_string()])
}

/// The same with the table of containers in front, of which nothing may have come yet.
fn containers(home: &Path, proxy: &Proxy) -> Terminal {
    let mut terminal = console(home, proxy);
    terminal.wait_until("the overview", |text| text.contains("Overview"));
    terminal.send("2");
    terminal
}

/// Each question, and how many had to be answered before it was asked.
fn asked(proxy: &Proxy) -> Vec<(String, usize)> {
    proxy.requests().into_iter().map(|(_, path)| path).zip(proxy.chains()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_opens_in_three_trips_and_asks_nothing_twice() {
    let (engine, home) = (engine().await, tempfile::tempdir().unwrap());
    let proxy = Proxy::over_a_line_of(LINE, engine.url());
    let mut terminal = containers(home.path(), &proxy);
    terminal.wait_for("web-4");
    terminal.wait_for("drift");
    // What the classes had to wait for: who is it, the lists, and what may go.
    let rows = asked(&proxy);
    let deepest =
        rows.iter().filter(|(path, _)| !path.starts_with("/system/df")).map(|(_, chain)| *chain).max();
    assert_eq!(deepest, Some(3), "{rows:#?}");
    // Sizes come by themselves, and with them nothing else.
    terminal.send("3");
    terminal.wait_for("4.0 MB");
    let mut paths: Vec<String> = asked(&proxy).into_iter().map(|(path, _)| path).collect();
    paths.sort();
    let begins = [
        "/_ping",
        "/containers/",
        "/containers/json",
        "/events",
        "/images/json",
        "/info",
        "/networks",
        "/system/df",
        "/version",
        "/volumes",
    ];
    assert_eq!(paths.len(), begins.len(), "{paths:#?}");
    assert!(paths.iter().zip(begins).all(|(path, begin)| path.starts_with(begin)), "{paths:#?}");
    terminal.send("q");
    assert!(terminal.wait_for_end().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_was_met_far_away_is_asked_for_all_at_once() {
    let (engine, home) = (engine().await, tempfile::tempdir().unwrap());
    let proxy = Proxy::over_a_line_of(LINE, engine.url());
    // Of each time, how many had to be answered before the ping and before each list.
    let mut before = 0;
    let mut open = async || {
        let mut terminal = containers(home.path(), &proxy);
        terminal.wait_for("web-4");
        terminal.wait_for("drift");
        terminal.send("q");
        assert!(terminal.wait_for_end().success());
        let rows = asked(&proxy).split_off(before);
        before += rows.len();
        let chain =
            |begin: &str| rows.iter().find(|(path, _)| path.starts_with(begin)).map(|(_, chain)| *chain);
        let lists = ["/containers/json", "/images/json", "/volumes", "/networks", "/info"].map(chain);
        (chain("/_ping"), lists, chain("/version").is_some())
    };
    let (ping, lists, in_full) = open().await;
    assert!(lists == [ping.map(|it| it + 1); 5] && in_full, "{ping:?} {lists:?}");
    let (ping, lists, in_full) = open().await;
    assert!(ping.is_some() && lists == [ping; 5] && !in_full, "{ping:?} {lists:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_while_the_console_opens_is_seen() {
    let (engine, home) = (engine().await, tempfile::tempdir().unwrap());
    let proxy = Proxy::to(engine.url());
    // The lists are answered, and then the world moves on before the console hears events.
    let gate = Gate::shut();
    proxy.inject(Fault::new("GET", "/events", Effect::Hold(gate.clone())));
    let mut terminal = containers(home.path(), &proxy);
    terminal.wait_for("web-4");
    terminal.wait_for("drift");
    gate.reached().await;
    engine.with_world(|world| world.tell_of_container("web-4", "start"));
    let looks = || proxy.requests().iter().filter(|(_, path)| path.starts_with("/images/json")).count();
    assert_eq!(looks(), 1);
    gate.open();
    terminal.wait_until("another look", |_| looks() == 2);
    terminal.send("q");
    assert!(terminal.wait_for_end().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_containers_are_seen_before_the_rest_is_read_and_nothing_is_concluded_from_them() {
    let (engine, home) = (engine().await, tempfile::tempdir().unwrap());
    let proxy = Proxy::to(engine.url());
    let gate = Gate::shut();
    let fault = proxy.inject(Fault::new("GET", "/images/json", Effect::Hold(gate.clone())));
    let mut terminal = containers(home.path(), &proxy);
    let screen = terminal.wait_for("tmp-one");
    assert!(screen.contains("web-4") && screen.contains("reading images"), "{screen}");
    assert!(!screen.contains("? unknown") && !screen.contains("○ safe"), "{screen}");
    terminal.send(" ");
    terminal.wait_for("One moment: whether tmp-one may go");
    terminal.send("p");
    terminal.wait_for("Nothing is marked");
    // Whoever has moved the cursor finds it where it was.
    terminal.send("jj");
    let on =
        |name: &'static str| move |text: &str| text.lines().any(|it| it.contains('▸') && it.contains(name));
    terminal.wait_until("web-1", on("web-1"));
    assert_eq!(fault.fired(), 1);
    gate.open();
    terminal.wait_for("drift");
    terminal.wait_until("web-1", on("web-1"));
    terminal.send("g ");
    terminal.wait_for("1 marked");
    terminal.send("q");
    assert!(terminal.wait_for_end().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_takes_its_time_for_the_containers_is_asked_for_the_rest_meanwhile() {
    let (engine, home) = (engine().await, tempfile::tempdir().unwrap());
    let proxy = Proxy::to(engine.url());
    let gate = Gate::shut();
    let fault = proxy.inject(Fault::new("GET", "/containers/json", Effect::Hold(gate.clone())));
    let mut terminal = console(home.path(), &proxy);
    let asked = |path: &str| proxy.requests().iter().any(|(_, it)| it.starts_with(path));
    terminal
        .wait_until("the other lists", |_| ["/images/json", "/volumes", "/networks"].into_iter().all(asked));
    assert_eq!(fault.fired(), 1);
    gate.open();
    terminal.wait_for("drift");
    terminal.send("q");
    assert!(terminal.wait_for_end().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_waits_for_the_engine() {
    let (engine, home) = (engine().await, tempfile::tempdir().unwrap());
    let proxy = Proxy::to(engine.url());
    let mut terminal = containers(home.path(), &proxy);
    terminal.wait_for("drift");
    let gate = Gate::shut();
    let fault = proxy.inject(Fault::new("GET", "/containers/json", Effect::Hold(gate.clone())));
    terminal.send("r");
    gate.reached().await;
    for name in ["web-0", "web-1", "web-2"] {
        terminal.send("j");
        terminal.wait_until(name, |text| text.lines().any(|line| line.contains('▸') && line.contains(name)));
    }
    terminal.send("3");
    terminal.wait_for("tools:1");
    assert_eq!(fault.fired(), 1);
    gate.open();
    terminal.send("q");
    assert!(terminal.wait_for_end().success());
}
