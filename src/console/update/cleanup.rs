//! From marks to a removal: plan, approval, run, result.

mod remarks;

use std::mem;

use crate::apply::{Progress, Report};
use crate::cli::report::commands;
use crate::console::keymap::{Command, Mode};
use crate::console::message::Effect;
use crate::console::state::{
    Before, Cleanup, Desk, PlanScreen, Run, RunResult, Scroll, Stage, State, Tone, Vitals,
};
use crate::records::{json, trash};
use crate::session::SessionError;
use crate::steward::{Plan, PlanFile, Refused};

/// Asks for a plan of what is marked.
pub(super) fn plan(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    if let Some(why) = desk.no_plan_because() {
        state.toasts.say(Tone::Warning, why, now);
        return Vec::new();
    }
    if desk.marks.is_empty() {
        let key = |command| state.key(Mode::Table, command);
        let (one, all) = (key(Command::Mark), key(Command::MarkAll));
        let text = format!("Nothing is marked yet: in a table {one} marks one, {all} all that is safe");
        state.toasts.say(Tone::Info, text, now);
        return Vec::new();
    }
    let Some(look) = desk.look.clone() else { return Vec::new() };
    desk.cleanup = Cleanup::Planning;
    vec![Effect::Plan(look, desk.marks.clone())]
}

/// A plan was made, or refused. It comes too late if the operator has turned to something else.
pub(super) fn planned(
    state: &mut State,
    result: Result<Box<Plan>, Refused>,
    room: Option<u64>,
) -> Vec<Effect> {
    let now = state.now;
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    if !matches!(desk.cleanup, Cleanup::Planning) {
        return Vec::new();
    }
    match result {
        Ok(plan) => {
            let remarks = remarks::of(&plan, desk);
            let keep = desk.facts.trash;
            let (scroll, refused) = (Scroll::default(), None);
            let screen = PlanScreen { plan: *plan, remarks, keep, room, scroll, refused };
            desk.cleanup = Cleanup::Plan(Box::new(screen));
            state.toasts.clear();
        }
        Err(refused) => {
            desk.cleanup = Cleanup::None;
            state.toasts.say(Tone::Warning, sentence(&refused), now);
        }
    }
    Vec::new()
}

/// Turns the trash on and off for the plan that is shown.
pub(super) fn keep(state: &mut State) -> Vec<Effect> {
    if let Some(desk) = state.desk_mut()
        && let Cleanup::Plan(screen) = &mut desk.cleanup
    {
        screen.keep = match screen.keep {
            Some(_) => None,
            None => desk.facts.trash.or(Some(trash::KEEP)),
        };
    }
    Vec::new()
}

/// Goes on from the plan to its approval.
pub(super) fn ask_phrase(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    let Cleanup::Plan(screen) = &desk.cleanup else { return Vec::new() };
    let why_not = if screen.plan.steps().is_empty() {
        Some(sentence(&Refused::Empty))
    } else if screen.expires_in(now) == 0 {
        Some(sentence(&Refused::Expired(screen.plan.circumstances().expires)))
    } else {
        desk.no_plan_because()
    };
    if let Some(why) = why_not {
        state.toasts.say(Tone::Warning, why, now);
        return Vec::new();
    }
    if let Cleanup::Plan(screen) = mem::take(&mut desk.cleanup) {
        desk.cleanup = Cleanup::Approval(screen, Box::default());
    }
    Vec::new()
}

/// Hands in what was typed. The plan on the screen is moved into the approval: it is not made again.
pub(super) fn submit(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    let Cleanup::Approval(mut screen, field) = mem::take(&mut desk.cleanup) else { return Vec::new() };
    if !desk.live.is_live() {
        screen.refused = Some("The engine does not answer; nothing has been removed".to_owned());
        desk.cleanup = Cleanup::Approval(screen, field);
        return Vec::new();
    }
    let PlanScreen { plan, remarks, keep, room, scroll, .. } = *screen;
    let before = Before { health: desk.vitals.health.clone(), disk: desk.disk };
    let run = Run::of(&plan, before, now);
    match plan.approve(field.text(), now) {
        Ok(approved) => {
            desk.cleanup = Cleanup::Run(Box::new(run));
            vec![Effect::Apply(Box::new(approved), keep)]
        }
        Err((plan, refused)) => {
            let refused = Some(sentence(&refused));
            let screen = PlanScreen { plan: *plan, remarks, keep, room, scroll, refused };
            desk.cleanup = Cleanup::Approval(Box::new(screen), field);
            Vec::new()
        }
    }
}

