//! Containers as the engine prints them.
use serde_json::{Value, json};

use super::filters::{Filters, name_matches};
use super::reply::{Outcome, Refusal, Reply};
use super::resources::{Attachment, Container, Mount, MountKind, State};
use super::time::{in_words, or_zero};
use super::world::World;

/// The filters of `GET /containers/json`.
pub(super) const FILTERS: [&str; 15] = [
    "ancestor",
    "before",
    "exited",
    "expose",
    "health",
    "id",
    "is-task",
    "isolation",
    "label",
    "name",
    "network",
    "publish",
    "since",
    "status",
    "volume",
];

impl World {
    /// `GET /containers/json`.
    pub(super) fn list_containers(&self, all: bool, size: bool, filters: &Filters) -> Result<Value, Refusal> {
        let bound = |key: &str| match filters.get(key) {
            Some([given, ..]) => self.find_container(given).map(|index| Some(self.containers[index].created)),
            _ => Ok(None),
        };
        let (before, since) = (bound("before")?, bound("since")?);
        // Asking for a state or an exit code asks for stopped containers too.
        let all = all || filters.get("status").is_some() || filters.get("exited").is_some();
        let mut rows: Vec<_> = self
            .containers
            .iter()
            .filter(|container| all || container.state.is_running())
            .filter(|container| before.is_none_or(|before| container.created < before))
            .filter(|container| since.is_none_or(|since| container.created > since))
            .filter(|container| self.container_passes(container, filters))
            .collect();
        rows.sort_by_key(|container| std::cmp::Reverse(container.created));
        Ok(rows.into_iter().map(|container| self.container_row(container, size)).collect())
    }

    fn container_passes(&self, container: &Container, filters: &Filters) -> bool {
        let mounted = |wanted: &str| {
            container.mounts.iter().any(|mount| {
                let named = matches!(&mount.kind, MountKind::Volume { name, .. } if name == wanted);
                named || mount.destination == wanted
            })
        };
        filters.any("name", |wanted| name_matches(wanted, &container.name))
            && filters.any("id", |wanted| container.id.starts_with(wanted))
            && filters.any("status", |wanted| listed_state(container.state) == wanted)
            && filters.any("exited", |wanted| {
                container.state == State::Exited && container.exit_code.to_string() == wanted
            })
            && filters.any("health", |wanted| container.health.as_deref().unwrap_or("none") == wanted)
            && filters.any("ancestor", |wanted| {
                self.find_image(wanted).is_some_and(|image| self.descends(&container.image_id, &image.id))
            })
            && filters.any("volume", mounted)
            && filters.any("network", |wanted| {
                container.networks.iter().any(|network| network.network == wanted || network.id == wanted)
            })
            && filters.any("is-task", |wanted| wanted != "true")
            && filters.labels(Some(&container.labels))
    }

    /// One row of the list.
    pub(super) fn container_row(&self, container: &Container, size: bool) -> Value {
        let mut names = vec![format!("/{}", container.name)];
        names.extend(container.aliases.iter().map(|alias| format!("/{alias}")));
        let mut row = json!({
            "Id": container.id,
            "Names": names,
            "Image": self.image_column(container),
            "ImageID": container.image_id,
            "Command": container.command.join(" "),
            "Created": container.created.as_second(),
            "Ports": ports_row(container),
        });
        if size {
            // The engine leaves out what is zero.
            if container.size_rw > 0 {
                row["SizeRw"] = json!(container.size_rw);
            }
            row["SizeRootFs"] = json!(container.size_rw + self.image_size(&container.image_id));
        }
        row["Labels"] = json!(container.labels);
        row["State"] = json!(listed_state(container.state));
        row["Status"] = json!(self.status(container));
        row["HostConfig"] = json!({ "NetworkMode": container.network_mode });
        row["NetworkSettings"] = json!({ "Networks": self.endpoints(container, false) });
        row["Mounts"] = container.mounts.iter().map(|mount| self.mount_view(mount, true)).collect();
        row
    }

    /// The image as it was named, unless that name leads elsewhere by now: then its ID.
    fn image_column(&self, container: &Container) -> String {
        let same = self.find_image(&container.image).is_some_and(|image| image.id == container.image_id);
        if same { container.image.clone() } else { container.image_id.clone() }
    }

    fn image_size(&self, id: &str) -> u64 {
        self.images.iter().find(|image| image.id == id).map_or(0, super::resources::Image::total)
    }

    fn status(&self, container: &Container) -> String {
        let now = self.now();
        let ago =
            |at: Option<jiff::Timestamp>| at.map_or_else(String::new, |at| in_words(now.duration_since(at)));
        match container.state {
            State::Created => "Created".to_owned(),
            State::Running => match container.health.as_deref() {
                None => format!("Up {}", ago(container.started)),
                Some("starting") => format!("Up {} (health: starting)", ago(container.started)),
                Some(health) => format!("Up {} ({health})", ago(container.started)),
            },
            State::Paused => format!("Up {} (Paused)", ago(container.started)),
            State::Restarting => {
                format!("Restarting ({}) {} ago", container.exit_code, ago(container.finished))
            }
            State::Exited => format!("Exited ({}) {} ago", container.exit_code, ago(container.finished)),
            State::Dead => "Removal In Progress".to_owned(),
        }
    }

