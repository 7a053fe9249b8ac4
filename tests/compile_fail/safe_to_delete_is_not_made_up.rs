//! Only the classifier makes a permission to remove.
use docker_steward::steward::{Fingerprint, Key, SafeToDelete};

fn forge(key: Key, fingerprint: Fingerprint) -> SafeToDelete {
    SafeToDelete { key, fingerprint, siblings: 1, frees: None }
}

fn main() {}
