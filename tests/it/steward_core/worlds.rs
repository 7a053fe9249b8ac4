//! Random engines, policies and ledgers, thrown from bytes: few names, so that they often meet.
use arcstr::ArcStr;
use docker_steward::ssot::{
    AgedPatterns, Cleanup, Environment, Evidence, Expectation, ImageRetention, LabelRule, MaxAge,
    NamePattern, Policy, ProtectName, ProtectPattern, Retention,
};
use docker_steward::steward::inventory::{
    Attachment, Container, ContainerDetail, Image, Mount, Network, State, Unreadable, Volume,
};
use docker_steward::steward::{Kind, Labels};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

use crate::support::inventory::{
    Engine, attached, bind, container, days_ago, folder, image_id, labels, mounted, network, now, owned,
    untagged, volume,
};

/// Bytes to throw with. What is not there is zero, and zero is always the plainest choice: so a failure
/// shrinks to a small world.
#[derive(Debug)]
pub(super) struct Dice<'a>(std::slice::Iter<'a, u8>);

impl<'a> Dice<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes.iter())
    }

    pub(super) fn below(&mut self, sides: usize) -> usize {
        usize::from(*self.0.next().unwrap_or(&0)) % sides.max(1)
    }

    /// True once in so many throws, and never when the bytes have run out.
    pub(super) fn once_in(&mut self, sides: usize) -> bool {
        self.below(sides) == sides - 1
    }

    pub(super) fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    pub(super) fn some<T: Clone>(&mut self, all: &[T], once_in: usize) -> Vec<T> {
        all.iter().filter(|_| self.once_in(once_in)).cloned().collect()
    }
}

const CONTAINERS: [&str; 8] = ["tmp-a", "tmp-b", "odd-a", "prod-a", "web", "tmp-prod-x", "n8n", "test-1"];
const TAGS: [&str; 9] = [
    "tmp-i:1",
    "tmp-i:2",
    "acme/web:1",
    "acme/web:prod-3",
    "odoo:18.0",
    "tmp-base:latest",
    "n8nio/n8n:1",
    "odd:1",
    "reg:5000/tmp-j:1",
];
const DIGESTS: [&str; 3] = ["tmp-i@sha256:11", "acme/prod-x@sha256:22", "tmp-k@sha256:33"];
const VOLUMES: [&str; 6] = ["tmp-v", "tmp-w", "data", "shop_prod-data", "web-data", "test-v"];
const NETWORKS: [&str; 4] = ["tmp-n", "bridge", "prod_default", "odd-n"];
pub(super) const PROTECTED: [&str; 7] = ["prod-*", "*-a", "acme*", "n8n", "tmp-w*", "odd*", "1*"];
const SAFE: [&str; 6] = ["tmp-*", "test-*", "acme/*", "odd*", "reg:5000/*", "*data"];

fn time(dice: &mut Dice<'_>) -> Option<Timestamp> {
    let odd =
        ["1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2012-06-01T00:00:00Z"];
    match dice.below(9) {
        at @ 0..4 => Some(days_ago([40, 8, 6, 400][at])),
        at @ 4..8 => Some(odd[at - 4].parse().unwrap()),
        _ => None,
    }
}

fn marks(dice: &mut Dice<'_>) -> Labels {
    let project = "com.docker.compose.project";
    let all: [&[(&str, &str)]; 7] =
        [&[], &[], &[], &[("a", "b")], &[("Keep", "1")], &[(project, "prod")], &[(project, "shop")]];
    labels(dice.pick(&all))
}

fn faults(dice: &mut Dice<'_>) -> Vec<String> {
    if dice.once_in(40) { owned(&["odd"]) } else { Vec::new() }
}

fn images(dice: &mut Dice<'_>) -> Vec<Image> {
    let mut free: Vec<&str> = TAGS.to_vec();
    let count = dice.below(6);
    (0..count)
        .map(|at| {
            let tags = (0..dice.below(4)).filter_map(|_| {
                let at = dice.below(free.len());
                (!free.is_empty()).then(|| free.remove(at))
            });
            let mut tags: Vec<ArcStr> = owned(&tags.collect::<Vec<_>>());
            tags.sort();
            Image {
                tags,
                digests: if dice.once_in(4) { owned(&[DIGESTS[at % 3]]) } else { Vec::new() },
                parent: dice.once_in(3).then(|| image_id(&format!("image-{}", dice.below(count)))),
                labels: marks(dice),
                created: time(dice),
                last_tag_time: time(dice),
                inspected: !dice.once_in(6),
                faults: faults(dice),
                ..untagged(&format!("image-{at}"))
            }
        })
        .collect()
}

