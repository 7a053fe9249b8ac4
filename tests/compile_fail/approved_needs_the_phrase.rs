//! A plan is approved by its phrase, by value.
use docker_steward::steward::{Approved, Plan};

fn forge(plan: Plan) -> Approved {
    Approved { plan }
}

fn twice(plan: Plan) {
    let now = jiff::Timestamp::UNIX_EPOCH;
    let _ = plan.approve("APPLY CLEANUP", now);
    let _ = plan.approve("APPLY CLEANUP", now);
}

fn main() {}
