//! Acceptance on a real engine: the program as an operator runs it, on worlds made with the names of the
//! field, where `STEWARD_TEST_ENGINE=unix:///…` names an engine.
//!
//! Each test has the engine alone, makes its world, and takes it away again, also when it fails. It touches
//! only what it made (the label `com.docker-steward.test=acceptance`), plans only that, and refuses to begin
//! where one of its names already belongs to somebody.
mod changes;
mod classes;
mod cleanup;
mod commands;
mod faults;
mod foreign;
mod junk;
mod postgres;
mod reading;
mod removals;
mod signals;
mod site;
mod stewards;
mod undone;
mod world;
