//! What may go unattended is for the classifier to say, and a plan of it goes once.
use docker_steward::steward::{Audit, Plan, Resource};

fn forge(resource: &mut Resource) {
    resource.auto_delete = true;
}

fn twice(plan: Plan, audit: &Audit) {
    let now = jiff::Timestamp::UNIX_EPOCH;
    let _ = plan.approve_unattended(audit, now);
    let _ = plan.approve_unattended(audit, now);
}

fn main() {}
