//! `apply`: show the plan, take the phrase, remove step by step.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::again;
use super::alerts;
use super::args::{ApplyArgs, Global};
use super::exit::{Code, Failure};
use super::health;
use super::look;
use super::output::{Medium, Style, print, say};
use super::plan::marks;
use super::report::commands;
use super::signals;
use crate::alert::Facts;
use crate::apply::{Outcome, Progress, Report};
use crate::health::HealthReport;
use crate::records::trash;
use crate::session::{Look, Session};
use crate::steward::{Approved, PHRASE, Plan, PlanFile, Refused};
use crate::text::{bytes, sanitise, shell_quote};
use crate::undo::scope;

/// The largest plan file that is read: thousands of steps.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Runs `apply`.
pub(super) async fn run(args: &ApplyArgs, global: &Global) -> Result<Code, Failure> {
    let terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
    refuse_blind(args, terminal, global)?;
    let given = args.plan_file.as_deref().map(read_plan).transpose()?;
    let session = Session::open(&global.session()).await?;
    let mut facts = session.facts_to_tell(&again::command(global));
    let ended = clean(args, given.as_ref(), &session, global, &mut facts).await;
    if let Err(failure) = &ended
        && failure.code == Code::Refused
        && !terminal
    {
        // Who sits at a terminal has been told already.
        facts.refused = failure.message.lines().next().map(str::to_owned);
    }
    if facts.cleanup.is_some() || facts.refused.is_some() {
        alerts::send(&session, &facts).await;
    }
    ended
}

async fn clean(
    args: &ApplyArgs,
    given: Option<&PlanFile>,
    session: &Session,
    global: &Global,
    facts: &mut Facts,
) -> Result<Code, Failure> {
    session.mandate()?;
    let look = look::with_sizes_in_time(session).await?;
    let plan = match given {
        Some(file) => revived(session, &look, file, args.plan_hash.as_deref())?,
        None => session.plan(&look, &marks(&look.audit, &[])?)?,
    };
    show(&plan, session, global)?;
    let keep = keep(args, session);
    tell_undo(&plan, keep, session.trash_room());
    if given.is_none() && plan.steps().is_empty() {
        say("nothing here is safe to delete; nothing has been removed");
        return Ok(Code::Done);
    }
    if given.is_some() && plan.steps().is_empty() && !plan.excluded().is_empty() {
        return Err(Failure::refused(
            "nothing of the plan is as it was when it was made; nothing has been removed",
        ));
    }
    if args.confirm.as_deref().is_some_and(|phrase| phrase != PHRASE) {
        return Err(Refused::WrongPhrase.into());
    }
    let before = health_before(session, &plan, args.require_healthy, global).await?;
    let phrase = match &args.confirm {
        Some(phrase) => phrase.clone(),
        None if plan.steps().is_empty() => String::new(),
        None => ask(&plan, global)?,
    };
    let left_out = plan.excluded().len();
    let approved = approve(plan, &phrase)?;
    let report = carry_out(session, approved, keep).await?;
    tell(&report, left_out, global);
    // Where nothing passed before, nothing can have been broken: it need not be waited for again.
    let after = if before.any_healthy() { session.health().await } else { HealthReport::default() };
    let broke = told_broken(&before, &after, global);
    facts.cleaned(&report, &broke);
    facts.checked(if after.checks.is_empty() { &before } else { &after });
    offer_stack(session, global).await;
    Ok(match (!broke.is_empty(), report.is_complete() && left_out == 0) {
        (true, _) => Code::Broke,
        (false, true) => Code::Done,
        (false, false) => Code::NotAllDone,
    })
}

/// The health before a cleanup. A check that fails then may fail because of what is about to be removed, or
/// hide that the cleanup breaks it. It is told before the phrase is asked for: who types it then has decided.
/// Nobody reads where there is no terminal, so there `--require-healthy` decides.
async fn health_before(
    session: &Session,
    plan: &Plan,
    required: bool,
    global: &Global,
) -> Result<HealthReport, Failure> {
    if plan.steps().is_empty() {
        return Ok(HealthReport::default());
    }
    let before = session.health().await;
    if before.is_healthy() {
        return Ok(before);
    }
    health::tell(&before, "before the cleanup", global);
    if !required {
        return Ok(before);
    }
    let names: Vec<&str> = before.unhealthy().map(|it| it.name.as_str()).collect();
    Err(Failure::refused(format!(
        "unhealthy before the cleanup: {}; nothing has been removed",
        names.join(", ")
    )))
}

