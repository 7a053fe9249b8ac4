//! Names and the patterns that match them.
//!
//! Two ways of matching, because a mistake costs differently on each side:
//!
//! - [`NamePattern`] is **narrow** (whole, to the letter). It says what is expected and what is safe to
//!   delete; matching too little keeps a resource that could have gone.
//! - [`ProtectPattern`] and [`ProtectName`] are **broad** (case and separators do not matter, and a pattern
//!   may begin at any word). They say what must never go; matching too little would lose production.
//!
//! The syntax is small on purpose: `*` (any run of characters, `/` included), `?` (any one character),
//! `{a,b}` (either) and, in narrow patterns only, `[a-z]`. No Docker name contains one of these
//! characters, so there is nothing to escape and a backslash is refused.

mod broad;
mod error;
mod narrow;
mod plain;
mod set;
mod words;

pub use broad::{Folded, ProtectName, ProtectPattern};
pub use error::PatternError;
pub use narrow::NamePattern;
pub use set::{NameSet, ProtectSet};
