//! The console: a state, messages that change it, effects that it asks for, and views that draw it.
//!
//! Keys and the session's answers become [`message::Message`]s; [`update::update`] turns them into a new
//! [`state::State`] and into [`message::Effect`]s; only the runtime does effects; [`view::draw`] draws the
//! state and changes nothing.

pub mod keymap;
pub mod layout;
pub mod message;
pub mod state;
pub mod theme;
pub mod update;
