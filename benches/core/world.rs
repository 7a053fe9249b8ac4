//! A world of any size, as an engine would tell it: the bodies of its lists, and an SSOT with many patterns.
//! The same seed makes the same world.

use std::fmt::Write as _;

use docker_steward::answers::Bodies;
use docker_steward::steward::Inventory;
use jiff::Timestamp;
use serde_json::{Value, json};

/// How much there is of each kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    /// Containers.
    pub(crate) containers: usize,
    /// Images; every second one has three tags, the others two.
    pub(crate) images: usize,
    /// Volumes.
    pub(crate) volumes: usize,
    /// Networks.
    pub(crate) networks: usize,
}

impl Scale {
    /// The size at which neighbours were compared: 1,000 containers, 2,000 tags on 800 images, 2,000 volumes.
    pub(crate) const BUSY: Self = Self { containers: 1_000, images: 800, volumes: 2_000, networks: 20 };
    /// 100,000 resources: 40,000 containers, 24,000 tags on 9,600 images, 35,000 volumes, 1,000 networks.
    pub(crate) const HUGE: Self =
        Self { containers: 40_000, images: 9_600, volumes: 35_000, networks: 1_000 };
}

/// What the engine answers, byte for byte.
#[derive(Debug, Clone)]
pub(crate) struct World {
    /// `GET /info`.
    pub(crate) info: Vec<u8>,
    /// `GET /containers/json?all=1`.
    pub(crate) containers: Vec<u8>,
    /// `GET /images/json?all=1`.
    pub(crate) images: Vec<u8>,
    /// `GET /volumes`.
    pub(crate) volumes: Vec<u8>,
    /// `GET /networks`.
    pub(crate) networks: Vec<u8>,
}

impl World {
    /// Makes one.
    pub(crate) fn new(scale: Scale, now: Timestamp) -> Self {
        let second = now.as_second();
        let rows = |count: usize, row: &dyn Fn(usize) -> Value| Value::Array((0..count).map(row).collect());
        let volumes: Vec<Value> = (0..scale.volumes).map(|at| volume(at, now)).collect();
        let body = |value: Value| value.to_string().into_bytes();
        Self {
            info: body(json!({
                "ID": "WRLD", "Name": "world", "Containers": scale.containers, "Images": scale.images,
                "DockerRootDir": "/var/lib/docker", "Driver": "overlay2", "ServerVersion": "20.10.24",
                "SystemTime": now.to_string(), "OperatingSystem": "Linux",
            })),
            containers: body(rows(scale.containers, &|at| container(at, &scale, second))),
            images: body(rows(scale.images, &|at| image(at, second))),
            volumes: body(json!({ "Volumes": volumes, "Warnings": null })),
            networks: body(rows(scale.networks, &|at| network(at, now))),
        }
    }

    /// The inventory that the bodies tell of.
    pub(crate) fn inventory(&self, now: Timestamp) -> Inventory {
        let bodies = Bodies {
            info: &self.info,
            containers: &self.containers,
            images: &self.images,
            volumes: &self.volumes,
            networks: &self.networks,
        };
        bodies.inventory(now).unwrap_or_else(|error| panic!("{error}"))
    }
}

/// A number that looks like chance, so that names do not come in order.
fn mixed(at: usize) -> u64 {
    let mut x = at as u64 ^ 0x9E37_79B9_7F4A_7C15;
    for by in [0xBF58_476D_1CE4_E5B9, 0x94D0_49BB_1331_11EB_u64] {
        x = (x ^ (x >> 29)).wrapping_mul(by);
    }
    x ^ (x >> 32)
}

fn id(kind: &str, at: usize) -> String {
    let salt = kind.bytes().map(usize::from).sum::<usize>() << 40;
    (0..4).fold(String::new(), |mut id, part| {
        let _ = write!(id, "{:016x}", mixed(salt + at * 4 + part));
        id
    })
}

const OWNERS: [&str; 8] = ["tmp", "web", "prod", "shop", "test-7", "job", "acme_prod", "live-3"];

fn name(at: usize) -> String {
    let chance = usize::try_from(mixed(at) % 8).unwrap_or(0);
    format!("{}-{at:x}", OWNERS[chance])
}

fn tag(at: usize, number: usize) -> String {
    format!("ghcr.io/acme/{}:1.{number}", name(at))
}