/// Shows the command that brings up what of the stack does not run. It is for a person to run.
async fn offer_stack(session: &Session, global: &Global) {
    // A cleanup is not failed by a compose file that cannot be read.
    let Ok(Some(stack)) = session.stack_now().await else { return };
    if let Some(command) = stack.bring_up {
        let medium = Medium::stderr(global.color);
        let down = stack.services.iter().filter(|it| !it.running && !it.optional).count();
        say(&format!("{down} of the stack's services do not run; to bring them up:"));
        say(&format!("  {}", medium.paint(Style::Command, command)));
    }
}

/// Tells of the checks that the cleanup broke, and names them.
pub(super) fn told_broken(before: &HealthReport, after: &HealthReport, global: &Global) -> Vec<String> {
    if !after.checks.is_empty() && !before.checks.is_empty() {
        health::tell(after, "after the cleanup", global);
    }
    let broken: Vec<String> = after.broken_since(before).into_iter().map(|it| it.name.clone()).collect();
    if !broken.is_empty() {
        let line = format!("! healthy before the cleanup, and not after it: {}", broken.join(", "));
        say(&Medium::stderr(global.color).paint(Style::Bad, sanitise(&line)));
    }
    broken
}

/// Nothing is removed that nobody was shown: without a terminal a plan file and the phrase are needed, and
/// the phrase beforehand only ever belongs to a plan file.
fn refuse_blind(args: &ApplyArgs, terminal: bool, global: &Global) -> Result<(), Failure> {
    let again = again::command(global);
    let how = match args.plan_file.as_ref().map(|path| path.to_string_lossy()) {
        Some(path) => {
            format!("\n  read it, then:  {again} apply {} --confirm \"{PHRASE}\"", shell_quote(&path))
        }
        None => format!(
            "\n  make a plan:  {again} plan --out plan.json\n  read it, then:  {again} apply plan.json --confirm \"{PHRASE}\""
        ),
    };
    match (&args.plan_file, &args.confirm) {
        (None, Some(_)) => Err(Failure::refused(format!(
            "--confirm approves a plan that was shown, and no PLAN-FILE was named; nothing has been removed{how}"
        ))),
        (Some(_), Some(_)) => Ok(()),
        _ if terminal => Ok(()),
        (Some(_), None) => Err(Failure::refused(format!(
            "there is no terminal to ask for the phrase on, so --confirm \"{PHRASE}\" is needed; nothing has been removed{how}"
        ))),
        (None, None) => Err(Failure::refused(format!(
            "there is no terminal to ask for the phrase on, so a PLAN-FILE and --confirm \"{PHRASE}\" are needed; nothing has been removed{how}"
        ))),
    }
}

