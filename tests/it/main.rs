//! The tests of whole rooms and of the program.

mod droplet;
mod ssot;
