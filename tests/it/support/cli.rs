//! The program itself, in folders of its own.
use std::path::PathBuf;
use std::process::Output;

use tempfile::TempDir;

/// A home for the program: an SSOT, and everything that it writes.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) home: TempDir,
    host: String,
    environment: Vec<(String, String)>,
}

/// How a run of the program ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Desk {
    pub(crate) fn new(url: &str, ssot: &str) -> Desk {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("ssot.yaml"), ssot).unwrap();
        Desk { home, host: url.to_owned(), environment: Vec::new() }
    }

    /// The same with a variable set.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Desk {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The lines of a file that the program wrote; none where it wrote none.
    pub(crate) fn lines(&self, name: &str) -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(self.path(name)).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Runs the program, without a terminal.
    pub(crate) async fn run(&self, words: &[&str]) -> Ran {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_docker-steward"));
        command
            .args(["--host", &self.host, "--ssot", "ssot.yaml"])
            .args(words)
            .current_dir(self.home.path())
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .env("HOME", self.home.path())
            .env("XDG_STATE_HOME", self.home.path().join("state"))
            .env("PATH", "/usr/bin:/bin")
            .stdin(std::process::Stdio::null());
        let Output { status, stdout, stderr } =
            tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran { code: status.code().unwrap(), out: text(stdout), err: text(stderr) }
    }
}
