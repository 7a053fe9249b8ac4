//! The parts of a container.

/// What a container is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Made and never started.
    Created,
    /// Its process runs.
    Running,
    /// Its process is frozen.
    Paused,
    /// Its process ended and its restart policy is about to start it again.
    Restarting,
    /// Its process ended.
    Exited,
    /// A removal of it failed: listed as `removing`, inspected as `dead`.
    Dead,
}

impl State {
    /// Whether the engine refuses to remove it unforced.
    pub fn is_running(self) -> bool {
        matches!(self, State::Running | State::Paused | State::Restarting)
    }
}

/// What is mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MountKind {
    /// A volume by name; `anonymous` when the engine invented the name.
    Volume {
        /// The volume's name.
        name: String,
        /// Dies with `v=1` or with a `--rm` container.
        anonymous: bool,
    },
    /// A folder of the host.
    Bind {
        /// The folder.
        source: String,
    },
    /// An image mounted as a folder (Engine 28 and later).
    Image {
        /// The image as it was named.
        source: String,
    },
}

/// One mount of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// What is mounted.
    pub kind: MountKind,
    /// Where in the container.
    pub destination: String,
    /// The mode as the engine prints it: `z` for named volumes, else mostly empty.
    pub mode: String,
    /// Whether it may be written.
    pub writable: bool,
}

/// One port of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// In the container.
    pub private: u16,
    /// On the host, if published.
    pub public: Option<u16>,
    /// `tcp` or `udp`.
    pub protocol: String,
}

/// A container's place in a network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachment {
    /// The network's name as the container was given it.
    pub network: String,
    /// The network's ID; empty until the first start.
    pub id: String,
    /// Last number of its address while it runs; 0 for none.
    pub host: u8,
}
