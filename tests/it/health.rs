//! Health checks against a web server on the loopback and the simulated engine.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use docker_steward::demo::{Container, DemoEngine, Effect, Fault, Image, World};
use docker_steward::health::HealthReport;
use jiff::Timestamp;
use tokio::net::TcpListener;

use crate::support::steward::{QUICK, Stage, writes};

/// Serves on a free port of the loopback for as long as the runtime lives.
pub(crate) async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

/// An SSOT of nothing but checks.
pub(crate) fn ssot(cleanup: &str, rest: &str) -> String {
    format!(
        "version: 1\nenvironment: staging\nsteward: Gordon-Staging\ncleanup: {cleanup}\n\
         protected: {{patterns: [\"prod-*\"], names: [n8n]}}\nsafe_to_delete: {{patterns: [\"tmp-*\", \"test-*\", \"mcp/*\"]}}\n{rest}"
    )
}

fn world() -> World {
    let mut world = World::empty(Timestamp::now());
    let old = world.days_ago(40);
    world.add_image(Image::new("postgres:16-alpine").created(old));
    world.add_container(Container::new("db", "postgres:16-alpine").created(old).running(old));
    world.add_container(Container::new("well", "postgres:16-alpine").health("healthy").running(old));
    world.add_container(Container::new("ill", "postgres:16-alpine").health("unhealthy").running(old));
    world.add_container(Container::new("ended", "postgres:16-alpine").exited(1, old, old));
    world
}

/// Each check as `name: verdict: why`, with ports written as PORT.
fn lines(report: &HealthReport, address: SocketAddr) -> String {
    let line = |it: &docker_steward::health::CheckReport| {
        let why = it.verdict.why().map(|why| format!(": {why}")).unwrap_or_default();
        format!("{}: {}{why}", it.name, it.verdict.as_str()).replace(&address.port().to_string(), "PORT")
    };
    report.checks.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn every_probe_says_what_is_wrong() {
    let web = Router::new()
        .route("/ok", get(|| async { "{\"status\": \"pass\"}" }))
        .route("/down", get(|| async { (StatusCode::SERVICE_UNAVAILABLE, "no") }))
        .route("/moved", get(|| async { Redirect::temporary("/ok") }))
        .route("/slow", get(|| async { tokio::time::sleep(Duration::from_mins(1)).await }));
    let address = serve(web).await;
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let text = ssot(
        "confirm",
        &format!(
            r#"health:
  - {{name: ok, http: "http://{address}/ok"}}
  - {{name: body, http: "http://{address}/ok", body: '"status": "pass"'}}
  - {{name: other body, http: "http://{address}/ok", body: "fail"}}
  - {{name: down, http: "http://{address}/down"}}
  - {{name: down is fine, http: "http://{address}/down", status: 503}}
  - {{name: moved, http: "http://{address}/moved"}}
  - {{name: slow, http: "http://{address}/slow", timeout: 300ms}}
  - {{name: nobody, http: "http://{closed}/"}}
  - {{name: plain, http: "https://{address}/ok"}}
  - {{name: open port, tcp: "{address}"}}
  - {{name: closed port, tcp: "{closed}"}}
  - {{name: exec, exec: {{container: db, command: [pg_isready, -q]}}}}
  - {{name: exec fails, exec: {{container: db, command: ["false"]}}}}
  - {{name: no program, exec: {{container: db, command: [nothing]}}}}
  - {{name: exec in ended, exec: {{container: ended, command: ["true"]}}}}
  - {{name: exec nowhere, exec: {{container: d, command: ["true"]}}}}
  - {{name: runs, running: db}}
  - {{name: well, running: well}}
  - {{name: ill, running: ill}}
  - {{name: ended, running: ended}}
  - {{name: not there, running: wel}}
"#
        ),
    );
    let engine = DemoEngine::start(world()).await.unwrap();
    let stage = Stage::open(engine.url(), "staging", &text, QUICK).await.unwrap();
    let report = stage.session.health().await;
    let shown = lines(&report, address).replace(&closed.port().to_string(), "CLOSED");
    insta::assert_snapshot!(shown, @r#"
    ok: healthy
    body: healthy
    other body: unhealthy: it answered 200, and its body does not hold "fail"
    down: unhealthy: it answered 503, not 200
    down is fine: healthy
    moved: unhealthy: it answered 307 (to /ok; redirects are not followed), not 200
    slow: unhealthy: no answer within 300ms
    nobody: unhealthy: no connection: Connection refused (os error 111)
    plain: unhealthy: TLS failed: received corrupt message of type InvalidContentType
    open port: healthy
    closed port: unhealthy: no connection: Connection refused (os error 111)
    exec: healthy
    exec fails: unhealthy: it exited with 1
    no program: unhealthy: it exited with 126: OCI runtime exec failed: exec failed: unable to start container process: exec: "nothing": executable file not found in $PATH: unknown
    exec in ended: unhealthy: the container ended is not running: exited
    exec nowhere: unhealthy: there is no container d
    runs: healthy
    well: healthy
    ill: unhealthy: it runs, and its own health check says unhealthy
    ended: unhealthy: it is not running: exited
    not there: unhealthy: there is no container wel
    "#);
    assert!(report.checks.iter().all(|it| it.latency.is_some()));
    let id_is_whole = |path: &String| {
        path.split('/').any(|part| part.len() == 64 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    let writes = writes(&engine);
    assert_eq!(writes.len(), 6, "three commands, each made and started: {writes:?}");
    assert!(writes.iter().all(|it| it.starts_with("POST ") && id_is_whole(it)), "{writes:?}");
}

#[tokio::test]
async fn a_read_only_session_runs_no_command() {
    let checks = "health:\n  - {name: exec, exec: {container: db, command: [pg_isready]}}\n  - {name: runs, running: db}\n";
    let engine = DemoEngine::start(world()).await.unwrap();
    let stage = Stage::open(engine.url(), "staging", &ssot("forbidden", checks), QUICK).await.unwrap();
    let report = stage.session.health().await;
    insta::assert_snapshot!(lines(&report, "127.0.0.1:1".parse().unwrap()), @"
    exec: not run: read-only
    runs: healthy
    ");
    assert!(report.is_healthy() && !report.is_blind());
    assert_eq!(writes(&engine), [""; 0]);
}

#[tokio::test]
async fn an_engine_that_fails_is_unhealthy_and_not_an_error() {
    let checks = "health:\n  - {name: exec, exec: {container: db, command: [pg_isready]}, timeout: 400ms}\n  - {name: runs, running: db, timeout: 400ms}\n";
    let engine = DemoEngine::start(world()).await.unwrap();
    let stage = Stage::open(engine.url(), "staging", &ssot("confirm", checks), QUICK).await.unwrap();
    for (method, path, effect) in [
        ("GET", "/containers/json", Effect::Status(500, "boom".to_owned())),
        ("POST", "start", Effect::Hang),
        ("POST", "exec", Effect::Drop),
        ("GET", "/exec/", Effect::NotJson),
    ] {
        let fault = Fault::new(method, path, effect).always();
        let fired = fault.fired();
        engine.inject(fault);
        let report = stage.session.health().await;
        assert!(report.unhealthy().any(|it| it.name == "exec"), "{path}: {report:?}");
        assert!(fired.count() > 0, "{path}: the fault struck");
        engine.clear_faults();
    }
    assert!(stage.session.health().await.is_healthy());
}
