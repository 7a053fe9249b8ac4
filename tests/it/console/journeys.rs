//! Journeys: keys in, effects out.

use std::sync::Arc;
use std::time::Duration;

use docker_steward::answers::Sizes;
use docker_steward::apply::{CutOff, Outcome, Progress, Report, StepReport};
use docker_steward::console::keymap::Mode;
use docker_steward::console::message::{Effect, Message, Open, Signal};
use docker_steward::console::state::{Choice, Cleanup, Stage as Where};
use docker_steward::console::update::next_tick;
use docker_steward::session::{Change, SessionError, Trouble};
use docker_steward::steward::inventory::State as Status;
use docker_steward::steward::{Action, Kind, Step};
use ratatui::crossterm::event::KeyCode;

use super::stage::Stage;

/// Marks all safe containers, and has them planned.
pub(super) fn mark_and_plan(stage: &mut Stage) {
    stage.press(KeyCode::Char('2'));
    stage.press(KeyCode::Char('a'));
    let effects = stage.press(KeyCode::Char('p'));
    stage.plan(effects);
    assert_eq!(stage.mode(), Mode::Plan);
}

/// The same, and approves it.
pub(super) fn approve(stage: &mut Stage) -> Vec<String> {
    mark_and_plan(stage);
    stage.press(KeyCode::Char('c'));
    stage.type_text("APPLY CLEANUP");
    let effects = stage.press(KeyCode::Enter);
    let [Effect::Apply(approved, _)] = effects.as_slice() else { panic!("nothing is applied: {effects:?}") };
    approved.plan().steps().iter().map(|step| step.command().to_owned()).collect()
}

/// A report of the run on the stage, with every `nth` step refused.
pub(crate) fn report(stage: &Stage, nth: usize) -> Report {
    let Cleanup::Run(run) = &stage.state.desk().unwrap().cleanup else { panic!("nothing runs") };
    let audit = stage.see().audit;
    let steps: Vec<StepReport> = run
        .steps
        .iter()
        .enumerate()
        .map(|(at, step)| StepReport {
            action: step.action,
            key: audit.called(step.kind, &step.name)[0].key.clone(),
            kind: step.kind,
            name: step.name.clone(),
            command: step.command.clone(),
            outcome: if at % nth == nth - 1 {
                Outcome::Refused("the engine says that it is in use".to_owned())
            } else {
                Outcome::Done
            },
            freed: if at % nth == nth - 1 || step.action == Action::StopContainer { 0 } else { 1_500_000 },
        })
        .collect();
    let freed = steps.iter().map(|step| step.freed).sum();
    Report {
        run: "20261122T080640Z-1f2e".to_owned(),
        steps,
        freed,
        unmeasured: 0,
        stopped: None,
        journal: "/home/op/.local/state/docker-steward/journal.jsonl".into(),
        warnings: Vec::new(),
    }
}

/// What is only glimpsed has no class, and nothing follows from it.
#[test]
fn containers_are_seen_before_they_are_classified() {
    let mut stage = Stage::unread(120, 36);
    assert!(stage.screen().contains("Reading what the engine holds"));
    stage.glimpse();
    assert!(stage.screen().contains("Reading images, volumes and networks"));
    stage.press(KeyCode::Char('2'));
    assert!(stage.screen().contains("experiment-1"));
    for (key, said) in [
        (' ', "One moment: whether experiment-1 may go shows once everything has been read"),
        ('a', "One moment: nothing is classified yet"),
        ('A', "One moment: what experiment-1 is shows once everything has been read"),
        ('p', "Nothing is marked"),
    ] {
        let effects = stage.press(KeyCode::Char(key));
        assert!(effects.is_empty(), "{key}: {effects:?}");
        assert!(stage.toasts().iter().any(|it| it.starts_with(said)), "{key}: {:?}", stage.toasts());
    }
    assert!(stage.state.desk().unwrap().marks.is_empty());
    stage.later(60);
    // A filter by class finds nothing yet, and the others what they ask for.
    stage.type_text("/class:safe");
    assert!(!stage.screen().contains("experiment-1"));
    stage.press(KeyCode::Esc);
    stage.type_text("/prod");
    assert!(stage.screen().contains("prod-web") && !stage.screen().contains("experiment-1"));
    stage.press(KeyCode::Esc);
    stage.press(KeyCode::Char('g'));
    // At the top the cursor stays there, whatever comes to stand there.
    stage.look();
    assert_eq!(stage.cursor_on(Kind::Container), "experiment-1");
    stage.press(KeyCode::Char(' '));
    assert_eq!(stage.marks(), ["experiment-1"]);
    // What comes late is nothing new.
    stage.glimpse();
    stage.press(KeyCode::Char('a'));
    assert_eq!(stage.marks().len(), 3);
}

