//! What an engine says of itself.

use serde::Deserialize;

use crate::text::sanitise;

/// `GET /info`, the part that matters here.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Info {
    /// The engine's ID.
    #[serde(rename = "ID")]
    pub id: String,
    pub(super) name: String,
    pub(super) containers: usize,
    pub(super) images: usize,
    pub(super) docker_root_dir: String,
    pub(super) driver: String,
    #[serde(default)]
    pub(super) driver_status: Option<Vec<Vec<String>>>,
    /// The engine's clock; see [`time`](super::time).
    #[serde(default)]
    pub system_time: String,
    #[serde(default)]
    pub(super) server_version: String,
    #[serde(default)]
    pub(super) operating_system: String,
}

impl Info {
    /// The storage driver; with the containerd image store an image ID means something else.
    pub(super) fn storage(&self) -> String {
        let containerd = self
            .driver_status
            .iter()
            .flatten()
            .flatten()
            .any(|it| it.starts_with("io.containerd.snapshotter"));
        if containerd { format!("{}+containerd", self.driver) } else { self.driver.clone() }
    }
}

/// `GET /version`, the part that matters here.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Version {
    /// The newest API version that it speaks.
    pub api_version: String,
    /// The oldest.
    #[serde(rename = "MinAPIVersion", default)]
    pub min_api_version: String,
    #[serde(default)]
    components: Option<Vec<Component>>,
}

/// A part of what answers: `Engine`, `containerd`, `runc`; or `Podman Engine`, `Conmon`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Component {
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
}

impl Version {
    /// What it calls itself and its version, where it speaks Docker's API and is not Docker.
    pub fn foreign(&self) -> Option<(String, String)> {
        let podman = self.components.iter().flatten().find(|it| it.name.starts_with("Podman"))?;
        Some((sanitise(&podman.name).into_owned(), sanitise(&podman.version).into_owned()))
    }
}
