//! `POST /containers/create`.
use serde_json::{Value, json};

use super::reply::{Outcome, Refusal, Reply, bad, missing};
use super::resources::{Container, Mount, MountKind, Port};
use super::world::World;

impl World {
    /// `POST /containers/create`.
    pub(super) fn create_container(&mut self, name: Option<&str>, body: &Value) -> Outcome {
        if body.as_object().is_none_or(serde_json::Map::is_empty) {
            return Err(bad("Config cannot be empty in order to create a container"));
        }
        let image = text(body, "Image");
        let Some(found) = self.find_image(&image) else {
            return Err(missing(format!("No such image: {}", super::images::shown(&image))));
        };
        let (image_id, declared, default) = (found.id.clone(), found.volumes.clone(), found.command.clone());
        let name = match name {
            Some(name) => self.free_name(name)?,
            None => self.invented_name(),
        };
        let mut command = strings(&body["Entrypoint"]);
        command.extend(strings(&body["Cmd"]));
        if command.is_empty() {
            command = default;
        }
        if command.is_empty() {
            return Err(bad("No command specified"));
        }
        let host = &body["HostConfig"];
        let mut container = Container::new(&name, &image);
        container.image_id = image_id;
        container.command = command;
        container.env = strings(&body["Env"]);
        container.labels = serde_json::from_value(body["Labels"].clone()).unwrap_or_default();
        container.auto_remove = host["AutoRemove"].as_bool().unwrap_or(false);
        container.restart = text(&host["RestartPolicy"], "Name");
        container.volumes_from = strings(&host["VolumesFrom"]);
        // Nothing in it heeds SIGTERM, as nothing does that runs as process 1 without a handler.
        container.stops_with = 137;
        container.created = self.now();
        container.ports = ports(body, host);
        let mode = text(host, "NetworkMode");
        if !mode.is_empty() {
            container.network_mode = mode;
        }
        self.resolve_namespace(&mut container)?;
        container.mounts = mounts(host)?;
        for folder in
            declared.iter().chain(body["Volumes"].as_object().into_iter().flat_map(|map| map.keys()))
        {
            if !container.mounts.iter().any(|mount| mount.destination == *folder) {
                container = container.anonymous_volume(folder);
            }
        }
        self.check_sources(&container)?;
        let links = strings(&host["Links"]);
        self.add_links(&name, &links)?;
        container.given = Some(body.clone());
        let id = self.add_container(container);
        self.container_event(self.containers.len() - 1, "create", &[]);
        Ok(Reply::json(http::StatusCode::CREATED, json!({ "Id": id, "Warnings": [] })))
    }

    fn invented_name(&self) -> String {
        let names = ["nifty_wescoff", "brave_hopper", "quirky_noether", "keen_lamarr", "happy_curie"];
        let free = |name: &str| !self.containers.iter().any(|other| other.name == name);
        (0..)
            .flat_map(|round| {
                names.map(|name| if round == 0 { name.to_owned() } else { format!("{name}{round}") })
            })
            .find(|name| free(name))
            .unwrap_or_default()
    }

    /// `container:name` is kept as `container:ID`.
    fn resolve_namespace(&self, container: &mut Container) -> Result<(), Refusal> {
        if let Some(name) = container.network_mode.strip_prefix("container:") {
            let index = self.find_container(name)?;
            container.network_mode = format!("container:{}", self.containers[index].id);
        }
        Ok(())
    }

    fn check_sources(&self, container: &Container) -> Result<(), Refusal> {
        for given in &container.volumes_from {
            let name = given.split(':').next().unwrap_or_default();
            self.find_container(name).map_err(|refusal| bad(refusal.message))?;
        }
        for mount in &container.mounts {
            if let MountKind::Volume { name, .. } = &mount.kind
                && !name.is_empty()
                && !self.volumes.iter().any(|volume| volume.name == *name)
            {
                super::volumes::check_name(name)?;
            }
        }
        Ok(())
    }

    fn add_links(&mut self, name: &str, links: &[String]) -> Result<(), Refusal> {
        for link in links {
            let (other, alias) = link.split_once(':').unwrap_or((link, link));
            let index = self.find_container(other).map_err(|refusal| {
                bad(format!("could not get container for {other}: {}", refusal.message))
            })?;
            self.containers[index].aliases.push(format!("{name}/{alias}"));
        }
        Ok(())
    }
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

/// A list of words; one word alone counts as a list, as the engine reads `Cmd`.
fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(word) => vec![word.clone()],
        Value::Array(items) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

fn mounts(host: &Value) -> Result<Vec<Mount>, Refusal> {
    let mut mounts = Vec::new();
    for bind in strings(&host["Binds"]) {
        let mut parts = bind.splitn(3, ':');
        let (Some(source), Some(destination)) = (parts.next(), parts.next()) else {
            return Err(bad(format!("invalid volume specification: '{bind}'")));
        };
        let mode = parts.next();
        let writable = !mode.is_some_and(|mode| mode.split(',').any(|word| word == "ro"));
        let named = !source.starts_with('/');
        let kind = if named {
            MountKind::Volume { name: source.to_owned(), anonymous: false }
        } else {
            MountKind::Bind { source: source.to_owned() }
        };
        // The engine's parser gives a named volume without a mode the mode `z`.
        let mode = mode.unwrap_or(if named { "z" } else { "" }).to_owned();
        mounts.push(Mount { kind, destination: destination.to_owned(), mode, writable });
    }
    for given in host["Mounts"].as_array().into_iter().flatten() {
        let source = text(given, "Source");
        let kind = match text(given, "Type").as_str() {
            "volume" => MountKind::Volume { anonymous: source.is_empty(), name: source },
            "bind" => MountKind::Bind { source },
            "image" => MountKind::Image { source },
            _ => continue,
        };
        let named = matches!(&kind, MountKind::Volume { anonymous: false, .. });
        let writable = !given["ReadOnly"].as_bool().unwrap_or(false);
        let mode = if named { "z" } else { "" }.to_owned();
        mounts.push(Mount { kind, destination: text(given, "Target"), mode, writable });
    }
    Ok(mounts)
}

fn ports(body: &Value, host: &Value) -> Vec<Port> {
    let mut ports = Vec::new();
    let split = |spec: &str| {
        let (number, protocol) = spec.split_once('/').unwrap_or((spec, "tcp"));
        Some((number.parse().ok()?, protocol.to_owned()))
    };
    for (spec, bindings) in host["PortBindings"].as_object().into_iter().flatten() {
        let Some((private, protocol)) = split(spec) else { continue };
        let public = bindings[0]["HostPort"].as_str().and_then(|port| port.parse().ok());
        ports.push(Port { private, public, protocol });
    }
    for spec in body["ExposedPorts"].as_object().into_iter().flat_map(|map| map.keys()) {
        let Some((private, protocol)) = split(spec) else { continue };
        if !ports.iter().any(|port: &Port| port.private == private && port.protocol == protocol) {
            ports.push(Port { private, public: None, protocol });
        }
    }
    ports
}
