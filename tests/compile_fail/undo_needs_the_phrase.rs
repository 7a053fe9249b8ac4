//! An undo is approved by its phrase; it cannot be made up.
use docker_steward::undo::{ApprovedUndo, Undo};

fn forge(items: Vec<Undo>) -> ApprovedUndo {
    ApprovedUndo { items }
}

fn main() {
    let _ = forge;
}
