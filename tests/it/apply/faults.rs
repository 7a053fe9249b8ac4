//! The engine fails: each fault proves that it fired, and nothing is removed that should not be.
use std::time::Duration;

use docker_steward::apply::Outcome;
use docker_steward::demo::{DemoEngine, Effect, Fault};
use serde_json::json;

use super::junk;
use crate::support::steward::{Stage, outcomes, writes};

/// Strikes every list with one kind of fault after the plan was made, and demands that nothing is sent.
async fn reading_fails(effect: fn() -> Effect) {
    for path in ["/info", "/containers/json", "/images/json", "/volumes", "/networks"] {
        let (engine, stage) = Stage::simulated("staging", junk()).await;
        let plan = stage.plan(&["container/tmp-a", "image/mcp/one:latest"]).await;
        let fault = Fault::new("GET", path, effect()).always();
        let fired = fault.fired();
        engine.inject(fault);
        let report = stage.apply(plan).await;
        assert!(fired.count() > 0, "{path}: the fault did not fire");
        assert_eq!(writes(&engine), [""; 0], "{path}");
        assert!(report.steps.iter().all(|step| !step.outcome.is_gone()), "{path}: {:?}", outcomes(&report));
        assert!(!report.is_complete(), "{path}");
    }
}

#[tokio::test]
async fn a_list_that_answers_500_removes_nothing() {
    reading_fails(|| Effect::Status(500, "boom".to_owned())).await;
}

#[tokio::test]
async fn a_list_that_hangs_removes_nothing() {
    reading_fails(|| Effect::Hang).await;
}

#[tokio::test]
async fn a_list_that_is_cut_off_removes_nothing() {
    reading_fails(|| Effect::Truncate).await;
}

#[tokio::test]
async fn a_list_that_is_not_json_removes_nothing() {
    reading_fails(|| Effect::NotJson).await;
}

#[tokio::test]
async fn a_list_that_is_empty_removes_nothing() {
    reading_fails(|| Effect::Body(json!([]))).await;
}

#[tokio::test]
async fn a_list_that_is_empty_refuses_a_plan() {
    for (path, body) in [
        ("/containers/json", json!([])),
        ("/images/json", json!([])),
        ("/networks", json!([])),
        ("/volumes", json!({ "Volumes": [], "Warnings": null })),
        ("/volumes", json!({ "Volumes": null, "Warnings": null })),
    ] {
        let (engine, stage) = Stage::simulated("staging", junk()).await;
        let fault = Fault::new("GET", path, Effect::Body(body)).always();
        let fired = fault.fired();
        engine.inject(fault);
        let look = stage.look().await;
        assert!(fired.count() > 0);
        assert!(!look.audit.doubts.is_empty(), "{path}");
        let marks = look.audit.resources.iter().map(|it| it.key.clone()).collect();
        assert!(stage.session.plan(&look, &marks).is_err(), "{path}");
    }
}

#[tokio::test]
async fn a_driver_that_does_not_answer_makes_the_list_incomplete() {
    let (engine, stage) = Stage::simulated("staging", junk()).await;
    let warn = |body: &mut serde_json::Value| body["Warnings"] = json!(["plugin nfs does not answer"]);
    engine.inject(Fault::new("GET", "/volumes", Effect::Edit(Box::new(warn))).always());
    let error = stage.session.look().await.unwrap_err();
    assert!(error.what.contains("the list is incomplete: plugin nfs does not answer"), "{error}");
}

#[tokio::test]
async fn one_unreadable_container_keeps_all_that_it_may_use() {
    let (engine, stage) = Stage::simulated("staging", junk()).await;
    let spoil = |body: &mut serde_json::Value| body[0]["Created"] = json!("yesterday");
    let fault = Fault::new("GET", "/containers/json", Effect::Edit(Box::new(spoil))).always();
    let fired = fault.fired();
    engine.inject(fault);
    let look = stage.look().await;
    assert!(fired.count() > 0);
    let safe: Vec<_> = look.audit.resources.iter().filter(|it| it.safe().is_some()).collect();
    assert!(safe.is_empty(), "{safe:?}");
}

/// Strikes the removal of `tmp-a`, then lets the rest of the plan go on.
async fn removal_fails(effect: Effect) -> (DemoEngine, Vec<Outcome>, Option<String>) {
    let (engine, stage) = Stage::simulated("staging", junk()).await;
    let plan = stage.plan(&["container/tmp-a", "container/tmp-b"]).await;
    let fault = Fault::new("DELETE", "/containers/", effect);
    let fired = fault.fired();
    engine.inject(fault);
    let report = stage.apply(plan).await;
    assert_eq!(fired.count(), 1, "the fault fired once");
    assert_eq!(
        report.freed,
        report.steps.iter().filter(|it| it.outcome == Outcome::Done).map(|it| it.freed).sum::<u64>()
    );
    (engine, report.steps.into_iter().map(|step| step.outcome).collect(), report.stopped)
}

