//! Whether the environment works: the SSOT's health checks, and the services of its stack.
//!
//! `verdict` says what came out and compares a health before a cleanup with the one after (pure); `probe`
//! asks; `stack` reads the compose file. A check that is not run is neither healthy nor unhealthy.

mod probe;
mod stack;
mod verdict;

pub(crate) use probe::{Engine, run};
pub(crate) use stack::read as read_stack;
pub use stack::{Service, StackReport};
pub use verdict::{CheckReport, HealthReport, Verdict};
