//! The classifier, the planner and the re-check, attacked with hand-made inventories: no engine, no clock.
mod asked;
mod declared;
mod doubted;
mod kept;
mod planned;
mod protected;
mod rechecked;
mod retention;
mod safe;
mod used;
