//! A permission is never input.
use docker_steward::steward::SafeToDelete;

fn main() {
    let _: SafeToDelete = serde_json::from_str("{}").unwrap();
    let _ = SafeToDelete::default();
}
