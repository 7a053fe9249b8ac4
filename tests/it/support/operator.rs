//! The program as an operator has it: the binary, with a home, a state and a working folder of its own.
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::proxy::within;

/// An operator at a terminal-less shell.
#[derive(Debug)]
pub(crate) struct Operator {
    home: TempDir,
}

/// A command that has ended.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code; `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Ran {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }
}

impl Operator {
    pub(crate) fn new() -> Operator {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("ssot");
        std::fs::create_dir(&folder).unwrap();
        for (name, text) in SSOTS {
            std::fs::write(folder.join(name), super::ssot::without_health(text)).unwrap();
        }
        Operator { home }
    }

    /// The home folder, which is the working folder too.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// The program with these arguments, not started yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_docker-steward"));
        command.args(arguments);
        self.at_home(&mut command);
        command
    }

    /// Lets a command run in this operator's folders, and know of no other engine or environment.
    pub(crate) fn at_home(&self, command: &mut Command) {
        command
            .current_dir(self.home())
            .env("HOME", self.home())
            .env("XDG_STATE_HOME", self.home().join("state"))
            .env("XDG_CONFIG_HOME", self.home().join("config"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        for name in
            ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_STEWARD_ENV", "DOCKER_STEWARD_LOG"]
        {
            command.env_remove(name);
        }
    }

    /// Runs the program to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Ran {
        Running::start(&mut self.command(arguments)).ended().await
    }

    /// Runs it on this engine, under staging's SSOT.
    pub(crate) async fn staging(&self, url: &str, arguments: &[&str]) -> Ran {
        self.run(&[arguments, &["-H", url, "--env", "staging"]].concat()).await
    }

    /// Starts it there.
    pub(crate) fn start(&self, url: &str, arguments: &[&str]) -> Running {
        Running::start(&mut self.command(&[arguments, &["-H", url, "--env", "staging"]].concat()))
    }

    /// The audit, with `more` arguments.
    pub(crate) async fn audit(&self, url: &str) -> Value {
        self.staging(url, &["audit", "--format", "json"]).await.exits(0).json()
    }

    /// Plans these `kind/name`s into a file, and answers its path.
    pub(crate) async fn plan(&self, url: &str, names: &[&str]) -> String {
        let file = self.home().join("plan.json").display().to_string();
        let mut arguments = vec!["plan", "--out", &file];
        arguments.extend(names.iter().flat_map(|name| ["--select", name]));
        self.staging(url, &arguments).await.exits(0);
        file
    }

    /// What became of each step of the last cleanup: `docker rm tmp-a: done`, as `history` tells it.
    pub(crate) async fn outcomes(&self, url: &str) -> Vec<String> {
        let history = self.staging(url, &["history", "--format", "json"]).await.exits(0).json();
        let last = history["cleanups"].as_array().unwrap().last().expect("no cleanup").clone();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        last["steps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| {
                let command = text(&step["command"]);
                let verb = command.rsplit_once(' ').unwrap().0;
                format!("{verb} {}: {}", text(&step["name"]), text(&step["outcome"]))
            })
            .collect()
    }

    /// The lines of the journals of all runs.
    pub(crate) fn journal(&self) -> Vec<Value> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.home().join("state/docker-steward/journal"))
            .into_iter()
            .flatten()
            .map(|it| it.unwrap().path())
            .collect();
        files.sort();
        files.iter().flat_map(|file| lines(file)).collect()
    }

    /// The lines of staging's audit log.
    pub(crate) fn audit_log(&self) -> Vec<Value> {
        lines(&self.home().join("logs/docker_staging_audit_log.jsonl"))
    }
}

/// The phrase, as arguments.
pub(crate) const CONFIRM: [&str; 2] = ["--confirm", "APPLY CLEANUP"];

fn lines(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A command under way.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    stdout: (Text, JoinHandle<()>),
    stderr: (Text, JoinHandle<()>),
}

/// What was printed so far.
#[derive(Clone, Debug)]
struct Text {
    text: Arc<Mutex<String>>,
    grown: watch::Sender<()>,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Running {
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let stdout = follow(child.stdout.take().unwrap());
        let stderr = follow(child.stderr.take().unwrap());
        Running { child, stdout, stderr }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id().expect("it has ended")
    }

    /// Sends a signal by its name, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        let status = std::process::Command::new("kill").args(["-s", name, &pid]).status().unwrap();
        assert!(status.success());
    }

    /// Waits until it has said this on stderr.
    pub(crate) async fn says(&self, words: &str) {
        let mut grown = self.stderr.0.grown.subscribe();
        within(async {
            while !self.stderr.0.text.lock().unwrap().contains(words) {
                grown.changed().await.unwrap();
            }
        })
        .await;
    }

    /// Waits for its end.
    pub(crate) async fn ended(mut self) -> Ran {
        let status: ExitStatus = within(self.child.wait()).await.unwrap();
        let [stdout, stderr] = [self.stdout, self.stderr];
        let mut printed = Vec::with_capacity(2);
        for (text, reading) in [stdout, stderr] {
            reading.await.unwrap();
            printed.push(text.text.lock().unwrap().clone());
        }
        let [stdout, stderr] = <[String; 2]>::try_from(printed).unwrap();
        Ran { code: status.code(), stdout, stderr }
    }
}

fn follow(mut stream: impl AsyncRead + Unpin + Send + 'static) -> (Text, JoinHandle<()>) {
    let text = Text { text: Arc::default(), grown: watch::Sender::new(()) };
    let told = text.clone();
    let reading = tokio::spawn(async move {
        let mut bytes = [0_u8; 4096];
        while let Ok(count) = stream.read(&mut bytes).await {
            if count == 0 {
                break;
            }
            told.text.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]));
            told.grown.send_replace(());
        }
    });
    (text, reading)
}

/// The shipped declarations.
const SSOTS: [(&str, &str); 3] = [
    ("desktop.yaml", include_str!("../../../ssot/desktop.yaml")),
    ("staging.yaml", include_str!("../../../ssot/staging.yaml")),
    ("production.yaml", include_str!("../../../ssot/production.yaml")),
];
