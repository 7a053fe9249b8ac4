//! Alerts, to a web server on the loopback.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use docker_steward::alert::Outcome;
use docker_steward::demo::{Container, DemoEngine, Effect, Fault, Image, World};
use docker_steward::session::Session;
use jiff::Timestamp;
use serde_json::Value;

use crate::health::{serve, ssot};
use crate::support::cli::Desk;
use crate::support::steward::{QUICK, Stage};

/// A chat: what was posted to it by path, and the statuses with which it answers, then 200.
#[derive(Clone, Default)]
struct Chat {
    posted: Arc<Mutex<Vec<(String, Value)>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

impl Chat {
    async fn start(&self) -> String {
        let take = |State(chat): State<Chat>, Path(path): Path<String>, body: String| async move {
            chat.posted.lock().unwrap().push((path, serde_json::from_str(&body).unwrap()));
            let status = chat.answers.lock().unwrap().pop_front().unwrap_or(200);
            StatusCode::from_u16(status).unwrap()
        };
        let router = Router::new().route("/{*path}", post(take)).with_state(self.clone());
        format!("http://{}", serve(router).await)
    }

    fn taken(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut *self.posted.lock().unwrap())
    }
}

fn world() -> World {
    let mut world = World::empty(Timestamp::now());
    let old = world.days_ago(40);
    world.add_image(Image::new("n8nio/n8n:1").created(old));
    world.add_container(Container::new("n8n", "n8nio/n8n:1").created(old).running(old));
    world
}

async fn facts(session: &Session) -> docker_steward::alert::Facts {
    let look = session.look().await.unwrap();
    let mut facts = session.facts_to_tell("docker-steward --env staging");
    facts.audited(&look.audit, &session.audit_record(&look));
    facts
}

