//! The engine's answers, read leniently: one odd value must not cost the inventory, and what was not understood
//! must be said. No connection, no clock, nothing but what the engine said.

mod containers;
mod document;
mod events;
mod images;
mod introduction;
mod networks;
mod replies;
mod rows;
mod sizes;
mod texts;
mod volumes;

use jiff::Timestamp;
use serde::Deserialize;

pub use containers::{ContainerInspect, detail};
pub use document::Reading;
pub use events::{EventRow, happening};
pub use images::{ImageInspect, last_tag_time, whole_image};
pub use introduction::{Info, Version};
pub use replies::{Bodies, Others, containers, identity, images, networks, volumes};
pub use rows::Rows;
pub use sizes::{Sizes, usage};
pub use texts::Names;
pub use volumes::volume;

/// An answer that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{request}: {why}")]
pub struct Broken {
    /// The method and path.
    pub request: String,
    /// What was wrong.
    pub why: String,
}

impl Broken {
    fn promised(request: &str, why: &dyn std::fmt::Display) -> Self {
        let why = format!("the answer is not what the Engine API promises: {why}");
        Self { request: request.to_owned(), why }
    }
}

/// Reads a whole answer, which must be what it should be.
pub fn read<'t, T: Deserialize<'t>>(request: &str, body: &'t [u8]) -> Result<T, Broken> {
    serde_json::from_slice(body).map_err(|error| Broken::promised(request, &error))
}

/// A list in no more memory than it takes: it is kept for long, and there are many.
fn exactly<T>(all: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = all.into_iter().collect();
    all.shrink_to_fit();
    all
}

/// A time of the engine; its zero (`0001-01-01T00:00:00Z`) and nonsense are none.
pub fn time(text: &str) -> Option<Timestamp> {
    text.parse::<Timestamp>().ok().filter(|at| at.as_second() > 0)
}
