//! From an engine's five answers to an inventory.

use jiff::Timestamp;

use super::document::Reading;
use super::introduction::Info;
use super::rows::{Rows, list};
use super::texts::Names;
use super::volumes::VolumeList;
use super::{Broken, read, time};
use crate::steward::Inventory;
use crate::steward::inventory::{
    Awaiting, Container, EngineCounts, EngineIdentity, Image, Kind, Network, Volume,
};

/// What the engine's lists hold, but for the containers.
#[derive(Debug, Default)]
pub struct Others {
    /// `GET /images/json?all=1`.
    pub images: Rows<Image>,
    /// `GET /volumes`.
    pub volumes: Rows<Volume>,
    /// `GET /networks`.
    pub networks: Rows<Network>,
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
    pub fn inventory(&self, now: Timestamp) -> Result<Inventory, Broken> {
        fn whole<T: 'static>(mut list: Reading<Rows<T>>, body: &[u8]) -> Result<Rows<T>, Broken> {
            list.take(body);
            list.end()
        }
        let info = read("GET /info", self.info)?;
        let names = &Names::default();
        let containers = whole(containers("GET /containers/json", names), self.containers)?;
        let others = Others {
            images: whole(images(names), self.images)?,
            volumes: whole(volumes(names), self.volumes)?,
            networks: whole(networks(names), self.networks)?,
        };
        Ok(others.awaiting(info, "", "", now).with(containers.all, containers.unreadable))
    }
}

impl Others {
    /// The inventory that they tell of, with what else is known of the engine, until the containers come.
    pub fn awaiting(self, info: Info, api: &str, host: &str, now: Timestamp) -> Awaiting {
        let Self { images, volumes, networks } = self;
        Awaiting::new(Inventory {
            engine_time: time(&info.system_time),
            counts: counts(&info),
            engine: identity(info, api, host),
            read_at: now,
            containers: Vec::new(),
            images: images.all,
            volumes: volumes.all,
            networks: networks.all,
            unreadable: [images.unreadable, volumes.unreadable, networks.unreadable].concat(),
        })
    }
}

/// Reads a list of containers.
pub fn containers(request: &str, names: &Names) -> Reading<Rows<Container>> {
    list(Kind::Container, request, names)
}

/// Reads the list of images.
pub fn images(names: &Names) -> Reading<Rows<Image>> {
    list(Kind::Image, "GET /images/json?all=1", names)
}

/// Reads the list of volumes.
pub fn volumes(names: &Names) -> Reading<Rows<Volume>> {
    Reading::of(VolumeList::REQUEST, VolumeList::with(names))
}

/// Reads the list of networks.
pub fn networks(names: &Names) -> Reading<Rows<Network>> {
    list(Kind::Network, "GET /networks", names)
}

/// The engine's own introduction.
pub fn identity(info: Info, api: &str, host: &str) -> EngineIdentity {
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
