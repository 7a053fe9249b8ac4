//! The ordered steps that remove what was marked. Each step is one command; the plan that is shown is the
//! value that is executed.

use std::collections::{BTreeMap, BTreeSet};

use arcstr::ArcStr;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::approve::{Mandate, Refused};
use super::audit::{Audit, freed_by};
use super::classify::SafeToDelete;
use super::inventory::{EngineIdentity, Key, Kind};
use super::order::{choose, order};
use crate::text::shell_quote;

/// How long a plan may be approved and applied, in seconds.
pub const EXPIRES_AFTER: i64 = 3600;

/// What a plan was made for: on anything else it is void.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circumstances {
    /// The environment.
    pub environment: String,
    /// The engine.
    pub engine: EngineIdentity,
    /// The SSOT.
    pub ssot: SsotStamp,
    /// When the plan was made.
    pub created: Timestamp,
    /// From when on it may not be applied any more.
    pub expires: Timestamp,
}

/// Which SSOT a plan was made by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SsotStamp {
    /// Where it was read from; for people.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// What one step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// `docker stop`: SIGTERM, then SIGKILL after the container's own time-out.
    StopContainer,
    /// `docker rm`: never with `-f` or `-v`.
    RemoveContainer,
    /// `docker rmi --no-prune REPOSITORY:TAG`: the tag goes, the image stays for its other tags.
    UntagImage,
    /// `docker rmi --no-prune ID`: the image goes with its last reference.
    RemoveImage,
    /// `docker volume rm`.
    RemoveVolume,
    /// `docker network rm`.
    RemoveNetwork,
}

/// One step: one command on one resource. Only a [`SafeToDelete`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    action: Action,
    target: SafeToDelete,
    command: String,
}

impl Step {
    fn new(action: Action, target: &SafeToDelete) -> Self {
        // An ID is quoted too: what an engine says is text until proved otherwise.
        let id = shell_quote(target.key().id().unwrap_or_default());
        let command = match action {
            Action::StopContainer => format!("docker stop {id}"),
            Action::RemoveContainer => format!("docker rm {id}"),
            Action::UntagImage => format!("docker rmi --no-prune {}", shell_quote(target.name())),
            Action::RemoveImage => format!("docker rmi --no-prune {id}"),
            Action::RemoveVolume => format!("docker volume rm {}", shell_quote(target.name())),
            Action::RemoveNetwork => format!("docker network rm {id}"),
        };
        Self { action, target: target.clone(), command }
    }

    /// What it does.
    pub const fn action(&self) -> Action {
        self.action
    }

    /// What it does it to.
    pub const fn target(&self) -> &SafeToDelete {
        &self.target
    }

    /// The kind of the resource.
    pub const fn kind(&self) -> Kind {
        self.target.key().kind()
    }

    /// The one command that does the same by hand.
    pub fn command(&self) -> &str {
        &self.command
    }

    /// Bytes that this step frees, as far as known: a stop and an untag free none.
    pub fn frees(&self) -> Option<u64> {
        match self.action {
            Action::StopContainer | Action::UntagImage => Some(0),
            _ => self.target.frees(),
        }
    }

    /// What a person should notice before approving.
    pub fn note(&self) -> Option<&'static str> {
        match self.action {
            Action::StopContainer => {
                Some("RUNNING: its processes get SIGTERM, then SIGKILL after its time-out")
            }
            _ => None,
        }
    }
}

/// A marked resource that is not in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excluded {
    /// What names it.
    pub key: Key,
    /// What people call it.
    pub name: ArcStr,
    /// Why it was left out.
    pub why: String,
}

/// An ordered list of steps, and what it was made for.
#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    circumstances: Circumstances,
    steps: Vec<Step>,
    excluded: Vec<Excluded>,
    frees: u64,
}

impl Plan {
    /// Plans the removal of `marks`. What is not safe to delete, or is used by something that stays, is
    /// left out with the reason. Refused while the inventory is in doubt.
    pub fn new(
        audit: &Audit,
        marks: &BTreeSet<Key>,
        circumstances: Circumstances,
        _: &Mandate,
    ) -> Result<Self, Refused> {
        if !audit.doubts.is_empty() {
            return Err(Refused::Doubtful(audit.doubts.clone()));
        }
        let (chosen, excluded) = choose(audit, marks);
        let frees = freed_by(chosen.iter().map(|(resource, _)| *resource));
        let steps = order(&chosen)
            .into_iter()
            .flat_map(|(safe, last)| actions(safe, last).iter().map(|action| Step::new(*action, safe)))
            .collect();
        Ok(Self { circumstances, steps, excluded, frees })
    }

    /// What the plan was made for.
    pub const fn circumstances(&self) -> &Circumstances {
        &self.circumstances
    }

    /// The steps, in the order in which they are done.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// What was marked and left out.
    pub fn excluded(&self) -> &[Excluded] {
        &self.excluded
    }

    /// Bytes that the plan frees, as far as sizes are known.
    pub const fn frees(&self) -> u64 {
        self.frees
    }

    /// How many resources of each kind it removes: an image counts with each of its tags.
    pub fn counts(&self) -> BTreeMap<Kind, usize> {
        let mut counts = BTreeMap::new();
        for step in self.steps.iter().filter(|step| step.action != Action::StopContainer) {
            *counts.entry(step.kind()).or_insert(0) += 1;
        }
        counts
    }

    /// `2 containers, 1 image`.
    pub fn summary(&self) -> String {
        let words: Vec<String> = self
            .counts()
            .into_iter()
            .map(|(kind, count)| format!("{count} {}", kind.counted(count)))
            .collect();
        if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
    }

    pub(super) fn exclude(&mut self, more: Vec<Excluded>) {
        self.excluded.extend(more);
    }
}

fn actions(safe: &SafeToDelete, last: bool) -> &'static [Action] {
    match safe.key().kind() {
        Kind::Container if safe.is_active() => &[Action::StopContainer, Action::RemoveContainer],
        Kind::Container => &[Action::RemoveContainer],
        Kind::Image if last => &[Action::RemoveImage],
        Kind::Image => &[Action::UntagImage],
        Kind::Volume => &[Action::RemoveVolume],
        Kind::Network => &[Action::RemoveNetwork],
    }
}
