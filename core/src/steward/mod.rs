//! The pure core: no engine, no disk, no screen, no clock. `now` is passed in.
//!
//! The data's way through it is one straight street:
//! [`Inventory`] → [`classify`] → [`Audit`] → marks → [`Plan`] → [`Approved`] → [`recheck`] → `engine::remove`.
//! Each arrow is a type that only the room before it can make.

mod approve;
mod audit;
mod classify;
mod fingerprint;
mod glance;
mod graph;
mod identity;
mod index;
pub mod inventory;
mod key;
mod labels;
mod ledger;
mod order;
mod packed;
mod plan;
mod plan_file;
mod recheck;
pub mod reference;
mod sanity;
mod shares;

pub use approve::{Approved, ApprovedStep, Mandate, PHRASE, Refused};
pub use audit::{Audit, Class, Drift, Missing, Reason, Resource, Verdict, freed_by};
pub use classify::{
    Explanation, Inspected, Needs, Policy, SafeToDelete, Surveyed, Surveying, classify, explain, explain_in,
    needs,
};
pub use fingerprint::Fingerprint;
pub use glance::{Glance, Happening, Known, Question, Rest};
pub use graph::{Graph, Links, Row};
pub use identity::Difference;
pub use inventory::{EngineIdentity, Inventory, Key, Kind};
pub use labels::Labels;
pub use ledger::{Entries, Entry, Ledger};
pub use packed::{ByteCount, Moment};
pub use plan::{Action, Circumstances, EXPIRES_AFTER, Excluded, Plan, SsotStamp, Step};
pub use plan_file::{PlanFile, Stale};
pub use recheck::{Changed, Checked, Done, recheck};
pub use sanity::{doubts, remember_shrunk};
