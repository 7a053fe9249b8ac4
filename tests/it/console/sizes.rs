//! Every screen at every size: whole, aligned, with its header and its footer.

use docker_steward::console::keymap::Command;
use docker_steward::console::message::Message;
use docker_steward::console::state::View;
use docker_steward::console::theme::Role;
use docker_steward::steward::Kind;
use proptest::prelude::*;
use ratatui::crossterm::event::KeyCode;
use unicode_width::UnicodeWidthStr;

use super::fronts::{asked, inspected, remembered, written};
use super::journeys::{approve, cut_off, mark_and_plan, report};
use super::stage::Stage;

/// The screens, by how one gets there.
const SCREENS: usize = 20 + View::ALL.len();

fn screen(number: usize, (width, height): (u16, u16)) -> Stage {
    let mut stage = Stage::staging(width, height);
    stage.themes(&["dark", "light", "contrast"]);
    if let Some((key, _)) = View::ALL.get(number) {
        stage.type_text(&key.to_string());
        return stage;
    }
    stage.type_text("2");
    match number - View::ALL.len() {
        0 => drop(stage.type_text("?")),
        1 => drop(stage.type_text(":")),
        2 => drop(stage.type_text(":safe")),
        3 => drop(stage.type_text("t")),
        4 => drop(stage.type_text("e")),
        5 => drop(stage.type_text("/class:s")),
        6 => drop(stage.type_text("vjj")),
        7 => drop(stage.press(KeyCode::Enter)),
        8 => mark_and_plan(&mut stage),
        9 => {
            mark_and_plan(&mut stage);
            stage.type_text("c");
            stage.type_text("APPLY CLEAN");
        }
        10 => drop(approve(&mut stage)),
        11 => {
            approve(&mut stage);
            let report = report(&stage, 3);
            stage.tell(Message::Applied(Ok(report)));
        }
        13 => stage = asked(stage),
        14 => stage = written(stage),
        15 => stage = inspected(stage),
        16 => stage = remembered(stage),
        17 => {
            stage = remembered(stage);
            stage.type_text("jj");
            stage.press(KeyCode::Enter);
        }
        18 => {
            stage = remembered(stage);
            stage.type_text("d");
        }
        12 => drop(stage.tell(Message::Reconciled(Ok(vec![cut_off(2)])))),
        _ => {
            stage = Stage::production(width, height);
            stage.type_text("2");
        }
    }
    stage
}

/// Where the columns of a table begin or end, as its headings say: (from, to, whether at the right).
fn columns(heads: &str) -> Vec<(usize, usize)> {
    let cells: Vec<char> = heads.chars().collect();
    let mut columns = Vec::new();
    let mut from = None;
    for (at, it) in cells.iter().chain([&' ', &' ']).enumerate() {
        let blank = |at: usize| cells.get(at).is_none_or(|it| *it == ' ');
        match from {
            None if *it != ' ' => from = Some(at),
            // `USED BY` is one heading.
            Some(begin) if *it == ' ' && blank(at + 1) => {
                columns.push((begin, at));
                from = None;
            }
            _ => {}
        }
    }
    columns
}

/// Every row has a blank on both sides of each heading's edge on which its column is aligned.
fn assert_aligned(stage: &mut Stage, text: &str) {
    let side =
        text.lines().nth(4).and_then(|line| line.chars().position(|it| it == '│')).unwrap_or(usize::MAX);
    let cut = |line: &str| line.chars().take(side).collect::<String>();
    let heads = cut(text.lines().nth(4).unwrap());
    let rows: Vec<String> = text.lines().skip(5).map(cut).take_while(|line| !line.starts_with('─')).collect();
    for (from, to) in columns(&heads) {
        for row in rows.iter().filter(|row| !row.trim().is_empty()) {
            let cell = |at: usize| row.chars().nth(at).unwrap_or(' ');
            let left = cell(from) != ' ' && cell(from.saturating_sub(1)) == ' ';
            let right = cell(to - 1) != ' ' && cell(to) == ' ';
            assert!(left || right, "{:?}: {row:?} under {heads:?} at {from}..{to}", stage.state.size);
        }
    }
}

