//! What an undo of a plan would bring back, told before it is approved.

use std::time::Duration;

use crate::steward::{Action, Plan, Step};
use crate::text::{age, bytes};

/// What comes back, and what does not, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// What comes back; none where nothing is removed.
    pub covers: Option<String>,
    /// What is gone for good; none where nothing is.
    pub lost: Option<String>,
    /// Whether some of that would be kept if there were a trash.
    pub trash_would_help: bool,
    /// Why some of it stays, where the trash has no room for all that it is to keep.
    pub short: Option<String>,
}

/// What an undo of `plan` would bring back. `keep` is how long the trash keeps what is put there, none without one;
/// `room` is how many bytes it has room for, where that is known.
pub fn scope(plan: &Plan, keep: Option<Duration>, room: Option<u64>) -> Scope {
    let any = |wanted: &[Action]| plan.steps().iter().any(|step| wanted.contains(&step.action()));
    let containers = any(&[Action::RemoveContainer]);
    let images = any(&[Action::RemoveImage]);
    let volumes = any(&[Action::RemoveVolume]);
    let (mut covers, mut lost) = (Vec::new(), Vec::new());
    if any(&[Action::RemoveNetwork]) {
        covers.push("networks".to_owned());
    }
    if containers {
        covers.push("containers' configuration".to_owned());
        lost.push("what containers wrote into themselves, and their logs");
    }
    if any(&[Action::UntagImage]) {
        covers.push("image names".to_owned());
    }
    match keep.map(age) {
        Some(time) => {
            if volumes {
                covers.push(format!("volumes with their data (for {time})"));
            }
            if images {
                covers.push(format!("images (for {time}, or from their registry)"));
            }
        }
        None => {
            if volumes {
                covers.push("volumes, empty".to_owned());
                lost.push("volumes' data");
            }
            if images {
                covers.push("images that a registry has".to_owned());
                lost.push("images that none has");
            }
        }
    }
    let sentence = |parts: Vec<String>| (!parts.is_empty()).then(|| parts.join(" \u{b7} "));
    Scope {
        covers: sentence(covers),
        lost: sentence(lost.into_iter().map(str::to_owned).collect()),
        trash_would_help: keep.is_none() && (volumes || images),
        short: keep.and(room).and_then(|room| short(plan, room)),
    }
}

/// Images are not counted: of those that a registry has, nothing is kept.
fn short(plan: &Plan, room: u64) -> Option<String> {
    let volumes = plan.steps().iter().filter(|step| step.action() == Action::RemoveVolume);
    let wanted = volumes.filter_map(Step::frees).fold(0, u64::saturating_add);
    (wanted > room).then(|| {
        format!(
            "the trash has room for {} and the volumes hold {}: what does not fit stays",
            bytes(room),
            bytes(wanted)
        )
    })
}
