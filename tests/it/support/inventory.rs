//! Hand-made inventories: what an engine might hold, without an engine. Each thing is a plain value to be
//! changed by struct update: `Container { state: State::Running, ..container("tmp-a") }`.
use std::collections::BTreeSet;

use docker_steward::ssot::{Origin, Policy, load};
use docker_steward::steward::inventory::{
    Attachment, Container, ContainerDetail, ContainerId, EngineCounts, EngineIdentity, Image, ImageId, Mount,
    Network, NetworkId, State, Volume,
};
use docker_steward::steward::{
    Audit, Circumstances, EXPIRES_AFTER, Explanation, Inventory, Key, Kind, Labels, Ledger, Mandate, Needs,
    Plan, Refused, Resource, SsotStamp, classify, explain, needs,
};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

/// The moment at which every hand-made engine is read.
pub(crate) fn now() -> Timestamp {
    "2026-01-16T12:00:00Z".parse().unwrap()
}

pub(crate) fn ago(hours: i64) -> Timestamp {
    now() - SignedDuration::from_hours(hours)
}

pub(crate) fn days_ago(days: i64) -> Timestamp {
    ago(24 * days)
}

/// 64 hexadecimal digits that are always the same for the same text.
pub(crate) fn hex_id(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

/// The ID of the container of this name.
pub(crate) fn container_id(name: &str) -> ContainerId {
    ContainerId::new(hex_id(&format!("container/{name}")))
}

/// The ID of the image that was made with this first reference.
pub(crate) fn image_id(reference: &str) -> ImageId {
    ImageId::new(format!("sha256:{}", hex_id(&format!("image/{reference}"))))
}

/// A container that ended a day ago, made from `base:1`, inspected.
pub(crate) fn container(name: &str) -> Container {
    Container {
        id: container_id(name),
        name: name.into(),
        image: "base:1".into(),
        image_id: Some(image_id("base:1")),
        state: State::Exited,
        status: "".into(),
        created: Some(days_ago(40)),
        labels: Labels::default(),
        mounts: Vec::new(),
        networks: Vec::new(),
        network_mode: "none".into(),
        ports: Vec::new(),
        size: Some(10),
        linked_by: Vec::new(),
        detail: Some(Box::new(ContainerDetail {
            auto_remove: false,
            volumes_from: Vec::new(),
            finished_at: Some(days_ago(1)),
            started_at: Some(days_ago(2)),
        })),
        faults: Vec::new(),
    }
}

/// A container made from the image with this first reference.
pub(crate) fn container_of(name: &str, image: &str) -> Container {
    Container { image: image.into(), image_id: Some(image_id(image)), ..container(name) }
}

/// An image with one tag.
pub(crate) fn image(tag: &str) -> Image {
    Image {
        id: image_id(tag),
        tags: vec![tag.into()],
        digests: Vec::new(),
        parent: None,
        created: Some(days_ago(400)),
        labels: Labels::default(),
        size: Some(1_000),
        shared: Some(0),
        last_tag_time: Some(days_ago(40)),
        inspected: true,
        faults: Vec::new(),
    }
}

/// An image with several tags; the first names it.
pub(crate) fn tagged(tags: &[&str]) -> Image {
    Image { tags: owned(tags), ..image(tags[0]) }
}

/// An image without tag or digest; `name` is only what its ID is made from.
pub(crate) fn untagged(name: &str) -> Image {
    Image { tags: Vec::new(), ..image(name) }
}

/// A volume of the local driver.
pub(crate) fn volume(name: &str) -> Volume {
    Volume {
        name: name.into(),
        driver: "local".into(),
        mountpoint: folder(name).into(),
        labels: Labels::default(),
        options: Labels::default(),
        scope: "local".into(),
        created: Some(days_ago(40)),
        size: Some(100),
        faults: Vec::new(),
    }
}

/// Where the engine keeps a volume.
pub(crate) fn folder(volume: &str) -> String {
    format!("/var/lib/docker/volumes/{volume}/_data")
}

/// A user-made bridge network.
pub(crate) fn network(name: &str) -> Network {
    Network {
        id: NetworkId::new(hex_id(&format!("network/{name}"))),
        name: name.into(),
        driver: "bridge".into(),
        scope: "local".into(),
        labels: Labels::default(),
        created: Some(days_ago(40)),
        faults: Vec::new(),
    }
}

pub(crate) fn mounted(volume: &str) -> Mount {
    Mount::Volume { name: volume.into(), source: folder(volume).into() }
}

pub(crate) fn bind(path: &str) -> Mount {
    Mount::Bind { source: path.into() }
}

pub(crate) fn attached(network: &str) -> Attachment {
    Attachment { name: network.into(), id: hex_id(&format!("network/{network}")).into() }
}

pub(crate) fn labels(all: &[(&str, &str)]) -> Labels {
    all.iter().copied().collect()
}

pub(crate) fn owned<T: for<'a> From<&'a str>>(texts: &[&str]) -> Vec<T> {
    texts.iter().map(|text| T::from(text)).collect()
}

/// One thing of an engine.
#[derive(Debug)]
pub(crate) enum Thing {
    Container(Container),
    Image(Image),
    Volume(Volume),
    Network(Network),
}

macro_rules! is_a_thing {
    ($($kind:ident),*) => { $(impl From<$kind> for Thing {
        fn from(it: $kind) -> Self {
            Self::$kind(it)
        }
    })* };
}
is_a_thing!(Container, Image, Volume, Network);

/// Everything that a classification is made from.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    pub(crate) inventory: Inventory,
    pub(crate) policy: Policy,
    pub(crate) ledger: Ledger,
    pub(crate) now: Timestamp,
}

