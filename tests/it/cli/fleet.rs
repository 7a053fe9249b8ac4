//! `audit` of several engines side by side.
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use docker_steward::demo::{DemoEngine, Effect, Fault};

use super::{Called, Desk, accepted_by_prometheus, in_order, junk};

/// A desk with these Docker contexts.
fn desk(contexts: &[(&str, &str)]) -> Desk {
    let desk = Desk::unwatched();
    for (name, url) in contexts {
        let meta = desk.home.path().join(".docker/contexts/meta").join(name);
        std::fs::create_dir_all(&meta).unwrap();
        let context = serde_json::json!({"Name": name, "Endpoints": {"docker": {"Host": url}}});
        std::fs::write(meta.join("meta.json"), context.to_string()).unwrap();
    }
    desk
}

/// One in order, and not the same engine as the other ones.
async fn calm() -> DemoEngine {
    let engine = in_order().await;
    engine.with_world(|world| {
        "CALM".clone_into(&mut world.engine.id);
        "calm".clone_into(&mut world.engine.name);
    });
    engine
}

/// One that never answers.
async fn hanging() -> (DemoEngine, docker_steward::demo::Fired) {
    let engine = in_order().await;
    let fault = Fault::new("GET", "/info", Effect::Hang).always();
    let fired = fault.fired();
    engine.inject(fault);
    (engine, fired)
}

fn stable(desk: &Desk, called: &Called) -> String {
    let home = desk.home.path().to_string_lossy().into_owned();
    format!("{}-- stderr\n{}-- exit {}", called.out, called.err, called.code).replace(&home, "HOME")
}

