//! What the resources of a run hold, put into the trash before they go.

use std::path::PathBuf;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::Outcome;
use crate::engine::{HelperError, Keeper};
use crate::records::journal_line::Saved;
use crate::records::{Paths, trash};
use crate::session::{Session, SessionError};
use crate::steward::{Action, Step};

/// The trash of one run.
#[derive(Debug)]
pub(super) struct Trash {
    keeper: Keeper,
    paths: Paths,
    run: String,
    keep: Duration,
}

/// Whether a step takes something away that nothing else could bring back: a volume's data, or an image that no registry
/// is known to have. `was` is the resource as it was inspected.
pub(super) fn wants(step: &Step, was: &Value) -> bool {
    match step.action() {
        Action::RemoveVolume => true,
        Action::RemoveImage => was["RepoDigests"].as_array().is_none_or(Vec::is_empty),
        Action::StopContainer | Action::RemoveContainer | Action::UntagImage | Action::RemoveNetwork => false,
    }
}

/// How much room it wants, in bytes, as far as that is known. Of an image the engine first writes a whole copy into a
/// folder of its own, which may be on the same disk.
fn room(step: &Step, was: &Value) -> u64 {
    match step.action() {
        Action::RemoveImage => was["Size"].as_u64().unwrap_or(0).saturating_mul(2),
        _ => step.frees().unwrap_or(0),
    }
}

impl Trash {
    /// The trash of a run, in which everything is kept for some time.
    pub(super) fn of(session: &Session, run: &str, keep: Duration) -> Result<Self, SessionError> {
        Ok(Self { keeper: session.keeper()?, paths: session.paths().clone(), run: run.to_owned(), keep })
    }

    /// Saves what the resource of a step, which was so, holds, or says why it stays.
    pub(super) async fn save(
        &self,
        at: usize,
        step: &Step,
        was: &Value,
        now: Timestamp,
    ) -> Result<Saved, String> {
        let failed = |why: String| format!("what it holds could not be saved: {why}");
        let saving = trash::Saving::begin(&self.path(at), room(step, was));
        let mut saving = saving.map_err(|error| failed(error.to_string()))?;
        let target = step.target();
        let sent: Result<(), HelperError> = match step.action() {
            Action::RemoveVolume => self.keeper.save_volume(target.name(), &self.run, &mut saving).await,
            _ => self.keeper.save_image(target.key().id().unwrap_or_default(), &mut saving).await,
        };
        sent.map_err(|error| failed(error.to_string()))?;
        let keep = SignedDuration::try_from(self.keep).unwrap_or(SignedDuration::MAX);
        let expires = now.saturating_add(keep).unwrap_or(Timestamp::MAX);
        saving.finish(expires).map_err(|error| failed(error.to_string()))
    }

    /// What is still there needs no copy; what may be gone does.
    pub(super) fn keep_only_what_is_gone(&self, at: usize, outcome: &Outcome) {
        if matches!(outcome, Outcome::Skipped(_) | Outcome::Refused(_) | Outcome::NotStarted(_)) {
            let path = self.path(at);
            let _ = std::fs::remove_file(&path);
            if let Some(folder) = path.parent() {
                // It stays where it holds another step's.
                let _ = std::fs::remove_dir(folder);
            }
        }
    }

    fn path(&self, at: usize) -> PathBuf {
        trash::path(&self.paths, &self.run, at)
    }
}
