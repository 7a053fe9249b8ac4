//! The way from marks to a removal, as states: what cannot be in a state cannot happen in it.

use std::time::Duration;

use jiff::Timestamp;

use super::input::LineInput;
use super::scroll::Scroll;
use crate::apply::{Outcome, Report};
use crate::health::HealthReport;
use crate::session::{DiskUse, SessionError};
use crate::steward::{Action, Kind, Plan};
use crate::text::sanitise;

/// How far a cleanup has come.
#[derive(Debug, Default)]
pub enum Cleanup {
    /// There is none.
    #[default]
    None,
    /// A plan is being made.
    Planning,
    /// The plan is on the screen.
    Plan(Box<PlanScreen>),
    /// The plan is on the screen, and the phrase is asked for.
    Approval(Box<PlanScreen>, Box<LineInput>),
    /// The approved plan is being applied.
    Run(Box<Run>),
    /// It has ended.
    Result(Box<RunResult>),
}

/// A plan that is shown. The value that is shown is the value that will be approved.
#[derive(Debug)]
pub struct PlanScreen {
    /// The plan.
    pub plan: Plan,
    /// What a person should notice of each step, in their order, beside what the plan says of it.
    pub remarks: Vec<Vec<String>>,
    /// How long what it takes away is to be kept in the trash; none where it is not.
    pub keep: Option<Duration>,
    /// How many bytes the trash has room for, where that is known.
    pub room: Option<u64>,
    /// How far it is scrolled.
    pub scroll: Scroll,
    /// What was wrong with the last try to approve it.
    pub refused: Option<String>,
}

impl PlanScreen {
    /// Seconds until it expires; 0 once it has.
    pub fn expires_in(&self, now: Timestamp) -> u64 {
        let left = self.plan.circumstances().expires.duration_since(now).as_secs();
        u64::try_from(left).unwrap_or(0)
    }
}

/// One step of a run, as it was in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunStep {
    /// What it does.
    pub action: Action,
    /// To which kind of thing.
    pub kind: Kind,
    /// And which.
    pub name: String,
    /// Its command.
    pub command: String,
    /// What became of it; none while it has not ended.
    pub outcome: Option<Outcome>,
    /// Bytes that it freed.
    pub freed: u64,
}

/// How the environment did before a cleanup, as far as it was known.
#[derive(Debug, Clone, Default)]
pub struct Before {
    /// Its health checks.
    pub health: Option<HealthReport>,
    /// What the engine said of its disk.
    pub disk: Option<DiskUse>,
}

/// A run that goes on.
#[derive(Debug)]
pub struct Run {
    /// The engine and the environment that it runs on, for people.
    pub on: String,
    /// Its steps.
    pub steps: Vec<RunStep>,
    /// The step in flight.
    pub current: Option<usize>,
    /// Bytes that the plan says it frees.
    pub predicted: u64,
    /// How the environment did before.
    pub before: Before,
    /// When it began.
    pub since: Timestamp,
    /// Whether it was asked to stop after the step in flight.
    pub stopping: bool,
    /// How far it is scrolled; it follows the step in flight until somebody scrolls.
    pub scroll: Scroll,
    /// Whether somebody has scrolled.
    pub scrolled: bool,
}

impl Run {
    /// The run of a plan, before its first step.
    pub fn of(plan: &Plan, before: Before, since: Timestamp) -> Self {
        let steps = plan.steps().iter().map(|step| RunStep {
            action: step.action(),
            kind: step.kind(),
            name: sanitise(step.target().name()).into_owned(),
            command: step.command().to_owned(),
            outcome: None,
            freed: 0,
        });
        let on = plan.circumstances();
        Self {
            on: format!("{} ({})", sanitise(&on.engine.name), on.environment),
            steps: steps.collect(),
            predicted: plan.frees(),
            before,
            current: None,
            since,
            stopping: false,
            scroll: Scroll::default(),
            scrolled: false,
        }
    }

    /// How many steps have ended.
    pub fn ended(&self) -> usize {
        self.steps.iter().filter(|step| step.outcome.is_some()).count()
    }

    /// Bytes freed so far.
    pub fn freed(&self) -> u64 {
        self.steps.iter().map(|step| step.freed).sum()
    }
}

/// A run that has ended.
#[derive(Debug)]
pub struct RunResult {
    /// The engine and the environment.
    pub on: String,
    /// How the session tells it; an error is one of the run as a whole.
    pub report: Result<Report, SessionError>,
    /// The steps, for the case that there is no report.
    pub steps: Vec<RunStep>,
    /// Bytes that the plan said it would free.
    pub predicted: u64,
    /// How the environment did before.
    pub before: Before,
    /// How long it took, in seconds.
    pub took: u64,
    /// How far it is scrolled.
    pub scroll: Scroll,
}
