//! The SSOT's files as a user meets them.

// True of every integration test; said, it lets helpers unwrap as tests may.
#![cfg(test)]

mod broken;
mod checked;
mod found;
mod refused;
mod valid;

use docker_steward::ssot::load::parse;
use docker_steward::ssot::{Origin, Ssot};

const FILES: [(&str, &str); 3] = [
    ("desktop", include_str!("../../ssot/desktop.yaml")),
    ("staging", include_str!("../../ssot/staging.yaml")),
    ("production", include_str!("../../ssot/production.yaml")),
];

fn origin() -> Origin {
    Origin::File("ssot/staging.yaml".into())
}

/// A file that is valid, as it must be.
fn valid(text: &str) -> Ssot {
    parse(text, &origin()).unwrap_or_else(|error| panic!("{error}"))
}

fn shipped(name: &str) -> Ssot {
    let (_, text) = FILES.iter().find(|(file, _)| *file == name).unwrap();
    valid(text)
}
