//! What stands in front of the views: approving an unknown, writing the SSOT, reading a text; and the history.

use docker_steward::apply::Outcome;
use docker_steward::console::keymap::Mode;
use docker_steward::console::message::{Effect, Message, Subject};
use docker_steward::console::state::{Opened, Past, Sheet, Verdict, View, Weighed};
use docker_steward::health::{CheckReport, HealthReport, Service, StackReport, Verdict as Health};
use docker_steward::records::History;
use docker_steward::records::history::{Break, Broken};
use docker_steward::records::journal_line::{Begin, JournalStep, Run, RunOutcome, StepRecord};
use docker_steward::session::{Approval, DiskUse, SessionError, Trouble};
use docker_steward::ssot::edit;
use docker_steward::ssot::load::{Origin, parse};
use docker_steward::steward::{Action, Class, Kind, Ledger, Resource, classify};
use jiff::SignedDuration;
use ratatui::crossterm::event::KeyCode;
use serde_json::json;

use super::journeys::mark_and_plan;
use super::screens::{both, keys};
use super::stage::{NOW, Stage};
use crate::support::inventory::labels;

/// What a session would find out about approving `pattern`.
pub(crate) fn weighed(stage: &Stage, pattern: &str) -> Box<Weighed> {
    let base = stage.ssot.text.clone();
    let ssot = parse(&base, &Origin::File("ssot/staging.yaml".into())).unwrap();
    let edited = edit::approve(&ssot, pattern).unwrap();
    let before = stage.see().audit;
    let after = classify(&stage.inventory, &edited.ssot.policy, &Ledger::default(), NOW);
    let unknown = |it: &&Resource| before.get(&it.key).is_some_and(|then| then.class() == Class::Unknown);
    let freed = after.resources.iter().filter(|it| it.class() == Class::SafeToDelete).filter(unknown);
    let approval = Approval {
        pattern: pattern.to_owned(),
        typed: pattern.to_owned(),
        freed: freed.cloned().collect(),
        released: Vec::new(),
        kept: Vec::new(),
        min_age: None,
        edited,
    };
    Box::new(Weighed { approval, base })
}

/// The approval of `who-knows`, as it is shown before anything is typed.
pub(super) fn asked(mut stage: Stage) -> Stage {
    stage.type_text("4/who");
    stage.press(KeyCode::Enter);
    let effects = stage.press(KeyCode::Char('A'));
    assert!(matches!(effects.as_slice(), [Effect::Weigh(_, _, None)]), "{effects:?}");
    let weighed = weighed(&stage, "who-knows");
    stage.tell(Message::Weighed(Ok(weighed)));
    stage
}

/// The SSOT, opened to be written.
pub(crate) fn written(mut stage: Stage) -> Stage {
    stage.press(KeyCode::Char('7'));
    let effects = stage.press(KeyCode::Char('E'));
    assert!(matches!(effects.as_slice(), [Effect::OpenSsot]), "{effects:?}");
    let file = Opened {
        path: "ssot/staging.yaml".into(),
        shown: "ssot/staging.yaml".to_owned(),
        text: stage.ssot.text.clone(),
    };
    stage.tell(Message::SsotOpened(Ok(Box::new(file))));
    stage
}

/// The inspect JSON of a container.
pub(crate) fn inspected(mut stage: Stage) -> Stage {
    stage.type_text("2");
    let effects = stage.press(KeyCode::Char('i'));
    let [Effect::Inspect(subject)] = effects.as_slice() else { panic!("{effects:?}") };
    let mounts: Vec<_> = (0..12).map(|at| json!({"Type": "volume", "Name": format!("data-{at}")})).collect();
    let value = json!({
        "Id": "21a7".repeat(16), "Name": "/experiment-1", "Mounts": mounts,
        "Config": {"Env": ["A=\u{1b}[31mred", format!("LONG={}", "0123456789".repeat(12))]},
    });
    stage.tell(Message::Inspected(subject.clone(), Ok(Box::new(value))));
    stage
}

