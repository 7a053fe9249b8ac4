//! The engine takes a step that was approved and looked at again, and nothing else.
use docker_steward::engine::Writer;
use docker_steward::steward::{ApprovedStep, Checked, Step};

async fn unapproved(writer: Writer, step: &Step) {
    let _ = writer.remove(step).await;
}

async fn unchecked(writer: Writer, step: ApprovedStep<'_>) {
    let _ = writer.remove(step).await;
}

fn forge(step: &Step) -> Checked<'_> {
    Checked { step }
}

fn main() {}