/// The policy of an SSOT, without the lines that every SSOT has.
pub(crate) fn policy(rules: &str) -> Policy {
    let protected = if rules.contains("protected:") { "" } else { "protected: {patterns: [prod-*]}\n" };
    let text = format!("version: 1\nenvironment: staging\ncleanup: confirm\n{protected}{rules}\n");
    load::parse(&text, &Origin::BuiltIn("test")).unwrap_or_else(|error| panic!("{error}")).policy
}

impl Engine {
    /// An engine with one network of its own and nothing else, under an SSOT whose first lines are left out
    /// here; where it protects nothing by itself, it protects `prod-*`.
    pub(crate) fn under(rules: &str) -> Self {
        let identity = EngineIdentity {
            id: "DROP:LETS".to_owned(),
            name: "droplet".to_owned(),
            version: "20.10.24".to_owned(),
            api: "1.41".to_owned(),
            host: "unix:///var/run/docker.sock".to_owned(),
            root_dir: "/var/lib/docker".to_owned(),
            storage: "overlay2".to_owned(),
            operating_system: "Debian".to_owned(),
        };
        let inventory = Inventory {
            engine: identity,
            read_at: now(),
            engine_time: Some(now()),
            counts: EngineCounts::default(),
            containers: Vec::new(),
            images: Vec::new(),
            volumes: Vec::new(),
            networks: vec![network("none")],
            unreadable: Vec::new(),
        };
        Self { inventory, policy: policy(rules), ledger: Ledger::default(), now: now() }
    }

    pub(crate) fn with(mut self, thing: impl Into<Thing>) -> Self {
        match thing.into() {
            Thing::Container(it) => self.inventory.containers.push(it),
            Thing::Image(it) => self.inventory.images.push(it),
            Thing::Volume(it) => self.inventory.volumes.push(it),
            Thing::Network(it) => self.inventory.networks.push(it),
        }
        self
    }

    /// The same after a change.
    pub(crate) fn but(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = self.clone();
        change(&mut other);
        other
    }

    /// The steward has looked at these hours before now, each time at what there is.
    pub(crate) fn seen(mut self, hours_ago: &[i64]) -> Self {
        for hours in hours_ago {
            self.ledger.observe(&self.inventory, ago(*hours));
        }
        self
    }

    pub(crate) fn audit(&self) -> Audit {
        classify(&self.inventory, &self.policy, &self.ledger, self.now)
    }

    pub(crate) fn needs(&self) -> Needs {
        needs(&self.inventory, &self.policy, &self.ledger, self.now)
    }

    /// The one resource called `kind/name`.
    pub(crate) fn resource(&self, path: &str) -> Resource {
        called(&self.audit(), path).clone()
    }

    /// Its class and the rule that decided: `safe-to-delete by safe_to_delete.patterns[0]`.
    pub(crate) fn class(&self, path: &str) -> String {
        let it = self.resource(path);
        format!("{} by {}", it.class().as_str(), it.reason.rule)
    }

    pub(crate) fn explain(&self, path: &str) -> Explanation {
        let key = self.resource(path).key;
        explain(&self.inventory, &self.policy, &self.ledger, self.now, &key).unwrap()
    }

    /// A plan of these `kind/name`s.
    pub(crate) fn plan(&self, paths: &[&str]) -> Plan {
        let audit = self.audit();
        let marks = paths.iter().map(|path| called(&audit, path).key.clone()).collect();
        plan_of(&audit, &marks).unwrap()
    }
}

/// The one resource called `kind/name`.
pub(crate) fn called<'a>(audit: &'a Audit, path: &str) -> &'a Resource {
    let (kind, name) = path.split_once('/').unwrap();
    let found = audit.called(kind.parse::<Kind>().unwrap(), name);
    assert_eq!(found.len(), 1, "{path}: {found:?}");
    found[0]
}

/// A plan of these keys, made at the moment at which every hand-made engine is read.
pub(crate) fn plan_of(audit: &Audit, marks: &BTreeSet<Key>) -> Result<Plan, Refused> {
    let mandate = Mandate::of(audit.cleanup, "staging", false).unwrap();
    Plan::new(audit, marks, circumstances(audit), &mandate)
}

pub(crate) fn circumstances(audit: &Audit) -> Circumstances {
    Circumstances {
        environment: audit.environment.clone(),
        engine: audit.engine.clone(),
        ssot: SsotStamp { path: "test".to_owned(), sha256: "5507".to_owned() },
        created: now(),
        expires: now() + SignedDuration::from_secs(EXPIRES_AFTER),
    }
}

/// The steps with names in the place of IDs: `docker rm tmp-a`.
pub(crate) fn steps(plan: &Plan) -> Vec<String> {
    let line = |it: &docker_steward::steward::Step| {
        let verb = it.command().rsplit_once(' ').unwrap().0;
        format!("{verb} {}", it.target().name())
    };
    plan.steps().iter().map(line).collect()
}
