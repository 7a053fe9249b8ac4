//! The loop of a cleanup.

use std::path::PathBuf;
use std::pin::pin;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

use super::ear::Ear;
use super::keep::{self, Trash};
use super::{Outcome, Progress, Report, StepReport};
use crate::engine::{Removal, Writer};
use crate::records::journal::{Journal, JournalError, Sink};
use crate::records::journal_line::RunOutcome;
use crate::session::{Look, Session, SessionError, Stop};
use crate::steward::{
    Action, Approved, ApprovedStep, Changed, Checked, Done, EngineIdentity, Key, Kind, Known, Step, recheck,
};

/// An engine that takes longer to answer a glance is not waited for with an outcome that is not durable yet.
const SOON: Duration = Duration::from_secs(1);

/// Everything that one run needs while it goes on.
struct Run<'a, W> {
    session: &'a Session,
    writer: Writer,
    approved: &'a Approved,
    journal: Journal<W>,
    progress: UnboundedSender<Progress>,
    done: Done,
    /// The last look at the whole engine, while nothing but this run's own work has changed it.
    known: Option<Known>,
    ear: Ear,
    trash: Option<Trash>,
    steps: Vec<StepReport>,
}

/// What a step came to, and whether the run may go on.
struct Ended {
    outcome: Outcome,
    stop: Option<String>,
}

impl Ended {
    const fn go_on(outcome: Outcome) -> Self {
        Self { outcome, stop: None }
    }

    fn stop(outcome: Outcome, why: impl Into<String>) -> Self {
        Self { outcome, stop: Some(why.into()) }
    }

    /// What is not on the disk is not begun.
    fn unwritten(error: &JournalError) -> Self {
        Self::stop(Outcome::NotStarted(error.to_string()), error.to_string())
    }
}

/// Applies an approved plan: one removal in flight, each looked at again right before, intent on disk
/// before and outcome after.
pub(crate) async fn run(
    session: &Session,
    writer: Writer,
    approved: &Approved,
    keep: Option<Duration>,
    progress: UnboundedSender<Progress>,
    stop: Stop,
) -> Result<Report, SessionError> {
    let started = Timestamp::now();
    let run = run_id(started);
    let path = session.paths().run(&run);
    let journal = Journal::begin(&path, &run, approved.plan(), started)?;
    let it = Run {
        session,
        writer,
        approved,
        journal,
        progress,
        done: Done::default(),
        known: None,
        ear: Ear::of(session).await,
        trash: keep.map(|keep| Trash::of(session, &run, keep)).transpose()?,
        steps: Vec::new(),
    };
    Ok(it.go_through(run, path, &stop).await)
}

/// Sorts by time, and two runs of one second differ.
fn run_id(started: Timestamp) -> String {
    format!("{}-{}", started.strftime("%Y%m%dT%H%M%S%3fZ"), std::process::id())
}

