//! A container, made again by the engine's own API: no `docker create` has an option for all of its configuration.

use serde_json::{Map, Value, json};

use super::{command, words};

/// A container to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewContainer {
    /// Its name.
    pub name: String,
    /// `POST /containers/create`.
    pub body: Value,
    /// The whole ID of the image that it was made from.
    pub image: String,
    /// The networks beside the first: engines below API 1.44 take one at the creation.
    pub connections: Vec<Connection>,
    /// Whether it ran.
    pub start: bool,
}

/// A network that a container is connected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The network's name.
    pub network: String,
    /// The names under which the container is known there.
    pub aliases: Vec<String>,
}

/// The container as it was inspected.
pub(super) fn again(name: &str, inspect: &Value, ran: bool) -> NewContainer {
    let networks: Vec<(&String, &Value)> =
        inspect["NetworkSettings"]["Networks"].as_object().into_iter().flatten().collect();
    let mode = inspect["HostConfig"]["NetworkMode"].as_str().unwrap_or_default();
    let first = networks.iter().find(|(network, _)| network.as_str() == mode).or(networks.first());
    let connections = networks
        .iter()
        .filter(|(network, _)| first.is_none_or(|(it, _)| it != network))
        .map(|(network, end)| Connection { network: (*network).clone(), aliases: own_aliases(end, inspect) })
        .collect();
    NewContainer {
        name: name.to_owned(),
        body: body(inspect, first.copied()),
        image: inspect["Image"].as_str().unwrap_or_default().to_owned(),
        connections,
        start: ran,
    }
}

/// The commands that make a container, and start it if it ran.
pub(super) fn commands(it: &NewContainer, socket: &str) -> Vec<String> {
    let NewContainer { name, body, .. } = it;
    let url = format!("http://docker/containers/create?name={name}");
    let create = ["curl", "-fsS", "--unix-socket", socket, "-H", "Content-Type: application/json", "-d"];
    let mut all = vec![command(&[words(&create), vec![body.to_string(), url]].concat())];
    for connection in &it.connections {
        let mut connect = words(&["docker", "network", "connect"]);
        for alias in &connection.aliases {
            connect.extend(["--alias".to_owned(), alias.clone()]);
        }
        connect.extend([connection.network.clone(), name.clone()]);
        all.push(command(&connect));
    }
    if it.start {
        all.push(command(&[words(&["docker", "start"]), vec![name.clone()]].concat()));
    }
    all
}

/// `POST /containers/create`: the configuration as it was inspected.
fn body(inspect: &Value, network: Option<(&String, &Value)>) -> Value {
    let mut body = inspect["Config"].as_object().cloned().unwrap_or_default();
    let mut host = inspect["HostConfig"].as_object().cloned().unwrap_or_default();
    keep_anonymous_volumes(&mut host, inspect);
    body.insert("HostConfig".to_owned(), Value::Object(host));
    if let Some((name, end)) = network {
        let mut wanted = json!({ "Aliases": own_aliases(end, inspect) });
        for key in ["IPAMConfig", "Links", "DriverOpts"] {
            if !end[key].is_null() {
                wanted[key] = end[key].clone();
            }
        }
        body.insert("NetworkingConfig".to_owned(), json!({ "EndpointsConfig": { name: wanted } }));
    }
    Value::Object(body)
}

/// The engine gives each container its short ID as an alias by itself.
fn own_aliases(end: &Value, inspect: &Value) -> Vec<String> {
    let id = inspect["Id"].as_str().unwrap_or_default();
    let aliases = end["Aliases"].as_array().into_iter().flatten().filter_map(Value::as_str);
    aliases.filter(|alias| !(alias.len() == 12 && id.starts_with(alias))).map(str::to_owned).collect()
}

/// An anonymous volume is named in no configuration: unless it is, the container would get another, empty one.
fn keep_anonymous_volumes(host: &mut Map<String, Value>, inspect: &Value) {
    let named = |target: &str| {
        let binds =
            host.get("Binds").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let mounts = host.get("Mounts").and_then(Value::as_array).into_iter().flatten();
        binds.into_iter().any(|bind| bind.split(':').nth(1) == Some(target))
            || mounts.into_iter().any(|mount| mount["Target"] == target)
    };
    let mounts = inspect["Mounts"].as_array().into_iter().flatten().filter(|it| it["Type"] == "volume");
    let mut binds = Vec::new();
    for mount in mounts {
        let (Some(volume), Some(target)) = (mount["Name"].as_str(), mount["Destination"].as_str()) else {
            continue;
        };
        if !named(target) {
            let access = if mount["RW"] == false { ":ro" } else { "" };
            binds.push(Value::from(format!("{volume}:{target}{access}")));
        }
    }
    if binds.is_empty() {
        return;
    }
    match host.get_mut("Binds").and_then(Value::as_array_mut) {
        Some(all) => all.extend(binds),
        None => {
            host.insert("Binds".to_owned(), Value::Array(binds));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_comes_back_with_its_own_anonymous_volume_and_all_its_networks() {
        let inspect = json!({
            "Id": "0123456789abcdef",
            "Config": { "Image": "odoo:18.0", "Env": ["A=it's"] },
            "HostConfig": { "NetworkMode": "back", "Binds": ["data:/data:ro"] },
            "Mounts": [
                { "Type": "volume", "Name": "data", "Destination": "/data", "RW": false },
                { "Type": "volume", "Name": "f00d", "Destination": "/cache", "RW": true },
                { "Type": "bind", "Source": "/etc", "Destination": "/etc" },
            ],
            "NetworkSettings": { "Networks": {
                "aside": { "Aliases": ["web", "0123456789ab"] },
                "back": { "Aliases": ["app", "0123456789ab"], "IPAMConfig": null, "Links": null },
            } },
        });
        insta::assert_snapshot!(commands(&again("app", &inspect, true), "/run/docker.sock").join("\n"), @r#"
        curl -fsS --unix-socket /run/docker.sock -H 'Content-Type: application/json' -d '{"Image":"odoo:18.0","Env":["A=it'\''s"],"HostConfig":{"NetworkMode":"back","Binds":["data:/data:ro","f00d:/cache"]},"NetworkingConfig":{"EndpointsConfig":{"back":{"Aliases":["app"]}}}}' 'http://docker/containers/create?name=app'
        docker network connect --alias web aside app
        docker start app
        "#);
        assert_eq!(commands(&again("app", &inspect, false), "/x").len(), 2, "it did not run");
    }
}