#[test]
fn two_of_three_are_marked_planned_and_only_the_phrase_applies_them() {
    let mut stage = Stage::staging(80, 24);
    stage.press(KeyCode::Char('2'));
    assert_eq!(stage.cursor_on(Kind::Container), "experiment-1");
    stage.press(KeyCode::Char(' '));
    stage.press(KeyCode::Char('j'));
    stage.press(KeyCode::Char(' '));
    assert_eq!(stage.cursor_on(Kind::Container), "test-run", "marking does not move");
    let mut marks = stage.marks();
    marks.sort();
    assert_eq!(marks, ["experiment-1", "test-run"]);

    let effects = stage.press(KeyCode::Char('p'));
    assert_eq!(stage.mode(), Mode::Table, "the screen changes when the plan is there");
    stage.plan(effects);
    assert_eq!(stage.mode(), Mode::Plan);
    let Cleanup::Plan(screen) = &stage.state.desk().unwrap().cleanup else { panic!("no plan") };
    let shown: Vec<String> = screen.plan.steps().iter().map(|step| step.command().to_owned()).collect();

    // Nothing but the phrase does anything, whatever is pressed.
    stage.press(KeyCode::Char('c'));
    for wrong in ["", "apply cleanup", "APPLY CLEANUP ", "y", "yes"] {
        stage.ctrl('u');
        assert!(stage.type_text(wrong).is_empty());
        assert!(stage.press(KeyCode::Enter).is_empty(), "{wrong:?}");
        assert_eq!(stage.mode(), Mode::Approval);
        assert!(stage.screen().contains("That is not the phrase; nothing has been removed"));
    }
    assert!(stage.press(KeyCode::Esc).is_empty());
    assert_eq!(stage.mode(), Mode::Plan);

    // The field is empty again, and the very plan that was shown is the one that is applied.
    stage.press(KeyCode::Char('c'));
    stage.type_text("APPLY CLEANUP");
    let effects = stage.press(KeyCode::Enter);
    let [Effect::Apply(approved, _)] = effects.as_slice() else { panic!("{effects:?}") };
    let applied: Vec<&str> = approved.plan().steps().iter().map(Step::command).collect();
    assert_eq!(applied, shown);
    assert_eq!(applied.len(), 3, "a running container is stopped first");
    assert_eq!(stage.mode(), Mode::Run);
    assert!(stage.press(KeyCode::Enter).is_empty(), "there is no second time");
}

#[test]
fn a_paste_never_presses_enter() {
    let mut stage = Stage::staging(80, 24);
    mark_and_plan(&mut stage);
    stage.press(KeyCode::Char('c'));
    assert!(stage.tell(Message::Paste("APPLY CLEANUP\n\n".to_owned())).is_empty());
    assert_eq!(stage.mode(), Mode::Approval);
    assert!(matches!(stage.press(KeyCode::Enter).as_slice(), [Effect::Apply(..)]));

    let mut stage = Stage::staging(80, 24);
    stage.press(KeyCode::Char('2'));
    assert!(stage.tell(Message::Paste("ap".to_owned())).is_empty());
    assert!(stage.marks().is_empty(), "a paste is no keys");
}

#[test]
fn what_must_stay_cannot_be_marked_and_says_why() {
    let mut stage = Stage::staging(80, 24);
    stage.press(KeyCode::Char('2'));
    stage.press(KeyCode::Char('G'));
    stage.press(KeyCode::Char(' '));
    assert!(stage.marks().is_empty());
    assert_eq!(stage.toasts(), ["prod-web is protected: it stays, whatever happens"]);
    stage.press(KeyCode::Char('g'));
    stage.press(KeyCode::Char('v'));
    stage.press(KeyCode::Char('G'));
    stage.press(KeyCode::Char(' '));
    assert_eq!(stage.marks().len(), 3, "a range over all rows marks what is safe, and nothing else");
    stage.press(KeyCode::Char('u'));
    assert!(stage.marks().is_empty());
}