/// Reads a plan file, which is input like any other.
pub(super) fn read_plan(path: &Path) -> Result<PlanFile, Failure> {
    use std::io::Read as _;
    let fail = |why: String| Failure::failed(format!("the plan {} cannot be read: {why}", path.display()));
    let file = std::fs::File::open(path).map_err(|error| fail(error.to_string()))?;
    let mut text = String::new();
    file.take(LARGEST).read_to_string(&mut text).map_err(|error| fail(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| fail(format!("it is no plan file: {error}")))
}

fn revived(session: &Session, look: &Look, file: &PlanFile, hash: Option<&str>) -> Result<Plan, Failure> {
    let now = session.circumstances(look);
    let stale = file.stale(&now, hash);
    if !stale.is_empty() {
        return Err(stale.into());
    }
    Ok(file.revive(&look.audit, &now, &session.mandate()?)?)
}

/// Shows the plan where it is seen: on stdout, and on the terminal too if stdout leads elsewhere.
fn show(plan: &Plan, session: &Session, global: &Global) -> Result<(), Failure> {
    let file = PlanFile::of(plan);
    let text = commands::print(plan, &file, session.docker_env().as_ref());
    // Of other commands a reader that hangs up has had enough; here nobody has seen what is about to go.
    print(&text).map_err(|error| {
        Failure::failed(format!("the plan could not be shown: {error}; nothing has been removed"))
    })?;
    if io::stderr().is_terminal() && !io::stdout().is_terminal() {
        say(text.trim_end());
    }
    let medium = Medium::stderr(global.color);
    if let Some(warning) = session.acquaintance().warning() {
        say(&medium.paint(Style::Bad, format!("! {warning}")));
    }
    for it in plan.excluded() {
        let line = format!("! kept {}/{}: {}", it.key.kind(), it.name, it.why);
        say(&medium.paint(Style::Bad, sanitise(&line)));
    }
    Ok(())
}

/// How long what is taken away is to be kept: as the command line says, else as the SSOT does.
fn keep(args: &ApplyArgs, session: &Session) -> Option<Duration> {
    if args.no_trash {
        return None;
    }
    session.trash().or_else(|| args.trash.then_some(trash::KEEP))
}

/// What an undo would bring back, and what not: who approves a plan should know.
fn tell_undo(plan: &Plan, keep: Option<Duration>, room: Option<u64>) {
    let scope = scope(plan, keep, room);
    if let Some(covers) = scope.covers {
        say(&format!("undo brings back: {covers}"));
    }
    if let Some(lost) = scope.lost {
        let how = if scope.trash_would_help { " (--trash keeps what it can)" } else { "" };
        say(&format!("gone for good: {lost}{how}"));
    }
    if let Some(short) = scope.short {
        say(&format!("! {short} (`trash expire` makes room; --no-trash keeps nothing)"));
    }
}

/// Asks for the phrase. Only reached with a terminal to ask on.
fn ask(plan: &Plan, global: &Global) -> Result<String, Failure> {
    let medium = Medium::stderr(global.color);
    let circumstances = plan.circumstances();
    question(&format!(
        "\nType {} to remove {} from {} ({}), anything else to leave: ",
        medium.paint(Style::Strong, PHRASE),
        plan.summary(),
        sanitise(&circumstances.engine.name),
        sanitise(&circumstances.environment).to_uppercase(),
    ))
}

/// Asks on the terminal, and reads one line.
pub(super) fn question(text: &str) -> Result<String, Failure> {
    let mut err = io::stderr().lock();
    err.write_all(text.as_bytes())?;
    err.flush()?;
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn approve(plan: Plan, phrase: &str) -> Result<Approved, Failure> {
    // An empty plan is refused for what it is, not for the phrase that nobody was asked for.
    let phrase = if plan.steps().is_empty() { PHRASE } else { phrase };
    plan.approve(phrase, Timestamp::now()).map_err(|(_, refused)| refused.into())
}

async fn carry_out(session: &Session, approved: Approved, keep: Option<Duration>) -> Result<Report, Failure> {
    let stop = signals::stop_on_signals()?;
    let lines: Vec<String> = approved
        .plan()
        .steps()
        .iter()
        .map(|step| format!("{}  # {}", step.command(), commands::remark(step)))
        .collect();
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let telling = tokio::spawn(async move {
        while let Some(progress) = receiver.recv().await {
            tell_progress(&progress, &lines);
        }
    });
    let report = session.apply(approved, keep, sender, stop).await;
    // Ends with the sender; what it had to tell is told before the report.
    let _ = telling.await;
    Ok(report?)
}

fn tell_progress(progress: &Progress, lines: &[String]) {
    let line = |step: &usize| lines.get(*step).map_or("", String::as_str);
    match progress {
        Progress::Started { step } => say(&format!("{}/{}  {}", step + 1, lines.len(), line(step))),
        // Why the rest was not started is said once, at the end.
        Progress::Finished { outcome: Outcome::NotStarted(_), .. } => {}
        Progress::Finished { outcome, freed, .. } => {
            let why = outcome.reason().map(|why| format!(": {}", sanitise(why))).unwrap_or_default();
            let freed = if *freed > 0 { format!(", freed {}", bytes(*freed)) } else { String::new() };
            say(&format!("     {}{freed}{why}", outcome.as_str()));
        }
    }
}

/// The result on stdout. Whether anybody reads it changes nothing of what was done, nor of the exit code.
fn tell(report: &Report, left_out: usize, global: &Global) {
    let gone = report.steps.iter().filter(|step| step.outcome.is_gone()).count();
    let complete = report.is_complete() && left_out == 0;
    let medium = Medium::stdout(global.color);
    let word = if complete { "complete" } else { "incomplete" };
    let style = if complete { Style::Good } else { Style::Bad };
    let mut text = format!(
        "run {} {}: {gone} of {} steps done, freed {}\n",
        sanitise(&report.run),
        medium.paint(style, word),
        report.steps.len(),
        bytes(report.freed),
    );
    for step in report.steps.iter().filter(|step| !step.outcome.is_gone()) {
        let why = match &step.outcome {
            Outcome::NotStarted(_) => String::new(),
            outcome => outcome.reason().map(|why| format!(": {why}")).unwrap_or_default(),
        };
        let line = format!("{}/{} {}{why}", step.kind, step.name, step.outcome.as_str());
        let _ = writeln!(text, "  {}", sanitise(&line));
    }
    if left_out > 0 {
        let _ = writeln!(text, "  {left_out} of the plan had changed before it began, and were kept");
    }
    if let Some(why) = &report.stopped {
        let _ = writeln!(text, "stopped: {}", sanitise(why));
    }
    let _ = writeln!(text, "journal {}", sanitise(&report.journal.to_string_lossy()));
    let _ = print(&text);
    if gone > 0 {
        say(&format!("to take it back: {} undo {}", again::command(global), sanitise(&report.run)));
    }
    for warning in &report.warnings {
        say(&format!("! {}", sanitise(warning)));
    }
}
