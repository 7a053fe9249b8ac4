//! One engine's whole state, and the ways to put things into it.
use std::collections::HashMap;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use sha2::{Digest as _, Sha256};

use super::events::Events;
use super::exec::Exec;
use super::resources::{Attachment, BuildCache, Container, ENTRY, Image, Layer, MountKind, Network, Volume};

/// What an engine says about itself.
#[derive(Clone, Debug)]
pub struct Engine {
    /// The engine's ID.
    pub id: String,
    /// The host's name.
    pub name: String,
    /// For people; Docker Desktop says `Docker Desktop` here.
    pub operating_system: String,
    /// Engine version.
    pub version: String,
    /// Highest API version.
    pub api: String,
    /// Lowest API version.
    pub min_api: String,
    /// Where it keeps everything.
    pub root: String,
    /// Storage driver.
    pub driver: String,
    /// What the driver says of itself; the containerd image store says
    /// `driver-type: io.containerd.snapshotter.v1` here.
    pub driver_status: Vec<(String, String)>,
    /// `inactive` or `active`.
    pub swarm: String,
    /// Cores.
    pub cpus: u32,
    /// Bytes of memory.
    pub memory: u64,
}

/// One engine's whole state.
#[derive(Debug)]
pub struct World {
    /// What it says about itself.
    pub engine: Engine,
    /// Containers, in the order of their creation.
    pub containers: Vec<Container>,
    /// Images.
    pub images: Vec<Image>,
    /// Volumes.
    pub volumes: Vec<Volume>,
    /// Networks.
    pub networks: Vec<Network>,
    /// Build cache.
    pub build_cache: Vec<BuildCache>,
    /// How long `/system/df` walks, and refuses a second walk: 0 in an empty world, 600 ms in those of the demo.
    pub df_delay: Duration,
    /// Exit codes of programs run by exec in a running container, by the program's name; else 0 for `true`, 1 for
    /// `false` and 126 for what is not found.
    pub programs: HashMap<String, i64>,
    pub(super) events: Events,
    pub(super) execs: Vec<Exec>,
    /// Images that were saved, by their IDs: a later load knows them again.
    pub(super) exported: HashMap<String, Image>,
    /// Exit codes of containers that are gone, for those who wait for their end.
    pub(super) last_codes: HashMap<String, i64>,
    base: Timestamp,
    told: Timestamp,
    since: Instant,
    serial: u64,
}

/// SHA-256 in hex of the parts.
pub(super) fn hash(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    hex::encode(hasher.finalize())
}

impl World {
    /// An engine that holds nothing but Docker's own networks. Its clock starts at `now` and runs on.
    pub fn empty(now: Timestamp) -> World {
        let midnight = now.to_zoned(TimeZone::UTC).start_of_day().map_or(now, |day| day.timestamp());
        let mut world = World {
            engine: Engine {
                id: "DEMO:EMPT:YEMP:TYEM:PTYE:MPTY:EMPT:YEMP:TYEM:PTYE:MPTY:0000".to_owned(),
                name: "demo".to_owned(),
                operating_system: "Debian GNU/Linux 12 (bookworm)".to_owned(),
                version: "20.10.24".to_owned(),
                api: "1.41".to_owned(),
                min_api: "1.12".to_owned(),
                root: "/var/lib/docker".to_owned(),
                driver: "overlay2".to_owned(),
                driver_status: vec![("Backing Filesystem".to_owned(), "extfs".to_owned())],
                swarm: "inactive".to_owned(),
                cpus: 2,
                memory: 4 << 30,
            },
            containers: Vec::new(),
            images: Vec::new(),
            volumes: Vec::new(),
            networks: Vec::new(),
            build_cache: Vec::new(),
            df_delay: Duration::ZERO,
            programs: HashMap::new(),
            events: Events::default(),
            execs: Vec::new(),
            exported: HashMap::new(),
            last_codes: HashMap::new(),
            base: midnight,
            told: now,
            since: Instant::now(),
            serial: 0,
        };
        let old = world.days_ago(200);
        for (name, driver) in [("bridge", "bridge"), ("none", "null"), ("host", "host")] {
            world.add_network(Network::new(name).driver(driver).created(old));
        }
        world
    }