#[test]
fn marks_live_on_resources_not_on_rows() {
    let mut stage = Stage::staging(80, 24);
    stage.press(KeyCode::Char('2'));
    stage.press(KeyCode::Char('a'));
    stage.press(KeyCode::Char('G'));
    assert_eq!(stage.cursor_on(Kind::Container), "prod-web");

    // Something new comes in front, one marked thing is renamed out of the pattern, one goes.
    let it = &mut stage.inventory.containers;
    it.iter_mut().find(|it| it.name == "experiment-1").unwrap().name = "kept-1".into();
    it.retain(|it| it.name != "tmp-debug-container");
    let mut new = it[4].clone();
    new.id = docker_steward::steward::inventory::ContainerId::new("f".repeat(64));
    new.name = "a-test".into();
    it.insert(0, new);
    stage.inventory.counts.containers = stage.inventory.containers.len();
    stage.look();
    assert_eq!(stage.marks(), ["test-run"]);
    assert_eq!(stage.cursor_on(Kind::Container), "prod-web");
    let toasts = stage.toasts().join("\n");
    assert!(toasts.contains("is unknown now, so its mark is gone"), "{toasts}");
    assert!(toasts.contains("tmp-debug-container is gone, and its mark with it"), "{toasts}");
}

#[test]
fn one_look_at_a_time_and_one_more_after_it() {
    let mut stage = Stage::staging(80, 24);
    let first = stage.tell(Message::Changed(Change::Something));
    assert!(matches!(first.as_slice(), [Effect::Look { calmly: true }]));
    for _ in 0..50 {
        assert!(stage.tell(Message::Changed(Change::Something)).is_empty());
    }
    assert!(matches!(stage.look().as_slice(), [Effect::Look { calmly: true }]));
    assert!(stage.look().is_empty());
}

#[test]
fn rows_that_are_not_live_say_so_and_nothing_is_planned_from_them() {
    let mut stage = Stage::staging(80, 24);
    stage.press(KeyCode::Char('2'));
    stage.press(KeyCode::Char('a'));
    stage.tell(Message::Changed(Change::Lost("connection closed".to_owned())));
    assert!(stage.screen().contains("NOT LIVE, waiting for the engine's events: connection closed"));
    assert!(stage.press(KeyCode::Char('p')).is_empty());
    assert_eq!(stage.marks().len(), 3, "rows and marks stay");

    let effects = stage.tell(Message::Changed(Change::Live));
    assert!(matches!(effects.as_slice(), [Effect::Look { calmly: false }]));
    let gone = SessionError { what: "no answer".to_owned(), mend: None, kind: Trouble::Engine };
    stage.tell(Message::Looked(Err(gone)));
    assert!(stage.screen().contains("NOT LIVE, trying again in 3 s: no answer"));
    assert!(stage.press(KeyCode::Char('p')).is_empty());
    assert!(stage.later(2).is_empty());
    assert!(matches!(stage.later(1).as_slice(), [Effect::Look { calmly: false }]));
    stage.look();
    assert!(stage.screen().contains("● live"));
    assert!(matches!(stage.press(KeyCode::Char('p')).as_slice(), [Effect::Plan(..)]));
}

#[test]
fn an_engine_that_is_not_there_is_tried_again_with_patience() {
    let mut stage = Stage::staging(80, 24);
    let error = || SessionError { what: "no engine".to_owned(), mend: None, kind: Trouble::Engine };
    stage.tell(Message::Opened(Err(error())));
    for wait in [3, 6, 10, 15, 15] {
        assert!(stage.later(wait - 1).is_empty(), "{wait}");
        assert!(matches!(stage.later(1).as_slice(), [Effect::Open(Open::Again)]), "{wait}");
        assert!(stage.later(60).is_empty(), "one try at a time");
        stage.tell(Message::Opened(Err(error())));
    }
    assert!(matches!(stage.press(KeyCode::Char('d')).as_slice(), [Effect::Open(Open::Demo)]));

    let wrong = SessionError { what: "line 3".to_owned(), mend: None, kind: Trouble::Input };
    stage.tell(Message::Opened(Err(wrong)));
    assert!(stage.later(600).is_empty(), "a wrong file does not mend itself");
    assert!(matches!(stage.press(KeyCode::Char('r')).as_slice(), [Effect::Open(Open::Again)]));
}