fn check(number: usize, size: (u16, u16)) {
    let mut stage = screen(number, size);
    let buffer = stage.buffer();
    let text = super::stage::text(&buffer);
    let (width, height) = (usize::from(size.0), usize::from(size.1));
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.len() <= height && lines.iter().all(|line| line.width() <= width), "{size:?}\n{text}");
    let mode = stage.mode();
    let bare = stage.state.desk().is_none();
    let badge = if bare {
        "docker-steward"
    } else if text.contains("READ-ONLY") {
        "PRODUCTION"
    } else {
        "STAGING"
    };
    assert!(lines[0].contains(badge), "{size:?} {mode:?}\n{text}");
    if !bare {
        assert!(lines[0].contains("live"), "{size:?} {mode:?}\n{text}");
    }
    // The footer names the first of what can be done here, and the help where there is one.
    let footer = lines.get(height - 1).copied().unwrap_or_default();
    let first = stage.state.keys.bindings(mode, stage.state.is_read_only()).find(|it| !it.word.is_empty());
    let marked = footer.contains("marked");
    let first = first.unwrap();
    assert!(marked || footer.contains(first.word), "{size:?} {mode:?}\n{text}");
    let help = stage.state.keys.shown(mode, Command::Help);
    assert!(help.is_none() || mode.takes_text() || footer.contains("help"), "{size:?} {mode:?}\n{text}");
    if let (Some(View::Table(kind)), true) = (View::ALL.get(number).map(|(_, view)| *view), true) {
        assert_aligned(&mut stage, &text);
        let name = stage.state.desk().unwrap().table(kind).selected().unwrap().name.clone();
        let seen: String = name.chars().take(6).collect();
        assert!(text.contains(&seen), "{size:?} {kind}\n{text}");
    }
}

#[test]
fn every_screen_is_whole_at_the_edges() {
    for number in 0..SCREENS {
        for size in [(40, 12), (41, 13), (59, 14), (80, 24), (109, 30), (110, 12), (200, 50), (300, 80)] {
            check(number, size);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn every_screen_is_whole_at_any_size(number in 0..SCREENS, width in 40..=300_u16, height in 12..=80_u16) {
        check(number, (width, height));
    }
}

/// What there is room for is shown.
#[test]
fn a_wide_screen_shows_more() {
    let heads = |keys: &str, width| {
        let mut stage = Stage::staging(width, 40);
        stage.type_text(keys);
        stage.screen().lines().nth(4).unwrap().to_owned()
    };
    for (keys, columns) in [
        ("2", ["STATE", "IMAGE", "PORTS", "PROJECT"]),
        ("3", ["ID", "USED BY", "SHARED", "FREES"]),
        ("4", ["DRIVER", "USED BY", "SIZE", "PROJECT"]),
        ("5", ["DRIVER", "SCOPE", "USED BY", "PROJECT"]),
    ] {
        let wide = heads(keys, 200);
        for column in columns {
            assert!(wide.contains(column), "{column}: {wide}");
        }
    }
    let kind = Kind::Container;
    assert!(!heads("2", 80).contains("PORTS"), "{kind}: at 80 columns there are better uses");
}

/// The row under the cursor is one band, whatever stands in it.
#[test]
fn the_row_of_the_cursor_has_no_holes() {
    let mut stage = remembered(Stage::staging(120, 36));
    let chosen = stage.theme.style(Role::Selection).bg.unwrap();
    let mut bands = 0;
    for keys in ["6", "2", "3", "4", "5"] {
        stage.type_text(keys);
        let buffer = stage.buffer();
        for y in 0..36 {
            let band: Vec<u16> = (0..120).filter(|x| buffer[(*x, y)].bg == chosen).collect();
            if let (Some(first), Some(last)) = (band.first(), band.last()) {
                bands += 1;
                assert_eq!(usize::from(last - first) + 1, band.len(), "{keys}: line {y}");
            }
        }
    }
    assert!(bands >= 5, "{bands}");
}

/// Whoever approves something sees all that would be written, however narrow the screen.
#[test]
fn a_diff_is_never_cut() {
    for width in [40, 48, 60, 80] {
        let screen = asked(Stage::staging(width, 40)).screen();
        let written: String = screen.lines().map(str::trim).collect();
        assert!(written.contains(r#""experiment-*", "who-knows"]"#), "{width}:\n{screen}");
    }
}
