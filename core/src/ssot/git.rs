//! Whether git holds a file as it is: an SSOT is a decision, and decisions are versioned.

use std::path::Path;
use std::process::{Command, Stdio};

/// What git says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GitState {
    /// Committed as it is.
    Clean,
    /// Tracked, and changed or staged since.
    Modified,
    /// In a repository that does not track it.
    Untracked,
    /// In no repository, or git could not say.
    None,
}

impl GitState {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Modified => "modified",
            Self::Untracked => "untracked",
            Self::None => "none",
        }
    }
}

impl std::fmt::Display for GitState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

pub(super) fn state(path: &Path) -> GitState {
    ask(path).unwrap_or(GitState::None)
}

fn ask(path: &Path) -> Option<GitState> {
    // The content counts, so links are followed.
    let path = path.canonicalize().ok()?;
    let (folder, name) = (path.parent()?, path.file_name()?);
    // Git looks there, too; to start it only costs more.
    if !folder.ancestors().any(|it| it.join(".git").exists()) {
        return None;
    }
    let git = |arguments: &[&str]| {
        Command::new("git")
            // Neither a lock on somebody's work nor a program that a repository's configuration names.
            .args(["--no-optional-locks", "--literal-pathspecs", "-c", "core.fsmonitor=false"])
            .args(arguments)
            .arg("--")
            .arg(name)
            .current_dir(folder)
            // Set where git runs us from a hook, and about another repository.
            .env_remove("GIT_DIR")
            .env_remove("GIT_WORK_TREE")
            .env_remove("GIT_INDEX_FILE")
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .ok()
            .filter(|output| output.status.success())
            .map(|output| output.stdout)
    };
    let status = git(&["status", "--porcelain", "--ignored", "--untracked-files=all"])?;
    if status.starts_with(b"??") || status.starts_with(b"!!") {
        return Some(GitState::Untracked);
    }
    if !status.is_empty() {
        return Some(GitState::Modified);
    }
    // Silence means unchanged, or ignored in a way that status does not list.
    let tracked = git(&["ls-files"])?;
    Some(if tracked.is_empty() { GitState::Untracked } else { GitState::Clean })
}
