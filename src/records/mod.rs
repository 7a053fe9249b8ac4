//! What the steward writes down, and where: the audit log for everybody, and its own state (ledger,
//! journal, lock) for nobody else.

pub mod audit_log;
mod backwards;
mod chain;
pub mod compare;
pub mod greetings;
pub mod history;
pub mod journal;
pub mod journal_line;
pub mod ledger;
pub mod lock;
mod parts;
pub mod paths;
mod private;
mod room;
pub mod trash;

pub use crate::documents::{AuditBrief, AuditRecord, Facts, json};
pub use audit_log::AuditLog;
pub use history::History;
pub use parts::{open_bounded_private, predecessor};
pub use paths::Paths;
pub use private::{create_private_dir, open_append, open_append_private, write_private};
