//! The list of all commands: made from the key tables, searched by words, honest about what cannot be done.

use docker_steward::console::actions;
use docker_steward::console::keymap::{Command, Mode};
use docker_steward::console::message::Message;
use docker_steward::console::state::View;
use docker_steward::steward::Kind;
use ratatui::crossterm::event::KeyCode;

use super::journeys::mark_and_plan;
use super::stage::Stage;

#[test]
fn a_few_letters_find_it_and_enter_runs_it() {
    let mut stage = Stage::staging(120, 36);
    stage.type_text("2:allsafe");
    assert_eq!(stage.mode(), Mode::Palette);
    let screen = stage.screen();
    assert!(screen.contains("mark all that is safe in this table"), "{screen}");
    assert!(stage.marks().is_empty(), "what is typed presses no keys");
    stage.press(KeyCode::Enter);
    assert_eq!(stage.mode(), Mode::Table);
    assert_eq!(stage.marks().len(), 3);

    // The key itself finds its command, whatever else has that letter.
    stage.type_text(":4");
    stage.press(KeyCode::Enter);
    assert_eq!(stage.state.desk().unwrap().view, View::Table(Kind::Volume));
}

#[test]
fn it_opens_with_control_p_too_and_esc_leaves_it_without_a_trace() {
    let mut stage = Stage::staging(80, 24);
    stage.type_text("2");
    let before = stage.screen();
    stage.ctrl('p');
    assert_eq!(stage.mode(), Mode::Palette);
    stage.type_text("qqq");
    assert!(stage.screen().contains("No command has these letters"));
    assert!(stage.press(KeyCode::Enter).is_empty());
    assert_eq!(stage.mode(), Mode::Palette);
    stage.press(KeyCode::Esc);
    assert_eq!(stage.screen(), before);
}

#[test]
fn what_cannot_be_done_says_why_and_is_not_done() {
    let mut stage = Stage::staging(120, 36);
    stage.type_text("2:exact commands");
    let screen = stage.screen();
    assert!(screen.contains("nothing is marked"), "{screen}");
    assert!(stage.press(KeyCode::Enter).is_empty());
    assert_eq!(stage.mode(), Mode::Palette, "it stays where the reason can be read");
}

/// Whatever can be run from the list has a key where one is: the list opens no second way to anything.
#[test]
fn it_does_nothing_that_no_key_does() {
    let mut stage = Stage::production(120, 36);
    for keys in ["1", "2", "3", "7"] {
        stage.type_text(keys);
        let mode = stage.mode();
        for action in actions::all(&stage.state).into_iter().filter(|it| it.blocked.is_none()) {
            let bound =
                stage.state.keys.bindings(mode, true).any(|binding| binding.command == action.command);
            assert!(bound, "{:?} in {mode:?}", action.command);
        }
        for forbidden in [Command::Mark, Command::MarkAll, Command::Plan, Command::Approve] {
            let action = actions::all(&stage.state).into_iter().find(|it| it.command == forbidden).unwrap();
            let why = action.blocked.unwrap();
            assert!(why.contains("read-only"), "{forbidden:?}: {why}");
        }
    }
}

/// From the plan the approval can be reached; the phrase is asked for all the same.
#[test]
fn it_never_stands_in_for_the_phrase() {
    let mut stage = Stage::staging(80, 24);
    mark_and_plan(&mut stage);
    stage.type_text(":approval");
    assert!(stage.press(KeyCode::Enter).is_empty());
    assert_eq!(stage.mode(), Mode::Approval);
    stage.type_text(":");
    assert_eq!(stage.mode(), Mode::Approval, "there it is a character like any other");
    let submits = actions::all(&Stage::staging(80, 24).state);
    assert!(submits.iter().all(|it| it.command != Command::Submit));
}

#[test]
fn every_command_with_a_key_somewhere_is_in_it() {
    let mut stage = Stage::staging(80, 24);
    stage.type_text("2");
    let listed: Vec<Command> = actions::all(&stage.state).into_iter().map(|it| it.command).collect();
    for mode in Mode::ALL.into_iter().filter(|mode| mode.is_place()) {
        for binding in stage.state.keys.bindings(mode, false) {
            let listed = listed.contains(&binding.command) || binding.command == Command::Palette;
            assert!(listed, "{:?} of {mode:?}", binding.command);
        }
    }
}

#[test]
fn a_theme_is_seen_before_it_is_kept() {
    let mut stage = Stage::staging(80, 24);
    stage.themes(&["dark", "light", "contrast"]);
    stage.type_text("t");
    assert_eq!(stage.mode(), Mode::Themes);
    stage.press(KeyCode::Down);
    assert_eq!(stage.state.theme, 1, "it is in use while it is looked at");
    stage.press(KeyCode::Esc);
    assert_eq!((stage.state.theme, stage.mode()), (0, Mode::Overview));
    stage.type_text("tt");
    stage.press(KeyCode::Enter);
    assert_eq!((stage.state.theme, stage.mode()), (1, Mode::Overview));
    stage.type_text("ttt");
    assert_eq!(stage.state.theme, 0, "after the last comes the first");
}

#[test]
fn a_new_session_closes_it() {
    let mut stage = Stage::staging(80, 24);
    stage.type_text(":");
    let facts = stage.facts();
    stage.tell(Message::Opened(Ok(Box::new(facts))));
    assert_eq!(stage.mode(), Mode::Overview);
}
