//! A plan plus the phrase, exactly. Only this file makes an [`Approved`].

use jiff::Timestamp;

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
    /// The plan is too old to be approved.
    #[error("the plan expired at {0}; nothing has been removed. Make a new one")]
    Expired(Timestamp),
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

/// A plan whose phrase was typed. Made only by [`Plan::approve`], by value: a plan is approved once.
///
/// ```compile_fail
/// fn forge(plan: docker_steward::steward::Plan) -> docker_steward::steward::Approved {
///     docker_steward::steward::Approved { plan }
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
