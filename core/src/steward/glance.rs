//! A glance: one resource read again by itself, with what proves that nothing else on the engine has changed
//! since all of it was read. A glance can only confirm. Whatever it leaves open is for a look at the whole.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::audit::Audit;
use super::classify::{Policy, classify};
use super::inventory::{
    Container, ContainerId, EngineCounts, EngineIdentity, Image, ImageId, Inventory, Key, Kind, Volume,
};
use super::ledger::Ledger;
use super::plan::{Action, Step};
use super::recheck::Done;

/// However long a look at the whole takes, what is told of the rest holds no longer than this.
const LONGEST: Duration = Duration::from_millis(250);

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
    /// Since when events have not been read, by the engine's clock; none where what is told of the rest of the
    /// engine was told a moment ago.
    pub heard_until: Option<Timestamp>,
}

/// The answers.
#[derive(Debug, Clone)]
pub struct Glance {
    /// The container, if it is one.
    pub container: Option<Container>,
    /// The image, or the container's image.
    pub image: Option<Image>,
    /// The volume, if it is one.
    pub volume: Option<Volume>,
    /// The containers that the engine lists as made after the newest one that was known.
    pub newer: Vec<ContainerId>,
    /// What was told of the rest, if it was asked for.
    pub rest: Option<Rest>,
}

/// What the engine tells of its rest.
#[derive(Debug, Clone)]
pub struct Rest {
    /// Which engine it is.
    pub engine: EngineIdentity,
    /// How much it holds.
    pub counts: EngineCounts,
    /// Its clock.
    pub engine_time: Timestamp,
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
    /// When the engine was last asked of more than one resource.
    told: Instant,
    /// For how long what it told then holds.
    holds: Duration,
}

impl Known {
    /// Takes a look at the whole that was begun then and is done now; none if a glance can add nothing to it.
    pub fn of(inventory: &Arc<Inventory>, audit: &Arc<Audit>, begun: Instant, now: Instant) -> Option<Self> {
        let span = now.duration_since(begun);
        let holds = span.min(LONGEST);
        let clear = audit.doubts.is_empty()
            && inventory.unreadable.is_empty()
            && inventory.containers.iter().all(|it| it.faults.is_empty() && it.created.is_some());
        // What happened while the lists were read may be in some of them only.
        let heard_until = inventory.engine_time?.checked_sub(span).ok().filter(|_| clear)?;
        // The list has the newest first, and tells their times in whole seconds only: of one second the first is the
        // newest. Were another one taken for it, the engine would list every one made after it, and each row costs it
        // as much as ten that it passes over.
        let mut by_age: Vec<usize> = (0..inventory.containers.len()).rev().collect();
        by_age.sort_by_key(|at| inventory.containers[*at].created);
        let (inventory, audit) = (Arc::clone(inventory), Arc::clone(audit));
        let counts = inventory.counts.clone();
        Some(Self { inventory, audit, by_age, counts, heard_until, told: begun, holds })
    }

    /// What to ask before a step; none if only the whole engine can answer. Networks are few, and a container
    /// can be connected to one at any time: they are always read as a whole.
    ///
    /// Whether a container was made, which might use the resource, is asked each time. What else was told of the
    /// rest holds for as long as a look at the whole would have taken, if `quiet` says that nothing has happened
    /// since: so old are the facts of a whole look, too, when it comes back.
    pub fn question(&self, step: &Step, done: &Done, quiet: bool, now: Instant) -> Option<Question> {
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
        let told = quiet && now.duration_since(self.told) < self.holds;
        let heard_until = (!told).then_some(self.heard_until);
        unused.then_some(Question { key, image, newest, heard_until })
    }

    /// Takes into account what the run has done.
    pub fn note(&mut self, action: Action) {
        match action {
            Action::RemoveContainer => self.counts.containers = self.counts.containers.saturating_sub(1),
            Action::RemoveImage => self.counts.images = self.counts.images.saturating_sub(1),
            Action::StopContainer | Action::UntagImage | Action::RemoveVolume | Action::RemoveNetwork => {}
        }
    }

    /// Whether nothing in these changes what is known, but for what this run did itself.
    pub fn is_quiet(happened: &[Happening], done: &Done) -> bool {
        happened.iter().all(|it| it.is_harmless() || is_own(it, done))
    }

    /// Classifies the resource of a glance, that was begun then, by itself. What keeps the glance from telling
    /// enough stands in the doubts, so that no re-check passes on it.
    pub fn judge(
        &mut self,
        glance: Glance,
        begun: Instant,
        done: &Done,
        (policy, ledger): (&Policy, &Ledger),
        now: Timestamp,
    ) -> Audit {
        let mut doubts = Vec::new();
        if glance.newer.iter().any(|id| !self.inventory.containers.iter().any(|it| it.id == *id)) {
            doubts.push("a container was made".to_owned());
        }
        // The engine's clock goes on as this machine's does, until it is asked again.
        let passed = now.duration_since(self.inventory.read_at);
        let mut engine_time = self.inventory.engine_time.and_then(|at| at.checked_add(passed).ok());
        let mut engine = &self.inventory.engine;
        if let Some(rest) = &glance.rest {
            doubts.extend(self.doubts(rest, done));
            engine_time = Some(rest.engine_time);
            engine = &rest.engine;
            (self.heard_until, self.told) = (rest.engine_time, begun);
        }
        let alone = Inventory {
            engine: engine.clone(),
            read_at: now,
            engine_time,
            counts: EngineCounts::default(),
            containers: glance.container.into_iter().collect(),
            images: glance.image.into_iter().collect(),
            volumes: glance.volume.into_iter().collect(),
            networks: Vec::new(),
            unreadable: Vec::new(),
        };
        Audit { doubts, ..classify(&alone, policy, ledger, now) }
    }

    fn doubts(&self, now: &Rest, done: &Done) -> Vec<String> {
        let mut doubts = Vec::new();
        if now.engine != self.inventory.engine {
            doubts.push("another engine answers".to_owned());
        }
        if now.counts != self.counts {
            doubts.push("the engine holds more or less than it did".to_owned());
        }
        if now.engine_time < self.heard_until {
            doubts.push("the engine's clock went back".to_owned());
        }
        if now.happened.len() >= EVENTS_KEPT {
            doubts.push("more has happened than the engine remembers".to_owned());
        }
        if !Self::is_quiet(&now.happened, done) {
            doubts.push("something else has happened on the engine".to_owned());
        }
        doubts
    }
}

impl Happening {
    /// Whether the engine tells by it that this step was done.
    pub fn tells_of(&self, step: &Step) -> bool {
        let action = match step.action() {
            Action::StopContainer => "stop",
            Action::RemoveContainer | Action::RemoveVolume | Action::RemoveNetwork => "destroy",
            Action::UntagImage => "untag",
            Action::RemoveImage => "delete",
        };
        let target = step.target();
        self.kind == step.kind().as_str()
            && self.action == action
            && self.actor == target.key().id().unwrap_or(target.name())
    }

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
