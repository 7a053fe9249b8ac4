//! What every screen says, at 80×24 and at 120×36.

use docker_steward::apply::{Outcome, Progress};
use docker_steward::console::message::Message;
use docker_steward::console::state::{Past, State};
use docker_steward::console::theme::{Depth, Role, built_in};
use docker_steward::session::{SessionError, Trouble};
use docker_steward::steward::Class;
use ratatui::crossterm::event::KeyCode;

use super::fronts::history;
use super::journeys::{approve, cut_off, mark_and_plan, report};
use super::stage::{NOW, Stage, text, theme};

const SIZES: [(u16, u16); 3] = [(40, 12), (80, 24), (120, 36)];

/// Both sizes of a screen, each as a snapshot.
pub(super) fn both(name: &str, mut play: impl FnMut(u16, u16) -> Stage) {
    for (width, height) in SIZES {
        let screen = play(width, height).screen();
        for line in screen.lines() {
            let wide = unicode_width::UnicodeWidthStr::width(line);
            assert!(wide <= usize::from(width), "{wide} cells: {line}");
            assert!(!line.chars().any(docker_steward::text::is_hostile), "{line:?}");
        }
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), screen);
    }
}

pub(super) fn keys(mut stage: Stage, keys: &str) -> Stage {
    stage.type_text(keys);
    stage
}

#[test]
fn overview() {
    both("overview", Stage::staging);
    both("in_order", Stage::in_order);
}

#[test]
fn tables() {
    both("containers", |w, h| keys(Stage::staging(w, h), "2 j j"));
    both("images", |w, h| keys(Stage::staging(w, h), "3"));
    both("volumes", |w, h| keys(Stage::staging(w, h), "4"));
    both("networks", |w, h| keys(Stage::staging(w, h), "5"));
    both("production", |w, h| keys(Stage::production(w, h), "2"));
    both("range", |w, h| keys(Stage::staging(w, h), "2vjj"));
    both("filter", |w, h| keys(Stage::staging(w, h), "2/class:u"));
    both("nothing_matches", |w, h| {
        let mut stage = keys(Stage::staging(w, h), "2/zebra");
        stage.press(KeyCode::Enter);
        stage
    });
    both("empty", |w, h| keys(Stage::in_order(w, h), "2"));
    both("glimpsed", |w, h| {
        let mut stage = Stage::unread(w, h);
        stage.glimpse();
        keys(stage, "2")
    });
}

#[test]
fn details() {
    both("details", |w, h| {
        let mut stage = keys(Stage::staging(w, h), "2jjj");
        stage.press(KeyCode::Enter);
        stage
    });
}

#[test]
fn cleanup() {
    both("plan", |w, h| {
        let mut stage = Stage::staging(w, h);
        mark_and_plan(&mut stage);
        stage
    });
    both("approval", |w, h| {
        let mut stage = Stage::staging(w, h);
        mark_and_plan(&mut stage);
        stage.type_text("c");
        stage.type_text("APPLY CLEAN");
        stage.press(KeyCode::Enter);
        stage
    });
    both("run", |w, h| {
        let mut stage = Stage::staging(w, h);
        approve(&mut stage);
        for step in 0..2 {
            stage.tell(Message::Progress(Progress::Started { step }));
            let outcome = Outcome::Done;
            stage.tell(Message::Progress(Progress::Finished { step, outcome, freed: 14_000_000 }));
        }
        stage.tell(Message::Progress(Progress::Started { step: 2 }));
        stage.later(4);
        stage
    });
    both("cut_off", |w, h| {
        let mut stage = Stage::staging(w, h);
        stage.tell(Message::Reconciled(Ok(vec![cut_off(2)])));
        stage
    });
    both("result", |w, h| {
        let mut stage = Stage::staging(w, h);
        approve(&mut stage);
        stage.later(5);
        let report = report(&stage, 3);
        stage.tell(Message::Applied(Ok(report)));
        stage
    });
}

#[test]
fn a_history_of_which_only_the_newest_was_read_says_so() {
    let mut stage = Stage::staging(120, 36);
    for earlier in [false, true] {
        let past = Past { earlier, ..history(&stage, Vec::new()) };
        stage.tell(Message::HistoryRead(Ok(Box::new(past))));
        stage.type_text("6");
        let screen = stage.screen();
        assert_eq!(
            screen.contains("the newest; `docker-steward history` has all of /var/log"),
            earlier,
            "{screen}"
        );
    }
}

#[test]
fn help_and_ssot() {
    both("help", |w, h| keys(Stage::staging(w, h), "2?"));
    both("ssot", |w, h| keys(Stage::staging(w, h), "7"));
    both("palette", |w, h| keys(Stage::staging(w, h), "2:"));
    both("palette_search", |w, h| keys(Stage::staging(w, h), "2:safe"));
    both("themes", |w, h| {
        let mut stage = keys(Stage::staging(w, h), "2");
        stage.themes(&["dark", "light", "contrast", "monochrome"]);
        keys(stage, "tt")
    });
}

