//! A step is made from a permission, inside the planner.
use docker_steward::steward::{Action, Resource, Step};

fn forge(resource: &Resource) -> Step {
    Step::new(Action::RemoveContainer, resource)
}

fn main() {}
