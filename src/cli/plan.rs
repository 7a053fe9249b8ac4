//! `plan`: the exact commands that remove what is safe to delete.

use std::collections::BTreeSet;
use std::path::Path;

use super::again;
use super::apply::read_plan;
use super::args::{Global, PlanArgs, PlanFormat, Selector};
use super::exit::{Code, Failure};
use super::look;
use super::output::{print, say};
use super::report::commands;
use super::select;
use crate::records::{json, write_private};
use crate::session::Session;
use crate::steward::{Audit, Class, Key, Plan, PlanFile, Resource};
use crate::text::{sanitise, shell_quote};

/// Runs `plan`.
pub(super) async fn run(args: &PlanArgs, global: &Global) -> Result<Code, Failure> {
    let session = Session::open(&global.session()).await?;
    // Asked before the engine is: where nothing may be removed, nothing needs to be measured.
    session.mandate()?;
    let look = look::with_sizes_in_time(&session).await?;
    let plan = session.plan(&look, &marks(&look.audit, &args.select)?)?;
    if !args.select.is_empty() {
        refuse_excluded(&plan)?;
    }
    let file = PlanFile::of(&plan);
    if let Some(path) = &args.out {
        spare(path)?;
        write(path, &file)?;
    }
    print(&match args.format {
        PlanFormat::Commands => commands::print(&plan, &file, session.docker_env().as_ref()),
        PlanFormat::Json => json::pretty(&file)?,
    })?;
    if plan.steps().is_empty() {
        say("nothing here is safe to delete; the plan is empty");
    } else if let Some(path) = &args.out {
        let path = path.to_string_lossy();
        say(&format!(
            "written to {}; to apply it: {} apply {}",
            sanitise(&path),
            sanitise(&again::command(global)),
            shell_quote(&path)
        ));
    }
    if global.demo && !plan.steps().is_empty() && args.format == PlanFormat::Commands {
        // The commands keep its DOCKER_HOST all the same: without it they would mean the engine of whoever pastes them.
        say(&demo(session.ssot().policy.environment.as_str()));
    }
    Ok(Code::Done)
}

/// How to get a simulated engine that outlives the command.
fn demo(environment: &str) -> String {
    const URL: &str = "unix:///tmp/docker-steward-demo.sock";
    format!(
        "the simulated engine has ended with this command, so that these commands reach nothing; to run a plan by hand:\n  \
         docker-steward --env {environment} demo-engine --listen {URL}    # in another terminal\n  \
         docker-steward --host {URL} --env {environment} plan"
    )
}

/// The keys of what was selected; of all that is safe to delete, if nothing was.
pub(super) fn marks(audit: &Audit, select: &[Selector]) -> Result<BTreeSet<Key>, Failure> {
    if select.is_empty() {
        return Ok(safe(audit).map(|it| it.key.clone()).collect());
    }
    let chosen: Vec<&Resource> =
        select.iter().map(|wanted| select::one(audit, wanted)).collect::<Result<_, _>>()?;
    let kept: Vec<String> = chosen
        .iter()
        .filter(|it| it.class() != Class::SafeToDelete)
        .map(|it| format!("{} is {}: {}", it.path(), it.class().as_str(), it.reason.text))
        .collect();
    if kept.is_empty() {
        Ok(chosen.into_iter().map(|it| it.key.clone()).collect())
    } else {
        Err(Failure::refused(format!("only what is safe to delete can be planned\n  {}", kept.join("\n  "))))
    }
}

fn safe(audit: &Audit) -> impl Iterator<Item = &Resource> {
    audit.resources.iter().filter(|it| it.class() == Class::SafeToDelete)
}

/// Who asks for something by name is not given a plan without it.
fn refuse_excluded(plan: &Plan) -> Result<(), Failure> {
    let kept: Vec<String> =
        plan.excluded().iter().map(|it| format!("{}/{}: {}", it.key.kind(), it.name, it.why)).collect();
    if kept.is_empty() {
        Ok(())
    } else {
        Err(Failure::refused(format!("not all that was selected can go\n  {}", kept.join("\n  "))))
    }
}

/// An older plan is replaced. Any other file that is there was not meant: an SSOT by a slip of the hand.
fn spare(path: &Path) -> Result<(), Failure> {
    // A link is replaced itself, and what it leads to stays.
    let written = std::fs::symlink_metadata(path).is_ok_and(|found| found.is_file() && found.len() > 0);
    if !written || read_plan(path).is_ok() {
        return Ok(());
    }
    let path = path.display();
    Err(Failure::failed(format!(
        "{path} is there already and is no plan; it is left as it is: name another file"
    )))
}

fn write(path: &Path, file: &PlanFile) -> Result<(), Failure> {
    write_private(path, json::pretty(file)?.as_bytes()).map_err(|error| {
        Failure::failed(format!("the plan cannot be written to {}: {error}", path.display()))
    })
}
