//! A plan plus the phrase, exactly. Only this file makes an [`Approved`].

use jiff::Timestamp;

use super::audit::Audit;
use super::plan::{Plan, Step};
use crate::ssot::Cleanup;

/// What has to be typed before anything is removed.
pub const PHRASE: &str = "APPLY CLEANUP";

/// Why the safety contract refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The environment's SSOT says `cleanup: forbidden`.
    #[error(
        "{environment} is read-only: its SSOT says `cleanup: forbidden`, so nothing can be marked, planned or removed"
    )]
    Forbidden {
        /// The environment.
        environment: String,
    },
    /// `--read-only` was asked for.
    #[error("this session is read-only (--read-only), so nothing can be marked, planned or removed")]
    ReadOnly,
    /// The inventory cannot be believed.
    #[error("the inventory is in doubt, so nothing is planned: {}", .0.join("; "))]
    Doubtful(Vec<String>),
    /// Something else than the phrase was typed.
    #[error("that is not the phrase; nothing has been removed. Type {PHRASE}, exactly")]
    WrongPhrase,
    /// Something else than the phrase of an undo was typed.
    #[error("that is not the phrase; nothing has been made. Type UNDO, exactly")]
    NotUndo,
    /// The plan is too old to be approved.
    #[error("the plan expired at {0}; nothing has been removed. Make a new one")]
    Expired(Timestamp),
    /// An unattended cleanup was asked for where the SSOT does not allow one.
    #[error(
        "{environment} is not cleaned unattended: its SSOT says `cleanup: {cleanup}`, and only `autonomous` allows it"
    )]
    NotAutonomous {
        /// The environment.
        environment: String,
        /// What its SSOT says.
        cleanup: Cleanup,
    },
    /// A step of an unattended cleanup is not on the auto-delete list, or not of this audit.
    #[error("{0} is not on the auto-delete list of this audit, so nothing goes unattended")]
    NotAutomatic(String),
    /// There is nothing to do.
    #[error("the plan has no steps: nothing that is safe to delete was selected")]
    Empty,
}

/// Proof that this session may remove anything at all: an environment that is not `forbidden`, and no
/// `--read-only`. Plans and a writing engine are made only with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mandate(());

impl Mandate {
    /// Gives the mandate, or says why not.
    pub fn of(cleanup: Cleanup, environment: &str, read_only: bool) -> Result<Self, Refused> {
        match cleanup {
            Cleanup::Forbidden => Err(Refused::Forbidden { environment: environment.to_owned() }),
            Cleanup::Confirm | Cleanup::Autonomous if read_only => Err(Refused::ReadOnly),
            Cleanup::Confirm | Cleanup::Autonomous => Ok(Self(())),
        }
    }
}

/// A plan whose phrase was typed, or that holds nothing but what its SSOT lets go unattended. Made only by
/// [`Plan::approve`] and [`Plan::approve_unattended`], by value: a plan is approved once.
///
/// ```compile_fail
/// fn forge(plan: docker_steward_core::steward::Plan) -> docker_steward_core::steward::Approved {
///     docker_steward_core::steward::Approved { plan }
/// }
/// ```
#[derive(Debug, PartialEq, Eq)]
#[must_use = "an approved plan removes nothing until it is applied"]
pub struct Approved {
    plan: Plan,
}

impl Plan {
    /// Approves the plan, if the phrase is the phrase. A refusal gives the plan back, so that it can be
    /// typed again.
    pub fn approve(self, phrase: &str, now: Timestamp) -> Result<Approved, (Box<Self>, Refused)> {
        if phrase != PHRASE {
            return Err((Box::new(self), Refused::WrongPhrase));
        }
        self.approved(now)
    }

    /// Approves the plan without a person, in the one case in which the SSOT has said yes beforehand: the
    /// environment is `autonomous`, the plan was made for the engine and the environment of `audit`, and the
    /// target of every step is in that audit, the same thing to the letter, safe to delete and on the
    /// auto-delete list. One step that is not, and nothing is approved.
    pub fn approve_unattended(self, audit: &Audit, now: Timestamp) -> Result<Approved, (Box<Self>, Refused)> {
        match self.not_unattended(audit) {
            Some(why) => Err((Box::new(self), why)),
            None => self.approved(now),
        }
    }

    fn not_unattended(&self, audit: &Audit) -> Option<Refused> {
        if audit.cleanup != Cleanup::Autonomous {
            let environment = audit.environment.clone();
            return Some(Refused::NotAutonomous { environment, cleanup: audit.cleanup });
        }
        if !audit.doubts.is_empty() {
            return Some(Refused::Doubtful(audit.doubts.clone()));
        }
        let made_for = self.circumstances();
        let another = made_for.environment != audit.environment || made_for.engine != audit.engine;
        let automatic = |step: &&Step| {
            audit
                .get(step.target().key())
                .is_some_and(|it| it.auto_delete() && it.safe() == Some(step.target()))
        };
        self.steps()
            .iter()
            .find(|step| another || !automatic(step))
            .map(|step| Refused::NotAutomatic(format!("{}/{}", step.kind(), step.target().name())))
    }

    fn approved(self, now: Timestamp) -> Result<Approved, (Box<Self>, Refused)> {
        let expires = self.circumstances().expires;
        if now >= expires {
            return Err((Box::new(self), Refused::Expired(expires)));
        }
        if self.steps().is_empty() {
            return Err((Box::new(self), Refused::Empty));
        }
        Ok(Approved { plan: self })
    }
}

impl Approved {
    /// The plan that was approved.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Its steps, each with the proof that it was approved.
    pub fn steps(&self) -> impl Iterator<Item = ApprovedStep<'_>> {
        self.plan.steps().iter().map(|step| ApprovedStep { step })
    }
}

/// One step of an approved plan.
#[derive(Debug, Clone, Copy)]
pub struct ApprovedStep<'a> {
    step: &'a Step,
}

impl<'a> ApprovedStep<'a> {
    /// The step.
    pub const fn step(self) -> &'a Step {
        self.step
    }
}
