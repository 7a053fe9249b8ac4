//! What the integration tests share.
pub(crate) mod api;
pub(crate) mod bench;
pub(crate) mod inventory;
pub(crate) mod steward;
pub(crate) mod tar;
