//! What is written down: the audit log and its chain, private files, and journals that were cut off.
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use docker_steward::apply::Outcome;
use docker_steward::records::history::Broken;
use docker_steward::records::journal_line::{RunOutcome, StepRecord, read_run};
use docker_steward::records::{
    AuditLog, AuditRecord, History, create_private_dir, open_append_private, write_private,
};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

fn record(host: &str) -> AuditRecord {
    let json = serde_json::json!({
        "timestamp": "2026-01-16T05:53:32Z", "host": host, "ip": "127.0.0.1", "env": "staging",
        "drift": 0, "reclaimable_bytes": 0, "ssot_sha256": "5507", "engine_id": "E", "steward_version": "0.1.0",
    });
    serde_json::from_value(json).unwrap()
}

fn history(log: &Path) -> History {
    History::read(log, Path::new("/nowhere")).unwrap()
}

#[test]
fn each_line_names_the_line_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/er/log.jsonl");
    let log = AuditLog::at(&path);
    assert_eq!(log.last_hash(), None);
    // The second one is longer than what is read of the end at once.
    let first = log.append(record("a")).unwrap();
    let second = log.append(record(&"b".repeat(50_000))).unwrap();
    let third = log.append(record("c")).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let hashes: Vec<String> = text.lines().map(|line| hex::encode(Sha256::digest(line))).collect();
    assert_eq!(
        [first.previous, second.previous, third.previous],
        [None, Some(hashes[0].clone()), Some(hashes[1].clone())]
    );
    assert_eq!(log.last_hash(), Some(hashes[2].clone()));
    assert!(history(&path).breaks.is_empty());
}

#[test]
fn a_torn_last_line_stays_where_it_is_and_the_chain_goes_on_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    let log = AuditLog::at(&path);
    log.append(record("a")).unwrap();
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, [whole.as_slice(), b"{\"timestamp\":\"20"].concat()).unwrap();
    log.append(record("b")).unwrap();
    let found = history(&path);
    assert_eq!(found.audits.len(), 2);
    assert_eq!(found.breaks.len(), 1, "{:?}", found.breaks);
    assert_eq!(found.breaks[0].line, 2);
    assert!(matches!(found.breaks[0].what, Broken::Unreadable(_)));
}

#[test]
fn many_at_once_make_one_chain() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    std::thread::scope(|scope| {
        for at in 0..8 {
            let log = AuditLog::at(&path);
            scope.spawn(move || (0..10).for_each(|_| drop(log.append(record(&at.to_string())).unwrap())));
        }
    });
    let found = history(&path);
    assert_eq!(found.audits.len(), 80);
    assert!(found.breaks.is_empty(), "{:?}", found.breaks);
}

/// How large a log may become in these tests.
const LARGEST: u64 = 40_000;

/// A log that has become too large.
fn grown(path: &Path) -> AuditLog {
    let log = AuditLog::at(path).in_parts_of(LARGEST);
    log.append(record("first")).unwrap();
    log.append(record(&"x".repeat(50_000))).unwrap();
    log
}

#[test]
fn a_large_log_is_put_aside_and_the_chain_goes_on_across_the_seam() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    let log = grown(&path);
    let before = log.last_hash();
    let written = log.append(record("after")).unwrap();
    assert_eq!(written.previous, before);
    let part = folder.path().join("log.0001.jsonl");
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
    let found = history(&path);
    let hosts: Vec<usize> = found.audits.iter().map(|it| it.host.len()).collect();
    assert_eq!((hosts, found.breaks), (vec![5, 50_000, 5], Vec::new()));
    assert!(log.last_like(&written).is_some());

    // What was put aside is part of the chain: a change in it shows at the seam, and its loss does, too.
    let whole = std::fs::read_to_string(&part).unwrap();
    std::fs::write(&part, whole.replace("xxxxx\"", "xxxxy\"")).unwrap();
    let breaks = history(&path).breaks;
    assert_eq!((breaks.len(), &breaks[0].part, &breaks[0].what), (1, &None, &Broken::Altered));
    std::fs::write(&part, whole.replacen("first", "worst", 1)).unwrap();
    let breaks = history(&path).breaks;
    assert_eq!(breaks.len(), 1);
    assert!(breaks[0].to_string().starts_with("line 2 of log.0001.jsonl ("), "{}", breaks[0]);
    std::fs::remove_file(&part).unwrap();
    assert_eq!(history(&path).breaks[0].what, Broken::Beheaded);
}

