//! The integration tests, in one binary: one link instead of many.
#![expect(unreachable_pub, reason = "nothing outside of a test binary could reach anything in it")]

mod apply;
mod behaviours;
mod droplet;
mod invariant;
mod ssot;
mod support;
