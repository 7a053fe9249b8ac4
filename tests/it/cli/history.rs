//! `history`: what was recorded, and where it was tampered with. Needs no engine.
use docker_steward::steward::PHRASE;

use super::{Desk, junk};

const LOG: &str = "logs/docker_staging_audit_log.jsonl";

#[tokio::test(flavor = "multi_thread")]
async fn audits_and_cleanups_oldest_first() {
    let (desk, engine) = (Desk::unwatched(), junk().await);
    desk.on(&engine, &["audit"]).expect(0);
    desk.on(&engine, &["plan", "--select", "container/tmp-a", "--out", "p.json"]).expect(0);
    desk.on(&engine, &["apply", "p.json", "--confirm", PHRASE]).expect(0);
    drop(engine);
    let history = desk.call(&["--env", "staging", "history", "--format", "json"]).expect(0);
    assert!(history.err.is_empty(), "{}", history.err);
    let history = history.json();
    let keys: Vec<&String> = history.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["schema", "audits", "cleanups"]);
    assert_eq!(history["audits"].as_array().unwrap().len(), 2, "one by `audit`, one after the cleanup");
    let cleanup = &history["cleanups"][0];
    let keys: Vec<&String> = cleanup.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["run", "started", "ended", "env", "engine_id", "outcome", "freed_bytes", "steps"]);
    assert_eq!((&cleanup["outcome"], &cleanup["freed_bytes"]), (&"complete".into(), &11.into()));
    let keys: Vec<&String> = cleanup["steps"][0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["kind", "name", "id", "command", "outcome", "reason"]);
    assert_eq!(cleanup["steps"][0]["outcome"], "done");

    let table = desk.call(&["--env", "staging", "history"]).expect(0).out;
    assert!(table.contains("AUDITS 2\n") && table.contains("CLEANUPS 1\n"), "{table}");
    assert!(table.contains("complete  1 step, freed 11 B"), "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_was_changed_shows() {
    let (desk, engine) = (Desk::unwatched(), junk().await);
    for _ in 0..3 {
        desk.on(&engine, &["audit", "--no-sizes"]).expect(0);
    }
    let history = || desk.call(&["--env", "staging", "history"]).expect(0);
    assert!(history().err.is_empty());
    let log = desk.read(LOG);
    let write = |text: String| std::fs::write(desk.work().join(LOG), text).unwrap();
    write(log.replacen("\"drift\":", "\"drift\":1", 1));
    assert!(history().err.contains("line 2"), "{}", history().err);
    let lines: Vec<&str> = log.lines().collect();
    write(format!("{}\n{}\n", lines[0], lines[2]));
    assert!(history().err.contains("does not continue the line before it"), "{}", history().err);
    write(format!("{}\n{}\n", lines[1], lines[2]));
    assert!(history().err.contains("rotated away, or taken out"), "{}", history().err);
}

#[test]
fn the_lines_of_the_scripts_before_are_read_and_nothing_yet_is_no_error() {
    let desk = Desk::unwatched();
    let empty = desk.call(&["--env", "staging", "history", "--format", "json"]).expect(0);
    assert_eq!(empty.json(), serde_json::json!({"schema": 1, "audits": [], "cleanups": []}));
    std::fs::create_dir(desk.work().join("logs")).unwrap();
    let old = r#"{"timestamp":"2026-01-16T05:53:32Z","host":"hostname","ip":"178.128.112.214","env":"staging","containers_expected":["odoo-staging"],"containers_extra":["x"]}"#;
    std::fs::write(desk.work().join(LOG), format!("{old}\n")).unwrap();
    let history = desk.call(&["--env", "staging", "history", "--format", "json"]).expect(0);
    assert!(history.err.is_empty(), "{}", history.err);
    assert_eq!(history.json()["audits"][0]["containers_extra"][0], "x");
    assert_eq!(history.json()["audits"][0]["drift"], serde_json::Value::Null);
}