#[test]
fn an_environment_is_chosen_when_nobody_has_named_one() {
    let mut stage = Stage::staging(80, 24);
    let asked = SessionError { what: "which?".to_owned(), mend: None, kind: Trouble::NoEnvironment };
    stage.tell(Message::Opened(Err(asked)));
    assert_eq!(stage.mode(), Mode::Chooser);
    stage.press(KeyCode::Char('j'));
    let effects = stage.press(KeyCode::Enter);
    assert!(matches!(effects.as_slice(), [Effect::Open(Open::Environment(name))] if name == "staging"));

    // From an open session, Esc goes back to it, marks and all.
    let mut stage = Stage::staging(80, 24);
    stage.press(KeyCode::Char('2'));
    stage.press(KeyCode::Char('a'));
    stage.press(KeyCode::Char('e'));
    stage.look();
    stage.press(KeyCode::Esc);
    assert_eq!(stage.marks().len(), 3);
}

#[test]
fn another_engine_is_chosen_by_its_docker_context() {
    let mut stage = Stage::staging(80, 24);
    stage.state.choices.push(Choice::Context("droplet\u{1b}[2J".to_owned()));
    stage.press(KeyCode::Char('e'));
    for _ in 0..3 {
        stage.press(KeyCode::Down);
    }
    let screen = stage.screen();
    assert!(screen.contains("the engine of this Docker context"), "{screen}");
    assert!(!screen.contains('\u{1b}'), "{screen:?}");
    let effects = stage.press(KeyCode::Enter);
    assert!(matches!(effects.as_slice(), [Effect::Open(Open::Context(name))] if name.starts_with("droplet")));
}

#[test]
fn a_cleanup_stops_after_the_step_in_flight() {
    let mut stage = Stage::staging(80, 24);
    approve(&mut stage);
    stage.tell(Message::Progress(Progress::Started { step: 0 }));
    assert!(matches!(stage.press(KeyCode::Esc).as_slice(), [Effect::Stop]));
    assert!(stage.screen().contains("Stopping: the step in flight is finished, no other is started."));
    assert!(matches!(stage.ctrl('c').as_slice(), [Effect::Stop]), "Ctrl-C does not quit while it runs");

    // A signal asks for the same, and ends the console when the run has ended.
    assert!(matches!(stage.tell(Message::Signalled(Signal::Terminate)).as_slice(), [Effect::Stop]));
    let report = report(&stage, 2);
    assert!(matches!(stage.tell(Message::Applied(Ok(report))).as_slice(), [Effect::Quit]));
}

#[test]
fn what_was_removed_needs_no_mark_any_more_and_what_was_not_keeps_it() {
    let mut stage = Stage::staging(80, 24);
    approve(&mut stage);
    let report = report(&stage, 3);
    let effects = stage.tell(Message::Applied(Ok(report)));
    assert!(matches!(effects.first(), Some(Effect::Look { .. })), "the tables behind are looked at");
    assert_eq!(stage.marks(), ["test-run"], "its removal was refused");
    assert!(matches!(stage.look().as_slice(), [Effect::LookWithSizes]));
    stage.press(KeyCode::Esc);
    assert_eq!(stage.mode(), Mode::Table);
}

#[test]
fn what_is_not_measured_yet_is_not_called_nothing() {
    let mut inventory = super::stage::inventory();
    inventory.containers.iter_mut().for_each(|it| it.size = None);
    let mut stage = Stage::staging(80, 24);
    stage.inventory = inventory;
    stage.look();
    mark_and_plan(&mut stage);
    let plan = stage.screen();
    assert!(plan.contains("frees what is not measured yet") && !plan.contains("frees 0 B"), "{plan}");
    stage.inventory.containers[4].size = Some(2_000_000);
    stage.look();
    stage.press(KeyCode::Esc);
    mark_and_plan(&mut stage);
    assert!(stage.screen().contains("frees at least 2.0 MB"));
}

#[test]
fn copied_commands_bring_their_engine_along() {
    let mut stage = Stage::staging(80, 24);
    let elsewhere = ("DOCKER_HOST".to_owned(), "ssh://op@droplet".to_owned());
    stage.state.desk_mut().unwrap().facts.docker_env = Some(elsewhere);
    mark_and_plan(&mut stage);
    let screen = stage.screen();
    assert!(screen.contains("By hand, these need DOCKER_HOST=ssh://op@droplet"), "{screen}");
    let effects = stage.press(KeyCode::Char('y'));
    let [Effect::Copy(text)] = effects.as_slice() else { panic!("{effects:?}") };
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "export DOCKER_HOST=ssh://op@droplet");
    assert_eq!(lines.len(), 5);
    assert!(lines[1..].iter().all(|line| line.starts_with("docker ")), "{text}");
}

