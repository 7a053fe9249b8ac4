//! Every key of every table does something in its place, and no key for removing exists where nothing may
//! be removed.

use docker_steward::apply::Progress;
use docker_steward::console::keymap::{Binding, Command, Keymap, Mode, Needs};
use docker_steward::console::message::Message;
use docker_steward::session::{SessionError, Trouble};
use ratatui::crossterm::event::KeyCode;

use super::fronts::{asked, inspected, remembered, written};
use super::journeys::{approve, cut_off, mark_and_plan, report};
use super::stage::{NOW, Stage};

fn trouble(kind: Trouble) -> SessionError {
    SessionError {
        what: "no engine answers\nsecond line".repeat(40),
        mend: Some("start it".to_owned()),
        kind,
    }
}

/// A console in a mode, with enough around the cursor that every key can move something.
#[expect(clippy::too_many_lines, reason = "an arm for each mode, and nothing else")]
fn in_mode(mode: Mode) -> Stage {
    let mut stage = Stage::staging(80, 16);
    match mode {
        Mode::Opening => {
            stage.state =
                docker_steward::console::state::State::new(NOW, (80, 24), "unix:///var/run/docker.sock");
        }
        Mode::Trouble => {
            stage.tell(Message::Opened(Err(trouble(Trouble::Engine))));
        }
        Mode::Chooser => {
            stage.press(KeyCode::Char('e'));
        }
        Mode::Overview => {
            stage.tell(Message::Resized(80, 15));
            stage.press(KeyCode::Down);
            stage.press(KeyCode::Char('2'));
            stage.press(KeyCode::Char('a'));
            stage.press(KeyCode::Char('1'));
        }
        Mode::Table => {
            // Wide enough for the details at the side, and so low that they scroll.
            stage.tell(Message::Resized(120, 16));
            stage.press(KeyCode::Char('2'));
            stage.press(KeyCode::Char('/'));
            stage.press(KeyCode::Char('e'));
            stage.press(KeyCode::Enter);
            stage.press(KeyCode::Char(' '));
            stage.press(KeyCode::Down);
        }
        Mode::Range => {
            stage.press(KeyCode::Char('2'));
            stage.press(KeyCode::Down);
            stage.press(KeyCode::Char('v'));
        }
        Mode::Filter => {
            stage.press(KeyCode::Char('2'));
            stage.press(KeyCode::Down);
            stage.press(KeyCode::Char('/'));
        }
        Mode::Details => {
            stage.press(KeyCode::Char('2'));
            stage.press(KeyCode::Enter);
        }
        Mode::Ssot => {
            stage.press(KeyCode::Char('7'));
        }
        Mode::History => {
            stage = remembered(stage);
            stage.press(KeyCode::Down);
            stage.press(KeyCode::Down);
            stage.press(KeyCode::Down);
        }
        Mode::Journal => {
            stage = remembered(stage);
            stage.type_text("jj");
            stage.press(KeyCode::Enter);
            stage.press(KeyCode::Down);
        }
        Mode::Paper | Mode::Search => {
            stage = inspected(stage);
            stage.screen();
            stage.type_text("/data-1");
            if mode == Mode::Paper {
                stage.press(KeyCode::Enter);
            }
        }
        Mode::Permit => {
            stage = asked(stage);
            stage.screen();
            stage.press(KeyCode::Down);
        }
        Mode::Edit => {
            stage = written(stage);
            stage.type_text("# mine");
            stage.press(KeyCode::Enter);
        }
        Mode::Review => {
            stage = written(stage);
            stage.press(KeyCode::Enter);
            for _ in 0..15 {
                stage.press(KeyCode::Down);
            }
            stage.type_text("# mine");
            stage.press(KeyCode::Enter);
            stage.ctrl('s');
        }
        Mode::Plan => {
            stage.state.size = (80, 14);
            mark_and_plan(&mut stage);
        }
        Mode::Approval => {
            mark_and_plan(&mut stage);
            stage.press(KeyCode::Char('c'));
            stage.type_text("wrong");
        }
        Mode::Run => {
            stage.state.size = (80, 14);
            stage.type_text("3a4a5a");
            approve(&mut stage);
            stage.tell(Message::Progress(Progress::Started { step: 0 }));
        }
        Mode::Result => {
            stage.state.size = (80, 14);
            approve(&mut stage);
            let report = report(&stage, 6);
            stage.tell(Message::Applied(Ok(report)));
        }
        Mode::CutOff => {
            stage.tell(Message::Reconciled(Ok(vec![cut_off(30)])));
        }
        Mode::Help => {
            stage.press(KeyCode::Char('2'));
            stage.press(KeyCode::Char('?'));
        }
        Mode::Palette => {
            stage.press(KeyCode::Char(':'));
            stage.press(KeyCode::Down);
            // To a command that can be run.
            stage.press(KeyCode::Down);
        }
        Mode::Themes => {
            stage.themes(&["dark", "light", "contrast"]);
            stage.press(KeyCode::Char('t'));
            stage.press(KeyCode::Down);
        }
    }
    stage.screen();
    if mode == Mode::Overview {
        stage.ctrl('d');
    }
    if mode == Mode::Table {
        stage.press(KeyCode::Char('J'));
    }
    // In the middle of what is scrolled, up and down both move.
    if matches!(
        mode,
        Mode::Trouble
            | Mode::Details
            | Mode::Ssot
            | Mode::Paper
            | Mode::Review
            | Mode::Plan
            | Mode::Run
            | Mode::Result
            | Mode::CutOff
            | Mode::Help
    ) {
        stage.press(KeyCode::Char('j'));
        assert_eq!(stage.mode(), mode);
    }
    stage
}