impl<W: Sink> Run<'_, W> {
    async fn go_through(mut self, run: String, path: PathBuf, stop: &Stop) -> Report {
        let mut stopped: Option<String> = None;
        let mut unmeasured = 0;
        for (at, step) in self.approved.steps().enumerate() {
            if stopped.is_none() && stop.asked() {
                stopped = Some("it was asked to stop".to_owned());
            }
            let ended = match &stopped {
                Some(why) => Ended::go_on(Outcome::NotStarted(why.clone())),
                None => self.step(at, step).await,
            };
            let done = ended.outcome == Outcome::Done;
            match &mut self.known {
                Some(known) if done => known.note(step.step().action()),
                // Nothing was sent.
                Some(_) if matches!(ended.outcome, Outcome::Skipped(_)) => {}
                // What came otherwise than planned is a reason to read the whole engine again.
                known => *known = None,
            }
            let bytes = step.step().frees().or_else(|| (step.step().kind() == Kind::Network).then_some(0));
            unmeasured += usize::from(done && bytes.is_none());
            let freed = bytes.filter(|_| done).unwrap_or(0);
            if let Err(error) = self.journal.outcome(at, &ended.outcome, freed, Timestamp::now()) {
                // What happened is known here and nowhere else: tell it, and remove nothing more.
                stopped.get_or_insert_with(|| error.to_string());
            }
            if let Some(why) = ended.stop {
                stopped.get_or_insert(why);
            }
            if let Some(trash) = &self.trash {
                trash.keep_only_what_is_gone(at, &ended.outcome);
            }
            self.finish(at, step.step(), ended.outcome, freed);
        }

        let freed = self.steps.iter().map(|step| step.freed).sum();
        let mut report = Report {
            run,
            steps: self.steps,
            freed,
            unmeasured,
            stopped,
            journal: path,
            warnings: Vec::new(),
        };
        let outcome = match &report.stopped {
            Some(_) => RunOutcome::Stopped,
            None if report.is_complete() => RunOutcome::Complete,
            None => RunOutcome::Incomplete,
        };
        if let Err(error) = self.journal.end(outcome, freed, Timestamp::now()) {
            report.warnings.push(error.to_string());
        }
        report
    }

    async fn step(&mut self, at: usize, step: ApprovedStep<'_>) -> Ended {
        let _ = self.progress.send(Progress::Started { step: at });
        let (checked, was) = match self.confirm(step).await {
            Some(confirmed) => confirmed,
            None => match self.check(step).await {
                Ok(checked) => checked,
                Err(ended) => return ended,
            },
        };
        let wanted = self.trash.is_some() && keep::wants(step.step(), &was);
        let (checked, was) = if wanted {
            drop(checked);
            match self.save_and_check(at, step, &was).await {
                Ok(checked) => checked,
                Err(ended) => return ended,
            }
        } else {
            (checked, was)
        };
        if let Err(error) = self.journal.intent(at, &was, Timestamp::now()) {
            return Ended::unwritten(&error);
        }
        let removal = self.writer.remove(checked).await;
        self.judge(step.step(), removal, &was).await
    }

    /// Puts what the resource holds into the trash. That takes its time, so everything is looked at again after it.
    async fn save_and_check<'s>(
        &mut self,
        at: usize,
        step: ApprovedStep<'s>,
        was: &Value,
    ) -> Result<(Checked<'s>, Value), Ended> {
        // What was done is not to wait for this one's data.
        if let Err(error) = self.journal.settle() {
            return Err(Ended::unwritten(&error));
        }
        if let Some(trash) = &self.trash {
            match trash.save(at, step.step(), was, Timestamp::now()).await {
                Ok(saved) => {
                    if let Err(error) = self.journal.saved(at, &saved, Timestamp::now()) {
                        return Err(Ended::unwritten(&error));
                    }
                }
                Err(why) => return Err(Ended::go_on(Outcome::Skipped(why))),
            }
        }
        self.check(step).await
    }

    /// The short way: the resource is read by itself, and nothing else has changed since the last look at the
    /// whole. Anything but a plain yes is none, and the whole is read again.
    async fn confirm<'s>(&mut self, step: ApprovedStep<'s>) -> Option<(Checked<'s>, Value)> {
        self.session.ssot_unchanged().ok()?;
        let heard = self.ear.heard().await;
        let known = self.known.as_mut()?;
        if !Known::is_quiet(heard.as_deref().unwrap_or_default(), &self.done) {
            return None;
        }
        let mut glance = pin!(self.session.glance(known, step.step(), &self.done, heard.is_some()));
        let (audit, was) = match tokio::time::timeout(SOON, &mut glance).await {
            Ok(told) => told?,
            Err(_) => {
                self.journal.settle().ok()?;
                glance.await?
            }
        };
        let plan = self.approved.plan().circumstances();
        if other_engine(&plan.engine, &audit.engine).is_some() {
            return None;
        }
        recheck(step, &self.done, &audit).ok().map(|checked| (checked, was))
    }

    /// The long way: the whole engine is read again, and the resource with it.
    async fn check<'s>(&mut self, step: ApprovedStep<'s>) -> Result<(Checked<'s>, Value), Ended> {
        self.known = None;
        // It may take long, and what is done is to be durable soon.
        if let Err(error) = self.journal.settle() {
            return Err(Ended::unwritten(&error));
        }
        let begun = Instant::now();
        let look = match self.fresh().await {
            Ok(look) => look,
            Err(why) => return Err(Ended::stop(Outcome::NotStarted(why.clone()), why)),
        };
        self.known = Known::of(&look.inventory, &look.audit, begun, Instant::now());
        let checked = match recheck(step, &self.done, &look.audit) {
            Ok(checked) => checked,
            Err(Changed::Gone) => return Err(Ended::go_on(Outcome::AlreadyGone)),
            Err(Changed::Different(why)) => return Err(Ended::go_on(Outcome::Skipped(why.join("; ")))),
        };
        match self.session.inspect(step.step().target().key()).await {
            Ok(was) => Ok((checked, was)),
            Err(error) => Err(Ended::go_on(Outcome::Skipped(format!("it could not be inspected: {error}")))),
        }
    }

    /// The engine as it is now, if it is still the one that the plan was made for, under the same SSOT.
    async fn fresh(&self) -> Result<Look, String> {
        let plan = self.approved.plan().circumstances();
        self.session.ssot_unchanged().map_err(|error| error.to_string())?;
        let look = self.session.look_again().await.map_err(|error| error.to_string())?;
        match other_engine(&plan.engine, &look.inventory.engine) {
            Some(why) => Err(why),
            None => Ok(look),
        }
    }

    async fn judge(&mut self, step: &Step, removal: Removal, was: &Value) -> Ended {
        match removal {
            Removal::Done { untagged, deleted } => {
                self.note(step);
                match unplanned(step, &untagged, &deleted, was) {
                    None => Ended::go_on(Outcome::Done),
                    Some(what) => Ended::stop(
                        Outcome::Done,
                        format!(
                            "ALARM: removing {} also removed {what}, which was not in the plan",
                            step.target().name()
                        ),
                    ),
                }
            }
            Removal::Gone => Ended::go_on(Outcome::AlreadyGone),
            Removal::Refused(why) => Ended::go_on(Outcome::Refused(why)),
            Removal::Denied(why) => {
                Ended::stop(Outcome::Failed(why), "the engine does not let this user remove anything")
            }
            Removal::Failed(why) => match self.still_there(step).await {
                Some(_) => Ended::go_on(Outcome::Failed(why)),
                None => Ended::stop(Outcome::Failed(why), "the engine does not answer any more"),
            },
            Removal::Lost(why) => match self.still_there(step).await {
                Some(true) => Ended::go_on(Outcome::Unknown(format!(
                    "the reply was lost ({why}); looked up: the engine still holds it"
                ))),
                Some(false) => {
                    self.note(step);
                    Ended::go_on(Outcome::Unknown(format!(
                        "the reply was lost ({why}); looked up: it is gone"
                    )))
                }
                None => Ended::stop(
                    Outcome::Unknown(format!(
                        "the reply was lost ({why}), and the engine does not answer any more"
                    )),
                    "the engine does not answer any more",
                ),
            },
        }
    }

    /// Takes what this run did into account: in the next re-check, and in how long the lists may be.
    fn note(&mut self, step: &Step) {
        self.done.note(step);
        self.ear.expect(step);
        match step.action() {
            Action::StopContainer | Action::UntagImage => {}
            Action::RemoveContainer | Action::RemoveImage | Action::RemoveVolume | Action::RemoveNetwork => {
                self.session.has_removed(step.kind());
            }
        }
    }

    /// Whether what the step was to change is still as it was; none if the engine cannot tell.
    async fn still_there(&self, step: &Step) -> Option<bool> {
        let look = self.session.look_again().await.ok()?;
        let found = look.audit.get(step.target().key());
        Some(match step.action() {
            Action::StopContainer => found.is_some_and(|it| it.running),
            _ => found.is_some(),
        })
    }

    fn finish(&mut self, at: usize, step: &Step, outcome: Outcome, freed: u64) {
        let _ = self.progress.send(Progress::Finished { step: at, outcome: outcome.clone(), freed });
        self.steps.push(StepReport {
            action: step.action(),
            key: step.target().key().clone(),
            kind: step.kind(),
            name: step.target().name().to_string(),
            command: step.command().to_owned(),
            outcome,
            freed,
        });
    }
}

