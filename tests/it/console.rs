//! The console: every screen as text and colour, every journey key by key.

pub(crate) mod fronts;
pub(crate) mod journeys;
mod keys;
mod memory;
mod mouse;
mod palette;
mod readme;
mod screens;
mod sizes;
pub(crate) mod stage;