#[test]
fn many_at_once_put_a_log_aside_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    grown(&path);
    std::thread::scope(|scope| {
        for at in 0..8 {
            let log = AuditLog::at(&path).in_parts_of(LARGEST);
            scope.spawn(move || (0..5).for_each(|_| drop(log.append(record(&at.to_string())).unwrap())));
        }
    });
    let found = history(&path);
    assert_eq!((found.audits.len(), found.breaks), (42, Vec::new()));
    assert!(!folder.path().join("log.0002.jsonl").exists());
}

#[test]
fn a_log_that_was_only_put_aside_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    let log = AuditLog::at(&path);
    log.append(record("a")).unwrap();
    // The steward died between putting it aside and beginning the next.
    std::fs::rename(&path, folder.path().join("log.0001.jsonl")).unwrap();
    assert!(log.last_of("staging").is_some());
    assert!(log.append(record("b")).unwrap().previous.is_some());
    let found = history(&path);
    assert_eq!((found.audits.len(), found.breaks), (2, Vec::new()));
}

#[test]
fn a_log_is_never_written_through_a_link_or_into_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("precious");
    std::fs::write(&target, "precious").unwrap();
    let path = folder.path().join("log.jsonl");
    symlink(&target, &path).unwrap();
    let error = AuditLog::at(&path).append(record("a")).unwrap_err().to_string();
    assert!(error.contains("log.jsonl") && error.contains("it is a link"), "{error}");
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "precious");
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let error = AuditLog::at(&pipe).append(record("a")).unwrap_err().to_string();
    assert!(error.contains("not a regular file"), "{error}");
}

#[test]
fn what_is_ours_is_closed_to_others() {
    let folder = tempfile::tempdir().unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let state = folder.path().join("a/state");
    create_private_dir(&state).unwrap();
    assert_eq!(mode(&state), 0o700);
    std::fs::set_permissions(&state, std::fs::Permissions::from_mode(0o755)).unwrap();
    create_private_dir(&state).unwrap();
    assert_eq!(mode(&state), 0o700);
    let file = state.join("journal.jsonl");
    std::fs::write(&file, "").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    drop(open_append_private(&file).unwrap());
    assert_eq!(mode(&file), 0o600);
    let link = folder.path().join("link");
    symlink(&state, &link).unwrap();
    assert!(create_private_dir(&link).unwrap_err().to_string().contains("links are not followed"));
    std::fs::write(folder.path().join("file"), "").unwrap();
    assert!(create_private_dir(&folder.path().join("file")).is_err());
}

#[test]
fn a_whole_file_is_written_or_none_and_nothing_is_left_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.json");
    write_private(&path, b"one").unwrap();
    write_private(&path, b"two").unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "two");
    assert!(write_private(folder.path(), b"x").is_err());
    assert!(write_private(&folder.path().join("no/such"), b"x").is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

const JOURNAL: &str = r#"{"event":"begin","run":"r1","started":"2026-01-16T05:00:00Z","env":"staging","engine_id":"E","engine_name":"droplet","plan_hash":"h","steps":[{"action":"remove_container","kind":"container","name":"a","id":"1","command":"docker rm 1"},{"action":"remove_volume","kind":"volume","name":"b","id":null,"command":"docker volume rm b"},{"action":"remove_volume","kind":"volume","name":"c","id":null,"command":"docker volume rm c"}],"previous":null}
{"event":"intent","step":0,"at":"2026-01-16T05:00:01Z","inspect":null}
{"event":"outcome","step":0,"at":"2026-01-16T05:00:02Z","outcome":"done","freed_bytes":5}
{"event":"a later version's","x":1}
{"event":"intent","step":1,"at":"2026-01-16T05:00:03Z","inspect":null}
{"event":"outcome","step":1,"at":"2026-01-16T05:00:04Z","outcome":"skipped","reason":"its name changed","freed_bytes":0}
{"event":"end","at":"2026-01-16T05:00:05Z","outcome":"stopped","freed_bytes":5}
"#;

fn read(text: &[u8]) -> Result<docker_steward::records::journal_line::Run, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r1.jsonl");
    std::fs::write(&path, text).unwrap();
    read_run(&path).map_err(|error| error.to_string())
}

