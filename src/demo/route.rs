//! From method and path to a rule.
//!
//! Docker's names hold slashes and its routes have them in the middle (`/images/{name:.*}/json`), which no common
//! router can say; a `match` on the path's parts can.
use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::Value;

use super::events::{self, Wanted};
use super::filters::Filters;
use super::reply::{Body, Outcome, Refusal, Reply, bad, failure, no_such_page};
use super::server::Shared;
use super::world::World;
use super::{container_view, image_view, networks, session, system, volumes, wait};

/// A request that the router understands.
pub(super) struct Ask {
    /// Method.
    pub(super) method: Method,
    /// Path without version, decoded.
    pub(super) path: String,
    /// Query, decoded.
    pub(super) query: HashMap<String, String>,
    /// Body.
    pub(super) body: Bytes,
    /// Content type of the body, empty for none.
    pub(super) content_type: String,
    /// Protocol that the connection is to go on in, empty for none.
    pub(super) upgrade: String,
    /// ID of the build session that the client offers, empty for none.
    pub(super) session: String,
}

impl Ask {
    fn text(&self, key: &str) -> &str {
        self.query.get(key).map_or("", String::as_str)
    }

    /// A Boolean as the engine reads it: anything but these is true.
    fn flag(&self, key: &str) -> bool {
        !matches!(self.text(key).trim().to_ascii_lowercase().as_str(), "" | "0" | "no" | "false" | "none")
    }

    fn filters(&self, known: &[&str]) -> Result<Filters, Refusal> {
        Filters::parse(self.query.get("filters").map(String::as_str), known)
    }

    fn json(&self) -> Result<Value, Refusal> {
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        let kind = self.content_type.split(';').next().unwrap_or_default().trim();
        if kind != "application/json" {
            let kind = &self.content_type;
            return Err(bad(format!("Content-Type specified ({kind}) must be 'application/json'")));
        }
        serde_json::from_slice(&self.body).map_err(|error| bad(error.to_string()))
    }
}

/// Answers a request.
pub(super) async fn answer(shared: &Arc<Shared>, ask: &Ask) -> Outcome {
    match (&ask.method, ask.path.as_str()) {
        (&Method::GET, "/system/df") => {
            let wait = shared.begin_walk()?;
            tokio::time::sleep(wait).await;
            shared.with_world(|world| world.usage())
        }
        (&Method::GET, "/events") => {
            let time = |key: &str| match ask.text(key) {
                "" => Ok(None),
                text => events::parse_time(text).map(Some).ok_or_else(|| bad(format!("invalid time {text}"))),
            };
            let wanted = Wanted { since: time("since")?, until: time("until")?, filters: ask.filters(&[])? };
            let body = Body::Lines(events::follow(shared, wanted));
            Ok(Reply { status: StatusCode::OK, body, headers: Vec::new() })
        }
        (&Method::POST, "/session") => session::open(shared, &ask.session, &ask.upgrade),
        (&Method::POST, path) if path.starts_with("/containers/") && path.ends_with("/wait") => {
            let name = path.trim_start_matches("/containers/").trim_end_matches("/wait");
            wait::wait(shared, name, ask.text("condition"))
        }
        _ => shared.with_world(|world| at_once(world, ask)),
    }
}

fn at_once(world: &mut World, ask: &Ask) -> Outcome {
    let path = ask.path.trim_start_matches('/');
    let (kind, rest) = path.split_once('/').unwrap_or((path, ""));
    match (ask.method.as_str(), kind, rest) {
        ("GET" | "HEAD", "_ping", "") => Ok(World::ping()),
        ("GET", "version", "") => Ok(world.version()),
        ("GET", "info", "") => Ok(world.info()),
        (_, "containers", _) => containers(world, ask, rest),
        (_, "images", _) => images(world, ask, rest),
        (_, "volumes", _) => volume(world, ask, rest),
        (_, "networks", _) => network(world, ask, rest),
        ("POST", "commit", "") => world.commit(ask.text("container"), ask.text("repo"), ask.text("tag")),
        ("GET", "exec", _) => match rest.strip_suffix("/json") {
            Some(id) => world.inspect_exec(id),
            None => Err(no_such_page()),
        },
        ("POST", "exec", _) => match rest.strip_suffix("/start") {
            Some(id) => world.start_exec(id, &ask.json()?),
            None => Err(no_such_page()),
        },
        ("POST", "build", "prune") => Ok(world.prune_build()),
        ("GET", "services" | "tasks" | "nodes" | "configs" | "secrets" | "swarm", _) => {
            Err(system::no_swarm())
        }
        ("GET", "plugins", "") => Ok(Reply::ok(Value::Array(Vec::new()))),
        ("GET", "plugins", name) => {
            let name = name.trim_end_matches("/json");
            Err(super::reply::missing(format!("plugin \"{name}\" not found")))
        }
        _ => Err(no_such_page()),
    }
}

