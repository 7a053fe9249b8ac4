//! What is remembered is taken up again, and what is not understood does no harm.

use docker_steward::console::memory::Memory;
use docker_steward::console::message::Message;
use docker_steward::console::state::{Column, View};
use docker_steward::steward::Kind;
use ratatui::crossterm::event::KeyCode;

use super::stage::Stage;

/// A new console on the same engine that remembers this.
fn again(memory: Memory) -> Stage {
    let mut stage = Stage::unread(80, 24);
    stage.state.recall(memory);
    let facts = stage.facts();
    stage.tell(Message::Opened(Ok(Box::new(facts))));
    stage.look();
    stage
}

#[test]
fn the_view_the_order_the_theme_and_the_mouse_come_back() {
    let mut stage = Stage::staging(80, 24);
    stage.themes(&["dark", "light", "gruvbox"]);
    stage.type_text("4ssS3sm");
    stage.type_text("ttt");
    stage.press(KeyCode::Enter);
    let memory = stage.state.to_remember();
    assert_eq!(Memory::parse(&memory.to_text()).unwrap(), memory);
    insta::assert_snapshot!(memory.to_text(), @r#"
    {
      "theme": "gruvbox",
      "mouse": true,
      "view": "images",
      "sort": {
        "images": {
          "column": "name",
          "reverse": false
        },
        "volumes": {
          "column": "driver",
          "reverse": true
        }
      }
    }
    "#);

    let stage = again(memory.clone());
    let desk = stage.state.desk().unwrap();
    assert_eq!(desk.view, View::Table(Kind::Image));
    let volumes = desk.table(Kind::Volume);
    assert_eq!((volumes.sort, volumes.reverse), (Column::Driver, true));
    assert!(stage.state.mouse);
    assert_eq!(stage.state.to_remember(), memory);
}

#[test]
fn the_theme_of_the_terminal_is_no_choice() {
    let mut stage = Stage::staging(80, 24);
    stage.themes(&["dark", "light"]);
    stage.type_text("tt");
    stage.press(KeyCode::Enter);
    assert_eq!(stage.state.to_remember().theme.as_deref(), Some("light"));
    stage.type_text("tt");
    stage.press(KeyCode::Enter);
    assert_eq!(stage.state.to_remember().theme, None);
}

#[test]
fn another_environment_is_looked_at_in_the_same_way() {
    let mut stage = Stage::staging(80, 24);
    stage.type_text("3se");
    stage.press(KeyCode::Down);
    stage.press(KeyCode::Enter);
    let facts = stage.facts();
    stage.tell(Message::Opened(Ok(Box::new(facts))));
    let desk = stage.state.desk().unwrap();
    assert_eq!((desk.view, desk.table(Kind::Image).sort), (View::Table(Kind::Image), Column::Name));
}

#[test]
fn what_is_not_understood_is_left_aside() {
    for text in [
        r#"{"view":"quit","sort":{"images":{"column":"colour"}}}"#,
        r#"{"view":"tomorrow","sort":{"stacks":{"column":"name","reverse":true}},"more":1}"#,
    ] {
        let stage = again(Memory::parse(text).unwrap());
        let desk = stage.state.desk().unwrap();
        assert_eq!((desk.view, desk.table(Kind::Image).sort), (View::Overview, Column::Class));
    }
    assert!(Memory::parse("{\"view\"").is_err());
}
