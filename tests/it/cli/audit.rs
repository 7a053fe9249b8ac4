//! `audit`, and the bare command without a terminal.
use docker_steward::demo::{DemoEngine, Effect, Fault};

use super::{Desk, in_order, junk};

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_asks_and_changes_nothing() {
    let (desk, engine) = (Desk::new(), junk().await);
    let called = desk.on(&engine, &["audit"]).expect(0);
    assert!(called.out.starts_with("STAGING · Gordon-Staging\n"), "{}", called.out);
    assert!(called.out.contains("○ safe       tmp-c"), "{}", called.out);
    assert!(!called.out.contains('\u{1b}') && called.err.is_empty(), "{}", called.err);
    assert!(engine.requests().iter().all(|(method, _)| method == "GET" || method == "HEAD"));
}

fn podman() -> Fault {
    let components = serde_json::json!([{ "Name": "Podman Engine", "Version": "4.3.1" }]);
    let edit = move |version: &mut serde_json::Value| version["Components"] = components.clone();
    Fault::new("GET", "/version", Effect::Edit(Box::new(edit))).always()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_docker_is_refused_by_its_own_name() {
    let (desk, engine) = (Desk::new(), junk().await);
    // Nor does its ping answer as Docker's does.
    let ping = Fault::new("GET", "/_ping", Effect::Status(404, "page not found".to_owned())).always();
    let (fault, pinged) = (podman(), ping.fired());
    let fired = fault.fired();
    engine.inject(fault);
    engine.inject(ping);
    let called = desk.on(&engine, &["audit"]).expect(3);
    assert!(
        called.err.starts_with("refused: this is Podman Engine 4.3.1, not a Docker Engine"),
        "{}",
        called.err
    );
    assert!(fired.count() > 0 && pinged.count() > 0);
    let asked = engine.requests();
    assert!(asked.iter().all(|(_, path)| path == "/_ping" || path == "/version"), "nothing else was asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_answers_a_ping_as_docker_does_is_refused_all_the_same() {
    let (desk, engine) = (Desk::new(), junk().await);
    let fault = podman();
    let fired = fault.fired();
    engine.inject(fault);
    let called = desk.on(&engine, &["audit"]).expect(3);
    assert!(called.out.is_empty() && called.err.starts_with("refused: this is Podman"), "{}", called.err);
    assert!(fired.count() > 0);
    assert!(engine.requests().iter().all(|(method, _)| method == "GET"));
    assert!(!desk.work().join("logs").exists() && !desk.state().join("ledger").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_answer_decides_which_version_is_spoken() {
    let (desk, engine) = (Desk::new(), junk().await);
    let older = |version: &mut serde_json::Value| version["ApiVersion"] = serde_json::json!("1.40");
    let fault = Fault::new("GET", "/version", Effect::Edit(Box::new(older))).always();
    let fired = fault.fired();
    engine.inject(fault);
    let called = desk.on(&engine, &["audit", "--format", "json"]).expect(0).json();
    assert_eq!(called["engine"]["api"], "1.40");
    assert!(fired.count() > 0);
    assert!(engine.requests().iter().any(|(_, path)| path.starts_with("/v1.40/containers/json")));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_an_engine_is_is_asked_in_full_until_it_is_known() {
    let (desk, engine) = (Desk::new(), junk().await);
    let in_full =
        |engine: &DemoEngine| engine.requests().iter().filter(|(_, path)| path == "/version").count();
    let first = desk.on(&engine, &["audit", "--format", "json"]).expect(0).json();
    assert_eq!(in_full(&engine), 1);
    let second = desk.on(&engine, &["audit", "--format", "json"]).expect(0).json();
    assert_eq!((in_full(&engine), &first["engine"]), (1, &second["engine"]));
    // Whatever may lead to a removal asks in any case.
    desk.on(&engine, &["plan"]).expect(0);
    assert_eq!(in_full(&engine), 2);
    // Another engine greets alike from the same address.
    let other = |info: &mut serde_json::Value| info["ID"] = serde_json::json!("ANOTHER");
    engine.inject(Fault::new("GET", "/info", Effect::Edit(Box::new(other))).always());
    desk.on(&engine, &["audit"]).expect(0);
    assert_eq!(in_full(&engine), 3);
    engine.inject(podman());
    desk.on(&engine, &["audit"]).expect(0);
    assert_eq!(in_full(&engine), 3);
    std::fs::remove_file(desk.state().join("greetings.json")).unwrap();
    desk.on(&engine, &["audit"]).expect(3);
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_is_an_exit_code_only_where_it_is_asked_for() {
    let desk = Desk::new();
    let (odd, even) = (junk().await, in_order().await);
    desk.on(&odd, &["audit"]).expect(0);
    desk.on(&odd, &["audit", "--exit-code"]).expect(2);
    let called = desk.on(&even, &["audit", "--exit-code"]).expect(0);
    assert!(called.out.ends_with("✓ staging is what its SSOT declares: no drift\n"), "{}", called.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn json_has_the_record_that_stands_in_the_log() {
    let (desk, engine) = (Desk::new(), junk().await);
    let first = desk.on(&engine, &["audit", "--format", "json"]).expect(0).json();
    let second = desk.on(&engine, &["audit", "--format", "json"]).expect(0).json();
    let log = desk.read("logs/docker_staging_audit_log.jsonl");
    let lines: Vec<serde_json::Value> = log.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    assert_eq!(lines, [first["record"].clone(), second["record"].clone()]);
    assert_eq!(first["schema"], 1);
    assert_eq!(first["record"]["ip"], "178.128.112.214");
    assert_eq!(first["record"]["previous"], serde_json::Value::Null);
    assert_eq!(first["ssot"]["git"], "none");
    assert_eq!(first["engine"]["host"], engine.url());
    let of = |name: &str| {
        first["resources"].as_array().unwrap().iter().find(|it| it["name"] == name).unwrap().clone()
    };
    assert_eq!(of("tmp-c")["class"], "safe_to_delete");
    assert_eq!(of("tmp-c")["running"], true);
    assert_eq!(of("tmp-v")["id"], serde_json::Value::Null);
    assert_eq!(of("tmp-v")["used_by"][0], "container/tmp-c");
    assert_eq!(of("tmp-two:a")["id"], of("tmp-two:b")["id"]);
    assert_eq!(of("prod_data")["class"], "protected");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_sizes_none_are_asked_for() {
    let (desk, engine) = (Desk::new(), junk().await);
    let audit = desk.on(&engine, &["audit", "--no-sizes", "--format", "json"]).expect(0).json();
    let volume =
        audit["resources"].as_array().unwrap().iter().find(|it| it["name"] == "tmp-v").unwrap().clone();
    assert_eq!(volume["size_bytes"], serde_json::Value::Null);
    assert!(engine.requests().iter().all(|(_, path)| !path.contains("/system/df")));
    assert!(desk.on(&engine, &["audit", "--no-sizes"]).expect(0).out.contains("reclaimable at least "));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_record_leaves_no_trace_in_the_log() {
    let (desk, engine) = (Desk::new(), junk().await);
    desk.on(&engine, &["audit", "--no-record"]).expect(0);
    assert!(!desk.work().join("logs").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_cannot_be_written_is_a_failure_and_the_audit_is_shown() {
    let (desk, engine) = (Desk::new(), junk().await);
    std::fs::write(desk.work().join("logs"), "not a folder").unwrap();
    let called = desk.on(&engine, &["audit", "--exit-code"]).expect(1);
    assert!(called.out.contains("drift "), "{}", called.out);
    assert!(called.err.contains("logs/docker_staging_audit_log.jsonl"), "{}", called.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_cannot_be_believed_is_shown_said_and_not_recorded() {
    let (desk, engine) = (Desk::new(), junk().await);
    let fault = Fault::new("GET", "/containers/json", Effect::Body(serde_json::json!([]))).always();
    let fired = fault.fired();
    engine.inject(fault);
    let called = desk.on(&engine, &["audit", "--format", "json"]).expect(1);
    assert!(fired.count() > 0);
    assert_eq!(called.json()["schema"], 1);
    assert!(called.err.contains("in doubt: the engine says that it holds 4 containers"), "{}", called.err);
    assert!(!desk.work().join("logs").exists());
    // And nothing is planned on it.
    let called = desk.on(&engine, &["plan"]).expect(3);
    assert!(called.out.is_empty() && called.err.contains("in doubt"), "{}", called.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_fails_is_a_failure_and_nothing_is_shown() {
    let (desk, engine) = (Desk::new(), junk().await);
    for path in ["/containers/json", "/images/json", "/volumes", "/networks", "/info"] {
        engine.clear_faults();
        let fault = Fault::new("GET", path, Effect::Status(500, "broken".to_owned())).always();
        let fired = fault.fired();
        engine.inject(fault);
        let called = desk.on(&engine, &["audit"]).expect(1);
        assert!(fired.count() > 0, "{path}");
        assert!(called.out.is_empty() && called.err.starts_with("error: "), "{path}: {}", called.err);
    }
}

#[test]
fn the_demo_leaves_the_users_records_alone() {
    let desk = Desk::new();
    let called = desk.call(&["--demo", "audit", "--format", "markdown"]).expect(0);
    assert!(called.out.starts_with("## Docker audit: staging\n"), "{}", called.out);
    assert!(desk.state().join("demo/logs/docker_staging_audit_log.jsonl").exists());
    let left: Vec<_> = std::fs::read_dir(desk.state()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left, ["demo"]);
    assert_eq!(std::fs::read_dir(desk.work()).unwrap().count(), 0);
}

#[test]
fn the_bare_command_without_a_terminal_shows_the_audit_and_says_how_to_get_the_console() {
    let desk = Desk::new();
    let called = desk.call(&["--demo"]).expect(0);
    assert!(called.out.starts_with("STAGING"), "{}", called.out);
    assert!(
        called.err.contains("ssh -t") && called.err.contains("docker-steward --demo audit"),
        "{}",
        called.err
    );
    assert!(!desk.state().join("demo/logs").exists());
}

#[test]
fn colours_only_where_they_are_wanted() {
    let desk = Desk::new();
    let colored = |arguments: &[&str], variable: &str| {
        let mut command = desk.command(&[&["--demo", "audit"], arguments].concat());
        let called = super::Called::of(command.env(variable, "1").output().unwrap());
        called.expect(0).out.contains('\u{1b}')
    };
    assert!(colored(&["--color", "always"], "NO_COLOR"));
    assert!(colored(&[], "CLICOLOR_FORCE"));
    assert!(!colored(&["--color", "never"], "CLICOLOR_FORCE"));
    assert!(!colored(&["--format", "json"], "CLICOLOR_FORCE"));
}