#[tokio::test(flavor = "multi_thread")]
async fn one_row_each_and_none_holds_up_another() {
    let (odd, even, (stuck, fired)) = (junk().await, calm().await, hanging().await);
    let dead = "unix:///nowhere/docker.sock";
    let desk = desk(&[("staging", odd.url()), ("calm", even.url()), ("dead", dead), ("stuck", stuck.url())]);
    let contexts = ["-c", "staging", "-c", "stuck=staging", "-c", "dead", "-c", "calm=staging"];
    let begin = Instant::now();
    let called = desk.call(&[&["audit", "--deadline", "3s"], &contexts[..]].concat());
    let took = begin.elapsed();
    assert!(took >= Duration::from_secs(3) && took < Duration::from_secs(20), "{took:?}");
    assert_eq!(fired.count(), 1);
    insta::assert_snapshot!(stable(&desk, &called), @"
    CONTEXT  ENVIRONMENT  DRIFT  UNKNOWN  SAFE  MISSING  NOT RUNNING  RECLAIMABLE  ENGINE
    staging  staging         16        1     8        7            0      15.0 MB  demo 20.10.24
    stuck    staging      ! the engine was not read within 3s (--deadline)
    dead     -            ! no engine answers at unix:///nowhere/docker.sock: there is no such socket
    calm     staging          0        0     0        0            0          0 B  calm 20.10.24

    4 engines · 2 failed · drift 16

      docker-steward --context staging --env staging audit
    -- stderr
    stuck: error: the engine was not read within 3s (--deadline)
    dead: error: no engine answers at unix:///nowhere/docker.sock: there is no such socket
      Start Docker (`systemctl start docker`, or Docker Desktop), or name another engine with --host or --context; /nowhere/docker.sock does not exist.
    -- exit 1
    ");
    let log = desk.read("logs/docker_staging_audit_log.jsonl");
    assert_eq!(log.lines().count(), 2, "each that was read, and no other, is recorded:\n{log}");
    let broken = desk.call(&["history", "--env", "staging", "--format", "json"]).expect(0).json();
    assert_eq!(broken["audits"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_document_holds_each_audit_as_it_would_stand_alone() {
    let (odd, even) = (junk().await, calm().await);
    let desk = desk(&[("staging", odd.url()), ("calm", even.url()), ("dead", "unix:///nowhere/docker.sock")]);
    let words = ["audit", "--no-record", "--format", "json", "--exit-code"];
    let contexts = ["-c", "calm=staging", "-c", "staging", "-c", "dead=staging"];
    let all = desk.call(&[&words[..], &contexts].concat()).expect(1).json();
    assert_eq!((&all["schema"], &all["failed"]), (&1.into(), &1.into()));
    let engines = all["engines"].as_array().unwrap();
    let of = |key: &str| engines.iter().map(|it| it[key].clone()).collect::<Vec<_>>();
    assert_eq!(of("context"), ["calm", "staging", "dead"], "as they were named");
    assert_eq!(of("environment"), ["staging", "staging", "staging"]);
    assert_eq!(of("exit_code"), [0, 2, 1]);
    assert!(engines[2]["error"].as_str().unwrap().contains("/nowhere/docker.sock"));
    assert_eq!(engines[2]["audit"], serde_json::Value::Null);
    assert!(engines.iter().all(|it| it["seconds"].as_f64().is_some()));
    let alone = desk.call(&["audit", "--no-record", "--format", "json", "-c", "staging", "--env", "staging"]);
    let (mut alone, mut beside) = (alone.expect(0).json(), engines[1]["audit"].clone());
    for it in [&mut alone, &mut beside] {
        it["record"]["timestamp"] = serde_json::Value::Null;
    }
    assert_eq!(alone, beside);
    assert_eq!(all["drift"], alone["drift"], "the other one has none");

    let both = ["-c", "calm=staging", "-c", "staging"];
    desk.call(&[&words[..], &both].concat()).expect(2);
    desk.call(&[&["audit", "--no-record"], &both[..]].concat()).expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_contexts_are_those_that_docker_lists() {
    let (odd, even) = (junk().await, calm().await);
    let desk = desk(&[("staging", odd.url()), ("zwei", even.url())]);
    let mut command = desk.command(&["audit", "--all-contexts", "--env", "staging", "--format", "markdown"]);
    let called = Called::of(command.env("DOCKER_HOST", even.url()).output().unwrap()).expect(0);
    insta::assert_snapshot!(stable(&desk, &called), @"
    ## Docker audit: 3 engines

    - Failed: 0
    - Drift: **16**

    | Context | Environment | Drift | Unknown | Safe | Missing | Not running | Reclaimable | Engine |
    |---|---|--:|--:|--:|--:|--:|--:|---|
    | `default` | staging | 0 | 0 | 0 | 0 | 0 | 0 B | calm (20.10.24) |
    | `staging` | staging | 16 | 1 | 8 | 7 | 0 | 15.0 MB | demo (20.10.24) |
    | `zwei` | staging | 0 | 0 | 0 | 0 | 0 | 0 B | calm (20.10.24) |
    -- stderr
    -- exit 0
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_finds_the_ssot_that_is_bound_to_it() {
    let (odd, even) = (junk().await, calm().await);
    let desk = desk(&[("one", odd.url()), ("two", even.url())]);
    desk.call(&["ssot", "bind", "-c", "two", "--env", "staging"]).expect(0);
    let called = desk.call(&["audit", "-c", "two", "-c", "one"]).expect(1);
    insta::assert_snapshot!(stable(&desk, &called), @"
    CONTEXT  ENVIRONMENT  DRIFT  UNKNOWN  SAFE  MISSING  NOT RUNNING  RECLAIMABLE  ENGINE
    two      staging          0        0     0        0            0          0 B  calm 20.10.24
    one      -            ! no SSOT is named as the context is, and none is bound to its engine: write --context one=ENVIRONMENT; there are desktop, staging, production

    2 engines · 1 failed · drift 0
    -- stderr
    one: error: no SSOT is named as the context is, and none is bound to its engine: write --context one=ENVIRONMENT; there are desktop, staging, production
    -- exit 1
    ");
    // Two of them bound to one engine: which one is meant, nobody can guess.
    let staging = desk.read("ssot/staging.yaml");
    let qa = staging.replace("environment: staging", "environment: qa");
    std::fs::write(desk.work().join("ssot/qa.yaml"), qa).unwrap();
    let called = desk.call(&["audit", "-c", "two", "-c", "two=qa", "--no-record"]).expect(1);
    insta::assert_snapshot!(stable(&desk, &called), @"
    CONTEXT  ENVIRONMENT  DRIFT  UNKNOWN  SAFE  MISSING  NOT RUNNING  RECLAIMABLE  ENGINE
    two      -            ! no SSOT is named as the context is, and several are bound to its engine: write --context two=ENVIRONMENT; there are desktop, staging, production, qa
    two      qa               0        0     0        0            0          0 B  calm 20.10.24

    2 engines · 1 failed · drift 0
    -- stderr
    two: error: no SSOT is named as the context is, and several are bound to its engine: write --context two=ENVIRONMENT; there are desktop, staging, production, qa
    -- exit 1
    ");
    // And one that cannot be read might be the one.
    std::fs::write(desk.work().join("ssot/qa.yaml"), "version: 1\n").unwrap();
    let called = desk.call(&["audit", "-c", "two", "-c", "two=staging", "--no-record"]).expect(1);
    assert!(called.err.contains("ssot/qa.yaml:1:1"), "{}", called.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn contexts_before_and_behind_the_command_are_all_meant() {
    let (odd, even) = (junk().await, calm().await);
    let desk = desk(&[("one", odd.url()), ("two", even.url()), ("three", even.url())]);
    let words = ["--context", "one", "audit", "--format", "json", "--no-record", "-c", "two", "-c", "three"];
    let mut command = desk.command(&words);
    let called = Called::of(command.env("DOCKER_STEWARD_ENV", "staging").output().unwrap()).expect(0).json();
    let contexts: Vec<_> =
        called["engines"].as_array().unwrap().iter().map(|it| it["context"].clone()).collect();
    assert_eq!(contexts, ["one", "two", "three"]);
}

#[test]
fn what_makes_no_sense_is_a_wrong_command_line() {
    let desk = desk(&[]);
    for line in [
        "plan -c a -c b",
        "-c a -c b",
        "audit -c a -c a",
        "audit -c a= -c b",
        "audit -c =staging",
        "audit --all-contexts -c a",
        "audit --all-contexts --demo",
        "audit --demo -c a -c b",
        "audit --all-contexts -H unix:///x",
        "audit --deadline 0s",
        "audit --deadline soon",
    ] {
        let called = desk.call(&line.split(' ').collect::<Vec<_>>());
        assert_eq!((called.code, called.out.as_str()), (64, ""), "{line}: {}", called.err);
    }
}

/// Whether it refuses, keeps silent, or answers.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn alerts_tell_of_each_engine_that_does_not_answer() {
    let (even, (stuck, fired)) = (calm().await, hanging().await);
    let dead = "unix:///nowhere/docker.sock";
    let desk = desk(&[("calm", even.url()), ("dead", dead), ("stuck", stuck.url())]);
    std::fs::create_dir_all(desk.work().join("ssot")).unwrap();
    let rule = "alerts:\n  - {command: [sh, -c, \"cat >> told.json; echo >> told.json\"], on: [unhealthy]}\n";
    let ssot =
        format!("version: 1\nenvironment: fleet\ncleanup: confirm\nprotected: {{patterns: []}}\n{rule}");
    std::fs::write(desk.work().join("ssot/fleet.yaml"), ssot).unwrap();
    let contexts = ["-c", "stuck=fleet", "-c", "dead=fleet", "-c", "calm=fleet"];
    for _ in 0..2 {
        let called =
            desk.call(&[&["audit", "--alert", "--no-sizes", "--deadline", "3s"], &contexts[..]].concat());
        assert_eq!(called.code, 1, "{}", called.err);
    }
    assert!(fired.count() > 0);
    let told = std::fs::read_to_string(desk.work().join("told.json")).unwrap();
    let silent = |line: &str| {
        let told: serde_json::Value = serde_json::from_str(line).unwrap();
        told["silent"].as_str().unwrap().to_owned()
    };
    let mut silent: Vec<String> = told.lines().filter(|it| !it.is_empty()).map(silent).collect();
    silent.sort();
    assert_eq!(silent.len(), 2, "each once: {silent:?}");
    assert!(silent[0].contains("/nowhere/docker.sock") && silent[1].contains("within 3s"), "{silent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_holds_for_one_engine_too() {
    let (stuck, _) = hanging().await;
    let called = Desk::unwatched().on(&stuck, &["audit", "--deadline", "1s"]).expect(1);
    assert_eq!(called.err, "error: the engine was not read within 1s (--deadline)\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_shipper_gets_one_object_a_line() {
    let odd = junk().await;
    let desk = desk(&[("staging", odd.url()), ("dead", "unix:///nowhere/docker.sock")]);
    let called = desk.call(&["audit", "-c", "staging", "-c", "dead", "--format", "jsonl"]).expect(1);
    let lines: Vec<serde_json::Value> =
        called.out.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    assert_eq!(
        format!("{}\n", called.out.lines().next().unwrap()),
        desk.read("logs/docker_staging_audit_log.jsonl")
    );
    assert_eq!(lines[1]["context"], "dead");
    assert!(lines[1]["error"].as_str().unwrap().contains("/nowhere/docker.sock"));
    assert!(lines[1]["timestamp"].as_str().unwrap().ends_with('Z'));
    let alone = desk.on(&odd, &["audit", "--format", "jsonl"]).expect(0).out;
    assert_eq!(desk.read("logs/docker_staging_audit_log.jsonl").lines().last(), alone.lines().next());
}

/// What the textfile collector asks of a file: each family once, HELP before TYPE before its samples, no sample
/// twice, no time.
fn collected(text: &str) -> Vec<(String, String)> {
    accepted_by_prometheus(text);
    let mut families = BTreeSet::new();
    let mut samples: Vec<(String, String)> = Vec::new();
    let mut lines = text.lines().peekable();
    assert!(text.ends_with('\n'));
    while let Some(help) = lines.next() {
        let (name, words) = help.strip_prefix("# HELP ").unwrap().split_once(' ').unwrap();
        assert!(!words.is_empty() && families.insert(name.to_owned()), "{help}");
        assert_eq!(lines.next().unwrap(), format!("# TYPE {name} gauge"));
        assert!(lines.peek().is_some_and(|it| !it.starts_with('#')), "{name} has no sample");
        while let Some(sample) = lines.next_if(|it| !it.starts_with('#')) {
            let (series, value) = sample.rsplit_once(' ').unwrap();
            assert!(value.parse::<f64>().is_ok(), "{sample}");
            let labels = series.strip_prefix(name).unwrap();
            let inside = labels.strip_prefix('{').and_then(|it| it.strip_suffix('}')).unwrap();
            assert_eq!(inside.matches('"').count() % 2, 0, "{sample}");
            assert!(!samples.iter().any(|(it, _)| it == series), "twice: {series}");
            samples.push((series.to_owned(), value.to_owned()));
        }
    }
    samples
}

#[tokio::test(flavor = "multi_thread")]
async fn prometheus_is_told_who_answers_and_when_one_last_did() {
    let (odd, (stuck, _)) = (junk().await, hanging().await);
    let desk = desk(&[("staging", odd.url()), ("dead", "unix:///nowhere/docker.sock")]);
    let alone = desk.on(&odd, &["audit", "--format", "prometheus"]).expect(0).out;
    let of = |text: &str, start: &str| {
        let found = collected(text).into_iter().find(|(series, _)| series.starts_with(start));
        found.unwrap_or_else(|| panic!("no {start} in\n{text}"))
    };
    assert_eq!(of(&alone, "docker_steward_up").1, "1");
    let last = of(&alone, "docker_steward_last_success_timestamp_seconds").1;
    assert!(of(&alone, "docker_steward_audit_duration_seconds").1.parse::<f64>().unwrap() > 0.0);

    let both = ["-c", "staging", "-c", "dead=staging", "-c", "staging=production"];
    let called = desk.call(&[&["audit", "--format", "prometheus", "--no-record"], &both[..]].concat());
    let called = called.expect(1);
    let dead = "docker_steward_up{context=\"dead\",env=\"staging\"}";
    assert_eq!(of(&called.out, dead).1, "0");
    assert_eq!(of(&called.out, "docker_steward_up{context=\"staging\",env=\"prod\"").1, "1");
    let since = "docker_steward_last_success_timestamp_seconds{context=\"dead\"";
    assert_eq!(of(&called.out, since).1, last, "as the log says");

    // And alone, where a dead engine would otherwise leave nothing but an old file.
    let called = desk.on(&stuck, &["audit", "--format", "prometheus", "--deadline", "1s"]).expect(1);
    insta::assert_snapshot!(called.out.replace(&last, "LAST"), @r#"
    # HELP docker_steward_up Whether this audit succeeded, and can be believed.
    # TYPE docker_steward_up gauge
    docker_steward_up{env="staging"} 0
    # HELP docker_steward_last_success_timestamp_seconds When an audit last succeeded.
    # TYPE docker_steward_last_success_timestamp_seconds gauge
    docker_steward_last_success_timestamp_seconds{env="staging"} LAST
    "#);
    accepted_by_prometheus(&called.out);
    // Where not even the environment is known.
    let called = desk.call(&["-c", "dead", "--env", "nothing", "audit", "--format", "prometheus"]).expect(1);
    assert!(called.out.ends_with("\ndocker_steward_up 0\n"), "{}", called.out);
    accepted_by_prometheus(&called.out);
}
