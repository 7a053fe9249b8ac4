//! What an engine holds. Each kind has a small builder, so that a test can say any world in a few lines.
mod build_cache;
mod container;
mod image;
mod network;
mod parts;
mod volume;

use std::collections::BTreeMap;

pub use build_cache::BuildCache;
pub use container::Container;
pub use image::{Image, Layer};
pub use network::Network;
pub use parts::{Attachment, Mount, MountKind, Port, State};
pub use volume::Volume;

/// Stands for the moment a thing enters a world, which its builder cannot know.
pub(super) const ENTRY: jiff::Timestamp = jiff::Timestamp::MIN;

/// Labels, driver options and the like, in the order in which the engine prints them.
pub type Map = BTreeMap<String, String>;
