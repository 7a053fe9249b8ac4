//! Asking whether the environment works: beside everything else, and not more often than needed.

use crate::console::message::Effect;
use crate::console::state::{Cleanup, State};
use crate::health::{HealthReport, StackReport};

/// Asks, if it is time to, and nothing is being removed.
pub(super) fn due(state: &mut State) -> Option<Effect> {
    let now = state.now;
    let desk = state.desk_mut()?;
    if matches!(desk.cleanup, Cleanup::Run(_)) || !desk.live.is_live() || !desk.vitals.due(now) {
        return None;
    }
    let look = desk.look.clone()?;
    desk.vitals.asking = true;
    desk.vitals.wanted = false;
    Some(Effect::Vitals(look))
}

/// It was answered.
pub(super) fn taken(state: &mut State, health: HealthReport, stack: Option<StackReport>) -> Vec<Effect> {
    let now = state.now;
    if let Some(desk) = super::engine::desk_anywhere(state) {
        let vitals = &mut desk.vitals;
        (vitals.health, vitals.stack, vitals.at, vitals.asking) = (Some(health), stack, Some(now), false);
    }
    Vec::new()
}
