//! Placeholder.
use jiff::Timestamp;

use super::world::World;

impl World {
    /// The desktop.
    pub fn desktop(now: Timestamp) -> World {
        World::empty(now)
    }
}
