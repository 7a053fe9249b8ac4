//! The patterns of an SSOT, each list made so that it is asked at once: made once for each look, however many threads
//! ask it.

use super::protection::Protection;
use crate::ssot::{Expectation, NamePattern, NameSet, Policy};
use crate::steward::inventory::Kind;
use crate::steward::reference::normalise;

/// The patterns of one policy.
pub(super) struct Patterns {
    pub(super) protected: Protection,
    /// In the order of [`Kind::ALL`]; images spelled as the engine does.
    expected: [NameSet; 4],
    pub(super) safe: NameSet,
    pub(super) auto: NameSet,
}

impl Patterns {
    pub(super) fn of(policy: &Policy) -> Self {
        let spelled = |entry: &Expectation| {
            let short = normalise(entry.name.as_str());
            let other = (short != entry.name.as_str()).then(|| NamePattern::new(short).ok()).flatten();
            other.unwrap_or_else(|| entry.name.clone())
        };
        let expected = &policy.expected;
        Self {
            protected: Protection::of(&policy.protected),
            expected: [
                NameSet::new(expected.containers.iter().map(|it| &it.name)),
                NameSet::new(&expected.images.iter().map(spelled).collect::<Vec<_>>()),
                NameSet::new(expected.volumes.iter().map(|it| &it.name)),
                NameSet::new(expected.networks.iter().map(|it| &it.name)),
            ],
            safe: NameSet::new(&policy.safe_to_delete.patterns),
            auto: NameSet::new(&policy.auto_delete.patterns),
        }
    }

    pub(super) const fn expected(&self, kind: Kind) -> &NameSet {
        let [containers, images, volumes, networks] = &self.expected;
        match kind {
            Kind::Container => containers,
            Kind::Image => images,
            Kind::Volume => volumes,
            Kind::Network => networks,
        }
    }
}