    fn mount_view(&self, mount: &Mount, listed: bool) -> Value {
        let (kind, name, source, driver, propagation) = match &mount.kind {
            MountKind::Volume { name, anonymous } => {
                let driver = self.volumes.iter().find(|volume| volume.name == *name);
                let driver = driver.map_or("local", |volume| &volume.driver);
                // The list has no source for an anonymous volume that `-v /folder` or the image asked for.
                let hidden = listed && *anonymous && mount.mode.is_empty();
                let source = if hidden { String::new() } else { self.mountpoint(name) };
                ("volume", Some(name), source, Some(driver), "")
            }
            MountKind::Bind { source } => ("bind", None, source.clone(), None, "rprivate"),
            MountKind::Image { source } => ("image", None, source.clone(), None, ""),
        };
        let mut view = json!({ "Type": kind });
        if let Some(name) = name {
            view["Name"] = json!(name);
        }
        view["Source"] = json!(source);
        view["Destination"] = json!(mount.destination);
        if let Some(driver) = driver {
            view["Driver"] = json!(driver);
        }
        view["Mode"] = json!(mount.mode);
        view["RW"] = json!(mount.writable);
        view["Propagation"] = json!(propagation);
        view
    }

    /// `GET /containers/{id}/json`.
    pub(super) fn inspect_container(&self, given: &str, size: bool) -> Outcome {
        let container = &self.containers[self.find_container(given)?];
        let folder = format!("{}/containers/{}", self.engine.root, container.id);
        let mut view = json!({
            "Id": container.id,
            "Created": container.created.to_string(),
            "Path": container.command.first().cloned().unwrap_or_default(),
            "Args": container.command.get(1..).unwrap_or_default(),
            "State": self.state_view(container),
            "Image": container.image_id,
            "ResolvConfPath": format!("{folder}/resolv.conf"),
            "HostnamePath": format!("{folder}/hostname"),
            "HostsPath": format!("{folder}/hosts"),
            "LogPath": format!("{folder}/{}-json.log", container.id),
            "Name": format!("/{}", container.name),
            "RestartCount": 0,
            "Driver": self.engine.driver,
            "Platform": "linux",
            "MountLabel": "",
            "ProcessLabel": "",
            "AppArmorProfile": "",
            "ExecIDs": null,
            "HostConfig": host_config(container),
            "GraphDriver": { "Data": null, "Name": self.engine.driver },
        });
        if size {
            view["SizeRw"] = json!(container.size_rw);
            view["SizeRootFs"] = json!(container.size_rw + self.image_size(&container.image_id));
        }
        view["Mounts"] = container.mounts.iter().map(|mount| self.mount_view(mount, false)).collect();
        view["Config"] = config(container);
        view["NetworkSettings"] = json!({
            "Bridge": "",
            "SandboxID": "",
            "Ports": ports_view(container),
            "Networks": self.endpoints(container, true),
        });
        Ok(Reply::ok(view))
    }

    fn state_view(&self, container: &Container) -> Value {
        let state = container.state;
        // Any number does, as long as it is one: a process of the host.
        let pid = if state.is_running() { 1000 + self.containers.len() } else { 0 };
        let mut view = json!({
            "Status": if state == State::Dead { "dead" } else { listed_state(state) },
            "Running": state.is_running(),
            "Paused": state == State::Paused,
            "Restarting": state == State::Restarting,
            "OOMKilled": false,
            "Dead": state == State::Dead,
            "Pid": pid,
            "ExitCode": container.exit_code,
            "Error": "",
            "StartedAt": or_zero(container.started),
            "FinishedAt": or_zero(container.finished),
        });
        if let Some(health) = &container.health {
            view["Health"] = json!({ "Status": health, "FailingStreak": 0, "Log": [] });
        }
        view
    }

    fn endpoints(&self, container: &Container, inspected: bool) -> Value {
        let mut networks = json!({});
        for attachment in &container.networks {
            let mut view = self.endpoint(container, attachment);
            // Only an inspect shows the short ID, and only in networks that people made.
            let own = !matches!(attachment.network.as_str(), "bridge" | "host" | "none");
            if inspected && own {
                view["Aliases"] = json!([container.id.get(..12).unwrap_or_default()]);
            }
            networks[attachment.network.as_str()] = view;
        }
        networks
    }

