//! From an engine's five answers to an inventory: no connection, no clock, nothing but what the engine said.

use jiff::Timestamp;
use serde_json::Value;

use super::error::EngineError;
use super::wire::{self, Info};
use crate::steward::Inventory;
use crate::steward::inventory::{EngineCounts, EngineIdentity, Kind};

/// The engine's answers, each read as far as its rows.
pub(super) struct Replies {
    pub(super) info: Info,
    pub(super) containers: Vec<Value>,
    pub(super) images: Vec<Value>,
    pub(super) volumes: Vec<Value>,
    pub(super) networks: Vec<Value>,
}

/// The bodies of `GET /info`, `/containers/json?all=1`, `/images/json?all=1`, `/volumes` and `/networks`.
#[derive(Debug, Clone, Copy)]
pub struct Bodies<'a> {
    /// `GET /info`.
    pub info: &'a [u8],
    /// `GET /containers/json?all=1`.
    pub containers: &'a [u8],
    /// `GET /images/json?all=1`.
    pub images: &'a [u8],
    /// `GET /volumes`.
    pub volumes: &'a [u8],
    /// `GET /networks`.
    pub networks: &'a [u8],
}

impl Bodies<'_> {
    /// The inventory that they tell of; a body that is not what the Engine API promises fails the whole.
    pub fn inventory(&self, now: Timestamp) -> Result<Inventory, EngineError> {
        let replies = Replies {
            info: wire::read("GET /info", self.info)?,
            containers: wire::read("GET /containers/json", self.containers)?,
            images: wire::read("GET /images/json", self.images)?,
            volumes: volumes(self.volumes)?,
            networks: wire::read("GET /networks", self.networks)?,
        };
        Ok(replies.inventory("", "", now))
    }
}

impl Replies {
    pub(super) fn inventory(self, api: &str, host: &str, now: Timestamp) -> Inventory {
        let (counts, engine_time) = (counts(&self.info), wire::time(&self.info.system_time));
        let mut unreadable = Vec::new();
        Inventory {
            engine: identity(self.info, api, host),
            read_at: now,
            engine_time,
            counts,
            containers: wire::rows(Kind::Container, self.containers, wire::container, &mut unreadable),
            images: wire::rows(Kind::Image, self.images, wire::image, &mut unreadable),
            volumes: wire::rows(Kind::Volume, self.volumes, wire::volume, &mut unreadable),
            networks: wire::rows(Kind::Network, self.networks, wire::network, &mut unreadable),
            unreadable,
        }
    }
}

/// The engine's own introduction.
pub(super) fn identity(info: Info, api: &str, host: &str) -> EngineIdentity {
    EngineIdentity {
        storage: info.storage(),
        id: info.id,
        name: info.name,
        version: info.server_version,
        api: api.to_owned(),
        host: host.to_owned(),
        root_dir: info.docker_root_dir,
        operating_system: info.operating_system,
    }
}

const fn counts(info: &Info) -> EngineCounts {
    EngineCounts { containers: info.containers, images: info.images }
}

/// The rows of `GET /volumes`, if they are all there.
pub(super) fn volumes(body: &[u8]) -> Result<Vec<Value>, EngineError> {
    let list: wire::VolumeList = wire::read("GET /volumes", body)?;
    match list.warnings.unwrap_or_default().first() {
        // A driver that does not answer has volumes that are not in the list.
        Some(warning) => Err(EngineError::Broken {
            request: "GET /volumes".to_owned(),
            why: format!("the list is incomplete: {}", crate::text::sanitise(warning)),
        }),
        None => Ok(list.volumes.unwrap_or_default()),
    }
}