fn containers(world: &mut World, ask: &Ask, rest: &str) -> Outcome {
    let (name, verb) = rest.rsplit_once('/').unwrap_or(("", rest));
    match (ask.method.as_str(), name, verb) {
        ("GET", "", "json") => {
            let filters = ask.filters(&container_view::FILTERS)?;
            world.list_containers(ask.flag("all"), ask.flag("size"), &filters).map(Reply::ok)
        }
        ("POST", "", "create") => {
            world.create_container(ask.query.get("name").map(String::as_str), &ask.json()?)
        }
        ("DELETE", _, _) => world.remove_container(rest, ask.flag("force"), ask.flag("v"), ask.flag("link")),
        ("GET", name, "archive") => world.read_files(name, ask.text("path")),
        ("PUT", name, "archive") => world.write_files(name, ask.text("path"), &ask.body),
        ("GET", name, "json") => world.inspect_container(name, ask.flag("size")),
        ("POST", name, "start") => world.start_container(name),
        ("POST", name, "stop") => world.stop_container(name),
        ("POST", name, "kill") => world.kill_container(name),
        ("POST", name, "pause") => world.pause_container(name, true),
        ("POST", name, "unpause") => world.pause_container(name, false),
        ("POST", name, "rename") => world.rename_container(name, ask.text("name")),
        ("POST", name, "exec") => world.create_exec(name, &ask.json()?),
        _ => Err(no_such_page()),
    }
}

fn images(world: &mut World, ask: &Ask, rest: &str) -> Outcome {
    let (name, verb) = rest.rsplit_once('/').unwrap_or(("", rest));
    match (ask.method.as_str(), name, verb) {
        ("GET", "", "json") => {
            let filters = ask.filters(&image_view::FILTERS)?;
            world.list_images(ask.flag("all"), false, &filters).map(Reply::ok)
        }
        ("POST", "", "create") if ask.text("fromSrc") == "-" => {
            world.import_image(ask.text("repo"), ask.text("tag"), &ask.body)
        }
        ("POST", "", "create") => {
            let why = "dial tcp: lookup registry-1.docker.io: no such host";
            Err(failure(format!("Get \"https://registry-1.docker.io/v2/\": {why}")))
        }
        ("DELETE", _, _) if !rest.is_empty() => {
            world.remove_image(rest, ask.flag("force"), !ask.flag("noprune"))
        }
        ("POST", "", "load") => world.load_images(&ask.body),
        ("GET", name, "get") => world.save_image(name),
        ("GET", name, "json") => world.inspect_image(name),
        ("POST", name, "tag") => world.tag_image(name, ask.text("repo"), ask.text("tag")),
        _ => Err(no_such_page()),
    }
}

fn volume(world: &mut World, ask: &Ask, name: &str) -> Outcome {
    match (ask.method.as_str(), name) {
        ("GET", "") => world.list_volumes(&ask.filters(&volumes::FILTERS)?),
        ("POST", "create") => world.create_volume(&ask.json()?),
        ("GET", name) => world.inspect_volume(name),
        ("DELETE", name) if !name.is_empty() => world.remove_volume(name, ask.flag("force")),
        _ => Err(no_such_page()),
    }
}

fn network(world: &mut World, ask: &Ask, rest: &str) -> Outcome {
    let (name, verb) = rest.split_once('/').unwrap_or((rest, ""));
    match (ask.method.as_str(), name, verb) {
        ("GET", "", "") => world.list_networks(&ask.filters(&networks::FILTERS)?),
        ("POST", "create", "") => world.create_network(&ask.json()?),
        ("GET", name, "") => world.inspect_network(name),
        ("DELETE", name, "") if !name.is_empty() => world.remove_network(name),
        ("POST", name, "connect") => world.connect_network(name, &ask.json()?, true),
        ("POST", name, "disconnect") => world.connect_network(name, &ask.json()?, false),
        _ => Err(no_such_page()),
    }
}