    fn endpoint(&self, container: &Container, attachment: &Attachment) -> Value {
        let network = self.networks.iter().find(|network| network.id == attachment.id);
        let subnet = network.map_or(0, |network| network.subnet);
        let up = attachment.host != 0;
        let addressed = up && subnet != 0;
        let or_empty = |on: bool, text: String| if on { text } else { String::new() };
        json!({
            "IPAMConfig": null,
            "Links": null,
            "Aliases": null,
            "NetworkID": attachment.id,
            "EndpointID": or_empty(up, super::networks::endpoint_id(&container.id, &attachment.id)),
            "Gateway": or_empty(addressed, format!("172.{subnet}.0.1")),
            "IPAddress": or_empty(addressed, format!("172.{subnet}.0.{}", attachment.host)),
            "IPPrefixLen": if addressed { 16 } else { 0 },
            "IPv6Gateway": "",
            "GlobalIPv6Address": "",
            "GlobalIPv6PrefixLen": 0,
            "MacAddress": or_empty(addressed, format!("02:42:ac:{subnet:02x}:00:{:02x}", attachment.host)),
            "DriverOpts": null,
        })
    }
}

fn listed_state(state: State) -> &'static str {
    match state {
        State::Created => "created",
        State::Running => "running",
        State::Paused => "paused",
        State::Restarting => "restarting",
        State::Exited => "exited",
        State::Dead => "removing",
    }
}

fn ports_row(container: &Container) -> Value {
    let mut rows = Vec::new();
    // What does not run publishes nothing.
    for port in container.ports.iter().filter(|_| container.state.is_running()) {
        match port.public {
            Some(public) => {
                for address in ["0.0.0.0", "::"] {
                    rows.push(json!({
                        "IP": address, "PrivatePort": port.private, "PublicPort": public, "Type": port.protocol,
                    }));
                }
            }
            None => rows.push(json!({ "PrivatePort": port.private, "Type": port.protocol })),
        }
    }
    Value::Array(rows)
}

fn ports_view(container: &Container) -> Value {
    let mut ports = json!({});
    for port in container.ports.iter().filter(|_| container.state.is_running()) {
        let bindings = port.public.map(|public| {
            let public = public.to_string();
            json!([{ "HostIp": "0.0.0.0", "HostPort": public }, { "HostIp": "::", "HostPort": public }])
        });
        ports[format!("{}/{}", port.private, port.protocol).as_str()] = json!(bindings);
    }
    ports
}

/// `HostConfig`: what was given at creation over the engine's defaults.
fn host_config(container: &Container) -> Value {
    let mut binds = Vec::new();
    for mount in &container.mounts {
        let source = match &mount.kind {
            MountKind::Volume { name, anonymous: false } => name,
            MountKind::Bind { source } => source,
            _ => continue,
        };
        let mode = if mount.writable { "" } else { ":ro" };
        binds.push(format!("{source}:{}{mode}", mount.destination));
    }
    let mut bindings = json!({});
    for port in container.ports.iter().filter(|port| port.public.is_some()) {
        let public = port.public.unwrap_or_default().to_string();
        let key = format!("{}/{}", port.private, port.protocol);
        bindings[key.as_str()] = json!([{ "HostIp": "", "HostPort": public }]);
    }
    let mut host = json!({
        "Binds": if binds.is_empty() { Value::Null } else { json!(binds) },
        "ContainerIDFile": "",
        "LogConfig": { "Type": "json-file", "Config": {} },
        "NetworkMode": container.network_mode,
        "PortBindings": bindings,
        "RestartPolicy": { "Name": container.restart, "MaximumRetryCount": 0 },
        "AutoRemove": container.auto_remove,
        "VolumeDriver": "",
        "VolumesFrom": if container.volumes_from.is_empty() { Value::Null } else { json!(container.volumes_from) },
        "CapAdd": null,
        "CapDrop": null,
        "Links": null,
        "Privileged": false,
        "PublishAllPorts": false,
        "ReadonlyRootfs": false,
        "ShmSize": 67_108_864,
        "Runtime": "runc",
        "Memory": 0,
        "NanoCpus": 0,
    });
    let given = container.given.as_ref().and_then(|given| given["HostConfig"].as_object());
    for (key, value) in given.into_iter().flatten() {
        // Modes and mounts are resolved on creation.
        if key != "NetworkMode" {
            host[key.as_str()] = value.clone();
        }
    }
    host
}

/// `Config`: what was given at creation over the engine's defaults.
fn config(container: &Container) -> Value {
    let mut exposed = json!({});
    for port in &container.ports {
        exposed[format!("{}/{}", port.private, port.protocol).as_str()] = json!({});
    }
    let mut config = json!({
        "Hostname": container.id.get(..12).unwrap_or_default(),
        "Domainname": "",
        "User": "",
        "AttachStdin": false,
        "AttachStdout": false,
        "AttachStderr": false,
        "ExposedPorts": exposed,
        "Tty": false,
        "OpenStdin": false,
        "StdinOnce": false,
        "Env": container.env,
        "Cmd": container.command,
        "Image": container.image,
        "Volumes": null,
        "WorkingDir": "",
        "Entrypoint": null,
        "OnBuild": null,
        "Labels": container.labels,
    });
    for (key, value) in container.given.as_ref().and_then(Value::as_object).into_iter().flatten() {
        if config.get(key).is_some() && !value.is_null() {
            config[key.as_str()] = value.clone();
        }
    }
    config
}