/// A run that was cut off, and as many lines on it.
pub(super) fn cut_off(lines: usize) -> CutOff {
    CutOff {
        run: "20261122T080640Z-1f2e".to_owned(),
        journal: "/home/op/.local/state/docker-steward/journal/20261122T080640Z-1f2e.jsonl".into(),
        told: (0..lines)
            .map(|at| format!("docker rm {at:064x}: looked up: the engine still holds it as it was"))
            .collect(),
    }
}

#[test]
fn a_cleanup_that_was_cut_off_is_told_once_and_before_anything_else() {
    let mut stage = Stage::unread(80, 24);
    let effects = stage.look();
    assert!(
        matches!(
            effects.as_slice(),
            [Effect::Reconcile(_), Effect::LookWithSizes, Effect::ReadHistory(_), Effect::Vitals(_)]
        ),
        "{effects:?}"
    );
    let effects = stage.tell(Message::Changed(Change::Something));
    assert!(matches!(effects.as_slice(), [Effect::Look { .. }]));
    assert!(stage.look().is_empty(), "it is looked for once");
    stage.press(KeyCode::Char('2'));
    stage.tell(Message::Reconciled(Ok(vec![cut_off(1)])));
    assert_eq!(stage.mode(), Mode::CutOff);
    assert!(stage.screen().contains("A cleanup was cut off"));
    stage.press(KeyCode::Char('a'));
    assert!(stage.marks().is_empty(), "the keys are not the table's");
    stage.press(KeyCode::Enter);
    assert_eq!(stage.mode(), Mode::Table);

    // It does not push a plan away, and is not lost behind it.
    mark_and_plan(&mut stage);
    stage.tell(Message::Reconciled(Ok(vec![cut_off(1)])));
    assert_eq!(stage.mode(), Mode::Plan);
    stage.press(KeyCode::Esc);
    assert_eq!(stage.mode(), Mode::CutOff);
}

#[test]
fn an_expired_plan_is_not_approved() {
    let mut stage = Stage::staging(80, 24);
    mark_and_plan(&mut stage);
    stage.press(KeyCode::Char('c'));
    stage.type_text("APPLY CLEANUP");
    stage.later(3600);
    assert!(stage.press(KeyCode::Enter).is_empty());
    assert!(stage.screen().contains("The plan expired at"));
    stage.press(KeyCode::Esc);
    assert!(stage.press(KeyCode::Char('c')).is_empty());
    assert_eq!(stage.mode(), Mode::Plan);
}

#[test]
fn the_filter_lives_while_it_is_typed() {
    let mut stage = Stage::staging(80, 24);
    stage.press(KeyCode::Char('2'));
    let seen = |stage: &Stage| -> Vec<String> {
        stage.state.desk().unwrap().table(Kind::Container).visible().map(|row| row.name.to_string()).collect()
    };
    stage.press(KeyCode::Char('/'));
    stage.type_text("class:safe !state:exited");
    assert_eq!(seen(&stage), ["test-run"]);
    stage.press(KeyCode::Enter);
    assert_eq!(stage.mode(), Mode::Table);
    stage.press(KeyCode::Char('a'));
    assert_eq!(stage.marks(), ["test-run"], "all safe means all that the filter lets through");
    stage.press(KeyCode::Esc);
    assert_eq!(seen(&stage).len(), 8);
    for (filter, count) in [
        ("project:odoo", 2),
        ("project:", 6),
        ("odoo:18.0", 1),
        ("class:s,u", 4),
        ("!class:p", 6),
        ("used:no n8n", 1),
    ] {
        stage.press(KeyCode::Char('/'));
        stage.type_text(filter);
        assert_eq!(seen(&stage).len(), count, "{filter}");
        stage.press(KeyCode::Esc);
    }
    stage.press(KeyCode::Char('s'));
    assert_eq!(seen(&stage)[0], "experiment-1");
    stage.press(KeyCode::Char('S'));
    assert_eq!(seen(&stage)[0], "tmp-debug-container");
}

