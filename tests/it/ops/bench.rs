//! The binary, run where nothing of this machine's user can be seen or changed.
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A home and a working folder.
#[derive(Debug)]
pub(super) struct Bench {
    dir: TempDir,
}

/// How a command ended, as a test pins it.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: i32,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Bench {
    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("work/ssot")).unwrap();
        Self { dir }
    }

    /// With a copy of a built-in SSOT.
    pub(super) fn with_ssot(name: &str) -> Self {
        let bench = Self::new();
        let text = std::fs::read_to_string(shipped(name)).unwrap();
        bench.write(&format!("ssot/{name}.yaml"), &text);
        bench
    }

    /// A path in the working folder.
    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join("work").join(path)
    }

    /// A path in the home.
    pub(super) fn home(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        std::fs::write(self.path(path), text).unwrap();
    }

    pub(super) fn read(&self, path: &str) -> String {
        self.plain(&std::fs::read_to_string(self.path(path)).unwrap())
    }

    /// Runs `docker-steward` with these words.
    pub(super) fn run(&self, words: &[&str]) -> Ended {
        self.run_with(words, &[])
    }

    /// The same with variables.
    pub(super) fn run_with(&self, words: &[&str], variables: &[(&str, &str)]) -> Ended {
        let home = self.dir.path();
        let output: Output = Command::new(env!("CARGO_BIN_EXE_docker-steward"))
            .args(words)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_STATE_HOME", home.join("state"))
            .env("DOCKER_CONFIG", home.join("docker"))
            .env("GIT_CEILING_DIRECTORIES", home)
            .env("TZ", "UTC")
            .envs(variables.iter().copied())
            .current_dir(self.path(""))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes: &[u8]| self.plain(&String::from_utf8_lossy(bytes));
        Ended {
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// Without what differs from run to run: where we are.
    fn plain(&self, text: &str) -> String {
        let dir = self.dir.path().to_string_lossy().into_owned();
        text.replace(env!("CARGO_BIN_EXE_docker-steward"), "/usr/local/bin/docker-steward")
            .replace(&dir, "[DIR]")
    }
}

impl Ended {
    #[track_caller]
    pub(super) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self}");
        self
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-- stderr\n{}-- exit {}", self.stdout, self.stderr, self.code)
    }
}

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ssot").join(format!("{name}.yaml"))
}
