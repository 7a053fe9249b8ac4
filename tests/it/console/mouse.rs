//! The mouse selects and scrolls; it marks and removes nothing.

use docker_steward::console::keymap::Mode;
use docker_steward::console::message::{Effect, Message, Target};
use docker_steward::console::state::View;
use docker_steward::console::view::target;
use docker_steward::steward::Kind;
use ratatui::crossterm::event::KeyCode;

use super::journeys::mark_and_plan;
use super::stage::Stage;

/// Clicks where this text begins on the screen.
fn click(stage: &mut Stage, text: &str) -> Vec<Effect> {
    let screen = stage.screen();
    let (y, line) = screen.lines().enumerate().find(|(_, line)| line.contains(text)).expect(text);
    let x = unicode_width::UnicodeWidthStr::width(&line[..line.find(text).unwrap()]);
    let place = (u16::try_from(x).unwrap(), u16::try_from(y).unwrap());
    match target(&stage.state, &stage.theme, place) {
        Some(target) => stage.tell(Message::Clicked(target)),
        None => Vec::new(),
    }
}

#[test]
fn a_click_goes_to_a_tab_and_to_a_row() {
    for (width, height) in [(80, 24), (120, 36), (200, 50)] {
        let mut stage = Stage::staging(width, height);
        click(&mut stage, "3 Images");
        assert_eq!(stage.state.desk().unwrap().view, View::Table(Kind::Image));
        click(&mut stage, "Containers");
        assert_eq!(stage.state.desk().unwrap().view, View::Table(Kind::Container));
        click(&mut stage, "odoo-staging-db");
        assert_eq!(stage.cursor_on(Kind::Container), "odoo-staging-db");
        click(&mut stage, "test-run");
        assert_eq!(stage.cursor_on(Kind::Container), "test-run");
        assert!(stage.marks().is_empty(), "a click marks nothing");
    }
}

#[test]
fn the_wheel_scrolls_what_the_keys_scroll() {
    let mut stage = Stage::staging(80, 24);
    stage.type_text("2");
    stage.tell(Message::Wheel(1));
    assert_eq!(stage.state.desk().unwrap().table(Kind::Container).cursor, 3);
    stage.tell(Message::Wheel(-1));
    assert_eq!(stage.state.desk().unwrap().table(Kind::Container).cursor, 0);
}

#[test]
fn a_plan_in_front_is_not_left_by_a_click() {
    let mut stage = Stage::staging(80, 24);
    mark_and_plan(&mut stage);
    for target in [Target::Tab(View::Overview), Target::Row(0)] {
        assert!(stage.tell(Message::Clicked(target)).is_empty());
        assert_eq!(stage.mode(), Mode::Plan);
    }
    stage.press(KeyCode::Char('c'));
    for target in [Target::Tab(View::Overview), Target::Row(0)] {
        assert!(stage.tell(Message::Clicked(target)).is_empty());
        assert_eq!(stage.mode(), Mode::Approval);
    }
}

#[test]
fn it_is_off_until_asked_for() {
    let mut stage = Stage::staging(80, 24);
    assert!(!stage.state.mouse);
    assert!(matches!(stage.type_text("m").as_slice(), [Effect::Mouse(true)]));
    assert!(matches!(stage.type_text("m").as_slice(), [Effect::Mouse(false)]));
}
