//! What programs read of an audit: JSON documents. They are large on a large engine, and so they are made here, with all
//! that is on the way from an engine's answer to whoever waits.

mod audit;
pub mod json;
mod record;

pub use audit::{AuditJson, SsotStated};
pub use record::{AuditBrief, AuditRecord, Count, Facts, address_of};
