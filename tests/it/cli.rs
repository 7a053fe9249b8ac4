//! The program as its users call it: arguments in; stdout, stderr, exit code and files out.
mod apply;
mod audit;
mod command_line;
mod completions;
mod disk;
mod fleet;
mod generated;
mod history;
mod hostile;
mod interrupted;
mod plan;
mod plugin;
mod terminal;
mod trash;
mod undo;
mod whole;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use docker_steward::demo::{DemoEngine, World};
use tempfile::TempDir;

/// A user of their own: empty folders, and none of the variables of whoever runs the tests.
pub(crate) struct Desk {
    pub(crate) home: TempDir,
}

/// What one call of the program left behind.
pub(crate) struct Called {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Desk {
    pub(crate) fn new() -> Desk {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("work")).unwrap();
        Desk { home }
    }

    /// The same with a staging SSOT that has no health checks: `apply` runs them, and tests contact nobody.
    pub(crate) fn unwatched() -> Desk {
        let desk = Desk::new();
        let folder = desk.work().join("ssot");
        std::fs::create_dir(&folder).unwrap();
        let staging = crate::support::ssot::without_health(include_str!("../../ssot/staging.yaml"));
        std::fs::write(folder.join("staging.yaml"), staging).unwrap();
        desk
    }

    /// The working folder.
    pub(crate) fn work(&self) -> PathBuf {
        self.home.path().join("work")
    }

    /// The steward's state.
    pub(crate) fn state(&self) -> PathBuf {
        self.home.path().join("state/docker-steward")
    }

    /// The program, not started yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_docker-steward"));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home.path())
            .env("XDG_CONFIG_HOME", self.home.path().join("config"))
            .env("XDG_STATE_HOME", self.home.path().join("state"))
            .current_dir(self.work())
            .args(arguments);
        command
    }

    /// Calls the program without a terminal, and with nothing on stdin.
    pub(crate) fn call(&self, arguments: &[&str]) -> Called {
        Called::of(assert_cmd::Command::from_std(self.command(arguments)).output().unwrap())
    }

    /// Calls it on an engine, as staging.
    pub(crate) fn on(&self, engine: &DemoEngine, arguments: &[&str]) -> Called {
        self.call(&[&["-H", engine.url(), "--env", "staging"], arguments].concat())
    }

    pub(crate) fn read(&self, path: impl AsRef<Path>) -> String {
        std::fs::read_to_string(self.work().join(path)).unwrap()
    }
}

impl Called {
    pub(crate) fn of(output: Output) -> Called {
        Called {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts the exit code, and shows all if it is another.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Called {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

/// Whether a tool of this machine runs; what needs it says so where it is skipped. Where `STEWARD_TEST_TOOLS` is
/// set (`.ci/run` sets it), a tool that is not there is a failure: nothing is skipped unseen.
pub(crate) fn has(tool: &str) -> bool {
    let found = Command::new(tool).arg("--version").output().is_ok();
    if !found {
        assert!(std::env::var_os("STEWARD_TEST_TOOLS").is_none(), "there is no {tool} here");
        eprintln!("skipped: there is no {tool} here");
    }
    found
}

/// Asks Prometheus itself, where its own checker is here.
pub(crate) fn accepted_by_prometheus(text: &str) {
    use std::io::Write as _;
    if !has("promtool") {
        return;
    }
    let mut promtool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    promtool.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = promtool.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success() && said.is_empty(), "{said}\n{text}");
}

/// A simulated engine with junk of every kind beside production.
pub(crate) async fn junk() -> DemoEngine {
    DemoEngine::start(crate::apply::junk()).await.unwrap()
}

/// A simulated engine that holds what staging declares, and nothing else.
pub(crate) async fn in_order() -> DemoEngine {
    use docker_steward::demo::{Container, Image, Volume};
    let mut world = World::empty(jiff::Timestamp::now());
    let old = world.days_ago(40);
    world.add_image(Image::new("odoo:18.0").tag("odoo:18.0-1").created(old));
    world.add_image(Image::new("postgres:16-alpine").created(old));
    for volume in ["odoo-staging-db-data", "odoo-staging-filestore"] {
        world.add_volume(Volume::new(volume).created(old));
    }
    let app = Container::new("odoo-staging", "odoo:18.0").created(old).running(old);
    world.add_container(app.volume("odoo-staging-filestore", "/data"));
    let db = Container::new("odoo-staging-db", "postgres:16-alpine").created(old).running(old);
    world.add_container(db.volume("odoo-staging-db-data", "/db"));
    DemoEngine::start(world).await.unwrap()
}