fn sentence(refused: &Refused) -> String {
    let text = refused.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|it| it.to_uppercase().collect::<String>()).unwrap_or_default();
    crate::text::sanitise(&format!("{first}{}", letters.as_str())).into_owned()
}

/// A step has begun or ended.
pub(super) fn progress(state: &mut State, progress: Progress) -> Vec<Effect> {
    if let Some(desk) = state.desk_mut()
        && let Cleanup::Run(run) = &mut desk.cleanup
    {
        match progress {
            Progress::Started { step } => run.current = Some(step),
            Progress::Finished { step, outcome, freed } => {
                run.current = None;
                if let Some(step) = run.steps.get_mut(step) {
                    step.outcome = Some(outcome);
                    step.freed = freed;
                }
            }
        }
    }
    Vec::new()
}

/// Asks the run to stop after the step in flight.
pub(super) fn stop(state: &mut State, and_quit: bool) -> Vec<Effect> {
    let Stage::Open(desk) = &mut state.stage else { return Vec::new() };
    let Cleanup::Run(run) = &mut desk.cleanup else { return Vec::new() };
    run.stopping = true;
    state.ending |= and_quit;
    vec![Effect::Stop]
}

/// The run has ended. The tables behind it are looked at again at once, and sizes with them.
pub(super) fn applied(state: &mut State, result: Result<Report, SessionError>) -> Vec<Effect> {
    let (now, ending) = (state.now, state.ending);
    let Some(desk) = state.desk_mut() else { return Vec::new() };
    let Cleanup::Run(run) = mem::take(&mut desk.cleanup) else { return Vec::new() };
    forget_marks(desk, &result);
    desk.count();
    let took = u64::try_from(now.duration_since(run.since).as_secs()).unwrap_or(0);
    desk.cleanup = Cleanup::Result(Box::new(RunResult {
        on: run.on,
        report: result,
        steps: run.steps,
        predicted: run.predicted,
        before: run.before,
        took,
        scroll: Scroll::default(),
    }));
    if ending {
        return vec![Effect::Quit];
    }
    desk.looking.sizes_wanted = true;
    // What was answered before the cleanup tells nothing of after it.
    desk.vitals = Vitals::default();
    desk.disk = None;
    let mut effects = super::engine::look(desk, false);
    effects.extend(super::history::read(desk));
    effects.extend(super::ssot::after_cleanup(state));
    effects
}

/// Writes the plan that is shown to a file: as `docker-steward plan --out` would, or as a script of its commands.
pub(super) fn write(state: &mut State, extension: &'static str) -> Vec<Effect> {
    let Some(desk) = state.desk() else { return Vec::new() };
    let Cleanup::Plan(screen) = &desk.cleanup else { return Vec::new() };
    let file = PlanFile::of(&screen.plan);
    let text = if extension == "sh" {
        let commands = commands::print(&screen.plan, &file, desk.facts.docker_env.as_ref());
        Ok(format!("#!/bin/sh\nset -eu\n{commands}"))
    } else {
        json::pretty(&file)
    };
    match text {
        Ok(text) => {
            let stem = format!("plan-{}", screen.plan.circumstances().environment);
            vec![Effect::WritePlan { stem, extension, text }]
        }
        Err(error) => written(state, Err(error.to_string())),
    }
}

/// The plan was written to a file, or not.
pub(super) fn written(state: &mut State, result: Result<String, String>) -> Vec<Effect> {
    let (tone, text) = match result {
        Ok(text) => (Tone::Good, text),
        Err(text) => (Tone::Warning, text),
    };
    state.toasts.say(tone, crate::text::sanitise(&text).into_owned(), state.now);
    Vec::new()
}

/// What is gone needs no mark, and its going needs no word: the result says it.
fn forget_marks(desk: &mut Desk, result: &Result<Report, SessionError>) {
    for step in result.iter().flat_map(|report| &report.steps) {
        if step.outcome.is_gone() && !matches!(step.action, crate::steward::Action::StopContainer) {
            desk.marks.remove(&step.key);
        }
    }
}
