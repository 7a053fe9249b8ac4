//! `run`: one unattended pass: audit, health, what the SSOT lets go unattended, alerts.

use std::collections::BTreeSet;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::again;
use super::alerts;
use super::apply::told_broken;
use super::args::{Global, RunArgs, RunFormat};
use super::audit;
use super::exit::{Code, Failure};
use super::look;
use super::output::{print, say};
use super::report;
use super::signals;
use super::trash::tidy;
use crate::alert::Facts;
use crate::apply::Report;
use crate::health::HealthReport;
use crate::records::{AuditRecord, json};
use crate::session::{Look, Session, Trouble};
use crate::steward::{Excluded, Key, Mandate, Refused};
use crate::text::sanitise;

/// What one pass came to.
#[derive(Debug)]
pub(super) struct Pass {
    /// The look that it ended with.
    pub(super) look: Look,
    /// Its record.
    pub(super) record: AuditRecord,
    /// The health that it ended with.
    pub(super) health: HealthReport,
    /// Whether a cleanup was asked for.
    pub(super) asked: bool,
    /// The cleanup, if there was one.
    pub(super) cleanup: Option<Report>,
    /// What is on the auto-delete list and stays, because something that stays uses it.
    pub(super) kept: Vec<Excluded>,
    /// The checks that the cleanup broke.
    pub(super) broke: Vec<String>,
    /// Why a cleanup that was asked for was refused.
    pub(super) refused: Option<String>,
    /// What failed, and makes the whole pass fail: a doubtful inventory, an audit log that cannot be written.
    pub(super) failed: Vec<String>,
}

impl Pass {
    /// What broke weighs more than what was not done, and that more than what was refused.
    pub(super) fn code(&self) -> Code {
        let incomplete = self.cleanup.as_ref().is_some_and(|report| !report.is_complete());
        match () {
            () if !self.broke.is_empty() => Code::Broke,
            () if incomplete => Code::NotAllDone,
            () if self.refused.is_some() => Code::Refused,
            () if !self.failed.is_empty() => Code::Failed,
            () => Code::Done,
        }
    }
}

/// Runs `run`.
pub(super) async fn run(args: &RunArgs, global: &Global) -> Result<Code, Failure> {
    let session = alerts::or_tell(Session::open(&global.session()).await, global).await?;
    let pass = pass(&session, args, global).await?;
    let mut facts = session.facts_to_tell(&again::command(global));
    tell(&mut facts, &pass);
    let deliveries = alerts::send(&session, &facts).await;
    print(&match args.format {
        RunFormat::Markdown => report::run::markdown(&pass, &deliveries),
        RunFormat::Json => json::pretty(&report::run::json(&pass, &deliveries))?,
    })?;
    for why in pass.refused.iter().chain(&pass.failed) {
        say(&format!("! {}", sanitise(why)));
    }
    Ok(pass.code())
}

async fn pass(session: &Session, args: &RunArgs, global: &Global) -> Result<Pass, Failure> {
    let stop = signals::stop_on_signals()?;
    let looked = if args.no_sizes { session.look().await } else { session.look_with_sizes().await };
    let looked = alerts::or_tell(looked, global).await?;
    let look = look::told(session, looked)?;
    let mut failed: Vec<String> = session.unkept().iter().map(ToString::to_string).collect();
    let record = if look.audit.doubts.is_empty() {
        match session.record(&look) {
            Ok(record) => record,
            Err(error) => {
                failed.push(error.to_string());
                audit::unrecorded(session, &look)
            }
        }
    } else {
        let doubts = look.audit.doubts.join("; ");
        failed.push(format!("the inventory is in doubt, so the audit was not recorded: {doubts}"));
        audit::unrecorded(session, &look)
    };
    let health = session.health().await;
    let mut pass = Pass {
        look,
        record,
        health,
        asked: args.apply_auto,
        cleanup: None,
        kept: Vec::new(),
        broke: Vec::new(),
        refused: None,
        failed,
    };
    if args.apply_auto && !stop.asked() {
        clean(session, &mut pass, stop, global).await?;
    }
    pass.failed.extend(tidy(session.paths()));
    Ok(pass)
}

/// Removes what the SSOT lets go unattended, or notes why not.
async fn clean(
    session: &Session,
    pass: &mut Pass,
    stop: crate::session::Stop,
    global: &Global,
) -> Result<(), Failure> {
    if let Err(why) = allowed(session, pass) {
        pass.refused = Some(why);
        return Ok(());
    }
    let marks: BTreeSet<Key> =
        pass.look.audit.resources.iter().filter(|it| it.auto_delete()).map(|it| it.key.clone()).collect();
    let plan = match session.plan(&pass.look, &marks) {
        Ok(plan) => plan,
        Err(why) => {
            pass.refused = Some(why.to_string());
            return Ok(());
        }
    };
    pass.kept = plan.excluded().to_vec();
    if plan.steps().is_empty() {
        return Ok(());
    }
    let approved = match plan.approve_unattended(&pass.look.audit, Timestamp::now()) {
        Ok(approved) => approved,
        Err((_, why)) => {
            pass.refused = Some(why.to_string());
            return Ok(());
        }
    };
    // Nobody watches: the journal and the summary tell what became of each step.
    let (progress, _) = mpsc::unbounded_channel();
    let report = match session.apply(approved, session.trash(), progress, stop).await {
        Ok(report) => report,
        // The audit has been made and its alerts are to be sent, whatever keeps the cleanup from beginning.
        Err(error) if error.kind == Trouble::Refused => {
            pass.refused = Some(error.to_string());
            return Ok(());
        }
        Err(error) => {
            pass.failed.push(format!("the cleanup: {error}"));
            return Ok(());
        }
    };
    for warning in &report.warnings {
        pass.failed.push(warning.clone());
    }
    let after = session.health().await;
    pass.broke = told_broken(&pass.health, &after, global);
    pass.health = after;
    pass.cleanup = Some(report);
    // The cleanup has looked again and recorded that; the summary and the alerts speak of what is now.
    match session.look().await {
        Ok(look) => {
            pass.record = audit::unrecorded(session, &look);
            pass.look = look;
        }
        Err(error) => pass.failed.push(format!("after the cleanup: {error}")),
    }
    Ok(())
}

/// Whether an unattended cleanup may be tried at all.
fn allowed(session: &Session, pass: &Pass) -> Result<Mandate, String> {
    let policy = &session.ssot().policy;
    let mandate = session.mandate().map_err(|why| why.to_string())?;
    if policy.cleanup != crate::ssot::Cleanup::Autonomous {
        let environment = policy.environment.as_str().to_owned();
        return Err(Refused::NotAutonomous { environment, cleanup: policy.cleanup }.to_string());
    }
    // Whether to go on then is a person's decision, and here is none.
    let ill: Vec<&str> = pass.health.unhealthy().map(|it| it.name.as_str()).collect();
    if !ill.is_empty() {
        return Err(format!("unhealthy before the cleanup: {}; nothing has been removed", ill.join(", ")));
    }
    Ok(mandate)
}

fn tell(facts: &mut Facts, pass: &Pass) {
    facts.audited(&pass.look.audit, &pass.record);
    facts.checked(&pass.health);
    if let Some(report) = &pass.cleanup {
        facts.cleaned(report, &pass.broke);
    }
    if pass.refused.is_some() {
        facts.refused.clone_from(&pass.refused);
    }
}