    /// The engine's clock.
    pub fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.since.elapsed()).unwrap_or(SignedDuration::ZERO);
        self.told.checked_add(passed).unwrap_or(self.told)
    }

    /// Sets the engine's clock wrong by this much more.
    pub fn skew_clock(&mut self, by: SignedDuration) {
        self.told = self.told.checked_add(by).unwrap_or(self.told);
    }

    /// Midnight (UTC) of the day on which the world was made: what its ages are counted from, so that two
    /// processes on one day see one world.
    pub fn base(&self) -> Timestamp {
        self.base
    }

    /// This many days before [`World::base`].
    pub fn days_ago(&self, days: i64) -> Timestamp {
        self.hours_ago(days.saturating_mul(24))
    }

    /// This many hours before [`World::base`].
    pub fn hours_ago(&self, hours: i64) -> Timestamp {
        self.base.checked_sub(hours.hours()).unwrap_or(self.base)
    }

    /// An ID that no other thing in this world has, and the same one in every run that does the same.
    pub(super) fn fresh_id(&mut self, kind: &str, name: &str) -> String {
        self.serial += 1;
        hash(&[&self.engine.id, kind, name, &self.serial.to_string()])
    }

    /// Adds an image and returns its ID. Layers of the parent come first.
    pub fn add_image(&mut self, mut image: Image) -> String {
        let now = self.now();
        for time in [&mut image.created, &mut image.last_tag_time] {
            if *time == Some(ENTRY) {
                *time = Some(now);
            }
        }
        let name = image.tags.first().cloned().unwrap_or_default();
        if image.id.is_empty() {
            image.id = format!("sha256:{}", self.fresh_id("image", &name));
        }
        let below =
            self.images.iter().find(|other| other.id == image.parent).map(|parent| parent.layers.clone());
        let own = std::mem::take(&mut image.layers);
        image.layers = below.unwrap_or_default();
        for layer in own {
            let diff = if layer.diff.is_empty() {
                format!("sha256:{}", hash(&["layer", &image.id, &image.layers.len().to_string()]))
            } else {
                layer.diff
            };
            // As the OCI image specification has it.
            let chain = match image.layers.last() {
                None => diff.clone(),
                Some(below) => {
                    let digest = <sha2::Sha256 as sha2::Digest>::digest(format!("{} {diff}", below.chain));
                    format!("sha256:{}", hex::encode(digest))
                }
            };
            image.layers.push(Layer { diff, chain, size: layer.size });
        }
        // A tag belongs to one image: the last to get it.
        for tag in &image.tags {
            for other in &mut self.images {
                other.tags.retain(|held| held != tag);
            }
        }
        let id = image.id.clone();
        self.images.push(image);
        id
    }

    /// Adds a container and returns its ID. The volumes it names are made where they are missing; its image is
    /// looked up, and one that the engine lacks leaves an ID that leads nowhere.
    pub fn add_container(&mut self, mut container: Container) -> String {
        if container.id.is_empty() {
            container.id = self.fresh_id("container", &container.name.clone());
        }
        if container.created == ENTRY {
            container.created = container.started.unwrap_or_else(|| self.now());
        }
        if container.image_id.is_empty() {
            container.image_id = self.find_image(&container.image).map_or_else(
                || format!("sha256:{}", hash(&["gone", &container.image])),
                |image| image.id.clone(),
            );
        }
        self.take_over_mounts(&mut container);
        self.make_volumes(&mut container);
        self.attach_networks(&mut container);
        let id = container.id.clone();
        self.containers.push(container);
        id
    }

    /// Adds a volume.
    pub fn add_volume(&mut self, mut volume: Volume) {
        if volume.created == Some(ENTRY) {
            volume.created = Some(self.now());
        }
        if volume.name.is_empty() {
            volume.name = self.fresh_id("volume", "");
        }
        self.volumes.retain(|other| other.name != volume.name);
        self.volumes.push(volume);
    }

    /// Adds a network and returns its ID.
    pub fn add_network(&mut self, mut network: Network) -> String {
        if network.id.is_empty() {
            network.id = self.fresh_id("network", &network.name.clone());
        }
        if network.created == ENTRY {
            network.created = self.now();
        }
        if network.driver == "bridge" && network.subnet == 0 {
            let taken = |subnet: u8| self.networks.iter().any(|other| other.subnet == subnet);
            network.subnet = (17..=255).find(|&subnet| !taken(subnet)).unwrap_or(255);
        }
        let id = network.id.clone();
        self.networks.push(network);
        id
    }

    fn take_over_mounts(&self, container: &mut Container) {
        for given in container.volumes_from.clone() {
            let name = given.split(':').next().unwrap_or_default();
            let Ok(other) = self.find_container(name) else { continue };
            for mount in &self.containers[other].mounts {
                if !container.mounts.iter().any(|own| own.destination == mount.destination) {
                    let mut mount = mount.clone();
                    // The engine forgets a bind's mode on the way.
                    if matches!(mount.kind, MountKind::Bind { .. }) {
                        mount.mode.clear();
                    }
                    container.mounts.push(mount);
                }
            }
        }
    }

    fn make_volumes(&mut self, container: &mut Container) {
        for mount in &mut container.mounts {
            if let MountKind::Volume { name, .. } = &mut mount.kind {
                if name.is_empty() {
                    *name = self.fresh_id("volume", &container.name);
                }
                if !self.volumes.iter().any(|volume| volume.name == *name) {
                    self.volumes.push(Volume::new(name).created(container.created));
                    self.volume_event("create", name, &[]);
                }
            }
        }
    }

    fn attach_networks(&mut self, container: &mut Container) {
        if container.networks.is_empty() && !container.network_mode.starts_with("container:") {
            let name = match container.network_mode.as_str() {
                "default" | "" => "bridge",
                name => name,
            };
            let network = name.to_owned();
            container.networks.push(Attachment { network, ..Attachment::default() });
        }
        if container.started.is_some() {
            self.join_networks(container);
        }
    }
}