fn volumes(dice: &mut Dice<'_>) -> Vec<Volume> {
    let mut names: Vec<String> = dice.some(&VOLUMES, 2).into_iter().map(str::to_owned).collect();
    if dice.once_in(3) {
        names.push("e".repeat(64));
    }
    let of = |name: &String, dice: &mut Dice<'_>| Volume {
        driver: if dice.once_in(12) { "nfs" } else { "local" }.into(),
        options: if dice.once_in(12) { labels(&[("o", "bind")]) } else { labels(&[]) },
        mountpoint: match dice.below(30) {
            // None, one elsewhere, one that holds the others', one that lies in another's.
            26 => "".into(),
            27 => format!("/mnt/{name}").into(),
            28 => "/var/lib/docker".into(),
            29 => format!("{}/{name}", folder(VOLUMES[0])).into(),
            _ => folder(name).into(),
        },
        labels: marks(dice),
        created: time(dice),
        faults: faults(dice),
        ..volume(name)
    };
    names.iter().map(|name| of(name, dice)).collect()
}

fn networks(dice: &mut Dice<'_>) -> Vec<Network> {
    let of = |name: &str, dice: &mut Dice<'_>| Network {
        labels: marks(dice),
        created: time(dice),
        faults: faults(dice),
        scope: if dice.once_in(20) { "swarm" } else { "local" }.into(),
        ..network(name)
    };
    dice.some(&NETWORKS, 2).into_iter().map(|name| of(name, dice)).chain([network("none")]).collect()
}

/// One way in which an image may be called.
fn called(image: &Image, dice: &mut Dice<'_>) -> String {
    let all = [
        image.tags.first().or(image.digests.first()).cloned(),
        Some(image.id.to_string().into()),
        Some(image.id.short().into()),
        image.tags.last().map(|tag| arcstr::format!("docker.io/library/{tag}")),
        image.tags.first().and_then(|tag| tag.strip_suffix(":latest")).map(ArcStr::from),
    ];
    dice.pick(&all).unwrap_or_else(|| image.id.to_string().into()).to_string()
}

fn mount(engine: &Engine, dice: &mut Dice<'_>) -> Mount {
    let inventory = &engine.inventory;
    let volume = dice.below(inventory.volumes.len());
    let Some(volume) = inventory.volumes.get(volume) else { return bind("/srv/web") };
    match dice.below(9) {
        0..4 => mounted(&volume.name),
        4 => bind(&folder(&volume.name)),
        5 => bind(&format!("{}/sub", folder(&volume.name))),
        6 => bind(dice.pick(&["/srv/web", "/srv", "/var/lib/docker/volumes/tmp-v"])),
        7 => Mount::Other,
        _ => match inventory.images.get(dice.below(inventory.images.len())) {
            Some(image) => Mount::Image { reference: called(image, dice).into() },
            None => Mount::Other,
        },
    }
}

/// A container that uses what there is.
pub(super) fn user(name: &str, engine: &Engine, dice: &mut Dice<'_>) -> Container {
    let states = ["exited", "running", "created", "exited", "paused", "exited", "restarting", "dead", "odd"];
    let mut it = Container {
        state: State::parse(dice.pick(&states)),
        mounts: (0..dice.below(3)).map(|_| mount(engine, dice)).collect(),
        labels: marks(dice),
        created: time(dice),
        faults: faults(dice),
        ..container(name)
    };
    if let Some(image) = engine.inventory.images.get(dice.below(engine.inventory.images.len())) {
        it.image = called(image, dice).into();
        it.image_id = Some(image.id.clone());
    }
    if let Some(net) = engine.inventory.networks.get(dice.below(engine.inventory.networks.len())) {
        let ways = [attached(&net.name), Attachment { name: net.name.clone(), id: "".into() }];
        it.networks = if dice.once_in(2) { vec![dice.pick(&ways)] } else { Vec::new() };
        let modes = ["default", "none", &net.name, net.id.as_str(), net.id.short()];
        it.network_mode = dice.pick(&modes).into();
    }
    let finished_at = time(dice);
    it.detail = (!dice.once_in(6)).then(|| {
        Box::new(ContainerDetail {
            auto_remove: dice.once_in(8),
            volumes_from: Vec::new(),
            finished_at,
            started_at: Some(days_ago(500)),
        })
    });
    // Docker gives a container the mounts of those whose volumes it takes: without any it takes nothing.
    if let Some(other) = engine.inventory.containers.get(dice.below(engine.inventory.containers.len())) {
        let real = other.mounts.iter().any(|it| matches!(it, Mount::Volume { .. } | Mount::Bind { .. }));
        if dice.once_in(4) && real {
            it.mounts.extend(other.mounts.clone());
            if let Some(detail) = &mut it.detail {
                detail
                    .volumes_from
                    .push(dice.pick(&[other.name.as_str(), other.id.as_str(), other.id.short()]).to_owned());
            }
        }
        if dice.once_in(4) {
            let other = dice.pick(&[other.name.as_str(), other.id.as_str(), other.id.short()]).to_owned();
            it.network_mode = format!("container:{other}").into();
        }
        if dice.once_in(5) {
            it.linked_by.push(other.name.to_string());
        }
    }
    it
}

