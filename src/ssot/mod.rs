//! The SSOT: what one environment is declared to be.
//!
//! [`Policy`] is the declaration as plain data.

mod duration;
pub mod pattern;
pub mod policy;
mod read;

pub use pattern::{Folded, NamePattern, NameSet, PatternError, ProtectName, ProtectPattern, ProtectSet};
pub use policy::{
    AgedPatterns, AlertEvent, AlertRule, AlertTarget, AuditSettings, Cleanup, EngineBinding, Environment,
    EnvironmentError, Every, Evidence, Expectation, Expected, HealthCheck, Host, ImageRetention, LabelRule,
    MaxAge, Policy, Probe, Protected, Retention, Schedule, Stack, TimeOfDay, Weekday,
};
