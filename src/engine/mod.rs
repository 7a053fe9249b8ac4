//! The Docker Engine: how it is found, reached, read, and, with an approved and re-checked step, changed.
//!
//! The only room that knows bollard and HTTP.

mod connector;
mod context;
mod error;
mod events;
mod exec;
mod glance;
mod guard;
mod handshake;
mod helper;
mod host;
mod lists;
mod maker;
mod post;
mod reader;
mod remove;
mod sizes;
mod tls;
mod transport;
mod turns;
mod wall;

pub use error::EngineError;
pub use events::Change;
pub use exec::{Ended, Prober};
pub use guard::{Guard, GuardError};
pub use handshake::Greeting;
pub(crate) use handshake::{Early, Met};
pub use helper::{HelperError, Keeper};
pub use host::{Choice, ChosenBy, DEFAULT_URL, Endpoint, HostError, Tls, choose, contexts};
pub(crate) use lists::Wanted;
pub use maker::Maker;
pub use post::ArchiveError;
pub use reader::Reader;
pub use remove::{Removal, Writer};
pub use transport::TimeOuts;
pub use wall::HELPER;
