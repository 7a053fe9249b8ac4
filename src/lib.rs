//! docker-steward keeps a Docker Engine equal to a declared single source of truth.
pub mod demo;
pub mod ssot;
pub mod steward;
pub mod text;