#[tokio::test]
async fn a_removal_that_answers_404_was_done_by_somebody_else() {
    let (_engine, outcomes, stopped) = removal_fails(Effect::Status(404, "no such".to_owned())).await;
    assert_eq!((outcomes, stopped), (vec![Outcome::AlreadyGone, Outcome::Done], None));
}

#[tokio::test]
async fn a_removal_that_answers_409_is_refused_and_the_rest_goes_on() {
    let (_engine, outcomes, stopped) = removal_fails(Effect::Status(409, "it is used".to_owned())).await;
    assert_eq!((outcomes, stopped), (vec![Outcome::Refused("it is used".to_owned()), Outcome::Done], None));
}

#[tokio::test]
async fn a_removal_that_answers_500_failed_and_the_rest_goes_on() {
    let (engine, outcomes, stopped) = removal_fails(Effect::Status(500, "boom".to_owned())).await;
    assert!(matches!(outcomes[..], [Outcome::Failed(_), Outcome::Done]), "{outcomes:?}");
    assert_eq!((stopped, writes(&engine).len()), (None, 2));
}

#[tokio::test]
async fn a_removal_that_answers_403_stops_the_run() {
    let (engine, outcomes, stopped) = removal_fails(Effect::Status(403, "no".to_owned())).await;
    assert!(matches!(outcomes[..], [Outcome::Failed(_), Outcome::NotStarted(_)]), "{outcomes:?}");
    assert!(stopped.is_some() && writes(&engine).len() == 1);
}

#[tokio::test]
async fn a_reply_lost_before_it_was_done_is_looked_up_and_never_sent_again() {
    let (engine, outcomes, _) = removal_fails(Effect::Drop).await;
    assert!(matches!(&outcomes[0], Outcome::Unknown(why) if why.contains("still holds it")), "{outcomes:?}");
    assert_eq!(writes(&engine).len(), 2, "one for each");
}

#[tokio::test]
async fn a_reply_lost_after_it_was_done_is_looked_up_and_never_sent_again() {
    let (engine, outcomes, _) = removal_fails(Effect::DropAfter).await;
    assert!(matches!(&outcomes[0], Outcome::Unknown(why) if why.contains("it is gone")), "{outcomes:?}");
    assert_eq!(writes(&engine).len(), 2, "one for each");
}

#[tokio::test]
async fn a_reply_later_than_the_time_out_is_looked_up_and_never_sent_again() {
    for effect in [Effect::HangAfter, Effect::Hang, Effect::Delay(Duration::from_millis(1500))] {
        let (engine, outcomes, _) = removal_fails(effect).await;
        assert!(matches!(outcomes[0], Outcome::Unknown(_)), "{outcomes:?}");
        assert_eq!(outcomes[1], Outcome::Done);
        assert_eq!(writes(&engine).len(), 2, "one for each");
    }
}

#[tokio::test]
async fn a_reply_that_names_another_image_stops_the_run() {
    for stranger in ["sha256:".to_owned() + &"f".repeat(64), "layer".to_owned()] {
        let (engine, stage) = Stage::simulated("staging", junk()).await;
        let plan = stage.plan(&["image/mcp/one:latest", "volume/tmp-v", "container/tmp-c"]).await;
        let add = move |body: &mut serde_json::Value| {
            body.as_array_mut().unwrap().push(json!({ "Deleted": stranger }));
        };
        let fault = Fault::new("DELETE", "/images/", Effect::Edit(Box::new(add)));
        let fired = fault.fired();
        engine.inject(fault);
        let report = stage.apply(plan).await;
        assert_eq!(fired.count(), 1);
        assert!(report.stopped.as_ref().is_some_and(|why| why.starts_with("ALARM")), "{:?}", report.stopped);
        assert_eq!(outcomes(&report).last().unwrap(), "docker volume rm tmp-v: not started");
    }
}

#[tokio::test]
async fn the_engine_goes_away_midway() {
    let (engine, stage) = Stage::simulated("staging", junk()).await;
    let plan = stage.plan(&["container/tmp-a", "container/tmp-b"]).await;
    engine.inject(Fault::new("DELETE", "/containers/", Effect::DropAfter));
    engine.inject(Fault::new("GET", "/info", Effect::Drop).nth(2).always());
    let report = stage.apply(plan).await;
    assert!(report.stopped.is_some());
    assert!(writes(&engine).len() <= 1);
}