#[tokio::test]
async fn what_could_not_be_told_is_told_at_the_next_pass() {
    let chat = Chat::default();
    let url = chat.start().await;
    let rules = format!(
        "alerts:\n  - {{mattermost: \"{url}/mm/SECRET\", on: [drift, drift_cleared, protected_gone]}}\n  - {{slack: \"{url}/slack/SECRET\", on: [drift], always: true}}\n"
    );
    let engine = DemoEngine::start(world()).await.unwrap();
    let stage = Stage::open(engine.url(), "staging", &ssot("confirm", &rules), QUICK).await.unwrap();
    let tell = async || {
        let (deliveries, troubles) = stage.session.alert(&facts(&stage.session).await).await;
        assert_eq!(troubles, [""; 0]);
        deliveries.into_iter().map(|it| (it.target, it.events, it.attempts)).collect::<Vec<_>>()
    };
    assert_eq!(tell().await, [], "nothing drifts, and what is protected is only noted");

    engine.with_world(|world| world.add_container(Container::new("stranger", "gone:1")));
    chat.answers.lock().unwrap().extend([404, 404]);
    let (deliveries, _) = stage.session.alert(&facts(&stage.session).await).await;
    assert!(deliveries.iter().all(|it| it.outcome == Outcome::Failed("it answered 404".to_owned())));
    assert_eq!(deliveries[0].attempts, 1, "404 will not pass by itself");
    chat.taken();

    assert_eq!(tell().await, [("mattermost", vec!["drift"], 1), ("slack", vec!["drift"], 1)]);
    let mut posted = chat.taken();
    posted.sort_by(|a, b| a.0.cmp(&b.0));
    insta::assert_snapshot!(posted[0].1["text"].as_str().unwrap(), @"
    **Gordon-Staging**: staging on demo (127.0.0.1)
    🟡 **Drift 1**: 1 unknown, 0 safe-to-delete (0 B), 0 missing, 0 not running. New: `container/stranger`
    Look: `docker-steward --env staging audit`
    ");
    assert_eq!((posted[0].0.as_str(), &posted[0].1["username"]), ("mm/SECRET", &"Gordon-Staging".into()));
    insta::assert_snapshot!(posted[1].1["text"].as_str().unwrap(), @"
    *Gordon-Staging*: staging on demo (127.0.0.1)
    🟡 *Drift 1*: 1 unknown, 0 safe-to-delete (0 B), 0 missing, 0 not running. New: `container/stranger`
    Look: `docker-steward --env staging audit`
    ");

    assert_eq!(tell().await, [("slack", vec!["drift"], 1)], "the same drift is news only to who always asks");

    // A container that is protected by its name is removed by somebody; it takes its image's protection along.
    engine.with_world(|world| world.containers.retain(|it| it.name != "n8n"));
    let told = tell().await;
    assert_eq!(told[0].1, ["protected_gone"], "{told:?}");

    // Nothing secret is written down, and nobody else may read it.
    let record = stage.home.path().join("state/alerts.jsonl");
    let text = std::fs::read_to_string(&record).unwrap();
    assert!(!text.contains("SECRET") && text.contains("it answered 404"), "{text}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&record).unwrap().permissions().mode() & 0o777, 0o600);
    }
    for folder in std::fs::read_dir(stage.home.path().join("state/told")).unwrap() {
        assert!(!std::fs::read_to_string(folder.unwrap().path()).unwrap().contains("SECRET"));
    }
}

#[tokio::test]
async fn a_failure_that_may_pass_is_tried_three_times() {
    let chat = Chat::default();
    let url = chat.start().await;
    let rules = format!("alerts:\n  - {{webhook: \"{url}/hook\", on: [drift]}}\n");
    let mut world = world();
    world.add_container(Container::new("stranger", "gone:1"));
    let engine = DemoEngine::start(world).await.unwrap();
    let stage = Stage::open(engine.url(), "staging", &ssot("confirm", &rules), QUICK).await.unwrap();
    chat.answers.lock().unwrap().extend([503, 429]);
    let (deliveries, _) = stage.session.alert(&facts(&stage.session).await).await;
    assert_eq!((&deliveries[0].outcome, deliveries[0].attempts), (&Outcome::Sent, 3));
    let posted = chat.taken();
    assert_eq!(posted.len(), 3);
    assert_eq!(posted[2].1["events"][0]["names"], serde_json::json!(["container/stranger"]));
}

#[tokio::test]
async fn an_audit_with_alerts_never_fails_by_them_and_never_shows_a_secret() {
    let chat = Chat::default();
    let url = chat.start().await;
    let rules = "alerts:\n  - {mattermost: \"${NOT_SET}\", on: [drift]}\n  - {slack: \"${HOOK}\", on: [drift]}\n  - {webhook: \"${file:/nowhere/hook}\", on: [drift]}\n  - {command: [sh, -c, \"cat > told.json\"], on: [drift]}\n  - {command: [\"false\"], on: [drift]}\n";
    let mut world = world();
    world.add_container(Container::new("stranger", "gone:1"));
    let engine = DemoEngine::start(world).await.unwrap();
    let hook = format!("{url}/SECRET");
    let desk = Desk::new(engine.url(), &ssot("confirm", rules)).with("HOOK", &hook);
    chat.answers.lock().unwrap().push_back(403);
    let ran = desk.run(&["audit", "--alert", "--no-sizes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!(ran.err, @"
    ! alert not sent: alerts[0] (mattermost): drift: the environment variable NOT_SET is not set
    ! alert not delivered: alerts[1] (slack): drift: it answered 403
    ! alert not sent: alerts[2] (webhook): drift: the secret in /nowhere/hook cannot be read: No such file or directory (os error 2)
    ! alert not delivered: alerts[4] (command): drift: the command failed: exit status: 1
    ");
    assert!(!format!("{}{}", ran.out, ran.err).contains("SECRET"));
    let told = &desk.lines("told.json")[0];
    assert_eq!((&told["schema"], &told["environment"]), (&1.into(), &"staging".into()));
    let outcomes: Vec<String> = desk
        .lines("state/docker-steward/alerts.jsonl")
        .iter()
        .map(|it| format!("{} {}", it["rule"].as_str().unwrap(), it["outcome"].as_str().unwrap()))
        .collect();
    assert_eq!(
        outcomes,
        ["alerts[0] skipped", "alerts[1] failed", "alerts[2] skipped", "alerts[3] sent", "alerts[4] failed"]
    );
}

#[tokio::test]
async fn an_engine_that_does_not_answer_is_told_once_and_so_is_its_return() {
    let rules = "alerts:\n  - {command: [sh, -c, \"cat >> told.json; echo >> told.json\"], on: [unhealthy, healthy]}\n";
    let folder = tempfile::tempdir().unwrap();
    let url = format!("unix://{}", folder.path().join("engine.sock").display());
    let desk = Desk::new(&url, &ssot("confirm", rules));
    let told = || -> Vec<String> {
        let lines = if desk.path("told.json").exists() { desk.lines("told.json") } else { Vec::new() };
        let event = |it: &Value| format!("{} {}", it["events"][0]["event"], it["events"][0]["names"][0]);
        lines.iter().map(event).collect()
    };
    let engine = DemoEngine::listen(world(), &url).await.unwrap();
    assert_eq!(desk.run(&["run", "--no-sizes"]).await.code, 0);
    assert_eq!(told(), [""; 0]);

    drop(engine);
    for words in
        [&["run", "--no-sizes"][..], &["run"], &["audit", "--alert"], &["audit", "--alert", "--no-sizes"]]
    {
        let ran = desk.run(words).await;
        assert_eq!(ran.code, 1, "{}", ran.err);
        assert_eq!(told(), ["\"unhealthy\" \"the engine\""], "once, whoever asks");
    }
    let why = &desk.lines("told.json")[0];
    assert!(why["silent"].as_str().unwrap().contains("engine.sock"), "{why}");
    assert!(why["text"].as_str().unwrap().contains("doctor"), "{why}");

    let engine = DemoEngine::listen(world(), &url).await.unwrap();
    assert_eq!(desk.run(&["audit", "--no-sizes"]).await.code, 0);
    assert_eq!(told().len(), 1, "nobody asked for alerts");
    assert_eq!(desk.run(&["run", "--no-sizes"]).await.code, 0);
    assert_eq!(told()[1..], ["\"healthy\" \"the engine\""]);

    // One that only keeps silent has until the deadline.
    engine.inject(Fault::new("GET", "/containers/json", Effect::Hang));
    let ran = desk.run(&["audit", "--alert", "--no-sizes", "--deadline", "1s"]).await;
    assert_eq!((ran.code, engine.fired()), (1, 1), "{}", ran.err);
    assert_eq!(told()[2..], ["\"unhealthy\" \"the engine\""]);
}
