//! The integration tests, in one binary: one link instead of many.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking, in its helpers too")]

mod apply;
mod behaviours;
mod demo_engine;
mod droplet;
mod invariant;
mod ops;
mod ssot;
mod support;
