//! A disk that is full, or that the steward may not write to: what can be shown is shown, nothing is removed.
use std::fs::File;
use std::process::Command;

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

/// The same program where the state is on a disk of its own that is full, made in a namespace of its own; none where
/// this machine allows no such thing.
fn on_a_full_disk(desk: &Desk, arguments: &[&str]) -> Option<Called> {
    const FULL: &str = "mount -t tmpfs -o size=16k tmpfs \"$1\" || exit 99
        cat /dev/zero > \"$1/fill\" 2>/dev/null; shift; exec \"$@\"";
    let state = desk.home.path().join("state");
    std::fs::create_dir_all(&state).unwrap();
    let plain = desk.command(arguments);
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", FULL, "sh"]).arg(&state);
    command.arg(plain.get_program()).args(plain.get_args()).current_dir(desk.work()).env_clear();
    command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.output().ok().filter(|it| it.status.code() != Some(99));
    let output = output.filter(|it| !it.stderr.starts_with(b"unshare: "));
    if output.is_none() {
        eprintln!("skipped: no disk can be mounted here");
    }
    output.map(Called::of)
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_all_is_shown_and_doctor_says_what_is_wrong() {
    let (desk, engine) = (Desk::unwatched(), junk().await);
    let on =
        |words: &[&str]| on_a_full_disk(&desk, &[&["-H", engine.url(), "--env", "staging"], words].concat());
    let Some(called) = on(&["audit"]) else { return };
    let called = called.expect(1);
    assert!(called.out.contains("○ safe       tmp-c"), "{}", called.out);
    let full = "No space left on device (os error 28)";
    assert_eq!(called.err.matches(full).count(), 2, "the ledger and the lock: {}", called.err);
    assert!(on(&["explain", "container/tmp-c"]).unwrap().expect(0).err.contains(full));
    let called = on(&["doctor"]).unwrap().expect(1);
    let state = desk.home.path().join("state/docker-steward");
    let problem = format!("problem  state        {} cannot be made: {full}\n         → ", state.display());
    assert!(called.out.contains(&problem), "{}", called.out);
    assert_eq!(writes(&engine), Vec::<String>::new());
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
