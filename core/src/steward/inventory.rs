//! What an engine holds, read at one moment: plain data, nothing decided yet.

use arcstr::ArcStr;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::labels::Labels;

pub use super::key::{ContainerId, ImageId, Key, Kind, NetworkId};

/// Which engine, so that a plan made for one can never run on another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineIdentity {
    /// The engine's own ID (`GET /info`, `ID`). A file on its disk: cloned machines share it.
    pub id: String,
    /// The name of its host (`Name`).
    pub name: String,
    /// The engine's version, such as `20.10.24`.
    pub version: String,
    /// The negotiated API version, such as `1.41`.
    pub api: String,
    /// Where it was reached, such as `unix:///var/run/docker.sock`.
    pub host: String,
    /// `DockerRootDir`, such as `/var/lib/docker`.
    pub root_dir: String,
    /// The storage driver, and `+containerd` where the containerd image store is on, since there an
    /// image ID means something else.
    pub storage: String,
    /// `OperatingSystem`, such as `Docker Desktop`.
    pub operating_system: String,
}

impl EngineIdentity {
    /// Whether this is Docker Desktop, whose environment is `desktop` unless another is asked for.
    pub fn is_docker_desktop(&self) -> bool {
        self.operating_system == "Docker Desktop"
    }
}

/// A container's state, as `GET /containers/json` words it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Made, never started.
    Created,
    /// Running.
    Running,
    /// Frozen; its processes still exist.
    Paused,
    /// Between two runs.
    Restarting,
    /// Being removed, or a removal failed midway.
    Removing,
    /// Stopped.
    Exited,
    /// A removal failed; only part of it is left.
    Dead,
    /// A state that this version does not know: nothing may be concluded from it.
    #[serde(untagged)]
    Other(ArcStr),
}

impl State {
    /// Reads the engine's word.
    pub fn parse(word: &str) -> Self {
        match word {
            "created" => Self::Created,
            "running" => Self::Running,
            "paused" => Self::Paused,
            "restarting" => Self::Restarting,
            "removing" => Self::Removing,
            "exited" => Self::Exited,
            "dead" => Self::Dead,
            other => Self::Other(other.into()),
        }
    }

    /// The engine's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Restarting => "restarting",
            Self::Removing => "removing",
            Self::Exited => "exited",
            Self::Dead => "dead",
            Self::Other(word) => word,
        }
    }

    /// Whether processes exist, so that the engine refuses to remove it (409) until it is stopped.
    pub const fn is_active(&self) -> bool {
        matches!(self, Self::Running | Self::Paused | Self::Restarting)
    }
}

/// One thing mounted into a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mount {
    /// A volume, by name; `source` is its folder on the engine's host.
    Volume {
        /// The volume's name.
        name: ArcStr,
        /// Its folder on the engine's host, where the engine says it.
        source: ArcStr,
    },
    /// A folder or file of the engine's host.
    Bind {
        /// The path on the engine's host.
        source: ArcStr,
    },
    /// An image mounted as a folder (API 1.48 and later).
    Image {
        /// The reference or ID that was mounted.
        reference: ArcStr,
    },
    /// `tmpfs`, `npipe`, `cluster`: holds nothing that is audited here.
    Other,
}

impl Mount {
    /// The path on the engine's host, where there is one.
    pub fn source(&self) -> Option<&str> {
        match self {
            Self::Volume { source, .. } | Self::Bind { source } if !source.is_empty() => Some(source),
            _ => None,
        }
    }
}

/// A network that a container is attached to, or will be when it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The network's name.
    pub name: ArcStr,
    /// The network's ID; empty for a container that never started.
    pub id: ArcStr,
}

/// What only an inspect tells of a container; read for those where a decision needs it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContainerDetail {
    /// `--rm`: stopping it removes it, and its anonymous volumes with it.
    pub auto_remove: bool,
    /// Names or IDs of the containers of `--volumes-from`, without the `:ro` suffix.
    pub volumes_from: Vec<String>,
    /// When it last stopped; none if it never ran or the engine's value makes no sense.
    pub finished_at: Option<Timestamp>,
    /// When it last started.
    pub started_at: Option<Timestamp>,
}

/// One container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Its ID.
    pub id: ContainerId,
    /// Its name: the entry of `Names` with a single slash, without the slash. Link aliases
    /// (`/other/alias`) are not names.
    pub name: ArcStr,
    /// The reference or ID it was made from, as the engine words it today.
    pub image: ArcStr,
    /// The image it was made from.
    pub image_id: Option<ImageId>,
    /// Its state.
    pub state: State,
    /// The engine's own words for the state, such as `Exited (0) 3 days ago`.
    pub status: ArcStr,
    /// When it was created, by the engine's clock.
    pub created: Option<Timestamp>,
    /// Its labels, those of its image included.
    pub labels: Labels,
    /// What is mounted into it.
    pub mounts: Vec<Mount>,
    /// Its networks.
    pub networks: Vec<Attachment>,
    /// `HostConfig.NetworkMode`: `bridge`, `host`, a network, or `container:ID`.
    pub network_mode: ArcStr,
    /// Published ports, such as `127.0.0.1:8069→8069/tcp`.
    pub ports: Vec<ArcStr>,
    /// Bytes in its writable layer; none until sizes have arrived.
    pub size: Option<u64>,
    /// Names of the containers that reach this one by `--link`: the owners of its link aliases.
    pub linked_by: Vec<String>,
    /// What an inspect told; none if it was not asked, as most are not.
    pub detail: Option<Box<ContainerDetail>>,
    /// What could not be understood of the engine's answer; not empty means: keep.
    pub faults: Vec<String>,
}

