//! A glance: one resource read again by itself, with what proves that nothing else on the engine has changed
//! since all of it was read. A glance can only confirm. Whatever it leaves open is for a look at the whole.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::audit::Audit;
use super::classify::{Policy, classify};
use super::inventory::{ContainerId, EngineCounts, ImageId, Inventory, Key, Kind};
use super::ledger::Ledger;
use super::plan::{Action, Step};
use super::recheck::Done;

/// From so many events on the engine may have forgotten some: it keeps 256.
const EVENTS_KEPT: usize = 256;

/// What a glance asks the engine for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The resource.
    pub key: Key,
    /// A container's image, whose tags protect the container too.
    pub image: Option<ImageId>,
    /// The newest container that is known; none where there should be no container at all.
    pub newest: Option<ContainerId>,
    /// Since when events have not been read, by the engine's clock.
    pub heard_until: Timestamp,
}

/// The answers.
#[derive(Debug, Clone)]
pub struct Glance {
    /// The resource and, for a container, its image; with the engine's identity, counts and clock of now.
    pub alone: Inventory,
    /// The containers that the engine lists as made after the newest one that was known.
    pub newer: Vec<ContainerId>,
    /// What happened since events were last read.
    pub happened: Vec<Happening>,
}

/// One event, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// `container`, `image`, `volume`, `network`, or something else.
    pub kind: String,
    /// What happened: `create`, `exec_start: sh`, …
    pub action: String,
    /// The ID (a volume's name) of what it happened to.
    pub actor: String,
    /// The container on whose account it happened to a volume or a network.
    pub container: Option<String>,
}

/// What is known of the engine while a plan is applied: the last look at all of it, and what the run has done
/// since. A container's image, mounts and links never change, so while no container came, nobody new uses
/// anything.
#[derive(Debug, Clone)]
pub struct Known {
    inventory: Arc<Inventory>,
    audit: Arc<Audit>,
    /// The places of its containers, the newest last.
    by_age: Vec<usize>,
    /// What the engine should count by now.
    counts: EngineCounts,
    heard_until: Timestamp,
}

impl Known {
    /// Takes a look at the whole that took `span`; none if a glance can add nothing to it.
    pub fn of(inventory: &Arc<Inventory>, audit: &Arc<Audit>, span: SignedDuration) -> Option<Self> {
        let clear = audit.doubts.is_empty()
            && inventory.unreadable.is_empty()
            && inventory.containers.iter().all(|it| it.faults.is_empty() && it.created.is_some());
        // What happened while the lists were read may be in some of them only.
        let heard_until = inventory.engine_time?.checked_sub(span).ok().filter(|_| clear)?;
        let mut by_age: Vec<usize> = (0..inventory.containers.len()).collect();
        by_age.sort_by_key(|at| inventory.containers[*at].created);
        let (inventory, audit) = (Arc::clone(inventory), Arc::clone(audit));
        let counts = inventory.counts.clone();
        Some(Self { inventory, audit, by_age, counts, heard_until })
    }

    /// What to ask before a step; none if only the whole engine can answer. Networks are few, and a container
    /// can be connected to one at any time: they are always read as a whole.
    pub fn question(&self, step: &Step, done: &Done) -> Option<Question> {
        let key = step.target().key().clone();
        let safe = self.audit.get(&key)?.safe()?;
        let unused = safe.fingerprint().users.iter().all(|user| done.is_gone(user));
        let containers = &self.inventory.containers;
        let image = match &key {
            Key::Container { id } => {
                let made_from = containers.iter().find(|it| it.id == *id)?.image_id.clone()?;
                Some(self.inventory.images.iter().find(|it| it.id == made_from)?.id.clone())
            }
            Key::Network { .. } => return None,
            Key::Image { .. } | Key::Volume { .. } => None,
        };
        let there = |at: &&usize| !done.is_gone(&format!("container/{}", containers[**at].id));
        let newest = self.by_age.iter().rfind(there).map(|at| containers[*at].id.clone());
        unused.then_some(Question { key, image, newest, heard_until: self.heard_until })
    }

    /// Takes into account what the run has done.
    pub fn note(&mut self, action: Action) {
        match action {
            Action::RemoveContainer => self.counts.containers = self.counts.containers.saturating_sub(1),
            Action::RemoveImage => self.counts.images = self.counts.images.saturating_sub(1),
            Action::StopContainer | Action::UntagImage | Action::RemoveVolume | Action::RemoveNetwork => {}
        }
    }

    /// Classifies the resource of a glance by itself. What keeps the glance from telling enough stands in the
    /// doubts, so that no re-check passes on it.
    pub fn judge(
        &mut self,
        glance: &Glance,
        done: &Done,
        policy: &Policy,
        ledger: &Ledger,
        now: Timestamp,
    ) -> Audit {
        let mut audit = classify(&glance.alone, policy, ledger, now);
        audit.doubts = self.doubts(glance, done);
        if let Some(now) = glance.alone.engine_time {
            self.heard_until = now;
        }
        audit
    }

    fn doubts(&self, glance: &Glance, done: &Done) -> Vec<String> {
        let mut doubts = Vec::new();
        let now = &glance.alone;
        if now.engine != self.inventory.engine {
            doubts.push("another engine answers".to_owned());
        }
        if now.counts != self.counts {
            doubts.push("the engine holds more or less than it did".to_owned());
        }
        if now.engine_time.is_none_or(|at| at < self.heard_until) {
            doubts.push("the engine's clock went back".to_owned());
        }
        if glance.newer.iter().any(|id| !self.inventory.containers.iter().any(|it| it.id == *id)) {
            doubts.push("a container was made".to_owned());
        }
        if glance.happened.len() >= EVENTS_KEPT {
            doubts.push("more has happened than the engine remembers".to_owned());
        }
        if glance.happened.iter().any(|it| !it.is_harmless() && !is_own(it, done)) {
            doubts.push("something else has happened on the engine".to_owned());
        }
        doubts
    }
}

impl Happening {
    /// Whether it can change neither what a resource is called nor who uses it. What changes a container's own
    /// state is seen when that container is read.
    fn is_harmless(&self) -> bool {
        let word = self.action.split(':').next().unwrap_or_default();
        match self.kind.as_str() {
            "container" => {
                matches!(
                    word,
                    "archive-path"
                        | "attach"
                        | "copy"
                        | "detach"
                        | "die"
                        | "export"
                        | "health_status"
                        | "kill"
                        | "oom"
                        | "pause"
                        | "resize"
                        | "restart"
                        | "start"
                        | "stop"
                        | "top"
                        | "unpause"
                ) || word.starts_with("exec_")
            }
            "volume" => matches!(word, "mount" | "unmount"),
            "network" => matches!(word, "connect" | "disconnect"),
            _ => false,
        }
    }
}

/// Whether it happened to what this run has changed, and so by this run.
fn is_own(it: &Happening, done: &Done) -> bool {
    let whose = match it.kind.parse::<Kind>() {
        Ok(kind) => format!("{kind}/{}", it.actor),
        Err(_) => return false,
    };
    done.has_changed(&whose)
        || it.container.as_ref().is_some_and(|id| done.has_changed(&format!("container/{id}")))
}
