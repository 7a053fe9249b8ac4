//! Alerts: who is told of what, when.
//!
//! `facts` is what a pass found; `decide` compares it with what was told before and says what is news (pure);
//! `wording` makes texts and JSON of it (pure); `address` puts secrets in; `send` sends, and never fails what
//! it tells of. What was told is remembered for each rule, and only once it has arrived: news that could not
//! be told is told at the next pass.

mod address;
mod decide;
mod facts;
mod send;
mod wording;

pub use decide::{News, Told, decide};
pub use facts::{CleanupFacts, DriftFacts, Facts, Origin};
pub(crate) use send::deliver;
pub use send::{Delivery, Outcome};
pub use wording::{json, markdown, slack};
