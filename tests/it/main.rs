//! The integration tests, in one binary: one link instead of many.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking, in its helpers too")]

mod alert;
mod apply;
mod behaviours;
mod cli;
mod clones;
mod console;
mod counts;
mod demo_engine;
mod droplet;
mod grown;
mod health;
mod invariant;
mod journeys;
#[cfg(target_os = "linux")]
mod linear;
mod ops;
mod readme;
#[cfg(unix)]
mod real;
mod records;
mod run;
mod screenshots;
#[cfg(unix)]
mod slow_line;
mod ssot;
mod steward_core;
mod support;
mod terminal;
mod web;