fn cleanup(days: i64, outcome: RunOutcome) -> Run {
    let things = [
        (Kind::Container, "tmp-import", Outcome::Done, 14_000_000),
        (Kind::Volume, "tmp-data", Outcome::Refused("volume is in use\u{1b}[2J".to_owned()), 0),
        (Kind::Image, "test-image:7", Outcome::Done, 640_000_000),
    ];
    let started = NOW - SignedDuration::from_hours(24 * days - 1);
    let step = |kind: Kind, name: &str| JournalStep {
        action: Action::RemoveContainer,
        kind,
        name: name.to_owned(),
        id: None,
        command: format!("docker rm {name}"),
    };
    Run {
        begin: Begin {
            run: format!("run-{days}"),
            started,
            env: "staging".to_owned(),
            engine_id: "ENGINE".to_owned(),
            engine_name: "droplet-sgp1".to_owned(),
            engine_root: None,
            plan_hash: String::new(),
            steps: things.iter().map(|(kind, name, ..)| step(*kind, name)).collect(),
        },
        steps: things
            .iter()
            .map(|(_, _, outcome, freed)| StepRecord {
                intent: Some(started),
                outcome: Some(outcome.clone()),
                freed_bytes: *freed,
                undone: None,
            })
            .collect(),
        ended: Some(started + SignedDuration::from_secs(9)),
        outcome,
        freed_bytes: 654_000_000,
        torn: false,
        faults: Vec::new(),
    }
}

/// Some weeks of audits, and two cleanups.
pub(super) fn history(stage: &Stage, breaks: Vec<Break>) -> Past {
    let facts =
        docker_steward::records::Facts { env: "staging", address: None, sha256: "5507", version: "0.1.0" };
    let look = stage.see();
    let today = docker_steward::records::AuditRecord::of(&look.audit, &facts, NOW, None);
    let audit = |days: i64| {
        let mut it = today.clone();
        it.timestamp = NOW - SignedDuration::from_hours(24 * days);
        it.drift = Some(usize::try_from((30 - days) % 11).unwrap());
        if days % 2 == 0 {
            it.containers_extra.push("gone-by-now".into());
            it.containers_safe_delete.clear();
        }
        it
    };
    let history = History {
        audits: (1..=20).rev().map(audit).collect(),
        breaks,
        cleanups: vec![cleanup(12, RunOutcome::Incomplete), cleanup(3, RunOutcome::Complete)],
        unreadable: Vec::new(),
    };
    Past::of(history, "/var/log/docker-steward/audit.jsonl".to_owned(), "staging", &look.audit.engine, None)
}

/// The history, read.
pub(super) fn remembered(mut stage: Stage) -> Stage {
    let past = history(&stage, Vec::new());
    stage.tell(Message::HistoryRead(Ok(Box::new(past))));
    stage.press(KeyCode::Char('6'));
    stage
}

#[test]
fn screens() {
    both("permit", |w, h| asked(Stage::staging(w, h)));
    both("permit_pattern", |w, h| {
        let mut stage = asked(Stage::staging(w, h));
        stage.press(KeyCode::Tab);
        stage
    });
    both("permit_refused", |w, h| {
        let mut stage = asked(Stage::staging(w, h));
        stage.press(KeyCode::Tab);
        stage.press(KeyCode::Enter);
        let error = SessionError {
            what: "the name `who-knows` also means image/who-knows:1".to_owned(),
            mend: Some("To approve all of them, say so with a pattern that names them.".to_owned()),
            kind: Trouble::Refused,
        };
        stage.tell(Message::Weighed(Err(error)));
        stage
    });
    both("inspect", |w, h| {
        let mut stage = keys(inspected(Stage::staging(w, h)), "/data-1");
        stage.screen();
        stage.press(KeyCode::Enter);
        keys(stage, "n")
    });
    both("edit", |w, h| keys(written(Stage::staging(w, h)), "# mine ").press_and(KeyCode::Enter));
    both("edit_invalid", |w, h| {
        keys(written(Stage::staging(w, h)), "colour: blue").press_and(KeyCode::Enter)
    });
    both("review", |w, h| {
        let mut stage = keys(written(Stage::staging(w, h)), "# mine").press_and(KeyCode::Enter);
        stage.ctrl('s');
        stage
    });
    both("history", |w, h| remembered(Stage::staging(w, h)));
    both("history_broken", |w, h| {
        let mut stage = Stage::staging(w, h);
        let broken = Break { part: None, line: 7, at: None, what: Broken::Altered };
        let past = history(&stage, vec![broken]);
        stage.tell(Message::HistoryRead(Ok(Box::new(past))));
        keys(stage, "6")
    });
    both("history_empty", |w, h| {
        let mut stage = Stage::staging(w, h);
        let past = Past { log: "/var/log/docker-steward/audit.jsonl".to_owned(), ..Past::default() };
        stage.tell(Message::HistoryRead(Ok(Box::new(past))));
        keys(stage, "6")
    });
    both("journal", |w, h| keys(remembered(Stage::staging(w, h)), "jj").press_and(KeyCode::Enter));
    both("compared", |w, h| keys(remembered(Stage::staging(w, h)), "d"));
    both("overview_vitals", |w, h| {
        let mut stage = remembered(Stage::staging(w, h));
        vitals(&mut stage);
        stage.tell(Message::DiskUse(Some(DiskUse { resources: 16_000_000_000, build_cache: 1_230_000_000 })));
        keys(stage, "1")
    });
    both("grouped", |w, h| keys(Stage::staging(w, h), "2o"));
}

