//! Somebody else works on the engine while a plan is applied: what is not what was shown is left alone.
use docker_steward::apply::Outcome;
use docker_steward::demo::{Container, Effect, Fault, Image, World};
use docker_steward::steward::Plan;
use jiff::SignedDuration;

use super::junk;
use crate::support::steward::{QUICK, Stage, outcomes, writes};

/// Plans these, changes the world, applies, and returns what became of the first step.
async fn after(names: &[&str], change: impl FnOnce(&mut World)) -> Outcome {
    let (engine, stage) = Stage::simulated("staging", junk()).await;
    let plan: Plan = stage.plan(names).await;
    engine.with_world(change);
    let before = engine.requests().len();
    let report = stage.apply(plan).await;
    let first = report.steps[0].outcome.clone();
    if !first.is_gone() {
        assert!(!engine.requests()[before..].iter().any(|(method, _)| method == "DELETE"), "{first:?}");
    }
    first
}

fn skipped(outcome: &Outcome, because: &str) {
    assert!(matches!(outcome, Outcome::Skipped(why) if why.contains(because)), "{outcome:?}");
}

#[tokio::test]
async fn renamed() {
    let outcome =
        after(&["container/tmp-a"], |it| it.container_mut("tmp-a").unwrap().name = "tmp-z".into()).await;
    skipped(&outcome, "its name was tmp-a and is tmp-z");
}

#[tokio::test]
async fn renamed_to_a_protected_name() {
    let outcome =
        after(&["container/tmp-a"], |it| it.container_mut("tmp-a").unwrap().name = "prod-a".into()).await;
    skipped(&outcome, "it is protected now");
}

#[tokio::test]
async fn started() {
    let outcome = after(&["container/tmp-a"], |it| {
        let now = it.now();
        let container = it.container_mut("tmp-a").unwrap();
        *container = container.clone().running(now);
    })
    .await;
    skipped(&outcome, "its state was exited and is running");
}

#[tokio::test]
async fn made_again_under_the_same_name() {
    let outcome = after(&["container/tmp-a"], |it| {
        it.vanish_container("tmp-a");
        it.add_container(Container::new("tmp-a", "tools:1").created(it.hours_ago(1)));
    })
    .await;
    skipped(&outcome, "its name now belongs to");
}

#[tokio::test]
async fn gone() {
    let outcome = after(&["container/tmp-a"], |it| it.vanish_container("tmp-a")).await;
    assert_eq!(outcome, Outcome::AlreadyGone);
}

#[tokio::test]
async fn labelled_otherwise() {
    let outcome = after(&["network/test-net"], |it| {
        it.vanish_network("test-net");
    })
    .await;
    assert_eq!(outcome, Outcome::AlreadyGone);
}

#[tokio::test]
async fn retagged_with_a_protected_tag() {
    let outcome = after(&["image/mcp/one:latest"], |it| {
        it.tag("mcp/one:latest", "acme/web:prod-9");
    })
    .await;
    skipped(&outcome, "it is protected now");
}

#[tokio::test]
async fn tagged_once_more() {
    let outcome = after(&["image/mcp/one:latest"], |it| {
        it.tag("mcp/one:latest", "mcp/uno:latest");
    })
    .await;
    skipped(&outcome, "its list of references was mcp/one:latest and is mcp/one:latest, mcp/uno:latest");
}

#[tokio::test]
async fn the_tag_points_to_another_image() {
    let outcome = after(&["image/mcp/one:latest"], |it| {
        it.drop_tag("mcp/one:latest");
        it.add_image(Image::new("mcp/one:latest").created(it.hours_ago(1)).size(1));
    })
    .await;
    skipped(&outcome, "its name now belongs to");
}

#[tokio::test]
async fn the_safe_tag_was_dropped_and_a_protected_one_put_on() {
    let outcome = after(&["image/mcp/one:latest"], |it| {
        it.tag("mcp/one:latest", "acme/web:prod-9");
        it.drop_tag("mcp/one:latest");
    })
    .await;
    skipped(&outcome, "its tag was taken off the image");
}

#[tokio::test]
async fn mounted_by_another() {
    let (engine, stage) = Stage::simulated("staging", junk()).await;
    let plan = stage.plan(&["container/tmp-c", "volume/tmp-v"]).await;
    engine.with_world(|it| {
        it.add_container(Container::new("odoo-staging", "tools:1").volume("tmp-v", "/data"));
    });
    let report = stage.apply(plan).await;
    assert_eq!(outcomes(&report).last().unwrap(), "docker volume rm tmp-v: skipped");
    skipped(&report.steps[2].outcome, "used by container odoo-staging, which is expected");
}