fn age(dice: &mut Dice<'_>) -> Duration {
    Duration::from_secs(dice.pick(&[0, 0, 7 * 86_400, 30 * 86_400, 30]))
}

fn policy(dice: &mut Dice<'_>) -> Policy {
    let narrow = |texts: Vec<&str>| -> Vec<NamePattern> {
        texts.iter().map(|text| NamePattern::new(text).unwrap()).collect()
    };
    let expect = |texts: Vec<&str>| -> Vec<Expectation> {
        narrow(texts).into_iter().map(|name| Expectation { name, optional: false }).collect()
    };
    let mut it = Policy::undeclared(Environment::new("staging").unwrap(), Cleanup::Confirm);
    it.protected.patterns =
        dice.some(&PROTECTED, 4).into_iter().map(|text| ProtectPattern::new(text).unwrap()).collect();
    it.protected.names =
        dice.some(&["n8n", "web"], 4).into_iter().map(|text| ProtectName::new(text).unwrap()).collect();
    it.protected.labels =
        dice.some(&["keep", "a=b"], 4).into_iter().map(|text| LabelRule::new(text).unwrap()).collect();
    it.expected.containers = expect(dice.some(&["web", "tmp-b", "odd-*"], 4));
    it.expected.images = expect(dice.some(&["odoo:18.0", "acme/web", "docker.io/library/tmp-base:*"], 4));
    it.expected.volumes = expect(dice.some(&["data", "web-*"], 4));
    it.expected.networks = expect(dice.some(&["odd-n"], 4));
    it.safe_to_delete = AgedPatterns { patterns: narrow(dice.some(&SAFE, 2)), min_age: age(dice) };
    let max = |dice: &mut Dice<'_>| dice.once_in(2).then(|| MaxAge { max_age: age(dice) });
    it.retention = Retention {
        dangling_images: max(dice),
        unused_images: dice.once_in(2).then(|| ImageRetention {
            max_age: age(dice),
            evidence: dice.pick(&[Evidence::Pulled, Evidence::Observed]),
        }),
        stopped_containers: max(dice),
        unused_volumes: max(dice),
        anonymous_volumes: max(dice),
        unused_networks: max(dice),
    };
    it
}

/// A random engine that does not contradict itself.
pub(super) fn world(dice: &mut Dice<'_>) -> Engine {
    let mut engine = Engine::under("");
    engine.policy = policy(dice);
    engine.inventory.images = images(dice);
    engine.inventory.volumes = volumes(dice);
    engine.inventory.networks = networks(dice);
    for name in dice.some(&CONTAINERS, 2) {
        let it = user(name, &engine, dice);
        engine.inventory.containers.push(it);
    }
    if dice.once_in(12) {
        let kind = dice.pick(&Kind::ALL);
        engine.inventory.unreadable.push(Unreadable { kind, why: "odd".to_owned() });
    }
    let clocks = [0, 0, 0, 0, 100, -400 * 86_400, 400];
    engine.inventory.engine_time = Some(now() + SignedDuration::from_secs(dice.pick(&clocks)));
    let watched: [&[i64]; 5] =
        [&[], &[1], &[24 * 35, 24 * 28, 24 * 21, 24 * 14, 24 * 7], &[24 * 9, 24 * 2], &[24 * 40, 24 * 39]];
    let mut before = engine.clone();
    if dice.once_in(3) {
        before.inventory.containers.clear();
    }
    engine.ledger = before.seen(dice.pick(&watched)).ledger;
    engine
}
