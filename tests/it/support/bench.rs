//! A work bench for one behaviour: an engine, names that nobody else uses, and the clearing up afterwards.
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use docker_steward::demo::{DemoEngine, World};
use serde_json::{Value, json};

use super::api::{Answer, Api, filters};
use super::tar;
use super::turn::Turn;

const LABEL: &str = "com.docker-steward.test";

/// An engine and a prefix for names.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) api: Api,
    pub(crate) prefix: String,
    /// IDs of the images that it made.
    images: Mutex<Vec<String>>,
    /// Kept alive; `None` for a real engine.
    simulated: Option<DemoEngine>,
}

impl Bench {
    /// A bench on a simulated engine of its own.
    pub(crate) async fn simulated() -> Bench {
        let engine = DemoEngine::start(World::empty(jiff::Timestamp::now())).await.unwrap();
        Bench {
            api: Api::new(engine.url()),
            prefix: prefix(),
            images: Mutex::default(),
            simulated: Some(engine),
        }
    }

    /// A bench on the real engine.
    pub(crate) fn real(turn: &Turn) -> Bench {
        Bench { api: Api::new(&turn.url), prefix: prefix(), images: Mutex::default(), simulated: None }
    }

    /// A name of this bench.
    pub(crate) fn name(&self, name: &str) -> String {
        format!("{}-{name}", self.prefix)
    }

    /// Imports an image that no other bench shares a layer with; answers its ID.
    pub(crate) async fn image(&self, name: &str) -> String {
        let busybox = if self.simulated.is_some() {
            b"simulated".to_vec()
        } else {
            std::fs::read("/bin/busybox").expect("a real engine needs it: apt-get install busybox-static")
        };
        let mark = format!("{} {name}", self.prefix);
        let tar = tar::archive(&[("bin/busybox", &busybox), ("mark", mark.as_bytes())]);
        let (repository, tag) = name.split_once(':').unwrap_or((name, "latest"));
        let path = format!("/images/create?fromSrc=-&repo={repository}&tag={tag}");
        let answer = self.api.send("POST", &path, "application/x-tar", Bytes::from(tar)).await.expect(200);
        let id = answer.json()["status"].as_str().unwrap().to_owned();
        self.images.lock().unwrap().push(id.clone());
        id
    }

    /// Creates a container that sleeps, unless `config` says otherwise; answers its ID.
    pub(crate) async fn create(&self, name: &str, image: &str, config: Value) -> String {
        let answer = self.try_create(name, image, config).await.expect(201);
        answer.json()["Id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn try_create(&self, name: &str, image: &str, config: Value) -> Answer {
        let mut body =
            json!({ "Image": image, "Cmd": ["/bin/busybox", "sleep", "600"], "Labels": self.label() });
        if let Value::Object(fields) = config {
            for (key, value) in fields {
                body[key.as_str()] = value;
            }
        }
        if body["HostConfig"]["NetworkMode"].is_null() {
            body["HostConfig"]["NetworkMode"] = json!(self.network_mode().await);
        }
        self.api.post(&format!("/containers/create?name={name}"), &body).await
    }

    /// The network mode of containers that name none: the engine's default where it works. Another engine on this machine may have taken the bridge's interface away.
    pub(crate) async fn network_mode(&self) -> &'static str {
        let taken = cfg!(target_os = "linux")
            && self.simulated.is_none()
            && !std::path::Path::new("/sys/class/net/docker0").exists();
        if self.has_bridge().await && !taken { "default" } else { "none" }
    }

    /// Creates and starts a container.
    pub(crate) async fn run(&self, name: &str, image: &str, config: Value) -> String {
        let id = self.create(name, image, config).await;
        self.api.post(&format!("/containers/{id}/start"), &Value::Null).await.expect(204);
        id
    }

    pub(crate) async fn stop(&self, container: &str) -> Answer {
        self.api.post(&format!("/containers/{container}/stop?t=0"), &Value::Null).await
    }

    pub(crate) async fn volume(&self, name: &str) {
        self.api.post("/volumes/create", &json!({ "Name": name, "Labels": self.label() })).await.expect(201);
    }