fn vitals(stage: &mut Stage) {
    let check = |name: &str, verdict| CheckReport {
        name: name.to_owned(),
        kind: "http",
        target: "http://127.0.0.1:8069/".to_owned(),
        verdict,
        latency: Some(std::time::Duration::from_millis(12)),
    };
    let checks = vec![
        check("odoo answers", Health::Healthy),
        check("database", Health::Healthy),
        check("mail", Health::Unhealthy("connection refused".to_owned())),
    ];
    let service = |name: &str, running| Service {
        name: name.to_owned(),
        containers: Vec::new(),
        running,
        optional: false,
    };
    let stack = StackReport {
        file: "deploy/docker-compose.yml".into(),
        unread: None,
        services: vec![service("odoo", true), service("db", false)],
        bring_up: Some("docker compose -f deploy/docker-compose.yml up -d db".to_owned()),
    };
    stage.tell(Message::Vitals(Box::new(HealthReport { checks }), Some(Box::new(stack))));
}

#[test]
fn an_unknown_is_approved_by_typing_its_name_and_nothing_else() {
    let mut stage = asked(Stage::staging(80, 24));
    assert_eq!(stage.mode(), Mode::Permit);
    stage.type_text("who-know");
    assert!(stage.press(KeyCode::Enter).is_empty(), "nothing is written for another name");
    assert!(stage.screen().contains("That is not who-knows; nothing has been written"));
    stage.type_text("s");
    let effects = stage.press(KeyCode::Enter);
    let [Effect::Write(writing)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(writing.base, stage.ssot.text);
    assert!(writing.text.contains("\"experiment-*\", \"who-knows\"]"), "{}", writing.text);
    assert!(stage.press(KeyCode::Enter).is_empty(), "it is written once");

    let effects = stage.tell(Message::SsotWritten(Ok("who-knows is approved".to_owned())));
    assert!(matches!(effects.as_slice(), [Effect::Reload]), "{effects:?}");
    let text = writing.text.clone();
    stage.ssot = parse(&text, &Origin::BuiltIn("ssot/staging.yaml")).unwrap();
    let facts = stage.facts();
    stage.tell(Message::Reloaded(Ok(Box::new(facts))));
    // The rows are still those of the old SSOT: nothing is planned from them.
    assert!(stage.state.desk().unwrap().no_plan_because().is_some());
    stage.look();
    assert!(stage.state.desk().unwrap().no_plan_because().is_none());
    stage.press(KeyCode::Char(' '));
    assert_eq!(stage.marks(), ["who-knows"]);
}

#[test]
fn a_pattern_is_weighed_before_it_can_be_confirmed() {
    let mut stage = asked(Stage::staging(80, 24));
    stage.press(KeyCode::Tab);
    stage.type_text("-*");
    let effects = stage.press(KeyCode::Enter);
    let [Effect::Weigh(_, _, Some(pattern))] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(pattern, "who-knows-*");
    stage.type_text("who-knows-*");
    assert!(stage.press(KeyCode::Enter).is_empty(), "what is not shown cannot be confirmed");
    let weighed = weighed(&stage, "who-*");
    stage.tell(Message::Weighed(Ok(weighed)));
    stage.type_text("who-knows");
    assert!(stage.press(KeyCode::Enter).is_empty(), "the pattern is to be typed, not one of its names");
    stage.ctrl('u');
    stage.type_text("who-*");
    assert!(matches!(stage.press(KeyCode::Enter).as_slice(), [Effect::Write(_)]));
}

#[test]
fn only_what_is_unknown_can_be_approved_and_only_where_something_may_be_removed() {
    let mut stage = keys(Stage::staging(80, 24), "2/name:n8n");
    stage.press(KeyCode::Enter);
    assert!(stage.press(KeyCode::Char('A')).is_empty());
    assert!(stage.toasts()[0].contains("only what is unknown can be approved"), "{:?}", stage.toasts());

    let mut stage = keys(Stage::production(80, 24), "4/who");
    stage.press(KeyCode::Enter);
    for key in ['A', ' ', 'p'] {
        assert!(stage.press(KeyCode::Char(key)).is_empty());
        assert!(stage.state.desk().unwrap().sheet.is_none());
        assert!(stage.toasts().iter().any(|it| it.contains("production is read-only")), "{key}");
    }
    stage.press(KeyCode::Char('7'));
    assert!(stage.press(KeyCode::Char('E')).is_empty(), "nor is its SSOT written from here");
}

#[test]
fn what_somebody_else_wrote_meanwhile_is_told_and_not_lost() {
    let mut stage = keys(written(Stage::staging(80, 24)), "# mine").press_and(KeyCode::Enter);
    stage.ctrl('s');
    assert_eq!(stage.mode(), Mode::Review);
    let effects = stage.press(KeyCode::Enter);
    let [Effect::Write(writing)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(writing.base, stage.ssot.text);
    assert_eq!(writing.text, format!("# mine\n{}", stage.ssot.text));
    let error = SessionError {
        what: "ssot/staging.yaml cannot be written: somebody has changed it meanwhile; try again".to_owned(),
        mend: None,
        kind: Trouble::Disk,
    };
    stage.tell(Message::SsotWritten(Err(error)));
    assert!(stage.screen().contains("somebody has changed it meanwhile"));
    stage.press(KeyCode::Esc);
    assert_eq!(stage.mode(), Mode::Edit, "the text is still there");
    assert!(stage.screen().contains("# mine"));
}

#[test]
fn an_invalid_ssot_is_never_saved_and_leaving_asks_once() {
    let mut stage = written(Stage::staging(80, 24));
    stage.press(KeyCode::End);
    stage.type_text("7");
    let verdict = |stage: &Stage| match &stage.state.desk().unwrap().sheet {
        Some(Sheet::Editor(editor)) => editor.verdict.clone(),
        other => panic!("{other:?}"),
    };
    assert!(matches!(verdict(&stage), Verdict::Invalid { line: Some(1), .. }), "{:?}", verdict(&stage));
    for _ in 0..4 {
        stage.press(KeyCode::Down);
    }
    assert!(stage.ctrl('s').is_empty());
    assert_eq!(stage.mode(), Mode::Edit);
    assert!(stage.screen().contains("1:1"), "the cursor is where it is wrong");
    stage.press(KeyCode::Esc);
    assert_eq!(stage.mode(), Mode::Edit);
    assert!(
        stage.toasts()[0].contains("Not saved") || stage.toasts().iter().any(|it| it.contains("Not saved"))
    );
    stage.press(KeyCode::Esc);
    assert_eq!(stage.mode(), Mode::Ssot);

    let mut stage = written(Stage::staging(80, 24));
    stage.press(KeyCode::Esc);
    assert_eq!(stage.mode(), Mode::Ssot, "what was not changed is left at once");
}

#[test]
fn an_outside_change_of_the_ssot_is_taken_over_live() {
    let mut stage = Stage::staging(80, 24);
    mark_and_plan(&mut stage);
    assert!(matches!(stage.tell(Message::SsotChanged).as_slice(), [Effect::Reload]));
    let broken = SessionError { what: "`colour` is no key".to_owned(), mend: None, kind: Trouble::Input };
    stage.tell(Message::Reloaded(Err(broken)));
    assert_ne!(stage.mode(), Mode::Plan, "no plan outlives its SSOT");
    assert!(stage.state.desk().unwrap().no_plan_because().unwrap().contains("`colour` is no key"));
    stage.press(KeyCode::Char('1'));
    assert!(stage.screen().contains("`colour` is no key"), "{}", stage.screen());

    stage.ssot = parse(
        &stage.ssot.text.replace("\"experiment-*\"", "\"nothing-*\""),
        &Origin::BuiltIn("ssot/staging.yaml"),
    )
    .unwrap();
    let facts = stage.facts();
    let effects = stage.tell(Message::Reloaded(Ok(Box::new(facts))));
    assert!(effects.iter().any(|it| matches!(it, Effect::Look { .. })), "{effects:?}");
    let marked = stage.marks().len();
    stage.look();
    assert!(stage.marks().len() < marked, "what is not safe any more is not marked any more");
}

#[test]
fn a_cleanup_that_runs_is_not_disturbed_by_a_change_of_the_ssot() {
    let mut stage = Stage::staging(80, 24);
    super::journeys::approve(&mut stage);
    assert!(stage.tell(Message::SsotChanged).is_empty());
    let report = super::journeys::report(&stage, 1);
    let effects = stage.tell(Message::Applied(Ok(report)));
    assert!(effects.iter().any(|it| matches!(it, Effect::Reload)), "{effects:?}");
}

#[test]
fn the_history_is_walked_down_to_what_was_removed() {
    let mut stage = remembered(Stage::staging(120, 36));
    let screen = stage.screen();
    assert!(screen.contains("20 audits · 2 cleanups") && screen.contains("Freed 654.0 MB"), "{screen}");
    stage.type_text("jj");
    stage.press(KeyCode::Enter);
    assert_eq!(stage.mode(), Mode::Journal);
    stage.type_text("j");
    let effects = stage.press(KeyCode::Enter);
    let [Effect::Inspect(Subject::Step { run, step: 1 })] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(run, "run-3");
    let value = Box::new(json!({"Name": "tmp-data", "Driver": "local"}));
    stage.tell(Message::Inspected(Subject::Step { run: run.clone(), step: 1 }, Ok(value)));
    assert!(stage.screen().contains("\"Driver\": \"local\""));
    // Back the way one came.
    for mode in [Mode::Journal, Mode::History] {
        stage.press(KeyCode::Esc);
        assert_eq!(stage.mode(), mode);
    }
}

#[test]
fn an_audit_is_compared_with_the_one_before_or_with_one_that_is_held() {
    let mut stage = remembered(Stage::staging(120, 36));
    stage.type_text("d");
    let screen = stage.screen();
    assert!(screen.contains("went: 1") && screen.contains("- container gone-by-now"), "{screen}");
    assert!(screen.contains("+ container tmp-debug-container"), "{screen}");
    stage.press(KeyCode::Esc);
    // Two days on, the same again: held against the first.
    stage.type_text("bj");
    stage.type_text("jjd");
    let screen = stage.screen();
    assert!(screen.contains("Nothing came, nothing went"), "{screen}");
}

#[test]
fn an_audit_can_be_recorded_from_the_history() {
    let mut stage = remembered(Stage::staging(80, 24));
    assert!(matches!(stage.type_text("w").as_slice(), [Effect::Record(_)]));
    let effects = stage.tell(Message::Recorded(Ok("audit.jsonl".to_owned())));
    assert!(matches!(effects.as_slice(), [Effect::ReadHistory(_)]), "{effects:?}");
}

#[test]
fn a_text_is_searched_forwards_and_back() {
    let mut stage = inspected(Stage::staging(80, 24));
    stage.screen();
    stage.type_text("/data-1");
    let screen = stage.screen();
    assert!(screen.contains("1 of 3") && screen.contains("data-1\""), "{screen}");
    stage.press(KeyCode::Enter);
    stage.type_text("N");
    assert!(stage.screen().contains("3 of 3"));
    assert!(!stage.screen().contains('\u{1b}'), "what a terminal would obey is not printed");
    let copied = stage.type_text("y");
    assert!(matches!(copied.as_slice(), [Effect::Copy(text)] if text.contains("data-11")));
    stage.press(KeyCode::Esc);
    assert_eq!(stage.mode(), Mode::Table);
}

#[test]
fn the_plan_is_written_as_a_file_and_as_a_script() {
    let mut stage = Stage::staging(80, 24);
    mark_and_plan(&mut stage);
    let effects = stage.type_text("w");
    let [Effect::WritePlan { stem, extension: "json", text }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!(stem, "plan-staging");
    assert!(serde_json::from_str::<docker_steward::steward::PlanFile>(text).is_ok());
    let effects = stage.type_text("x");
    let [Effect::WritePlan { extension: "sh", text, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(text.starts_with("#!/bin/sh\nset -eu\n") && text.contains("\ndocker "), "{text}");
    stage.tell(Message::PlanWritten(Ok("Written to /tmp/plan-staging.sh".to_owned())));
    assert!(stage.toasts().iter().any(|it| it.contains("/tmp/plan-staging.sh")));
}

#[test]
fn filters_ask_for_age_and_size() {
    let count = |filter: &str| {
        let mut stage = keys(Stage::staging(80, 24), "3/");
        stage.type_text(filter);
        stage.state.desk().unwrap().table(Kind::Image).seen.len()
    };
    let all = count("");
    assert_eq!(count("size:>1GB"), 1);
    assert_eq!(count("size:>1GB") + count("!size:>1GB"), all);
    assert_eq!(count("size:"), all, "an unfinished field hides nothing");
    assert_eq!(count("age:>30d"), all);
    assert_eq!(count("age:<30d"), 0);
}

#[test]
fn groups_stand_together_by_compose_project() {
    let mut stage = keys(Stage::staging(80, 24), "2o");
    assert_eq!(stage.cursor_on(Kind::Container), "experiment-1", "the cursor stays where it was");
    stage.press(KeyCode::Char('g'));
    let screen = stage.screen();
    assert!(screen.contains("odoo/odoo-staging-db") && screen.contains("by project"), "{screen}");
    assert_eq!(stage.state.desk().unwrap().view, View::Table(Kind::Container));
}

#[test]
fn checks_are_asked_for_once_and_not_again_at_each_change() {
    let mut stage = Stage::unread(80, 24);
    let effects = stage.look();
    assert_eq!(effects.iter().filter(|it| matches!(it, Effect::Vitals(_))).count(), 1, "{effects:?}");
    assert!(stage.look().iter().all(|it| !matches!(it, Effect::Vitals(_))), "while it is being asked");
    vitals(&mut stage);
    assert!(stage.look().iter().all(|it| !matches!(it, Effect::Vitals(_))), "just after it was answered");
    let effects = stage.later(31);
    assert!(effects.iter().any(|it| matches!(it, Effect::Vitals(_))), "something changed since: {effects:?}");
}

#[test]
fn one_walks_from_an_image_to_its_containers_and_their_volumes_and_back() {
    let mut stage = keys(Stage::staging(120, 36), "3/postgres");
    stage.press(KeyCode::Enter);
    stage.press(KeyCode::Enter);
    let screen = stage.screen();
    assert!(screen.contains("used by  ▸ ✓ container odoo-staging-db"), "{screen}");
    assert!(screen.contains("└ ✓ volume odoo-staging-db-data"), "{screen}");
    let volume = screen.lines().filter(|line| line.contains("└")).position(|line| line.contains("db-data"));
    for _ in 0..=volume.unwrap() {
        stage.press(KeyCode::Tab);
    }
    stage.press(KeyCode::Enter);
    assert_eq!(stage.cursor_on(Kind::Volume), "odoo-staging-db-data");
    assert_eq!(stage.mode(), Mode::Details);
    // On to its user, and back the same way.
    stage.press(KeyCode::Enter);
    assert_eq!(stage.state.desk().unwrap().view, View::Table(Kind::Container));
    assert_eq!(stage.cursor_on(Kind::Container), "odoo-staging-db");
    stage.press(KeyCode::Backspace);
    assert_eq!(stage.state.desk().unwrap().view, View::Table(Kind::Volume));
    stage.press(KeyCode::Char('b'));
    assert_eq!(stage.state.desk().unwrap().view, View::Table(Kind::Image));
    assert_eq!(stage.cursor_on(Kind::Image), "postgres:16-alpine");
    stage.press(KeyCode::Backspace);
    assert!(stage.toasts().iter().any(|it| it.contains("where you began")), "{:?}", stage.toasts());
    stage.press(KeyCode::Esc);
    assert_eq!(stage.mode(), Mode::Table);
}

#[test]
fn a_filter_that_hides_where_one_walks_to_gives_way() {
    let mut stage = keys(Stage::staging(80, 24), "2/nothing-like-that");
    stage.press(KeyCode::Enter);
    stage.type_text("4/db-data");
    stage.press(KeyCode::Enter);
    stage.press(KeyCode::Enter);
    stage.press(KeyCode::Enter);
    assert_eq!(stage.cursor_on(Kind::Container), "odoo-staging-db");
}

#[test]
fn a_plan_says_what_to_notice_of_its_steps() {
    let mut stage = Stage::staging(80, 40);
    for it in &mut stage.inventory.volumes {
        if it.name == "tmp-scratch" {
            it.size = Some(5_500_000_000);
            it.labels = labels(&[("com.docker.compose.project", "odoo")]);
        }
    }
    stage.look();
    stage.type_text("3a4a");
    let effects = stage.type_text("p");
    stage.plan(effects);
    let screen = stage.screen();
    for remark in [
        "! the last of the image's 2 names: the image itself goes",
        "! big: 5.5 GB go with it",
        "! a part of the project odoo, of which 2 more stay",
    ] {
        assert!(screen.contains(remark), "{remark}\n{screen}");
    }
}

#[test]
fn a_result_compares_before_and_after() {
    let mut stage = Stage::staging(100, 40);
    vitals(&mut stage);
    stage.tell(Message::DiskUse(Some(DiskUse { resources: 16_000_000_000, build_cache: 0 })));
    super::journeys::approve(&mut stage);
    stage.later(60);
    let report = super::journeys::report(&stage, 3);
    let effects = stage.tell(Message::Applied(Ok(report)));
    assert!(effects.iter().any(|it| matches!(it, Effect::Vitals(_))), "asked at once: {effects:?}");
    assert!(stage.screen().contains("Health before: 2 healthy, 1 unhealthy; after: being asked"));
    let mut broken = match &stage.state.desk().unwrap().cleanup {
        docker_steward::console::state::Cleanup::Result(result) => result.before.health.clone().unwrap(),
        other => panic!("{other:?}"),
    };
    broken.checks[0].verdict = Health::Unhealthy("HTTP 502".to_owned());
    stage.tell(Message::Vitals(Box::new(broken), None));
    stage.tell(Message::DiskUse(Some(DiskUse { resources: 15_900_000_000, build_cache: 0 })));
    let screen = stage.screen();
    assert!(screen.contains("! odoo answers does not work any more: HTTP 502"), "{screen}");
    assert!(screen.contains("held 16.0 GB before and holds 15.9 GB now"), "{screen}");
}

#[test]
fn a_run_tells_its_pace_and_how_long_the_rest_takes() {
    use docker_steward::apply::Progress;
    let mut stage = Stage::staging(100, 30);
    super::journeys::approve(&mut stage);
    let steps = match &stage.state.desk().unwrap().cleanup {
        docker_steward::console::state::Cleanup::Run(run) => run.steps.len(),
        other => panic!("{other:?}"),
    };
    stage.later(3);
    for step in 0..2 {
        stage.tell(Message::Progress(Progress::Finished { step, outcome: Outcome::Done, freed: 0 }));
    }
    let rest = 3 * (steps - 2) / 2;
    let screen = stage.screen();
    assert!(screen.contains(&format!("1.5 s each · 3 s · {rest} s left")), "{screen}");
}
