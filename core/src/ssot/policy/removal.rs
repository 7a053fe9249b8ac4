//! What may be removed, by name or by age.

use std::time::Duration;

use crate::ssot::pattern::NamePattern;

/// Names that may go once they are old enough.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgedPatterns {
    /// Matched narrowly against a resource's own name.
    pub patterns: Vec<NamePattern>,
    /// How old a resource must provably be.
    pub min_age: Duration,
}

/// How long what nobody uses, expects or protects is kept. Absent means for ever.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Images without a tag.
    #[serde(default)]
    pub dangling_images: Option<MaxAge>,
    /// Images with a tag that no container uses.
    #[serde(default)]
    pub unused_images: Option<ImageRetention>,
    /// Containers that ended, counted from their `FinishedAt`.
    #[serde(default)]
    pub stopped_containers: Option<MaxAge>,
    /// Named volumes that no container mounts, by the steward's own observation.
    #[serde(default)]
    pub unused_volumes: Option<MaxAge>,
    /// Anonymous volumes that no container mounts, by the steward's own observation.
    #[serde(default)]
    pub anonymous_volumes: Option<MaxAge>,
    /// Networks that no container is connected to, by the steward's own observation.
    #[serde(default)]
    pub unused_networks: Option<MaxAge>,
}

/// What a cleanup takes away and nothing else could bring back: the data of volumes, and images that no registry is
/// known to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrashPolicy {
    /// How long it is kept in the steward's state folder, for example `30d`.
    #[serde(with = "crate::ssot::duration")]
    #[schemars(with = "crate::ssot::duration::Text")]
    pub keep: Duration,
}

/// An age after which something may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MaxAge {
    /// How long it is kept, for example `14d`.
    #[serde(with = "crate::ssot::duration")]
    #[schemars(with = "crate::ssot::duration::Text")]
    pub max_age: Duration,
}

/// An age after which an unused image may go, and what proves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImageRetention {
    /// How long it is kept, for example `14d`.
    #[serde(with = "crate::ssot::duration")]
    #[schemars(with = "crate::ssot::duration::Text")]
    pub max_age: Duration,
    /// From when its age counts.
    #[serde(default)]
    pub evidence: Evidence,
}

/// What an image's age counts from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// When it was last pulled or tagged on this engine (`LastTagTime`).
    Pulled,
    /// When the steward last saw it in use. The careful choice, and the default.
    #[default]
    Observed,
}
