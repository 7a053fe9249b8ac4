//! `apply`: nothing goes without the plan, the phrase, and the same engine as before.
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use docker_steward::demo::{DemoEngine, Effect, Fault};
use docker_steward::steward::PHRASE;

use super::{Called, Desk, junk};
use crate::support::steward::writes;

fn plan(desk: &Desk, engine: &DemoEngine, select: &[&str]) -> serde_json::Value {
    let mut words = vec!["plan", "--out", "plan.json", "--format", "json"];
    words.extend(select.iter().flat_map(|it| ["--select", *it]));
    desk.on(engine, &words).expect(0).json()
}

fn apply(desk: &Desk, engine: &DemoEngine, more: &[&str]) -> Called {
    desk.on(engine, &[&["apply", "plan.json", "--confirm", PHRASE], more].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_file_and_the_phrase_remove_what_was_shown() {
    let (desk, engine) = (Desk::unwatched(), junk().await);
    let plan = plan(&desk, &engine, &["container/tmp-c", "volume/tmp-v"]);
    let hash = plan["hash"].as_str().unwrap();
    let called = apply(&desk, &engine, &["--plan-hash", hash]).expect(0);
    assert!(called.out.contains("complete: 3 of 3 steps done, freed 3"), "{}", called.out);
    assert!(called.err.contains("1/3  docker stop "), "{}", called.err);
    assert_eq!(writes(&engine).len(), 3, "{:?}", writes(&engine));

    // Again: all of it is gone, so nothing is left to approve.
    let again = apply(&desk, &engine, &[]).expect(3);
    assert!(again.err.contains("the engine does not hold it any more"), "{}", again.err);
    assert_eq!(writes(&engine).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_terminal_a_file_and_the_phrase_are_needed() {
    let (desk, engine) = (Desk::unwatched(), junk().await);
    plan(&desk, &engine, &[]);
    let of = |arguments: &[&str]| desk.on(&engine, arguments).expect(3).err;
    assert!(of(&["apply"]).contains("no terminal"));
    assert!(of(&["apply", "plan.json"]).contains("--confirm \"APPLY CLEANUP\""));
    assert!(of(&["apply", "--confirm", PHRASE]).contains("no PLAN-FILE"));
    for phrase in ["", "apply cleanup", "APPLY CLEANUP ", "yes", "APPLY  CLEANUP"] {
        assert!(
            of(&["apply", "plan.json", "--confirm", phrase]).contains("that is not the phrase"),
            "{phrase}"
        );
    }
    assert!(of(&["--read-only", "apply", "plan.json", "--confirm", PHRASE]).contains("read-only"));
    assert!(writes(&engine).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_for_something_else_is_void_and_says_what_changed() {
    let (desk, engine) = (Desk::unwatched(), junk().await);
    plan(&desk, &engine, &[]);
    let text = desk.read("plan.json");
    let write = |text: &str| std::fs::write(desk.work().join("plan.json"), text).unwrap();
    let refused = |engine: &DemoEngine, more: &[&str], why: &str| {
        let called = apply(&desk, engine, more).expect(3);
        assert!(called.out.is_empty() && called.err.contains(why), "{why}: {}", called.err);
    };
    refused(&engine, &["--plan-hash", "5507"], "this is another plan: its hash is ");
    write(&text.replace("tmp-a", "tmp-z"));
    refused(&engine, &[], "was changed after it was written");
    write(&text);
    engine.with_world(|world| world.engine.name = "another-host".to_owned());
    refused(&engine, &[], "the engine's name was demo when the plan was made, and is another-host");
    engine.with_world(|world| world.engine.name = "demo".to_owned());
    let ssot = docker_steward::ssot::builtin::text(&"staging".parse().unwrap()).unwrap();
    std::fs::write(desk.work().join("ssot/staging.yaml"), format!("{ssot}\n# changed\n")).unwrap();
    refused(&engine, &[], "content of the SSOT");
    assert!(writes(&engine).is_empty());
    for text in ["", "{}", "[1]", &text[..text.len() / 2]] {
        write(text);
        assert!(apply(&desk, &engine, &[]).expect(1).err.contains("it is no plan file"));
    }
    std::fs::remove_file(desk.work().join("plan.json")).unwrap();
    assert!(apply(&desk, &engine, &[]).expect(1).err.contains("plan.json cannot be read"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_changed_since_is_kept_and_counts_as_not_done() {
    let (desk, engine) = (Desk::unwatched(), junk().await);
    plan(&desk, &engine, &["container/tmp-a", "container/tmp-b"]);
    engine.with_world(|world| world.vanish_container("tmp-a"));
    let called = apply(&desk, &engine, &[]).expect(4);
    assert!(
        called.err.contains("! kept container/tmp-a: the engine does not hold it any more"),
        "{}",
        called.err
    );
    assert!(called.out.contains("incomplete: 1 of 1 steps done"), "{}", called.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_engine_refuses_counts_as_not_done() {
    let (desk, engine) = (Desk::unwatched(), junk().await);
    plan(&desk, &engine, &["container/tmp-a", "container/tmp-b"]);
    let fault = Fault::new("DELETE", "/containers/", Effect::Status(409, "busy".to_owned()));
    let fired = fault.fired();
    engine.inject(fault);
    let called = apply(&desk, &engine, &[]).expect(4);
    assert_eq!(fired.count(), 1);
    assert!(called.out.contains("container/tmp-a refused: "), "{}", called.out);
}

/// SIGINT, SIGTERM and SIGHUP arrive while the first removal is in flight: it is finished, and no other begun.
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_lets_the_step_in_flight_end_and_starts_no_other() {
    for signal in ["INT", "TERM", "HUP"] {
        let (desk, engine) = (Desk::unwatched(), junk().await);
        plan(&desk, &engine, &["container/tmp-a", "container/tmp-b"]);
        let (heard, hear) = mpsc::channel::<()>();
        let (pid_known, pid) = mpsc::channel::<u32>();
        let (hear, pid) = (std::sync::Mutex::new(hear), std::sync::Mutex::new(pid));
        let fault = Fault::new(
            "DELETE",
            "/containers/",
            Effect::Before(Box::new(move |_| {
                let wait = Duration::from_secs(20);
                let pid = pid.lock().unwrap().recv_timeout(wait).unwrap();
                let sent = std::process::Command::new("kill").args(["-s", signal, &pid.to_string()]).status();
                assert!(sent.unwrap().success());
                hear.lock().unwrap().recv_timeout(wait).unwrap();
            })),
        );
        let fired = fault.fired();
        engine.inject(fault);
        let arguments = ["-H", engine.url(), "--env", "staging", "apply", "plan.json", "--confirm", PHRASE];
        let mut command = desk.command(&arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        pid_known.send(child.id()).unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let listening = std::thread::spawn(move || {
            let mut all = String::new();
            for line in stderr.lines().map_while(Result::ok) {
                if line.contains("stopping: ") {
                    // The fault has ended, if nobody listens any more.
                    let _ = heard.send(());
                }
                all.push_str(&line);
                all.push('\n');
            }
            all
        });
        let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
        let err = listening.join().unwrap();
        assert_eq!(fired.count(), 1, "{signal}: {err}");
        assert_eq!(output.status.code(), Some(4), "{signal}: {err}");
        let out = String::from_utf8(output.stdout).unwrap();
        assert!(out.contains("incomplete: 1 of 2 steps done") && out.contains("tmp-b not started"), "{out}");
        assert_eq!(writes(&engine).len(), 1, "{signal}");
        let history = desk.on(&engine, &["history", "--format", "json"]).expect(0).json();
        assert_eq!(history["cleanups"][0]["outcome"], "stopped", "{signal}");
        assert_eq!(history["cleanups"][0]["steps"][1]["outcome"], "not_started", "{signal}");
    }
}

/// Nothing can be done about SIGKILL but to find out afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn a_cleanup_that_was_killed_is_told_of_at_the_next_start() {
    let (desk, engine) = (Desk::unwatched(), junk().await);
    plan(&desk, &engine, &["container/tmp-a", "container/tmp-b"]);
    let (in_flight, reached) = mpsc::channel::<()>();
    let (go_on, wait) = mpsc::channel::<()>();
    let (in_flight, wait) = (std::sync::Mutex::new(in_flight), std::sync::Mutex::new(wait));
    let fault = Fault::new(
        "DELETE",
        "/containers/",
        Effect::Before(Box::new(move |_| {
            in_flight.lock().unwrap().send(()).unwrap();
            wait.lock().unwrap().recv_timeout(Duration::from_secs(20)).unwrap();
        })),
    );
    let fired = fault.fired();
    engine.inject(fault);
    let arguments = ["-H", engine.url(), "--env", "staging", "apply", "plan.json", "--confirm", PHRASE];
    let mut command = desk.command(&arguments);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    tokio::task::spawn_blocking(move || {
        reached.recv_timeout(Duration::from_secs(20)).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        go_on.send(()).unwrap();
    })
    .await
    .unwrap();
    assert_eq!(fired.count(), 1);
    let history = || desk.call(&["--env", "staging", "history", "--format", "json"]).expect(0).json();
    assert_eq!(history()["cleanups"][0]["outcome"], "unfinished");
    assert_eq!(history()["cleanups"][0]["steps"][0]["outcome"], "unknown");

    let told = desk.on(&engine, &["audit"]).expect(0).err;
    assert!(told.contains("was cut off") && told.contains("1 of its 2 steps were never begun"), "{told}");
    assert_eq!(history()["cleanups"][0]["outcome"], "stopped");
    assert!(desk.on(&engine, &["audit"]).expect(0).err.is_empty());
}
