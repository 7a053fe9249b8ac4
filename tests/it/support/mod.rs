//! What the integration tests share.
pub mod api;
pub mod bench;
pub mod steward;
pub mod tar;