    pub(crate) async fn network(&self, name: &str) -> String {
        let body = json!({ "Name": name, "CheckDuplicate": true, "Labels": self.label() });
        self.api.post("/networks/create", &body).await.expect(201).json()["Id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn tag(&self, image: &str, target: &str) {
        let (repository, tag) = target.split_once(':').unwrap();
        let path = format!("/images/{image}/tag?repo={repository}&tag={tag}");
        self.api.post(&path, &Value::Null).await.expect(201);
    }

    /// Commits a container to an image; answers its ID.
    pub(crate) async fn commit(&self, container: &str, target: Option<&str>) -> String {
        let target = target.map_or_else(String::new, |target| {
            let (repository, tag) = target.split_once(':').unwrap();
            format!("&repo={repository}&tag={tag}")
        });
        let answer = self.api.post(&format!("/commit?container={container}{target}"), &Value::Null).await;
        let id = answer.expect(201).json()["Id"].as_str().unwrap().to_owned();
        self.images.lock().unwrap().push(id.clone());
        id
    }

    /// This container's row in the list of all.
    pub(crate) async fn row(&self, id: &str) -> Option<Value> {
        let rows = self.api.get("/containers/json?all=1").await.expect(200).json();
        rows.as_array().unwrap().iter().find(|row| row["Id"] == id).cloned()
    }

    /// This image's row in a list; `query` such as `all=1`.
    pub(crate) async fn image_row(&self, id: &str, query: &str) -> Option<Value> {
        let rows = self.api.get(&format!("/images/json?{query}")).await.expect(200).json();
        rows.as_array().unwrap().iter().find(|row| row["Id"] == id).cloned()
    }

    /// `/system/df`, again and again while another client's walk is under way.
    pub(crate) async fn usage(&self) -> Value {
        for _ in 0..600 {
            let answer = self.api.get("/system/df").await;
            if answer.status == 200 {
                return answer.json();
            }
            answer.refuses(500, "a disk usage operation is already running");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the engine is walking without an end");
    }

    /// Whether the engine has a default network: one that runs with `--bridge none` has not.
    pub(crate) async fn has_bridge(&self) -> bool {
        let has = self.api.get("/networks/bridge").await.status == 200;
        assert!(has || self.simulated.is_none(), "the simulated engine has one");
        has
    }

    /// Waits until a path answers this status.
    pub(crate) async fn until(&self, path: &str, status: u16) {
        for _ in 0..600 {
            if self.api.get(path).await.status == status {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{path} never answered {status}");
    }

    fn label(&self) -> Value {
        json!({ LABEL: "behaviours", "bench": self.prefix })
    }

    /// Removes what this bench made, and only that.
    pub(crate) async fn clear(&self) {
        if self.simulated.is_some() {
            return;
        }
        let own =
            |text: &Value| text.as_str().is_some_and(|text| text.starts_with(&format!("{}-", self.prefix)));
        let label = filters(&json!({ "label": [format!("bench={}", self.prefix)] }));
        let rows = self.api.get(&format!("/containers/json?all=1&{label}")).await.json();
        for row in rows.as_array().unwrap() {
            self.api.delete(&format!("/containers/{}?force=1&v=1", row["Id"].as_str().unwrap())).await;
        }
        // Children before parents. Many are gone already.
        let images: Vec<_> = self.images.lock().unwrap().drain(..).rev().collect();
        for image in images {
            self.api.delete(&format!("/images/{image}?force=1")).await;
        }
        let volumes = self.api.get("/volumes").await.json();
        for volume in volumes["Volumes"].as_array().unwrap() {
            if own(&volume["Name"]) || volume["Labels"]["bench"] == self.prefix.as_str() {
                self.api.delete(&format!("/volumes/{}", volume["Name"].as_str().unwrap())).await;
            }
        }
        let networks = self.api.get(&format!("/networks?{label}")).await.json();
        for network in networks.as_array().unwrap() {
            self.api.delete(&format!("/networks/{}", network["Id"].as_str().unwrap())).await;
        }
    }
}

fn prefix() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("bh-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}
