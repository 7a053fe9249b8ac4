//! Two stewards that share no disk: two hosts, or two users of one.
use std::time::Duration;

use docker_steward::demo::{DemoEngine, Effect, Fault};
use docker_steward::engine::TimeOuts;

use super::junk;
use crate::support::api::Api;
use crate::support::proxy::within;
use crate::support::steward::{QUICK, Stage, outcomes, writes};

const ONE: [&str; 1] = ["container/tmp-a"];

/// Longer than the engine takes to ask a session's holder for its health, twice.
const LONG: Duration = Duration::from_millis(2500);

async fn deleting(engine: &DemoEngine) {
    within(async {
        while writes(engine).is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_steward_on_another_host_is_refused_while_one_is_at_work_and_not_after() {
    let engine = DemoEngine::start(junk()).await.unwrap();
    let here = Stage::open(engine.url(), "staging", "", TimeOuts::default()).await.unwrap();
    let there = Stage::open(engine.url(), "staging", "", QUICK).await.unwrap();
    let (plan, other) = (here.plan(&ONE).await, there.plan(&["container/tmp-b"]).await);
    let slow = Fault::new("DELETE", "/containers/", Effect::Delay(LONG));
    let fired = slow.fired();
    engine.inject(slow);

    let work = async { here.apply(plan).await };
    let meanwhile = async {
        deleting(&engine).await;
        let error = there.try_apply(other).await.unwrap_err().to_string();
        assert!(error.contains("another steward is applying a plan to this engine"), "{error}");
        assert!(error.contains("session docker-steward already exists"), "{error}");
    };
    let (report, ()) = tokio::join!(work, meanwhile);
    assert_eq!((outcomes(&report), fired.count()), (vec!["docker rm tmp-a: done".to_owned()], 1));
    assert_eq!(report.warnings, [""; 0], "the session outlived the engine's questions");
    assert_eq!(writes(&engine).len(), 1, "the other removed nothing");

    let plan = there.plan(&["container/tmp-b"]).await;
    assert_eq!(outcomes(&there.apply(plan).await), ["docker rm tmp-b: done"]);
}

#[tokio::test]
async fn a_session_that_the_engine_has_not_let_go_yet_is_waited_for() {
    let engine = DemoEngine::start(junk()).await.unwrap();
    let stage = Stage::open(engine.url(), "staging", "", TimeOuts::default()).await.unwrap();
    let plan = stage.plan(&ONE).await;
    // A steward that has ended, on an engine that has not noticed.
    let held = Api::new(engine.url()).session("docker-steward", "h2c").await.unwrap();
    let ends = async {
        tokio::time::sleep(Duration::from_millis(600)).await;
        drop(held);
    };
    let (report, ()) = tokio::join!(stage.apply(plan), ends);
    assert_eq!(outcomes(&report), ["docker rm tmp-a: done"]);
    let asked = engine.requests().iter().filter(|(method, _)| method == "POST").count();
    assert!(asked > 3, "it asked again: {asked}");
}

#[tokio::test]
async fn an_engine_without_sessions_is_cleaned_up_and_the_missing_guard_told() {
    for status in [403, 404, 400, 500] {
        let (engine, stage) = Stage::simulated("staging", junk()).await;
        let fault = Fault::new("POST", "/session", Effect::Status(status, "not here".to_owned())).always();
        let fired = fault.fired();
        engine.inject(fault);
        let report = stage.apply(stage.plan(&ONE).await).await;
        assert_eq!(outcomes(&report), ["docker rm tmp-a: done"], "{status}");
        assert!(fired.count() > 0);
        let [warning] = &report.warnings[..] else { panic!("{status}: {:?}", report.warnings) };
        assert!(warning.starts_with("this engine opens no session"), "{warning}");
        assert!(warning.contains(&status.to_string()), "{warning}");
    }
}

#[tokio::test]
async fn a_session_that_breaks_is_told() {
    let engine = DemoEngine::start(junk()).await.unwrap();
    let stage = Stage::open(engine.url(), "staging", "", TimeOuts::default()).await.unwrap();
    let plan = stage.plan(&ONE).await;
    engine.inject(Fault::new("DELETE", "/containers/", Effect::Delay(Duration::from_millis(300))));
    let work = async { stage.apply(plan).await };
    let meanwhile = async {
        deleting(&engine).await;
        engine.end_sessions();
    };
    let (report, ()) = tokio::join!(work, meanwhile);
    let [warning] = &report.warnings[..] else { panic!("{:?}", report.warnings) };
    assert!(warning.contains("broke before the end"), "{warning}");
}
