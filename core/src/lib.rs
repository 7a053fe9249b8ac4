//! What docker-steward decides, and by what: nothing in here reaches an engine, a screen or a network.
//!
//! - [`steward`] is the pure core: who uses whom, what is safe, in which order, approved by what. Neither a disk nor
//!   a clock is asked either.
//! - [`ssot`] reads, checks and edits the declaration; its types are the core's policy.
//! - [`answers`] reads what an engine answers into an inventory.
//! - [`documents`] are the JSON that programs read of it.
//! - [`shared`] keeps what stands in many places once.
//! - [`text`] makes what an engine or a file says safe to print, and puts it into words.

pub mod answers;
mod borrowed;
pub mod documents;
pub mod shared;
pub mod ssot;
pub mod steward;
pub mod text;