#[test]
fn ten_thousand_rows_are_no_burden() {
    let mut inventory = super::stage::inventory();
    let model = inventory.containers[4].clone();
    for at in 0..10_000_u32 {
        let mut it = model.clone();
        it.id = docker_steward::steward::inventory::ContainerId::new(format!("{at:064x}"));
        it.name = format!("tmp-{at}").into();
        it.state = Status::Exited;
        inventory.containers.push(it);
    }
    inventory.counts.containers = inventory.containers.len();
    let mut stage = Stage::of(
        "version: 1\nenvironment: staging\nsteward: G\npurpose: p\ncleanup: confirm\nprotected: {patterns: []}\nsafe_to_delete: {patterns: [\"tmp-*\"]}\n",
        inventory,
        80,
        24,
    );
    stage.press(KeyCode::Char('2'));
    stage.press(KeyCode::Char('a'));
    assert_eq!(stage.marks().len(), 10_001);
    stage.press(KeyCode::Char('G'));
    let table = stage.state.desk().unwrap().table(Kind::Container);
    assert_eq!(table.offset + stage.page(), table.seen.len());
    let begun = std::time::Instant::now();
    for _ in 0..100 {
        stage.press(KeyCode::Char('k'));
        stage.screen();
    }
    // Generous for a debug build on a busy machine; formatting every row would take seconds.
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
    assert!(matches!(stage.state.stage, Where::Open(_)));
}

#[test]
fn what_takes_time_is_seen_to_take_time() {
    let mut stage = Stage::staging(80, 24);
    let live = |stage: &mut Stage| stage.screen().lines().next().unwrap().trim_end().to_owned();
    assert!(live(&mut stage).ends_with("● live"));
    stage.type_text("r");
    assert!(live(&mut stage).ends_with("● live"), "what is quick does not flicker");
    assert!(next_tick(&stage.state).unwrap() <= Duration::from_millis(150));
    stage.later(1);
    assert!(!live(&mut stage).ends_with("● live"), "{}", live(&mut stage));
    stage.look();
    let look = stage.see();
    stage.tell(Message::Sized(Ok(Arc::new(Sizes::of(&look.inventory)))));
    assert!(live(&mut stage).ends_with("● live"));
    stage.later(20);
    assert!(next_tick(&stage.state).unwrap() >= Duration::from_mins(1), "and then it sleeps");
}

#[test]
fn a_trash_without_room_is_told_before_anybody_approves() {
    let told = |room: Option<u64>| {
        let mut stage = Stage::staging(100, 40);
        stage.trash_room = room;
        stage.press(KeyCode::Char('4'));
        stage.press(KeyCode::Char('a'));
        let effects = stage.press(KeyCode::Char('p'));
        stage.plan(effects);
        assert!(!stage.screen().contains("has room"), "nothing is to be kept");
        stage.press(KeyCode::Char('T'));
        let screen = stage.screen();
        screen.lines().find(|it| it.contains("has room")).map(|it| it.trim().to_owned())
    };
    assert_eq!(told(None), None);
    assert_eq!(told(Some(1 << 40)), None);
    let short = told(Some(1_000_000)).unwrap();
    assert!(short.starts_with("! the trash has room for 1.0 MB and the volumes hold "), "{short}");
}

#[test]
fn the_trash_is_turned_on_and_off_in_the_plan_and_goes_with_its_approval() {
    let mut stage = Stage::staging(100, 40);
    stage.press(KeyCode::Char('4'));
    stage.press(KeyCode::Char('a'));
    assert!(!stage.marks().is_empty(), "no volume is safe");
    let effects = stage.press(KeyCode::Char('p'));
    stage.plan(effects);
    assert!(stage.screen().contains("Gone for good: volumes' data (T keeps what it can in the trash)"));
    stage.press(KeyCode::Char('T'));
    assert!(
        stage.screen().contains("Undo brings back: volumes with their data (for 30 d)"),
        "{}",
        stage.screen()
    );
    assert!(!stage.screen().contains("Gone for good"));
    stage.press(KeyCode::Char('c'));
    stage.type_text("wrong");
    stage.press(KeyCode::Enter);
    stage.ctrl('u');
    stage.type_text("APPLY CLEANUP");
    let effects = stage.press(KeyCode::Enter);
    let [Effect::Apply(_, Some(keep))] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(*keep, docker_steward::records::trash::KEEP);
}
