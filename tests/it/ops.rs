//! The commands of those who run the steward: the binary itself, in a home of its own.

// True of every integration test; said, it lets helpers unwrap as tests may.
#![cfg(test)]

mod approve;
mod bench;
mod bind;
mod doctor;
mod init;
mod n8n;
mod reload;
mod runbook;
mod schedule;
