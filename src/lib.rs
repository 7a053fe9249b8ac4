//! docker-steward keeps a Docker Engine equal to a declared single source of truth.
//!
//! The data's way through the house is one straight street:
//!
//! ```text
//! engine → inventory → classify → (marks) → plan → approve → re-check → remove → journal
//! ```
//!
//! - [`steward`] is the pure core: who uses whom, what is safe, in which order, approved by what. No engine,
//!   no disk, no screen, no clock.
//! - [`ssot`] reads, checks and edits the declaration; its types are the core's policy.
//! - [`answers`] reads what an engine answers into an inventory; [`documents`] are the JSON that programs read of an
//!   audit. These four are a crate of their own, in `core/`, which is built for speed.
//! - [`engine`] finds, reaches and asks an engine, and is the only room that can change one.
//! - [`apply`] is the loop of a cleanup; [`records`] is what is written down on the way.
//! - [`session`] is one engine under one SSOT: what the two fronts stand on.
//! - [`console`] is the front for people, [`cli`] the one for scripts and schedulers.
//! - [`health`], [`alert`], [`schedule`], [`runbook`], [`doctor`], [`draft`] and [`compose`] serve whoever runs it
//!   unattended or for the first time.
//! - [`undo`] tells how a cleanup is taken back, and what of it.
//! - [`demo`] is a simulated engine: an HTTP server that keeps Docker's rules, so that the demo, the tests and
//!   the real thing all take the same road.
pub mod alert;
pub mod apply;
pub mod cli;
pub mod compose;
pub mod console;
pub mod demo;
pub mod doctor;
pub mod draft;
pub mod engine;
pub mod health;
pub mod records;
pub mod runbook;
pub mod schedule;
pub mod session;
pub mod undo;
mod web;

pub use docker_steward_core::{answers, documents, shared, ssot, steward, text};
