//! What happened: the engine's short memory, and the stream of `GET /events`.
use std::collections::VecDeque;
use std::sync::{Arc, Weak};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::filters::Filters;
use super::resources::Map;
use super::server::Shared;
use super::world::World;

/// The engine keeps this many events and forgets older ones.
const KEPT: usize = 256;

/// The last events, numbered, and a signal that there is a newer one.
#[derive(Debug)]
pub(super) struct Events {
    kept: VecDeque<(u64, Value)>,
    newest: watch::Sender<u64>,
}

impl Default for Events {
    fn default() -> Events {
        Events { kept: VecDeque::new(), newest: watch::Sender::new(0) }
    }
}

impl Events {
    /// Hears of every further event.
    pub(super) fn subscribe(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    fn push(&mut self, event: Value) {
        let number = *self.newest.borrow() + 1;
        self.kept.push_back((number, event));
        if self.kept.len() > KEPT {
            self.kept.pop_front();
        }
        self.newest.send_replace(number);
    }

    fn after(&self, number: u64) -> impl Iterator<Item = &(u64, Value)> {
        self.kept.iter().filter(move |(kept, _)| *kept > number)
    }
}

impl World {
    /// Forgets what happened so far, as a restart of the engine does.
    pub fn forget_events(&mut self) {
        self.events.kept.clear();
    }

    /// Tells of an action on the container of this name, as the engine does when somebody else does it.
    pub fn tell_of_container(&mut self, name: &str, action: &str) {
        if let Some(index) = self.containers.iter().position(|it| it.name == name) {
            self.container_event(index, action, &[]);
        }
    }

    /// Records an event of a container, with its labels as the engine adds them.
    pub(super) fn container_event(&mut self, index: usize, action: &str, more: &[(&str, String)]) {
        let container = &self.containers[index];
        let mut attributes = container.labels.clone();
        attributes.insert("image".to_owned(), container.image.clone());
        attributes.insert("name".to_owned(), container.name.clone());
        attributes.extend(more.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
        let (id, from) = (container.id.clone(), container.image.clone());
        let old = json!({ "status": action, "id": id, "from": from });
        self.event(old, "container", action, &id, &json!(attributes));
    }

    /// Records an event of an image.
    pub(super) fn image_event(&mut self, id: &str, action: &str, name: &str) {
        let old = json!({ "status": action, "id": id });
        self.event(old, "image", action, id, &json!({ "name": name }));
    }

    /// Records an event of a volume.
    pub(super) fn volume_event(&mut self, action: &str, name: &str, more: &[(&str, String)]) {
        let driver = self.volumes.iter().find(|volume| volume.name == name);
        let driver = driver.map_or("local", |volume| &volume.driver).to_owned();
        let mut attributes = json!({ "driver": driver });
        for (key, value) in more {
            attributes[*key] = json!(value);
        }
        self.event(json!({}), "volume", action, name, &attributes);
    }

    /// Records an event of a network.
    pub(super) fn network_event(&mut self, action: &str, id: &str, container: Option<&str>) {
        let network = self.networks.iter().find(|network| network.id == id);
        let (name, driver) = network.map_or(("", ""), |network| (&network.name, &network.driver));
        let attributes = match container {
            Some(container) => json!({ "container": container, "name": name, "type": driver }),
            None => json!({ "name": name, "type": driver }),
        };
        self.event(json!({}), "network", action, id, &attributes);
    }

    fn event(&mut self, mut event: Value, kind: &str, action: &str, id: &str, attributes: &Value) {
        let now = self.now();
        event["Type"] = json!(kind);
        event["Action"] = json!(action);
        event["Actor"] = json!({ "ID": id, "Attributes": attributes });
        event["scope"] = json!("local");
        event["time"] = json!(now.as_second());
        event["timeNano"] = json!(i64::try_from(now.as_nanosecond()).unwrap_or(i64::MAX));
        self.events.push(event);
    }
}

/// What a client asks of the stream.
pub(super) struct Wanted {
    /// Replays what is remembered since then; without it only news.
    pub(super) since: Option<Timestamp>,
    /// Ends the stream then.
    pub(super) until: Option<Timestamp>,
    /// Which events.
    pub(super) filters: Filters,
}

/// Reads `since` and `until`: seconds, with a fraction if need be.
pub(super) fn parse_time(text: &str) -> Option<Timestamp> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let nanoseconds: i32 = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    Timestamp::new(seconds.parse().ok()?, nanoseconds).ok()
}

/// One client that follows the events.
struct Follower {
    /// Held weakly: a client that never hangs up must not keep a stopped engine alive.
    shared: Weak<Shared>,
    news: watch::Receiver<u64>,
    seen: u64,
    wanted: Wanted,
    deadline: Option<Instant>,
    over: bool,
}

/// The stream of events as JSON lines.
pub(super) fn follow(shared: &Arc<Shared>, wanted: Wanted) -> BoxStream<'static, Bytes> {
    let (news, seen, left) = shared.with_world(|world| {
        let news = world.events.subscribe();
        let seen = if wanted.since.is_some() { 0 } else { *news.borrow() };
        let left = wanted.until.map(|until| until.duration_since(world.now()));
        (news, seen, left)
    });
    let deadline = left.map(|left| Instant::now() + Duration::try_from(left).unwrap_or(Duration::ZERO));
    let follower = Follower { shared: Arc::downgrade(shared), news, seen, wanted, deadline, over: false };
    stream::unfold(follower, Follower::next).boxed()
}

