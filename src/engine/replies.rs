//! From an engine's five answers to an inventory: no connection, no clock, nothing but what the engine said.

use jiff::Timestamp;

use super::error::EngineError;
use super::rows::{self, Rows};
use super::wire::{self, Info};
use crate::steward::Inventory;
use crate::steward::inventory::{
    Container, EngineCounts, EngineIdentity, Image, Kind, Network, Unreadable, Volume,
};

/// What the engine's lists hold.
#[derive(Debug, Default)]
pub(super) struct Lists {
    pub(super) containers: Rows<Container>,
    pub(super) images: Rows<Image>,
    pub(super) volumes: Rows<Volume>,
    pub(super) networks: Rows<Network>,
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
        let info = wire::read("GET /info", self.info)?;
        let lists = Lists {
            containers: containers("GET /containers/json", self.containers)?,
            images: images("GET /images/json", self.images)?,
            volumes: wire::volumes(self.volumes)?,
            networks: networks("GET /networks", self.networks)?,
        };
        Ok(lists.inventory(info, "", "", now))
    }
}

impl Lists {
    pub(super) fn inventory(self, info: Info, api: &str, host: &str, now: Timestamp) -> Inventory {
        let Self { containers, images, volumes, networks } = self;
        let unreadable: Vec<Unreadable> =
            [containers.unreadable, images.unreadable, volumes.unreadable, networks.unreadable].concat();
        Inventory {
            engine_time: wire::time(&info.system_time),
            counts: counts(&info),
            engine: identity(info, api, host),
            read_at: now,
            containers: containers.all,
            images: images.all,
            volumes: volumes.all,
            networks: networks.all,
            unreadable,
        }
    }
}

/// Reads a list of containers.
pub(super) fn containers(request: &str, body: &[u8]) -> Result<Rows<Container>, EngineError> {
    rows::list(Kind::Container, request, body, wire::container)
}

/// Reads a list of images.
pub(super) fn images(request: &str, body: &[u8]) -> Result<Rows<Image>, EngineError> {
    rows::list(Kind::Image, request, body, wire::image)
}

/// Reads a list of networks.
pub(super) fn networks(request: &str, body: &[u8]) -> Result<Rows<Network>, EngineError> {
    rows::list(Kind::Network, request, body, wire::network)
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
