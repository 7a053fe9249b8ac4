//! A building site on the real engine: makes a world, and takes it away again.
use std::collections::{BTreeMap, BTreeSet};
use std::panic::AssertUnwindSafe;

use bytes::Bytes;
use futures_util::FutureExt as _;
use serde_json::{Value, json};

use super::world::{Child, Container, World};
use crate::support::api::{Api, encode, filters};
use crate::support::tar as archives;
use crate::support::turn::Turn;

/// The label of everything that these tests make, and only of that.
const LABEL: (&str, &str) = ("com.docker-steward.test", "acceptance");

/// The real engine, for one test alone.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) api: Api,
    pub(super) url: String,
    /// The `kind/name`s that the engine held before, in which nobody meddles.
    foreign: BTreeSet<String>,
    _turn: Turn,
}

/// Runs a test on the real engine, where there is one, and clears up whether it passed or not.
pub(super) async fn on_site(test: impl AsyncFn(&Site)) {
    let Some(turn) = Turn::alone() else { return };
    let mut site =
        Site { api: Api::new(&turn.url), url: turn.url.clone(), foreign: BTreeSet::new(), _turn: turn };
    // What a run that was killed has left.
    site.clear().await;
    site.foreign = site.held().await;
    let outcome = AssertUnwindSafe(test(&site)).catch_unwind().await;
    site.clear().await;
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
    assert_eq!(site.held().await, site.foreign, "the test did not leave the engine as it was");
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn rows(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn label() -> Value {
    json!({ LABEL.0: LABEL.1 })
}

impl Site {
    /// Makes a world, unless one of its names is taken.
    pub(super) async fn make(&self, world: &World) {
        self.refuse_taken(world).await;
        for names in &world.images {
            self.image(names).await;
        }
        for child in &world.children {
            self.child(child).await;
        }
        let mut folders = BTreeMap::new();
        for name in &world.volumes {
            let body = json!({ "Name": name, "Labels": label() });
            let made = self.api.post("/volumes/create", &body).await.expect(201).json();
            folders.insert(format!("<folder of {name}>"), text(&made["Mountpoint"]));
        }
        for name in &world.networks {
            let body = json!({ "Name": name, "CheckDuplicate": true, "Labels": label() });
            self.api.post("/networks/create", &body).await.expect(201);
        }
        for container in &world.containers {
            self.container(container, &folders).await;
        }
    }

    /// Fails with the names that somebody else has already.
    async fn refuse_taken(&self, world: &World) {
        let held = self.held().await;
        let images = world.images.iter().flatten();
        let children = world.children.iter().flat_map(|it| [&it.name, &it.parent]);
        let images = images.chain(children).map(|name| format!("image/{name}"));
        let containers = world.containers.iter().map(|it| format!("container/{}", it.name));
        let volumes = world.volumes.iter().map(|name| format!("volume/{name}"));
        let networks = world.networks.iter().map(|name| format!("network/{name}"));
        let wanted = images.chain(containers).chain(volumes).chain(networks);
        let taken: Vec<String> = wanted.filter(|name| held.contains(name)).collect();
        assert!(
            taken.is_empty(),
            "{} already holds what is not the tests', so nothing was made: {}",
            self.url,
            taken.join(", ")
        );
    }

    /// Imports an image that shares no layer with another one.
    async fn image(&self, names: &[String]) {
        let busybox =
            std::fs::read("/bin/busybox").expect("a real engine needs it: apt-get install busybox-static");
        self.import(
            &names[0],
            archives::archive(&[("bin/busybox", &busybox), ("name", names[0].as_bytes())]),
        )
        .await;
        for name in &names[1..] {
            self.tag(&names[0], name).await;
        }
    }

    /// Makes an image of an archive.
    pub(super) async fn import(&self, name: &str, tar: Vec<u8>) {
        let (repository, tag) = name.rsplit_once(':').unwrap();
        let change = encode(&format!("LABEL {}={}", LABEL.0, LABEL.1));
        let path = format!("/images/create?fromSrc=-&repo={}&tag={tag}&changes={change}", encode(repository));
        self.api.send("POST", &path, "application/x-tar", Bytes::from(tar)).await.expect(200);
    }

    pub(super) async fn tag(&self, image: &str, name: &str) {
        let (repository, tag) = name.rsplit_once(':').unwrap();
        let path = format!("/images/{image}/tag?repo={}&tag={tag}", encode(repository));
        self.api.post(&path, &Value::Null).await.expect(201);
    }

    async fn child(&self, child: &Child) {
        self.image(std::slice::from_ref(&child.parent)).await;
        let body = json!({ "Image": child.parent, "Cmd": ["/bin/busybox", "true"], "Labels": label() });
        let made = self.api.post("/containers/create", &body).await.expect(201).json();
        let container = text(&made["Id"]);
        let (repository, tag) = child.name.rsplit_once(':').unwrap();
        let path = format!("/commit?container={container}&repo={}&tag={tag}", encode(repository));
        self.api.post(&path, &Value::Null).await.expect(201);
        self.api.delete(&format!("/containers/{container}")).await.expect(204);
        self.api.delete(&format!("/images/{}", child.parent)).await.expect(200);
    }

    async fn container(&self, it: &Container, folders: &BTreeMap<String, String>) {
        let command = if it.running {
            json!(["/bin/busybox", "sleep", "3600"])
        } else {
            json!(["/bin/busybox", "true"])
        };
        // A sleeper that is process 1 has no ear for SIGTERM.
        let mut body =
            json!({ "Image": it.image, "Cmd": command, "StopSignal": "SIGKILL", "Labels": label() });
        let mut config = it.config.to_string();
        for (placeholder, folder) in folders {
            config = config.replace(placeholder, folder);
        }
        let config: Value = serde_json::from_str(&config).unwrap();
        for (key, value) in config.as_object().unwrap() {
            if key == "Labels" {
                body["Labels"].as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
            } else {
                body[key.as_str()] = value.clone();
            }
        }
        // No test here needs the engine's default bridge, and not every engine has one.
        if body["HostConfig"]["NetworkMode"].is_null() {
            body["HostConfig"]["NetworkMode"] = json!("none");
        }
        let path = format!("/containers/create?name={}", it.name);
        let made = self.api.post(&path, &body).await.expect(201).json();
        let id = text(&made["Id"]);
        self.api.post(&format!("/containers/{id}/start"), &Value::Null).await.expect(204);
        if !it.running {
            self.api.post(&format!("/containers/{id}/wait"), &Value::Null).await.expect(200);
        }
    }

    /// Makes one more container, after the world.
    pub(super) async fn add(&self, name: &str, image: &str, running: bool, config: Value) {
        let (name, image) = (name.to_owned(), image.to_owned());
        self.container(&Container { name, image, running, config }, &BTreeMap::new()).await;
    }

    /// The `kind/name` of everything that the engine holds.
    pub(super) async fn held(&self) -> BTreeSet<String> {
        self.identities().await.into_iter().filter_map(|it| it.split(' ').next().map(str::to_owned)).collect()
    }

    /// Everything that the engine holds, with ID and state: `container/x ID running`.
    pub(super) async fn identities(&self) -> BTreeSet<String> {
        let containers = self.list("/containers/json?all=1").await;
        let images = self.list("/images/json?all=1").await;
        let volumes = self.list("/volumes").await;
        let networks = self.list("/networks").await;
        let mut found = BTreeSet::new();
        for row in rows(&containers) {
            let name = rows(&row["Names"]).map(text).find(|name| name.matches('/').count() == 1).unwrap();
            found.insert(format!("container{name} {} {}", text(&row["Id"]), text(&row["State"])));
        }
        for row in rows(&images) {
            for tag in rows(&row["RepoTags"]).map(text) {
                let name = if tag == "<none>:<none>" { text(&row["Id"]) } else { tag };
                found.insert(format!("image/{name} {}", text(&row["Id"])));
            }
        }
        for row in rows(&volumes["Volumes"]) {
            found.insert(format!("volume/{} {}", text(&row["Name"]), text(&row["CreatedAt"])));
        }
        for row in rows(&networks) {
            found.insert(format!("network/{} {}", text(&row["Name"]), text(&row["Id"])));
        }
        found
    }

    /// What a volume holds: path, kind, owner, mode, link, time and content of each file, as the engine archives it.
    pub(super) async fn folder(&self, volume: &Value) -> Vec<String> {
        use std::io::Read as _;
        let name = text(&volume["Name"]);
        let user = rows(&self.list("/containers/json?all=1").await)
            .find(|it| rows(&it["Mounts"]).any(|mount| mount["Name"] == name))
            .map(|it| (text(&it["Id"]), text(&it["Mounts"][0]["Destination"])))
            .expect("no container has it");
        let path = format!("/containers/{}/archive?path={}", user.0, user.1);
        let tar = self.api.get(&path).await.expect(200).body;
        let mut archive = tar::Archive::new(&*tar);
        let mut found = Vec::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let mut content = String::new();
            entry.read_to_string(&mut content).unwrap();
            let head = entry.header();
            found.push(format!(
                "{} {:?} {}:{} {:o} {} -> {:?} {content:?}",
                entry.path().unwrap().display(),
                head.entry_type(),
                head.uid().unwrap(),
                head.gid().unwrap(),
                head.mode().unwrap(),
                head.mtime().unwrap(),
                entry.link_name().unwrap(),
            ));
        }
        found
    }

    async fn list(&self, path: &str) -> Value {
        self.api.get(path).await.expect(200).json()
    }

    /// What an audit says of what the test made: its class by `kind/name`.
    pub(super) fn classes(&self, audit: &Value) -> BTreeMap<String, String> {
        rows(&audit["resources"])
            .map(|it| (format!("{}/{}", text(&it["kind"]), text(&it["name"])), text(&it["class"])))
            .filter(|(path, _)| !self.foreign.contains(path))
            .collect()
    }

    /// A list of an audit record, without what the engine held before.
    pub(super) fn recorded(&self, record: &Value, list: &str) -> Vec<String> {
        let kind = list.split_once("s_").unwrap().0;
        let own = |name: &String| !self.foreign.contains(&format!("{kind}/{name}"));
        rows(&record[list]).map(text).filter(own).collect()
    }

    /// Removes what these tests made, and only that.
    pub(super) async fn clear(&self) {
        let ours = filters(&json!({ "label": [format!("{}={}", LABEL.0, LABEL.1)] }));
        for row in rows(&self.list(&format!("/containers/json?all=1&{ours}")).await) {
            self.api.delete(&format!("/containers/{}?force=1&v=1", text(&row["Id"]))).await;
        }
        // Children go before their parents: one generation a round.
        for _ in 0..8 {
            let images = self.list(&format!("/images/json?all=1&{ours}")).await;
            if images.as_array().is_none_or(Vec::is_empty) {
                break;
            }
            for row in rows(&images) {
                self.api.delete(&format!("/images/{}?force=1&noprune=1", text(&row["Id"]))).await;
            }
        }
        for row in rows(&self.list(&format!("/volumes?{ours}")).await["Volumes"]) {
            self.api.delete(&format!("/volumes/{}", text(&row["Name"]))).await;
        }
        for row in rows(&self.list(&format!("/networks?{ours}")).await) {
            self.api.delete(&format!("/networks/{}", text(&row["Id"]))).await;
        }
    }
}
