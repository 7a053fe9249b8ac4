//! What a session says of itself, as plain data.

use std::collections::BTreeMap;

use crate::console::state::{Facts, SsotFacts};
use crate::session::Session;
use crate::ssot::load::GitState;
use crate::ssot::{Policy, Ssot};

/// Asks the session, and git.
pub(super) fn of(session: &Session, demo: bool) -> Facts {
    let ssot = session.ssot();
    let policy = &ssot.policy;
    let git = Some(ssot.git_state()).filter(|state| *state != GitState::None);
    Facts {
        environment: policy.environment.clone(),
        steward: policy.steward.clone(),
        purpose: policy.purpose.clone(),
        engine: session.engine().clone(),
        acquaintance: session.acquaintance(),
        forbidden: session.mandate().err(),
        ssot: SsotFacts {
            path: ssot.path_display(),
            git: git.map(|state| state.as_str().to_owned()),
            lines: ssot.text.lines().map(str::to_owned).collect(),
            rules: places(ssot),
        },
        docker_env: session.docker_env(),
        trash: session.trash(),
        demo,
    }
}

fn places(ssot: &Ssot) -> BTreeMap<String, usize> {
    rules(&ssot.policy).into_iter().filter_map(|rule| ssot.line_of(&rule).map(|line| (rule, line))).collect()
}

/// The names of all rules that a reason may name.
fn rules(policy: &Policy) -> Vec<String> {
    let lists = [
        ("protected.names", policy.protected.names.len()),
        ("protected.patterns", policy.protected.patterns.len()),
        ("protected.labels", policy.protected.labels.len()),
        ("expected.containers", policy.expected.containers.len()),
        ("expected.images", policy.expected.images.len()),
        ("expected.volumes", policy.expected.volumes.len()),
        ("expected.networks", policy.expected.networks.len()),
        ("safe_to_delete.patterns", policy.safe_to_delete.patterns.len()),
    ];
    let numbered = lists.iter().flat_map(|(list, count)| (0..*count).map(move |at| format!("{list}[{at}]")));
    let retention = [
        "dangling_images",
        "unused_images",
        "stopped_containers",
        "unused_volumes",
        "anonymous_volumes",
        "unused_networks",
    ];
    numbered.chain(retention.iter().map(|it| format!("retention.{it}"))).collect()
}
