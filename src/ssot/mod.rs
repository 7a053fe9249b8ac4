//! The SSOT.
