//! The last look before a removal: the resource is read and classified again, and must be what it was.

use std::collections::BTreeSet;

use arcstr::ArcStr;

use super::approve::ApprovedStep;
use super::audit::{Audit, Class};
use super::fingerprint::Fingerprint;
use super::inventory::{Key, State};
use super::plan::{Action, Step};

/// What this run has done so far, and so what may rightly differ from the plan.
#[derive(Debug, Clone, Default)]
pub struct Done {
    gone: BTreeSet<String>,
    untagged: BTreeSet<(String, ArcStr)>,
    stopped: BTreeSet<String>,
}

impl Done {
    /// Notes a step that was done.
    pub fn note(&mut self, step: &Step) {
        let identity = step.target().fingerprint().identity();
        match step.action() {
            Action::StopContainer => {
                self.stopped.insert(identity);
            }
            Action::UntagImage => {
                self.untagged.insert((identity, step.target().name().clone()));
            }
            Action::RemoveContainer | Action::RemoveImage | Action::RemoveVolume | Action::RemoveNetwork => {
                self.gone.insert(identity);
            }
        }
    }

    /// Whether this run removed what has this identity (`kind/ID`).
    pub(super) fn is_gone(&self, identity: &str) -> bool {
        self.gone.contains(identity)
    }

    /// Whether this run did anything to what has this identity.
    pub(super) fn has_changed(&self, identity: &str) -> bool {
        self.gone.contains(identity)
            || self.stopped.contains(identity)
            || self.untagged.iter().any(|(id, _)| id == identity)
    }

    /// The fingerprint of the plan as this run must have changed it by now.
    fn expect(&self, planned: &Fingerprint, fresh: &Fingerprint) -> Fingerprint {
        let mut expected = planned.clone();
        let identity = planned.identity();
        expected.users.retain(|user| !self.gone.contains(user));
        if self.stopped.contains(&identity) {
            expected.state = Some(State::Exited);
        }
        expected.references.retain(|reference| {
            let untagged = self.untagged.contains(&(identity.clone(), reference.clone()));
            // The engine drops a repository's digests with its last tag, by its own count.
            let digest_dropped = reference.contains('@')
                && !fresh.references.contains(reference)
                && self.untagged.iter().any(|(id, _)| *id == identity);
            !untagged && !digest_dropped
        });
        expected
    }
}

/// A step that was approved and, a moment ago, looked at once more. `engine::remove` takes nothing else.
///
/// ```compile_fail
/// fn forge(step: &docker_steward_core::steward::Step) -> docker_steward_core::steward::Checked<'_> {
///     docker_steward_core::steward::Checked { step }
/// }
/// ```
#[derive(Debug)]
#[must_use = "a checked step removes nothing until the engine takes it"]
pub struct Checked<'a> {
    step: &'a Step,
}

impl<'a> Checked<'a> {
    /// The step.
    pub const fn step(&self) -> &'a Step {
        self.step
    }
}

/// Why a step is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// The engine does not hold it any more.
    Gone,
    /// It is not what was approved; the reasons, in words.
    Different(Vec<String>),
}

/// Compares a step with a fresh audit of its engine.
pub fn recheck<'a>(step: ApprovedStep<'a>, done: &Done, fresh: &Audit) -> Result<Checked<'a>, Changed> {
    if !fresh.doubts.is_empty() {
        return Err(Changed::Different(fresh.doubts.clone()));
    }
    let step = step.step();
    let planned = step.target().fingerprint();
    let Some(resource) = fresh.get(step.target().key()) else {
        let other = fresh.resources.iter().find(|it| it.kind() == step.kind() && it.name == planned.name);
        return Err(match (other, step.target().key()) {
            (Some(other), _) => Changed::Different(vec![format!(
                "its name now belongs to {}",
                other.key.id().unwrap_or("another")
            )]),
            // The ID is still there under other references: the tag was moved or dropped by somebody.
            (None, Key::Image { id, .. })
                if fresh.resources.iter().any(|it| it.key.id() == Some(id.as_str())) =>
            {
                Changed::Different(vec!["its tag was taken off the image".to_owned()])
            }
            (None, _) => Changed::Gone,
        });
    };
    let Some(safe) = resource.safe() else {
        debug_assert_ne!(resource.class(), Class::SafeToDelete, "a safe class carries its permission");
        let text = format!("it is {} now: {}", resource.class().as_str(), resource.reason.text);
        return Err(Changed::Different(vec![text]));
    };
    let differences = done.expect(planned, safe.fingerprint()).differences(safe.fingerprint());
    if !differences.is_empty() {
        return Err(Changed::Different(differences));
    }
    // The plan let everything go that uses this one, and before it. What a failed step left behind is a
    // user like any other, and not one of them may be caught by the engine: a volume whose folder is bound
    // into a running container it deletes without a word.
    if let Some(user) = safe.fingerprint().users.first() {
        return Err(Changed::Different(vec![format!("{user} still uses it")]));
    }
    match step.action() {
        Action::RemoveContainer if safe.is_active() => {
            Err(Changed::Different(vec!["it is not stopped".to_owned()]))
        }
        Action::RemoveImage if safe.siblings() != 1 => {
            Err(Changed::Different(vec!["the image still has other references".to_owned()]))
        }
        _ => Ok(Checked { step }),
    }
}
