//! Placeholder.
use jiff::Timestamp;

use super::world::World;

impl World {
    /// The droplet.
    pub fn droplet(now: Timestamp) -> World {
        World::empty(now)
    }
}
