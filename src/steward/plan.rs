//! The ordered steps that remove what was marked. Each step is one command; the plan that is shown is the
//! value that is executed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::approve::{Mandate, Refused};
use super::audit::{Audit, Resource, freed_by};
use super::classify::SafeToDelete;
use super::inventory::{EngineIdentity, Key, Kind};
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
        let id = target.key().id().unwrap_or_default();
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
    pub name: String,
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
        let steps = order(&chosen);
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

type Chosen<'a> = Vec<(&'a Resource, &'a SafeToDelete)>;

/// What of the marks may go: safe, and used by nothing that stays.
fn choose<'a>(audit: &'a Audit, marks: &BTreeSet<Key>) -> (Chosen<'a>, Vec<Excluded>) {
    let by_key: BTreeMap<&Key, &Resource> = audit.resources.iter().map(|it| (&it.key, it)).collect();
    let mut chosen = Chosen::new();
    let mut excluded = Vec::new();
    for key in marks {
        match by_key.get(key).map(|resource| (*resource, resource.safe())) {
            Some((resource, Some(safe))) => chosen.push((resource, safe)),
            Some((resource, None)) => excluded.push(Excluded {
                key: key.clone(),
                name: resource.name.clone(),
                why: format!("it is {}: {}", resource.class().as_str(), resource.reason.text),
            }),
            None => excluded.push(Excluded {
                key: key.clone(),
                name: key.id().unwrap_or("it").to_owned(),
                why: "the engine does not hold it any more".to_owned(),
            }),
        }
    }
    loop {
        let going: BTreeSet<String> = wholly_gone(&chosen);
        let stays = |user: &&String| !going.contains(*user);
        let Some(at) =
            chosen.iter().position(|(_, safe)| safe.fingerprint().users.iter().any(|user| stays(&user)))
        else {
            return (chosen, excluded);
        };
        let (resource, safe) = chosen.remove(at);
        let user = safe.fingerprint().users.iter().find(stays).cloned().unwrap_or_default();
        excluded.push(Excluded {
            key: resource.key.clone(),
            name: resource.name.clone(),
            why: format!("{} uses it and is not in the plan", named(audit, &user)),
        });
    }
}

/// The identities that will not exist any more after the chosen are gone: an image only with its last
/// reference.
fn wholly_gone(chosen: &Chosen<'_>) -> BTreeSet<String> {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for (_, safe) in chosen {
        *count.entry(safe.fingerprint().identity()).or_insert(0) += 1;
    }
    chosen
        .iter()
        .map(|(_, safe)| (safe.fingerprint().identity(), safe.siblings()))
        .filter(|(identity, siblings)| count.get(identity) == Some(siblings))
        .map(|(identity, _)| identity)
        .collect()
}

fn named(audit: &Audit, identity: &str) -> String {
    audit
        .resources
        .iter()
        .find(|it| {
            identity
                .split_once('/')
                .is_some_and(|(kind, id)| it.kind().as_str() == kind && it.key.id() == Some(id))
        })
        .map_or_else(|| identity.to_owned(), |it| format!("{} {}", it.kind(), it.name))
}

/// Containers, images, volumes, networks; within a kind, users before what they use, then by name.
fn order(chosen: &Chosen<'_>) -> Vec<Step> {
    let mut pending: Chosen<'_> = chosen.clone();
    pending.sort_by(|(a, _), (b, _)| (a.kind(), &a.name, &a.key).cmp(&(b.kind(), &b.name, &b.key)));
    let whole = wholly_gone(chosen);
    let mut left: BTreeMap<String, usize> = BTreeMap::new();
    for (_, safe) in &pending {
        *left.entry(safe.fingerprint().identity()).or_insert(0) += 1;
    }
    let mut steps = Vec::with_capacity(pending.len());
    while !pending.is_empty() {
        let free = |(_, safe): &(&Resource, &SafeToDelete)| {
            safe.fingerprint().users.iter().all(|user| left.get(user).is_none_or(|count| *count == 0))
        };
        // A circle of users can only be broken by refusals of the engine: take them as they come.
        let at = pending.iter().position(free).unwrap_or(0);
        let (_, safe) = pending.remove(at);
        let identity = safe.fingerprint().identity();
        let rest = left.entry(identity.clone()).or_insert(1);
        *rest = rest.saturating_sub(1);
        let last = *rest == 0 && whole.contains(&identity);
        steps.extend(actions(safe, last).iter().map(|action| Step::new(*action, safe)));
    }
    steps
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
