//! A cleanup that is interrupted at each of its requests in turn: by a signal, by two, by a terminal that goes
//! away, and by a kill.
use std::process::{ChildStderr, ChildStdout, ExitStatus, Stdio};
use std::sync::{Mutex, mpsc};

use docker_steward::demo::{DemoEngine, Effect, Fault, World};
use docker_steward::steward::PHRASE;
use jiff::Timestamp;
use serde_json::Value;

use super::Desk;
use crate::apply::junk_at;
use crate::support::steward::writes;
use crate::support::turn::say;

const PLANNED: [&str; 2] = ["tmp-a", "tmp-b"];

/// What stands for a terminal: when it is closed, every write fails.
type Pipes = (ChildStdout, ChildStderr);

/// A cleanup of two containers that was struck at one of its requests.
struct Struck {
    status: ExitStatus,
    /// Removals that were asked for before the strike, and in all.
    before: usize,
    removals: usize,
    /// Which of the planned containers are gone.
    gone: Vec<&'static str>,
    engine: DemoEngine,
    desk: Desk,
}

/// The plan that every run applies: all engines here are the same to the hash.
struct Bench {
    now: Timestamp,
    plan: String,
}

impl Bench {
    async fn new() -> Bench {
        let now = Timestamp::now();
        let (desk, engine) = (Desk::unwatched(), DemoEngine::start(junk_at(now)).await.unwrap());
        let words =
            ["plan", "--out", "plan.json", "--select", "container/tmp-a", "--select", "container/tmp-b"];
        desk.on(&engine, &words).expect(0);
        Bench { now, plan: desk.read("plan.json") }
    }

    /// Applies the plan, and sends these signals when the `nth` request comes in, after the terminal was
    /// `closed` where that is asked for. `None`: there were fewer.
    async fn strike(&self, nth: usize, signals: &'static [&'static str], closed: bool) -> Option<Struck> {
        let engine = DemoEngine::start(junk_at(self.now)).await.unwrap();
        let desk = Desk::unwatched();
        std::fs::write(desk.work().join("plan.json"), &self.plan).unwrap();
        let (known, pid) = mpsc::channel::<(u32, Option<Pipes>)>();
        let pid = Mutex::new(pid);
        let strike = move |_: &mut World| {
            let (pid, pipes) = pid.lock().unwrap().recv().unwrap();
            drop(pipes);
            for signal in signals {
                let mut kill = std::process::Command::new("kill");
                // The first may have ended it, which is what the second is for.
                let _ = kill.args(["-s", signal, &pid.to_string()]).stderr(Stdio::null()).status();
            }
        };
        let fault = Fault::new("*", "/", Effect::Before(Box::new(strike))).nth(nth);
        let fired = fault.fired();
        engine.inject(fault);
        let arguments = ["-H", engine.url(), "--env", "staging", "apply", "plan.json", "--confirm", PHRASE];
        let mut command = desk.command(&arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut pipes = Some((child.stdout.take().unwrap(), child.stderr.take().unwrap()));
        known.send((child.id(), pipes.take_if(|_| closed))).unwrap();
        let status = tokio::task::spawn_blocking(move || {
            if let Some((mut out, mut err)) = pipes {
                let said = std::thread::spawn(move || std::io::copy(&mut err, &mut std::io::sink()));
                std::io::copy(&mut out, &mut std::io::sink()).unwrap();
                said.join().unwrap().unwrap();
            }
            child.wait().unwrap()
        });
        let status = status.await.unwrap();
        if fired.count() == 0 {
            return None;
        }
        let requests = engine.requests();
        let is_removal = |it: &&(String, String)| it.0 == "DELETE";
        let gone = engine.with_world(|world| {
            let held = |name: &&str| !world.containers.iter().any(|it| it.name == **name);
            PLANNED.into_iter().filter(held).collect()
        });
        Some(Struck {
            status,
            before: requests[..nth.min(requests.len())].iter().filter(is_removal).count(),
            removals: writes(&engine).len(),
            gone,
            engine,
            desk,
        })
    }
}

impl Struck {
    /// What the steward says of it afterwards, once it has been at work again.
    fn told(&self) -> Vec<(String, String)> {
        self.desk.on(&self.engine, &["audit"]).expect(0);
        let history = self.desk.call(&["--env", "staging", "history", "--format", "json"]).expect(0).json();
        let steps = history["cleanups"].as_array().unwrap().first().map_or(&Value::Null, |it| &it["steps"]);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let steps = steps.as_array().into_iter().flatten();
        steps.map(|step| (text(&step["name"]), text(&step["outcome"]))).collect()
    }

    /// That what is told is what is so.
    fn agrees(&self, nth: usize) {
        for (name, outcome) in self.told() {
            let gone = self.gone.contains(&name.as_str());
            match outcome.as_str() {
                "done" | "already_gone" => assert!(gone, "{nth}: {name} is there and told as {outcome}"),
                "not_started" | "skipped" => assert!(!gone, "{nth}: {name} is gone and told as {outcome}"),
                // Looked up afterwards, and told in words of its own.
                "unknown" => {}
                other => panic!("{nth}: {name} {other}"),
            }
        }
    }
}

/// Whether a process that is started here begins with this signal ignored.
fn is_ignored(signal: &str) -> bool {
    let shell =
        std::process::Command::new("sh").args(["-c", &format!("kill -s {signal} $$; exit 0")]).status();
    shell.unwrap().success()
}

/// Strikes at every request in turn, and lets each run be judged.
async fn at_every_request(
    signals: &'static [&'static str],
    closed: bool,
    mut judge: impl FnMut(usize, &Struck),
) {
    if let Some(signal) = signals.iter().find(|it| is_ignored(it)) {
        // So is it under `nohup` and in the background of a script, and the program begins with it.
        return say(&format!(
            "skipped: SIG{signal} is ignored by whoever runs the tests (a cleanup interrupted by it)"
        ));
    }
    let bench = Bench::new().await;
    let mut nth = 1;
    while let Some(struck) = bench.strike(nth, signals, closed).await {
        judge(nth, &struck);
        nth += 1;
    }
    assert!(nth > 15, "a cleanup of two takes more than {nth} requests");
}

/// After a signal the removal in flight ends, at most one other was on its way, and what is told is so.
fn stopped_in_order(nth: usize, struck: &Struck) {
    let after = struck.removals - struck.before;
    assert!(after <= 1, "{nth}: {after} removals after the signal");
    assert_eq!(struck.gone.len(), struck.removals, "{nth}: each removal was let end");
    match struck.status.code() {
        Some(0) => assert_eq!(struck.gone, PLANNED, "{nth}"),
        Some(4) => assert_eq!(struck.told().len(), 2, "{nth}"),
        // Before there is anything to finish, a signal simply ends it; and so does a plan that nobody can see.
        other => assert_eq!((struck.removals, struck.told().len()), (0, 0), "{nth}: {other:?}"),
    }
    struck.agrees(nth);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_at_any_request_starts_no_other_removal() {
    at_every_request(&["TERM"], false, stopped_in_order).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_interrupt_changes_nothing() {
    at_every_request(&["INT", "INT"], false, stopped_in_order).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_is_closed_at_any_request_stops_it_as_well() {
    at_every_request(&["HUP"], true, stopped_in_order).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_request_leaves_what_can_be_told_afterwards() {
    at_every_request(&["KILL"], false, |nth, struck| {
        assert!(struck.status.code().is_none(), "{nth}: it was killed");
        assert!(struck.removals - struck.before <= 1, "{nth}");
        struck.agrees(nth);
    })
    .await;
}
