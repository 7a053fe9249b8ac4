//! How well the engine is known: an engine that nobody has looked at from here, under an SSOT that names none,
//! may be any engine.

use crate::records::Paths;
use crate::ssot::Ssot;
use crate::steward::EngineIdentity;

/// How well the engine was known when the session began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acquaintance {
    /// The SSOT is bound to it, or it is the built-in one.
    Bound,
    /// The SSOT names no engine; this one was looked at before, from here.
    Met,
    /// The SSOT names no engine, and this one is seen for the first time.
    First,
}

impl Acquaintance {
    /// Before the first look, which is what makes an engine known.
    pub(super) fn of(ssot: &Ssot, engine: &EngineIdentity, paths: &Paths, demo: bool) -> Self {
        if demo || ssot.policy.host.engine.is_some() {
            Self::Bound
        } else if paths.ledger(&engine.binding()).exists() {
            Self::Met
        } else {
            Self::First
        }
    }

    /// What to tell before anything is approved.
    pub const fn warning(self) -> Option<&'static str> {
        match self {
            Self::Bound | Self::Met => None,
            Self::First => Some(
                "First contact: this engine was never looked at from here, and the SSOT is bound to none.",
            ),
        }
    }
}
