//! `runbook`: the environment's cleanup runbook. Needs no engine, but for today's commands.

use super::again;
use super::args::Global;
use super::environment;
use super::exit::{Code, Failure};
use super::look;
use super::output::print;
use super::plan::marks;
use super::report::commands;
use super::schedule;
use crate::records::Paths;
use crate::runbook::{Source, Today, runbook};
use crate::session::Session;
use crate::ssot::Cleanup;
use crate::steward::PlanFile;

/// Runs `runbook`.
pub(super) async fn run(global: &Global) -> Result<Code, Failure> {
    let ssot = environment::ssot(global).await?;
    let paths = Paths::from_process(global.demo)?;
    let folder = std::env::current_dir()?;
    // Whoever reads it has the environment named, even where this machine needs no name.
    let named = Global { env: Some(ssot.policy.environment.as_str().to_owned()), ..global.clone() };
    let today = if ssot.policy.cleanup == Cleanup::Forbidden {
        Today::None("this environment is read-only".to_owned())
    } else {
        // The rest of the runbook is as true without an engine.
        today(&named).await.unwrap_or_else(|failure| {
            Today::None(failure.message.lines().next().unwrap_or_default().to_owned())
        })
    };
    let actions =
        ssot.policy.schedule.is_some().then(|| schedule::job(&ssot, &named, &folder, "docker-steward"));
    let actions = actions.transpose()?.map(|job| crate::schedule::actions(&job));
    print(&runbook(&Source {
        ssot: &ssot,
        again: &again::command(&named),
        folder: &folder.to_string_lossy(),
        log: &paths.audit_log(&ssot.policy.audit_log()).to_string_lossy(),
        today,
        actions,
    }))?;
    Ok(Code::Done)
}

async fn today(global: &Global) -> Result<Today, Failure> {
    let session = Session::open(&global.session()).await?;
    let look = look::without_sizes(&session).await?;
    let plan = session.plan(&look, &marks(&look.audit, &[])?)?;
    if plan.steps().is_empty() {
        return Ok(Today::Nothing);
    }
    Ok(Today::Plan(commands::print(&plan, &PlanFile::of(&plan), session.docker_env().as_ref())))
}
