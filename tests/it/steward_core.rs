//! The classifier, the planner and the re-check, attacked with hand-made inventories: no engine, no clock.
mod asked;
mod declared;
mod doubted;
mod filed;
mod hostile;
mod kept;
mod oracle;
mod planned;
mod properties;
mod protected;
mod rechecked;
mod retention;
mod safe;
mod speed;
mod used;
mod worlds;
