//! The classifier, the planner and the re-check, attacked with hand-made inventories: no engine, no clock.
mod declared;
mod kept;
mod protected;
mod retention;
mod safe;
mod used;