/// One image, with all its references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Its ID.
    pub id: ImageId,
    /// `repository:tag`, without `docker.io/library/`.
    pub tags: Vec<ArcStr>,
    /// `repository@sha256:…`.
    pub digests: Vec<ArcStr>,
    /// The image it was built on, where the engine knows it.
    pub parent: Option<ImageId>,
    /// When it was built, as the image itself claims: shown, never believed.
    pub created: Option<Timestamp>,
    /// Its labels.
    pub labels: Labels,
    /// Bytes of all its layers, shared ones included.
    pub size: Option<u64>,
    /// Bytes that other images share; none until sizes have arrived.
    pub shared: Option<u64>,
    /// When it was last pulled, built or tagged here (`Metadata.LastTagTime`); only an inspect tells.
    pub last_tag_time: Option<Timestamp>,
    /// Whether it was inspected.
    pub inspected: bool,
    /// What could not be understood of the engine's answer; not empty means: keep.
    pub faults: Vec<String>,
}

impl Image {
    /// Every reference under which it can be named: its tags; its digests where it has no tag.
    pub fn references(&self) -> &[ArcStr] {
        if self.tags.is_empty() { &self.digests } else { &self.tags }
    }

    /// No tag and no digest: what `docker images` shows as `<none>:<none>`.
    pub fn is_dangling(&self) -> bool {
        self.tags.is_empty() && self.digests.is_empty()
    }
}

/// One volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// Its name.
    pub name: ArcStr,
    /// Its driver; `local` unless a plugin made it.
    pub driver: ArcStr,
    /// Its folder on the engine's host.
    pub mountpoint: ArcStr,
    /// Its labels.
    pub labels: Labels,
    /// Driver options (`o=bind`, NFS, …): its data lives elsewhere.
    pub options: Labels,
    /// `local` or `global`.
    pub scope: ArcStr,
    /// The time of its folder's last change, which the engine calls `CreatedAt`.
    pub created: Option<Timestamp>,
    /// Bytes; none until sizes have arrived, or if the engine cannot tell.
    pub size: Option<u64>,
    /// What could not be understood of the engine's answer; not empty means: keep.
    pub faults: Vec<String>,
}

impl Volume {
    /// Made by the engine for a `VOLUME` line or `-v /path`, with a random name and no owner to ask.
    pub fn is_anonymous(&self) -> bool {
        self.labels.contains_key("com.docker.volume.anonymous")
            || (self.name.len() == 64 && self.name.bytes().all(|b| b.is_ascii_hexdigit()))
    }
}

/// One network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// Its ID.
    pub id: NetworkId,
    /// Its name; unlike container names, not unique.
    pub name: ArcStr,
    /// Its driver.
    pub driver: ArcStr,
    /// `local`, `swarm` or `global`.
    pub scope: ArcStr,
    /// Its labels.
    pub labels: Labels,
    /// When it was created, by the engine's clock.
    pub created: Option<Timestamp>,
    /// What could not be understood of the engine's answer; not empty means: keep.
    pub faults: Vec<String>,
}

/// A row of a list that could not be read at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Which list it stood in.
    pub kind: Kind,
    /// What was wrong.
    pub why: String,
}

/// What the engine says of itself, against which its lists are checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EngineCounts {
    /// `GET /info`, `Containers`.
    pub containers: usize,
    /// `GET /info`, `Images`: intermediate ones included.
    pub images: usize,
}

/// Everything that an engine holds, read at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    /// Which engine.
    pub engine: EngineIdentity,
    /// When it was read, by this machine's clock.
    pub read_at: Timestamp,
    /// The engine's clock at that moment (`SystemTime`).
    pub engine_time: Option<Timestamp>,
    /// What the engine says it holds.
    pub counts: EngineCounts,
    /// All containers, stopped ones included.
    pub containers: Vec<Container>,
    /// All images, intermediate ones included.
    pub images: Vec<Image>,
    /// All volumes.
    pub volumes: Vec<Volume>,
    /// All networks.
    pub networks: Vec<Network>,
    /// Rows that could not be read: while there are any, what they may use is unknown.
    pub unreadable: Vec<Unreadable>,
}

/// All that an engine holds but its containers, which are still to come: until then nothing here is unused.
#[derive(Debug)]
pub struct Awaiting(Inventory);

impl Awaiting {
    /// Takes an inventory's place without its containers; those that it has are dropped.
    pub fn new(mut but_containers: Inventory) -> Self {
        but_containers.containers = Vec::new();
        Self(but_containers)
    }

    /// What is there: a list without containers, from which nobody but the survey may conclude anything.
    pub(super) const fn there(&self) -> &Inventory {
        &self.0
    }

    /// The whole, with the containers and what could not be read of them.
    pub fn with(self, containers: Vec<Container>, mut unreadable: Vec<Unreadable>) -> Inventory {
        let mut inventory = self.0;
        unreadable.append(&mut inventory.unreadable);
        Inventory { containers, unreadable, ..inventory }
    }
}

impl Inventory {
    /// How many rows the list of a kind had.
    pub fn count(&self, kind: Kind) -> usize {
        match kind {
            Kind::Container => self.containers.len(),
            Kind::Image => self.images.len(),
            Kind::Volume => self.volumes.len(),
            Kind::Network => self.networks.len(),
        }
    }
}
