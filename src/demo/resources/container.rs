//! Containers.
use jiff::Timestamp;

use super::{Attachment, ENTRY, Map, Mount, MountKind, Port, State};

/// A container. Fields that the builder does not set get the engine's defaults.
#[derive(Clone, Debug)]
pub struct Container {
    /// 64 hex digits; set when it enters a world.
    pub id: String,
    /// Without the leading slash.
    pub name: String,
    /// Other names by which links reach it, such as `app/db`, without the leading slash.
    pub aliases: Vec<String>,
    /// The image as it was named on creation.
    pub image: String,
    /// `sha256:…` of the image; resolved when it enters a world.
    pub image_id: String,
    /// Program and arguments.
    pub command: Vec<String>,
    /// Environment.
    pub env: Vec<String>,
    /// Labels.
    pub labels: Map,
    /// What it is doing.
    pub state: State,
    /// Of the last run.
    pub exit_code: i64,
    /// Exit code that a stop leaves behind: 0 for a program that heeds SIGTERM, 137 for one that is killed.
    pub stops_with: i64,
    /// `healthy`, `unhealthy` or `starting`, where it has a health check.
    pub health: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last started.
    pub started: Option<Timestamp>,
    /// When it last ended.
    pub finished: Option<Timestamp>,
    /// What is mounted.
    pub mounts: Vec<Mount>,
    /// Containers whose mounts it took over, as they were named.
    pub volumes_from: Vec<String>,
    /// `--rm`.
    pub auto_remove: bool,
    /// Restart policy, empty for none.
    pub restart: String,
    /// `default`, `host`, `none`, `container:…` or a network's name.
    pub network_mode: String,
    /// Networks that it is attached to.
    pub networks: Vec<Attachment>,
    /// Ports.
    pub ports: Vec<Port>,
    /// Bytes in its writable layer.
    pub size_rw: u64,
    /// A removal of it fails with 500 and leaves it dead.
    pub unremovable: bool,
    /// `HostConfig` and `Config` as they were given to `POST /containers/create`; inspect shows them again.
    pub given: Option<serde_json::Value>,
}

impl Container {
    /// A container that was made and never started.
    pub fn new(name: &str, image: &str) -> Container {
        Container {
            id: String::new(),
            name: name.to_owned(),
            aliases: Vec::new(),
            image: image.to_owned(),
            image_id: String::new(),
            command: Vec::new(),
            env: Vec::new(),
            labels: Map::new(),
            state: State::Created,
            exit_code: 0,
            stops_with: 0,
            health: None,
            created: ENTRY,
            started: None,
            finished: None,
            mounts: Vec::new(),
            volumes_from: Vec::new(),
            auto_remove: false,
            restart: String::new(),
            network_mode: "default".to_owned(),
            networks: Vec::new(),
            ports: Vec::new(),
            size_rw: 0,
            unremovable: false,
            given: None,
        }
    }

    /// When it was made; else the moment it enters the world.
    #[must_use]
    pub fn created(mut self, at: Timestamp) -> Self {
        self.created = at;
        self
    }

    /// Running since `at`.
    #[must_use]
    pub fn running(mut self, at: Timestamp) -> Self {
        self.state = State::Running;
        self.started = Some(at);
        self
    }

    /// Started at `started`, ended with `code` at `finished`.
    #[must_use]
    pub fn exited(mut self, code: i64, started: Timestamp, finished: Timestamp) -> Self {
        self.state = State::Exited;
        self.exit_code = code;
        self.started = Some(started);
        self.finished = Some(finished);
        self
    }

    /// In any state, with the times left as they are.
    #[must_use]
    pub fn state(mut self, state: State) -> Self {
        self.state = state;
        self
    }

    /// Program and arguments.
    #[must_use]
    pub fn command(mut self, words: &[&str]) -> Self {
        self.command = words.iter().map(|&word| word.to_owned()).collect();
        self
    }

    /// Adds a label.
    #[must_use]
    pub fn label(mut self, key: &str, value: &str) -> Self {
        self.labels.insert(key.to_owned(), value.to_owned());
        self
    }

    /// The labels that Docker Compose v2 puts on a service's container.
    #[must_use]
    pub fn compose(self, project: &str, service: &str) -> Self {
        self.label("com.docker.compose.project", project)
            .label("com.docker.compose.service", service)
            .label("com.docker.compose.container-number", "1")
            .label("com.docker.compose.oneoff", "False")
            .label("com.docker.compose.version", "2.24.5")
    }

    /// Mounts a named volume; the volume is made when the container enters a world that lacks it.
    #[must_use]
    pub fn volume(mut self, name: &str, destination: &str) -> Self {
        self.mounts.push(Mount {
            kind: MountKind::Volume { name: name.to_owned(), anonymous: false },
            destination: destination.to_owned(),
            mode: "z".to_owned(),
            writable: true,
        });
        self
    }

    /// Mounts an anonymous volume; the world gives it its 64 hex digits.
    #[must_use]
    pub fn anonymous_volume(mut self, destination: &str) -> Self {
        self.mounts.push(Mount {
            kind: MountKind::Volume { name: String::new(), anonymous: true },
            destination: destination.to_owned(),
            mode: String::new(),
            writable: true,
        });
        self
    }

    /// Mounts a folder of the host.
    #[must_use]
    pub fn bind(mut self, source: &str, destination: &str) -> Self {
        self.mounts.push(Mount {
            kind: MountKind::Bind { source: source.to_owned() },
            destination: destination.to_owned(),
            mode: String::new(),
            writable: true,
        });
        self
    }

    /// Mounts an image as a folder.
    #[must_use]
    pub fn image_mount(mut self, image: &str, destination: &str) -> Self {
        self.mounts.push(Mount {
            kind: MountKind::Image { source: image.to_owned() },
            destination: destination.to_owned(),
            mode: String::new(),
            writable: false,
        });
        self
    }

    /// Takes over the mounts of another container.
    #[must_use]
    pub fn volumes_from(mut self, container: &str) -> Self {
        self.volumes_from.push(container.to_owned());
        self
    }

    /// Network mode: `host`, `none`, `container:…` or a network's name.
    #[must_use]
    pub fn network(mut self, mode: &str) -> Self {
        mode.clone_into(&mut self.network_mode);
        self
    }

    /// Publishes a TCP port; 0 on the host leaves it only exposed.
    #[must_use]
    pub fn port(mut self, public: u16, private: u16) -> Self {
        let public = (public != 0).then_some(public);
        self.ports.push(Port { private, public, protocol: "tcp".to_owned() });
        self
    }

    /// `--rm`.
    #[must_use]
    pub fn auto_remove(mut self) -> Self {
        self.auto_remove = true;
        self
    }

    /// Restart policy, such as `unless-stopped`.
    #[must_use]
    pub fn restart(mut self, policy: &str) -> Self {
        policy.clone_into(&mut self.restart);
        self
    }

    /// Result of its health check: `healthy`, `unhealthy` or `starting`.
    #[must_use]
    pub fn health(mut self, status: &str) -> Self {
        self.health = Some(status.to_owned());
        self
    }

    /// A link's name for it, such as `app/db`.
    #[must_use]
    pub fn alias(mut self, alias: &str) -> Self {
        self.aliases.push(alias.to_owned());
        self
    }

    /// Bytes in its writable layer.
    #[must_use]
    pub fn size(mut self, bytes: u64) -> Self {
        self.size_rw = bytes;
        self
    }
}
