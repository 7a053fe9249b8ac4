//! A session with folders of its own, and words for what tests do with it.
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use docker_steward::apply::Report;
use docker_steward::demo::{DemoEngine, World};
use docker_steward::engine::TimeOuts;
use docker_steward::records::Paths;
use docker_steward::session::{Look, Options, Session, SessionError, Stop};
use docker_steward::ssot::find::Dirs;
use docker_steward::steward::{Key, Kind, PHRASE, Plan, Resource};
use tempfile::TempDir;
use tokio::sync::mpsc;

/// A session on some engine.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) session: Session,
    pub(crate) home: TempDir,
}

/// How an engine is opened in tests: a fault that hangs must not hang the suite.
pub(crate) const QUICK: TimeOuts = TimeOuts {
    answer: Duration::from_millis(700),
    sizes: Duration::from_secs(5),
    removal: Duration::from_secs(1),
    handover: Duration::from_millis(300),
};

impl Stage {
    /// Opens a session on an engine, under a built-in SSOT, or under `ssot` where it is not empty.
    pub(crate) async fn open(
        url: &str,
        env: &str,
        ssot: &str,
        time_outs: TimeOuts,
    ) -> Result<Stage, SessionError> {
        let home = tempfile::tempdir().unwrap();
        Ok(Stage { session: session(home.path(), url, env, ssot, time_outs).await?, home })
    }

    /// The same user's session on another engine, under the built-in SSOT of staging.
    pub(crate) async fn beside(&self, engine: &DemoEngine) -> Session {
        session(self.home.path(), engine.url(), "staging", "", QUICK).await.unwrap()
    }

    /// A simulated engine, and a session on it.
    pub(crate) async fn simulated(env: &str, world: World) -> (DemoEngine, Stage) {
        let engine = DemoEngine::start(world).await.unwrap();
        let stage = Stage::open(engine.url(), env, "", QUICK).await.unwrap();
        (engine, stage)
    }

    pub(crate) async fn look(&self) -> Look {
        self.session.look().await.unwrap()
    }

    /// A plan of these `kind/name`s.
    pub(crate) async fn plan(&self, names: &[&str]) -> Plan {
        let look = self.look().await;
        self.session.plan(&look, &marks(&look, names)).unwrap()
    }

    /// Approves and applies a plan.
    pub(crate) async fn try_apply(&self, plan: Plan) -> Result<Report, SessionError> {
        let approved = plan.approve(PHRASE, jiff::Timestamp::now()).unwrap();
        let (tell, _progress) = mpsc::unbounded_channel();
        self.session.apply(approved, None, tell, Stop::default()).await
    }

    pub(crate) async fn apply(&self, plan: Plan) -> Report {
        self.try_apply(plan).await.unwrap()
    }

    /// The journals of all runs.
    pub(crate) fn journals(&self) -> Vec<PathBuf> {
        let folder = std::fs::read_dir(self.home.path().join("state/journal"));
        let mut all: Vec<PathBuf> = folder.into_iter().flatten().map(|it| it.unwrap().path()).collect();
        all.sort();
        all
    }
}

async fn session(
    home: &Path,
    url: &str,
    env: &str,
    ssot: &str,
    time_outs: TimeOuts,
) -> Result<Session, SessionError> {
    let file = home.join("ssot.yaml");
    let mut options =
        Options { env: Some(env.to_owned()), host: Some(url.to_owned()), time_outs, ..Options::default() };
    if !ssot.is_empty() {
        std::fs::write(&file, ssot).unwrap();
        options.ssot = Some(file);
    }
    let dirs = Dirs { cwd: home.to_owned(), config: Vec::new() };
    let paths = Paths::new(Vec::new(), home.join("state"), false);
    Session::open_in(&options, paths, &dirs).await
}

/// The keys of these `kind/name`s.
pub(crate) fn marks(look: &Look, names: &[&str]) -> BTreeSet<Key> {
    names.iter().map(|name| find(look, name).key.clone()).collect()
}

/// The one resource of this `kind/name`.
pub(crate) fn find<'a>(look: &'a Look, path: &str) -> &'a Resource {
    let (kind, name) = path.split_once('/').unwrap();
    let kind: Kind = kind.parse().unwrap();
    let found = look.audit.called(kind, name);
    assert_eq!(found.len(), 1, "{path}: {found:?}");
    found[0]
}

/// What became of each step: `docker rm tmp-a: done`.
pub(crate) fn outcomes(report: &Report) -> Vec<String> {
    report
        .steps
        .iter()
        .map(|step| {
            let words: Vec<&str> = step.command.split(' ').collect();
            let verb = words[..words.len() - 1].join(" ");
            format!("{verb} {}: {}", step.name, step.outcome.as_str())
        })
        .collect()
}

/// The requests of an engine that change something, without the API version: neither GET nor HEAD, nor the
/// session that a cleanup holds.
pub(crate) fn writes(engine: &DemoEngine) -> Vec<String> {
    let requests = engine.requests();
    let writes = requests.iter().filter(|(method, path)| {
        method != "GET" && method != "HEAD" && (method.as_str(), path.as_str()) != ("POST", "/v1.41/session")
    });
    writes
        .map(|(method, path)| {
            let path = path.strip_prefix("/v1.41").unwrap_or(path);
            format!("{method} {path}")
        })
        .collect()
}
