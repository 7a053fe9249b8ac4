//! What the integration tests share.
pub(crate) mod api;
pub(crate) mod bench;
pub(crate) mod cli;
pub(crate) mod inventory;
#[cfg(unix)]
pub(crate) mod operator;
#[cfg(unix)]
pub(crate) mod proxy;
pub(crate) mod ssot;
pub(crate) mod steward;
pub(crate) mod tar;
pub(crate) mod terminal;
pub(crate) mod turn;