impl Follower {
    async fn next(mut self) -> Option<(Bytes, Follower)> {
        while !self.over {
            self.news.borrow_and_update();
            let found = self
                .shared
                .upgrade()?
                .with_world(|world| world.events.after(self.seen).cloned().collect::<Vec<_>>());
            self.seen = found.last().map_or(self.seen, |(number, _)| *number);
            let lines = self.lines(&found);
            self.over = self.deadline.is_some_and(|deadline| deadline <= Instant::now());
            if !lines.is_empty() {
                return Some((lines, self));
            }
            let changed = self.news.changed();
            let alive = match self.deadline {
                Some(deadline) => timeout_at(deadline, changed).await.is_ok_and(|changed| changed.is_ok()),
                None => changed.await.is_ok(),
            };
            self.over |= !alive;
        }
        None
    }

    fn lines(&self, found: &[(u64, Value)]) -> Bytes {
        let mut text = String::new();
        for (_, event) in found.iter().filter(|(_, event)| self.wanted.matches(event)) {
            text.push_str(&event.to_string());
            text.push('\n');
        }
        Bytes::from(text)
    }
}

impl Wanted {
    fn matches(&self, event: &Value) -> bool {
        let at = event["timeNano"].as_i64().and_then(|at| Timestamp::from_nanosecond(at.into()).ok());
        let after = self.since.is_none_or(|since| at.is_none_or(|at| at >= since));
        let before = self.until.is_none_or(|until| at.is_none_or(|at| at <= until));
        let text = |value: &Value, wanted: &str| value.as_str() == Some(wanted);
        let actor = &event["Actor"];
        let attributes: Map = serde_json::from_value(actor["Attributes"].clone()).unwrap_or_default();
        let filters = &self.filters;
        // A resource is named by its ID, the start of it, or its name.
        let names = |kind: &str| {
            filters.any(kind, |wanted| {
                text(&event["Type"], kind)
                    && (actor["ID"].as_str().is_some_and(|id| id.starts_with(wanted))
                        || attributes.get("name").is_some_and(|name| name == wanted))
            })
        };
        after
            && before
            && filters.any("type", |wanted| text(&event["Type"], wanted))
            && filters.any("event", |wanted| text(&event["Action"], wanted))
            && filters.any("scope", |wanted| text(&event["scope"], wanted))
            && ["container", "image", "volume", "network"].iter().all(|kind| names(kind))
            && filters.labels(Some(&attributes))
    }
}