fn before(width: u16, height: u16, error: Option<SessionError>) -> Stage {
    let mut stage = Stage::staging(width, height);
    stage.state = State::new(NOW, (width, height), "unix:///var/run/docker.sock");
    match error {
        Some(error) => stage.tell(Message::Opened(Err(error))),
        None => stage.later(2),
    };
    stage
}

#[test]
fn without_a_session() {
    both("opening", |w, h| before(w, h, None));
    both("no_engine", |w, h| {
        let error = SessionError {
            what: "no engine answers at unix:///var/run/docker.sock: permission denied".to_owned(),
            mend: Some(
                "Your user is not in the group docker: `sudo usermod -aG docker $USER`, then log in again"
                    .to_owned(),
            ),
            kind: Trouble::Engine,
        };
        before(w, h, Some(error))
    });
    both("wrong_ssot", |w, h| {
        let what = "ssot/staging.yaml:6:3: `paterns` is no key of `protected`\n   |\n 6 |   paterns: [prod-*]\n   |   ^^^^^^^ did you mean `patterns`?";
        before(w, h, Some(SessionError { what: what.to_owned(), mend: None, kind: Trouble::Input }))
    });
    both("chooser", |w, h| {
        let what = "no environment was named".to_owned();
        before(w, h, Some(SessionError { what, mend: None, kind: Trouble::NoEnvironment }))
    });
}

#[test]
fn any_size_will_do() {
    let mut stage = keys(Stage::staging(80, 24), "2?");
    stage.press(KeyCode::Esc);
    mark_and_plan(&mut stage);
    for width in [0, 1, 20, 39, 40, 41, 60, 90, 109, 110, 111, 200, 300] {
        for height in [0, 1, 5, 11, 12, 13, 60] {
            stage.tell(Message::Resized(width, height));
            let screen = stage.screen();
            if width >= 20 && height >= 5 && (width < 40 || height < 12) {
                assert!(screen.starts_with("Too small"), "{screen}");
            }
        }
    }
    for mode in ["1", "2", "3", "4", "5", "7", "2?", "e"] {
        for (width, height) in [(40, 12), (41, 13), (110, 12), (250, 80)] {
            keys(Stage::staging(width, height), mode).screen();
        }
    }
}

#[test]
fn ascii_is_ascii_everywhere() {
    for mode in ["1", "2", "3", "2?", "7", "2 j\n", "e"] {
        let mut stage = keys(Stage::staging(120, 36), mode);
        stage.state.ascii = true;
        assert!(stage.screen().is_ascii());
    }
    let mut stage = Stage::staging(80, 24);
    stage.state.ascii = true;
    insta::assert_snapshot!("ascii", keys(stage, "2 ").screen());
}

/// The class is told by its sign, by its word, and by its colour.
#[test]
fn classes_have_their_colours() {
    let mut stage = keys(Stage::staging(80, 24), "2");
    let buffer = stage.buffer();
    let screen = text(&buffer);
    let theme = theme();
    for (class, sign) in [
        (Class::SafeToDelete, "○ safe"),
        (Class::Unknown, "? unknown"),
        (Class::Expected, "✓ expected"),
        (Class::Protected, "◆ protected"),
    ] {
        let rows: Vec<usize> = screen
            .lines()
            .enumerate()
            .filter(|(_, line)| line.chars().skip(4).collect::<String>().starts_with(sign))
            .map(|(y, _)| y)
            .collect();
        assert!(!rows.is_empty(), "{class:?}");
        for y in rows {
            let cell = &buffer[(4, u16::try_from(y).unwrap())];
            assert_eq!(Some(cell.fg), theme.class(class).fg, "{class:?}");
        }
    }
    assert_eq!(Some(buffer[(1, 0)].bg), theme.style(Role::Staging).bg);
}

#[test]
fn the_whole_first_line_of_production_is_red() {
    let mut stage = Stage::production(120, 36);
    let buffer = stage.buffer();
    let alarm = theme().style(Role::HeaderAlarm).bg;
    assert!((0..120).all(|x| Some(buffer[(x, 0)].bg) == alarm));
}

#[test]
fn the_selection_is_seen_without_colours() {
    let mut stage = keys(Stage::staging(80, 24), "2");
    stage.theme = built_in("monochrome", Depth::None).unwrap();
    let buffer = stage.buffer();
    let reversed =
        (0..24).filter(|y| buffer[(20, *y)].modifier.contains(ratatui::style::Modifier::REVERSED)).count();
    assert_eq!(reversed, 1);
}

#[test]
fn an_empty_table_knows_what_is_missing() {
    let mut stage = Stage::staging(80, 24);
    stage.inventory.volumes.clear();
    stage.look();
    let screen = keys(stage, "4").screen();
    assert!(screen.contains("No volumes here, though the SSOT expects some"), "{screen}");
}
