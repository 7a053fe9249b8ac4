//! A disk that is full, or that the steward may not write to: what can be shown is shown, nothing is removed.
use std::fs::File;

use docker_steward::records::lock::ApplyLock;
use docker_steward::steward::PHRASE;
use jiff::Timestamp;

use super::{Called, Desk, junk};
use crate::support::steward::writes;

/// A desk whose state can be neither read nor written: something that is no folder stands in its way.
fn without_state() -> Desk {
    let desk = Desk::unwatched();
    std::fs::write(desk.home.path().join("state"), "in the way").unwrap();
    desk
}

#[test]
fn an_output_that_cannot_be_written_is_a_failure() {
    let desk = Desk::new();
    for line in
        ["--help", "audit --help", "--version", "completions bash", "man", "ssot schema", "--demo plan"]
    {
        let mut command = desk.command(&line.split(' ').collect::<Vec<_>>());
        let called = Called::of(
            command.stdout(File::options().write(true).open("/dev/full").unwrap()).output().unwrap(),
        );
        assert_eq!(called.code, 1, "{line}: {}", called.err);
        assert_eq!(
            called.err, "error: the output cannot be written: No space left on device (os error 28)\n",
            "{line}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_engine_holds_is_shown_where_nothing_can_be_remembered() {
    let (desk, engine) = (without_state(), junk().await);
    let called = desk.on(&engine, &["audit"]).expect(1);
    assert!(called.out.contains("○ safe       tmp-c"), "{}", called.out);
    let why =
        "it cannot be written, so that what is seen now is not remembered: Not a directory (os error 20)";
    assert!(called.err.starts_with("! the ledger ") && called.err.contains(why), "{}", called.err);
    assert!(desk.work().join("logs").exists(), "the log is elsewhere, and is written");

    desk.on(&engine, &["audit", "--no-record", "--exit-code"]).expect(1);
    let called = desk.on(&engine, &["explain", "container/tmp-c"]).expect(0);
    assert!(called.out.contains("safe-to-delete") && called.err.contains(why), "{}", called.err);
    let called = desk.on(&engine, &["plan", "--out", "plan.json"]).expect(0);
    assert!(called.err.contains(why), "{}", called.err);

    // And nothing is removed: there is no place for a journal, nor for the lock.
    let called = desk.on(&engine, &["apply", "plan.json", "--confirm", PHRASE]).expect(1);
    assert!(called.err.contains("Not a directory"), "{}", called.err);
    assert_eq!(writes(&engine), Vec::<String>::new());
}

const AUTONOMOUS: &str = "version: 1
environment: staging
cleanup: autonomous
protected: {patterns: [\"prod-*\"]}
safe_to_delete: {patterns: [\"tmp-*\"], min_age: 0s}
auto_delete: {patterns: [\"tmp-*\"], min_age: 0s}
";

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_whose_cleanup_cannot_begin_is_summed_up_all_the_same() {
    let (desk, engine) = (without_state(), junk().await);
    std::fs::write(desk.work().join("ssot/staging.yaml"), AUTONOMOUS).unwrap();
    let called = desk.on(&engine, &["run", "--apply-auto"]).expect(1);
    assert!(called.out.starts_with("## Docker steward: staging\n"), "{}", called.out);
    assert!(called.out.contains("- Exit code: 1\n"), "{}", called.out);
    assert!(called.err.contains("! the cleanup: the lock "), "{}", called.err);
    assert_eq!(writes(&engine), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_that_another_steward_keeps_out_is_summed_up_all_the_same() {
    let (desk, engine) = (Desk::unwatched(), junk().await);
    std::fs::write(desk.work().join("ssot/staging.yaml"), AUTONOMOUS).unwrap();
    desk.on(&engine, &["audit"]).expect(0);
    let locks: Vec<_> =
        std::fs::read_dir(desk.state().join("lock")).unwrap().map(|it| it.unwrap().path()).collect();
    let held = ApplyLock::take(&locks[0], Timestamp::now()).unwrap();
    let called = desk.on(&engine, &["run", "--apply-auto"]).expect(3);
    assert!(called.out.contains("- Cleanup: **refused**: another steward is applying"), "{}", called.out);
    assert_eq!(writes(&engine), Vec::<String>::new());
    drop(held);
    desk.on(&engine, &["run", "--apply-auto"]).expect(0);
    assert!(!writes(&engine).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_replaces_a_plan_and_no_other_file() {
    let (desk, engine) = (Desk::unwatched(), junk().await);
    for _ in 0..2 {
        desk.on(&engine, &["plan", "--out", "plan.json"]).expect(0);
    }
    std::fs::write(desk.work().join("empty"), "").unwrap();
    desk.on(&engine, &["plan", "--out", "empty"]).expect(0);
    let ssot = desk.read("ssot/staging.yaml");
    let called = desk.on(&engine, &["plan", "--out", "ssot/staging.yaml"]).expect(1);
    assert_eq!(called.out, "");
    assert_eq!(
        called.err,
        "error: ssot/staging.yaml is there already and is no plan; it is left as it is: name another file\n"
    );
    assert_eq!(desk.read("ssot/staging.yaml"), ssot);
}