#[test]
fn a_journal_tells_what_became_of_each_step() {
    let run = read(JOURNAL.as_bytes()).unwrap();
    assert_eq!((run.outcome, run.freed_bytes, run.torn), (RunOutcome::Stopped, 5, false));
    assert!(run.faults.is_empty() && run.in_flight().next().is_none());
    let told: Vec<Outcome> = run.steps.iter().map(StepRecord::told).collect();
    assert_eq!(told[0], Outcome::Done);
    assert_eq!(told[1], Outcome::Skipped("its name changed".to_owned()));
    assert!(matches!(told[2], Outcome::NotStarted(_)));
}

#[test]
fn a_journal_without_its_end_is_unfinished_and_the_step_in_flight_unknown() {
    let cut = JOURNAL.find("{\"event\":\"outcome\",\"step\":1").unwrap();
    let run = read(&JOURNAL.as_bytes()[..cut + 40]).unwrap();
    assert_eq!((run.outcome, run.ended, run.freed_bytes, run.torn), (RunOutcome::Unfinished, None, 5, true));
    let open: Vec<_> = run.in_flight().map(|(at, step)| (at, step.name.as_str())).collect();
    assert_eq!(open, [(1, "b")]);
    assert!(matches!(run.steps[1].told(), Outcome::Unknown(_)));
}

#[test]
fn a_journal_that_is_none_is_said_to_be_none() {
    for text in [
        "",
        "\n",
        "{}\n",
        "nonsense\n",
        "{\"event\":\"end\",\"at\":\"2026-01-16T05:00:05Z\",\"outcome\":\"complete\"}\n",
    ] {
        assert!(read(text.as_bytes()).is_err(), "{text:?}");
    }
    let run = read(JOURNAL.replace("\"step\":1", "\"step\":9").as_bytes()).unwrap();
    assert_eq!(run.faults.len(), 2, "{:?}", run.faults);
    let run = read(JOURNAL.replacen("{\"event\":\"intent\"", "{\"event\":\"inte", 1).as_bytes()).unwrap();
    assert_eq!(run.faults.len(), 1, "{:?}", run.faults);
}

proptest! {
    /// Wherever a journal is cut off, what is read of it was wholly there.
    #[test]
    fn a_journal_may_be_cut_off_at_any_byte(cut in 0..JOURNAL.len()) {
        let text = &JOURNAL.as_bytes()[..cut];
        let whole = text.split(|byte| *byte == b'\n').count() - 1;
        if let Ok(run) = read(text) {
            let outcomes = run.steps.iter().filter(|step| step.outcome.is_some()).count();
            prop_assert!(run.faults.is_empty());
            prop_assert!(outcomes <= [0, 0, 0, 1, 1, 1, 2, 2][whole.min(7)] + usize::from(!run.torn));
            prop_assert!(run.ended.is_none() || cut + 1 >= JOURNAL.len());
        } else {
            prop_assert_eq!(whole, 0);
        }
    }

    /// A log that anything was written into is read without a panic, and appended to.
    #[test]
    fn any_log_can_be_read_and_appended_to(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.jsonl");
        std::fs::write(&path, &bytes).unwrap();
        let written = AuditLog::at(&path).append(record("a")).unwrap();
        let found = history(&path);
        prop_assert_eq!(found.audits.last(), Some(&written));
        prop_assert!(found.breaks.iter().all(|it| matches!(it.what, Broken::Unreadable(_))), "{:?}", found.breaks);
    }
}