impl From<JournalError> for SessionError {
    fn from(error: JournalError) -> Self {
        Self {
            what: error.to_string(),
            mend: Some(
                "Nothing has been removed. Make room or mend the permissions, then try again.".to_owned(),
            ),
            kind: crate::session::Trouble::Disk,
        }
    }
}

fn other_engine(planned: &EngineIdentity, now: &EngineIdentity) -> Option<String> {
    let mut others: Vec<String> =
        now.differences(&planned.binding()).iter().map(ToString::to_string).collect();
    if planned.api != now.api {
        others.push(format!("the API version was {}, and is {}", planned.api, now.api));
    }
    (!others.is_empty())
        .then(|| format!("this is not the engine that the plan was made for: {}", others.join("; ")))
}

/// What the engine says it removed and the plan does not name. The layers of the image itself are part of
/// it: their chain IDs follow from its `RootFS`.
fn unplanned(step: &Step, untagged: &[String], deleted: &[String], was: &Value) -> Option<String> {
    let Key::Image { id, .. } = step.target().key() else { return None };
    let mut allowed = vec![id.as_str().to_owned()];
    if step.action() == Action::RemoveImage {
        allowed.extend(chain_ids(was));
    } else if let Some(unwanted) = deleted.first() {
        return Some(unwanted.clone());
    }
    let references = &step.target().fingerprint().references;
    let known = |it: &&String| {
        let name = crate::steward::reference::normalise(it);
        references.iter().any(|reference| reference == name) || allowed.contains(it)
    };
    deleted
        .iter()
        .find(|it| !allowed.contains(it))
        .or_else(|| untagged.iter().find(|it| !known(it)))
        .map(|it| crate::text::sanitise(it).into_owned())
}

/// The chain IDs of an image's layers, by the OCI image specification: the first layer's `DiffID`, then
/// SHA-256 of the chain before, a space, and the next `DiffID`.
fn chain_ids(inspect: &Value) -> Vec<String> {
    use sha2::{Digest, Sha256};
    let layers = inspect.pointer("/RootFS/Layers").and_then(Value::as_array);
    let mut chain: Vec<String> = Vec::new();
    for layer in layers.into_iter().flatten().filter_map(Value::as_str) {
        let next = match chain.last() {
            None => layer.to_owned(),
            Some(before) => format!("sha256:{}", hex::encode(Sha256::digest(format!("{before} {layer}")))),
        };
        chain.push(next);
    }
    chain
}

#[cfg(test)]
mod tests;
