//! The steward dies midway: the next one finds the run, asks the engine, and says what it found.
use docker_steward::demo::{DemoEngine, Effect, Fault};
use docker_steward::records::journal_line::{RunOutcome, read_run};

use super::junk;
use crate::support::steward::Stage;

/// Cuts the journal of a finished run off after `lines` whole lines and a torn one.
async fn cut_off_after(lines: usize, effect: Option<Effect>) -> (DemoEngine, Stage, Vec<String>) {
    let (engine, stage) = Stage::simulated("staging", junk()).await;
    if let Some(effect) = effect {
        engine.inject(Fault::new("DELETE", "/containers/", effect));
    }
    stage.apply(stage.plan(&["container/tmp-a", "container/tmp-b"]).await).await;
    let journal = &stage.journals()[0];
    let text = std::fs::read_to_string(journal).unwrap();
    let mut kept: String = text.split_inclusive('\n').take(lines).collect();
    kept.push_str(r#"{"event":"outco"#);
    std::fs::write(journal, kept).unwrap();
    let found = stage.session.reconcile(&stage.look().await).unwrap();
    let [one] = &found[..] else { panic!("one run was cut off: {found:?}") };
    let told = one.told.clone();
    (engine, stage, told)
}

#[tokio::test]
async fn what_was_in_flight_is_looked_up() {
    let (_engine, _stage, told) = cut_off_after(2, None).await;
    insta::assert_snapshot!(told[0].split(" (").next().unwrap(), @"tmp-a");
    assert!(told[0].ends_with("looked up: it is done"), "{told:?}");
    assert_eq!(told[1], "1 of its 2 steps were never begun");

    let (_engine, _stage, told) = cut_off_after(2, Some(Effect::Status(500, "boom".to_owned()))).await;
    assert!(told[0].ends_with("looked up: the engine still holds it as it was"), "{told:?}");
}

#[tokio::test]
async fn a_run_is_found_once_and_its_journal_stays_a_chain() {
    let (_engine, stage, _told) = cut_off_after(4, None).await;
    assert_eq!(stage.session.reconcile(&stage.look().await).unwrap(), [], "it is closed now");
    let run = read_run(&stage.journals()[0]).unwrap();
    assert_eq!(run.outcome, RunOutcome::Stopped);
    assert_eq!(run.faults.len(), 1, "the torn line is told of: {:?}", run.faults);
    assert_eq!(run.steps[1].told().as_str(), "unknown");
}

#[tokio::test]
async fn a_run_that_never_began_its_steps_says_so() {
    let (_engine, _stage, told) = cut_off_after(1, None).await;
    assert_eq!(told, ["2 of its 2 steps were never begun"]);
}

#[tokio::test]
async fn a_whole_run_is_not_cut_off() {
    let (_engine, stage) = Stage::simulated("staging", junk()).await;
    stage.apply(stage.plan(&["container/tmp-a"]).await).await;
    assert_eq!(stage.session.reconcile(&stage.look().await).unwrap(), []);
}
