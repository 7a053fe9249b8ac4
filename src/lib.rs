//! docker-steward keeps a Docker Engine equal to a declared single source of truth.
pub mod alert;
pub mod apply;
pub mod cli;
pub mod console;
pub mod demo;
pub mod doctor;
pub mod draft;
pub mod engine;
pub mod health;
pub mod records;
pub mod runbook;
pub mod schedule;
pub mod session;
pub mod ssot;
pub mod steward;
pub mod text;
mod web;