#[tokio::test]
async fn between_the_re_check_and_the_removal_the_engine_itself_says_no() {
    let (engine, stage) = Stage::simulated("staging", junk()).await;
    let plan = stage.plan(&["container/tmp-a"]).await;
    let start = |world: &mut World| {
        let now = world.now();
        let container = world.container_mut("tmp-a").unwrap();
        *container = container.clone().running(now);
    };
    let fault = Fault::new("DELETE", "/containers/", Effect::Before(Box::new(start)));
    let fired = fault.fired();
    engine.inject(fault);
    let report = stage.apply(plan).await;
    assert_eq!(fired.count(), 1);
    assert!(matches!(report.steps[0].outcome, Outcome::Refused(_)), "{:?}", report.steps[0].outcome);
    assert!(engine.with_world(|it| it.container_mut("tmp-a").is_some()));
}

#[tokio::test]
async fn another_engine_answers() {
    type Change = fn(&mut World);
    let changes: [Change; 4] = [
        |it| it.engine.id = "OTHER".into(),
        |it| it.engine.name = "elsewhere".into(),
        |it| it.engine.root = "/mnt/docker".into(),
        |it| it.engine.driver = "btrfs".into(),
    ];
    for change in changes {
        let (engine, stage) = Stage::simulated("staging", junk()).await;
        let plan = stage.plan(&["container/tmp-a"]).await;
        engine.with_world(change);
        let report = stage.apply(plan).await;
        assert!(
            report.stopped.as_ref().is_some_and(|why| why.contains("not the engine")),
            "{:?}",
            report.stopped
        );
        assert_eq!(writes(&engine), [""; 0]);
    }
}

#[tokio::test]
async fn the_ssot_changed() {
    let engine = docker_steward::demo::DemoEngine::start(junk()).await.unwrap();
    let text = include_str!("../../../ssot/staging.yaml");
    let stage = Stage::open(engine.url(), "staging", text, QUICK).await.unwrap();
    let plan = stage.plan(&["container/tmp-a"]).await;
    std::fs::write(stage.home.path().join("ssot.yaml"), format!("{text}\n# a word\n")).unwrap();
    let report = stage.apply(plan).await;
    assert!(
        report.stopped.as_ref().is_some_and(|why| why.contains("SSOT has changed")),
        "{:?}",
        report.stopped
    );
    assert_eq!(writes(&engine), [""; 0]);
}

#[tokio::test]
async fn a_clock_that_is_off_proves_no_age() {
    let text = include_str!("../../../ssot/staging.yaml").replace("min_age: 0s", "min_age: 7d");
    assert!(text.contains("min_age: 7d"), "the policy under test asks for an age");
    for days in [-400, 0, 400] {
        let engine = docker_steward::demo::DemoEngine::start(junk()).await.unwrap();
        engine.with_world(|it| it.skew_clock(SignedDuration::from_hours(24 * days)));
        let stage = Stage::open(engine.url(), "staging", &text, QUICK).await.unwrap();
        let look = stage.look().await;
        let class = crate::support::steward::find(&look, "container/tmp-a").class().as_str();
        assert_eq!(class, if days == 0 { "safe-to-delete" } else { "unknown" }, "{days} days");
    }
}

#[tokio::test]
async fn a_second_steward_is_refused_and_told_who_the_first_is() {
    let (engine, stage) = Stage::simulated("staging", junk()).await;
    let (first, second) = (stage.plan(&["container/tmp-a"]).await, stage.plan(&["container/tmp-b"]).await);
    let fault = Fault::new("DELETE", "/containers/", Effect::Delay(std::time::Duration::from_millis(400)));
    let fired = fault.fired();
    engine.inject(fault);
    let refused = async {
        // The first holds the lock once its removal is under way.
        while fired.count() == 0 {
            tokio::task::yield_now().await;
        }
        stage.try_apply(second).await
    };
    let (report, refused) = tokio::join!(stage.apply(first), refused);
    assert!(report.is_complete());
    let refused = refused.unwrap_err();
    let me = format!("another steward is applying a plan to this engine: pid {}, user ", std::process::id());
    assert!(refused.what.starts_with(&me), "{refused}");
    assert_eq!(writes(&engine).len(), 1);
}

#[tokio::test]
async fn a_run_that_is_asked_to_stop_finishes_the_step_in_flight_and_starts_no_other() {
    use docker_steward::session::Stop;
    use docker_steward::steward::PHRASE;
    let (engine, stage) = Stage::simulated("staging", junk()).await;
    let approved = stage
        .plan(&["container/tmp-a", "container/tmp-b"])
        .await
        .approve(PHRASE, jiff::Timestamp::now())
        .unwrap();
    let stop = Stop::default();
    let ask = stop.clone();
    engine.inject(Fault::new("DELETE", "/containers/", Effect::Before(Box::new(move |_| ask.ask()))));
    let (tell, _progress) = tokio::sync::mpsc::unbounded_channel();
    let report = stage.session.apply(approved, None, tell, stop).await.unwrap();
    assert_eq!(outcomes(&report), ["docker rm tmp-a: done", "docker rm tmp-b: not started"]);
    assert_eq!(report.stopped.as_deref(), Some("it was asked to stop"));
    assert_eq!(writes(&engine).len(), 1);
}
