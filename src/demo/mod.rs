//! The simulated Docker Engine: a real HTTP server that speaks the Engine API and keeps its rules.
//!
//! There is no trait in front of the engine and no mock behind one. The demo, the tests and the real thing go
//! through the same client, transport and conversion, and `docker -H` can talk to this server too. What it
//! answers was seen on Engine 20.10.24 (API 1.41); `tests/it/behaviours.rs` demands the same answers of both.
//!
//! ```text
//! server   accepts connections, records requests, applies faults
//!   route    method + path → a rule
//!     containers, images, volumes, networks, exec, usage, system     the rules, one kind each
//!       world    what the engine holds; `resources` are its parts; `events` its memory of what happened
//! droplet, desktop     the two worlds that `--demo` shows
//! ```
mod archive;
mod container_view;
mod containers;
mod content;
mod create;
mod desktop;
mod droplet;
mod events;
mod exec;
mod fault;
mod filters;
mod image_view;
mod images;
mod networks;
mod past;
mod reference;
mod reply;
mod resources;
mod route;
mod server;
mod session;
mod system;
mod time;
mod usage;
mod volumes;
mod wait;
mod wire;
mod world;

pub use fault::{Effect, Fault, Fired};
pub use past::{Past, past};
pub use resources::{
    Attachment, BuildCache, Container, Image, Layer, Map, Mount, MountKind, Network, Port, State, Volume,
};
pub use server::DemoEngine;
pub use world::{Engine, World};