fn container(at: usize, scale: &Scale, second: i64) -> Value {
    let image = at % scale.images;
    let volume = at % scale.volumes;
    let project = format!("shop-{}", at % 1_000);
    let network = format!("shop-{}_default", at % scale.networks);
    let running = !at.is_multiple_of(3);
    json!({
        "Id": id("c", at),
        "Names": [format!("/{}", name(at))],
        "Image": tag(image, 0),
        "ImageID": format!("sha256:{}", id("i", image)),
        "Command": "docker-entrypoint.sh postgres",
        "Created": second - 86_400 * (1 + i64::try_from(at % 400).unwrap_or(0)),
        "Ports": [{ "IP": "0.0.0.0", "PrivatePort": 5432, "PublicPort": 1024 + at % 60_000, "Type": "tcp" }],
        "Labels": {
            "com.docker.compose.project": project, "com.docker.compose.service": "web",
            "maintainer": "somebody", "org.opencontainers.image.revision": id("r", at),
        },
        "State": if running { "running" } else { "exited" },
        "Status": if running { "Up 3 days" } else { "Exited (0) 3 days ago" },
        "HostConfig": { "NetworkMode": &network },
        "NetworkSettings": { "Networks": { network.as_str(): {
            "NetworkID": id("n", at % scale.networks), "EndpointID": id("e", at), "IPAddress": "172.18.0.2",
        } } },
        "Mounts": [{
            "Type": "volume", "Name": format!("{}-data", name(volume)),
            "Source": format!("/var/lib/docker/volumes/{}-data/_data", name(volume)),
            "Destination": "/var/lib/data", "Driver": "local", "Mode": "z", "RW": true, "Propagation": "",
        }],
    })
}

fn image(at: usize, second: i64) -> Value {
    let tags: Vec<String> = (0..2 + at % 2).map(|number| tag(at, number)).collect();
    json!({
        "Id": format!("sha256:{}", id("i", at)), "ParentId": "", "RepoTags": tags,
        "RepoDigests": [format!("ghcr.io/acme/{}@sha256:{}", name(at), id("d", at))],
        "Created": second - 86_400 * 30, "Size": 100_000_000 + at, "VirtualSize": 100_000_000 + at,
        "SharedSize": -1, "Labels": { "maintainer": "somebody" }, "Containers": -1,
    })
}

fn volume(at: usize, now: Timestamp) -> Value {
    json!({
        "Name": format!("{}-data", name(at)), "Driver": "local", "Scope": "local", "Options": null,
        "Mountpoint": format!("/var/lib/docker/volumes/{}-data/_data", name(at)),
        "Labels": { "com.docker.compose.project": format!("shop-{}", at % 1_000) },
        "CreatedAt": now.to_string(),
    })
}

fn network(at: usize, now: Timestamp) -> Value {
    json!({
        "Id": id("n", at), "Name": format!("shop-{at}_default"), "Driver": "bridge", "Scope": "local",
        "Labels": {}, "Created": now.to_string(),
    })
}

/// A declaration with so many patterns of all kinds.
pub(crate) fn ssot(patterns: usize) -> String {
    let list = |count: usize, write: &dyn Fn(usize) -> String| (0..count).map(write).collect::<String>();
    format!(
        "version: 1\nenvironment: staging\ncleanup: confirm\n\
         protected:\n  names: [n8n, mcp-coordinator]\n  patterns:\n    - \"prod-*\"\n{}\
         expected:\n  containers:\n    - {{name: web-1}}\n{}\
         safe_to_delete:\n  min_age: 0s\n  patterns:\n    - \"tmp-*\"\n{}",
        list(patterns / 2, &|at| match at % 4 {
            0 => format!("    - \"*-guard{at}\"\n"),
            1 => format!("    - \"{{db,cache}}-{at}-*\"\n"),
            _ => format!("    - \"live-{at}-*\"\n"),
        }),
        list(patterns / 4, &|at| format!("    - {{name: \"app-{at}\", optional: true}}\n")),
        list(patterns / 4, &|at| match at % 3 {
            0 => format!("    - \"*/scratch-{at}*\"\n"),
            _ => format!("    - \"test-{at}-*\"\n"),
        }),
    )
}
