//! What the README writes for the console can be written.

use std::path::Path;

use docker_steward::console::config::Config;
use docker_steward::console::keymap::remapped;
use docker_steward::console::theme::{Depth, Library};

#[test]
fn the_examples_of_a_configuration_and_of_a_theme_are_good_ones() {
    let readme = include_str!("../../../README.md");
    let examples: Vec<&str> =
        readme.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    let [config, theme] = examples.as_slice() else { panic!("{} examples", examples.len()) };

    let config = Config::parse(config).unwrap();
    assert_eq!(remapped(&config.keys, &config.keys_in).1, [""; 0]);
    let mut library = Library::default();
    library.add(Path::new("mine.toml"), (*theme).to_owned());
    library.load("mine", Depth::True).unwrap();
    assert!(library.names().contains(&config.theme.unwrap().as_str()));
    for name in library.names().iter().filter(|name| **name != "mine") {
        assert!(theme.contains(name), "the README does not name the theme {name}");
    }
}