fn does_something(mode: Mode, binding: &Binding) {
    for press in binding.keys.iter() {
        let mut stage = in_mode(mode);
        assert_eq!(stage.mode(), mode);
        let before = format!("{:?}", stage.state);
        let effects = stage.tell(Message::Key(press.event()));
        let after = format!("{:?}", stage.state);
        let goes_nowhere = match binding.command {
            // To where one is already.
            Command::View(view) => stage.state.desk().unwrap().view == view,
            _ => false,
        };
        assert!(
            before != after || !effects.is_empty() || goes_nowhere,
            "{press} ({:?}) does nothing in {mode:?}",
            binding.command
        );
    }
}

#[test]
fn every_key_does_something() {
    for mode in Mode::ALL {
        for binding in Keymap::default().bindings(mode, false) {
            does_something(mode, binding);
        }
    }
}

#[test]
fn no_key_means_two_things() {
    for mode in Mode::ALL {
        let mut seen = Vec::new();
        for binding in Keymap::default().bindings(mode, false) {
            for press in binding.keys.iter() {
                assert!(!seen.contains(&press), "{press} means two things in {mode:?}");
                seen.push(press);
            }
        }
    }
}

#[test]
fn where_nothing_may_be_removed_there_is_no_key_for_it() {
    for mode in Mode::ALL {
        assert!(Keymap::default().bindings(mode, true).all(|binding| binding.needs == Needs::Nothing));
    }
    let mut stage = Stage::production(120, 36);
    stage.press(KeyCode::Char('2'));
    for key in [' ', 'a', 'u', 'v', 'p', 'c'] {
        assert!(stage.press(KeyCode::Char(key)).is_empty());
        assert_eq!(stage.mode(), Mode::Table);
    }
    assert!(stage.marks().is_empty());
    assert!(
        stage.toasts().iter().any(|it| it.contains("production is read-only")),
        "a key that is not there says why"
    );
    stage.later(60);
    let screen = stage.screen();
    assert!(!screen.contains("mark") && !screen.contains("plan"), "{screen}");
    stage.press(KeyCode::Char('?'));
    let help = stage.screen();
    assert!(!help.contains("mark or unmark") && !help.contains("would remove"), "{help}");
}
