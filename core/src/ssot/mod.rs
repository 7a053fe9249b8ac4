//! The SSOT: what one environment is declared to be.
//!
//! [`find`] looks a file up, [`load`] reads it strictly, [`Policy`] is what it declares as plain data, [`check`]
//! warns of contradictions in it, [`schema`] tells editors its shape.
//!
//! Inside, the way of a file is `syntax` (text → YAML, strictly) → `tree` (YAML whose every node has its place) →
//! `decode` (tree → policy through serde). The types say with serde what a file may hold; `wire` is where the
//! file's shape is not the type's.

pub mod builtin;
pub mod check;
mod decode;
mod duration;
pub mod edit;
mod error;
pub mod find;
mod git;
pub mod load;
pub mod pattern;
pub mod policy;
mod raw;
mod read;
pub mod schema;
mod secret;
mod syntax;
mod tree;
mod wire;

pub use edit::{EditError, Edited};
pub use error::SsotError;
pub use find::{Dirs, FindError, Request};
pub use load::{GitState, Origin, Ssot};
pub use pattern::{Folded, NamePattern, NameSet, PatternError, ProtectName, ProtectPattern, ProtectSet};
pub use policy::{
    AgedPatterns, AlertEvent, AlertRule, AlertTarget, AuditSettings, Cleanup, EngineBinding, Environment,
    EnvironmentError, Every, Evidence, Expectation, Expected, HealthCheck, Host, ImageRetention, LabelRule,
    MaxAge, Policy, Probe, Protected, Retention, Schedule, Stack, TimeOfDay, TrashPolicy, Weekday,
};
