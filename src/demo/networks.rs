//! The rules of networks.
use serde_json::{Value, json};

use super::filters::{Filters, name_matches};
use super::reply::{Outcome, Refusal, Reply, bad, conflict, forbidden, missing};
use super::resources::{Attachment, Container, Network};
use super::world::World;

/// The filters of `GET /networks`.
pub(super) const FILTERS: [&str; 7] = ["dangling", "driver", "id", "label", "name", "scope", "type"];

/// Docker's own networks.
fn is_predefined(name: &str) -> bool {
    matches!(name, "bridge" | "host" | "none" | "default")
}

/// The ID of a container's place in a network.
pub(super) fn endpoint_id(container: &str, network: &str) -> String {
    super::world::hash(&["endpoint", container, network])
}

impl World {
    /// Finds a network as the engine does: full ID, then name, then the start of an ID.
    pub(super) fn find_network(&self, given: &str) -> Result<&Network, Refusal> {
        if let Some(network) = self.networks.iter().find(|network| network.id == given) {
            return Ok(network);
        }
        let pick = |found: Vec<_>, how: &str| match found.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            many => Err(bad(format!("network {given} is ambiguous ({} matches found {how})", many.len()))),
        };
        let named = self.networks.iter().filter(|network| network.name == given).collect();
        if let Some(network) = pick(named, "on name")? {
            return Ok(network);
        }
        let starts = self.networks.iter().filter(|network| network.id.starts_with(given)).collect();
        pick(starts, "on ID prefix")?.ok_or_else(|| missing(format!("network {given} not found")))
    }

    /// Whether all networks that a container is to join are there.
    pub(super) fn check_networks(&self, index: usize) -> Result<(), Refusal> {
        for attachment in &self.containers[index].networks {
            let wanted = if attachment.id.is_empty() { &attachment.network } else { &attachment.id };
            self.find_network(wanted)?;
        }
        Ok(())
    }

    /// Gives a started container its addresses.
    pub(super) fn join_networks(&self, container: &mut Container) {
        for attachment in &mut container.networks {
            let wanted = if attachment.id.is_empty() { &attachment.network } else { &attachment.id };
            let Ok(network) = self.find_network(wanted) else { continue };
            let id = network.id.clone();
            let taken = |host: u8| self.attached(&id).any(|(_, other)| other.host == host);
            if container.state.is_running() {
                attachment.host = (2..=254).find(|&host| !taken(host)).unwrap_or(254);
            }
            attachment.id = id;
        }
    }

    /// Containers that are in a network right now. One that does not run is not.
    fn attached<'a>(&'a self, id: &'a str) -> impl Iterator<Item = (&'a Container, &'a Attachment)> {
        self.containers.iter().filter(|container| container.state.is_running()).flat_map(move |container| {
            container.networks.iter().filter(move |place| place.id == id).map(move |place| (container, place))
        })
    }

    fn network_view(&self, network: &Network, inspected: bool) -> Value {
        let mut config = Vec::new();
        if network.subnet != 0 {
            let subnet = network.subnet;
            config.push(
                json!({ "Subnet": format!("172.{subnet}.0.0/16"), "Gateway": format!("172.{subnet}.0.1") }),
            );
        }
        let mut containers = json!({});
        // The list shows no endpoints; only inspect does.
        for (container, place) in self.attached(&network.id).filter(|_| inspected) {
            let address = if network.subnet == 0 {
                String::new()
            } else {
                format!("172.{}.0.{}/16", network.subnet, place.host)
            };
            containers[container.id.as_str()] = json!({
                "Name": container.name,
                "EndpointID": endpoint_id(&container.id, &network.id),
                "MacAddress": "",
                "IPv4Address": address,
                "IPv6Address": "",
            });
        }
        json!({
            "Name": network.name,
            "Id": network.id,
            "Created": network.created.to_string(),
            "Scope": network.scope,
            "Driver": network.driver,
            "EnableIPv6": false,
            "IPAM": { "Driver": "default", "Options": null, "Config": config },
            "Internal": network.internal,
            "Attachable": false,
            "Ingress": network.ingress,
            "ConfigFrom": { "Network": "" },
            "ConfigOnly": false,
            "Containers": containers,
            "Options": network.options,
            "Labels": network.labels,
        })
    }

    /// `GET /networks`.
    pub(super) fn list_networks(&self, filters: &Filters) -> Outcome {
        let dangling = filters.flag("dangling")?;
        let unused =
            |network: &Network| !is_predefined(&network.name) && self.attached(&network.id).next().is_none();
        let rows: Value = self
            .networks
            .iter()
            .filter(|network| dangling.is_none_or(|wanted| wanted == unused(network)))
            .filter(|network| filters.any("name", |wanted| name_matches(wanted, &network.name)))
            .filter(|network| filters.any("id", |wanted| network.id.contains(wanted)))
            .filter(|network| filters.any("driver", |wanted| network.driver == wanted))
            .filter(|network| filters.any("scope", |wanted| network.scope == wanted))
            .filter(|network| {
                filters.any("type", |wanted| (wanted == "builtin") == is_predefined(&network.name))
            })
            .filter(|network| filters.labels(Some(&network.labels)))
            .map(|network| self.network_view(network, false))
            .collect();
        Ok(Reply::ok(rows))
    }

    /// `GET /networks/{id}`.
    pub(super) fn inspect_network(&self, given: &str) -> Outcome {
        Ok(Reply::ok(self.network_view(self.find_network(given)?, true)))
    }

    /// `POST /networks/create`.
    pub(super) fn create_network(&mut self, body: &Value) -> Outcome {
        let name = body["Name"].as_str().unwrap_or_default();
        if is_predefined(name) {
            let message = format!("operation is not permitted on predefined {name} network ");
            return Err(forbidden(message));
        }
        let mut warning = String::new();
        if let Some(other) = self.networks.iter().find(|network| network.name == name) {
            if body["CheckDuplicate"].as_bool().unwrap_or(false) {
                return Err(conflict(format!("network with name {name} already exists")));
            }
            warning = format!("Network with name {name} (id : {}) already exists", other.id);
        }
        let mut network = Network::new(name);
        if let Some(driver) = body["Driver"].as_str().filter(|driver| !driver.is_empty()) {
            driver.clone_into(&mut network.driver);
        }
        network.labels = serde_json::from_value(body["Labels"].clone()).unwrap_or_default();
        network.options = serde_json::from_value(body["Options"].clone()).unwrap_or_default();
        network.internal = body["Internal"].as_bool().unwrap_or(false);
        let id = self.add_network(network);
        self.network_event("create", &id, None);
        Ok(Reply::json(http::StatusCode::CREATED, json!({ "Id": id, "Warning": warning })))
    }

    /// `DELETE /networks/{id}`.
    pub(super) fn remove_network(&mut self, given: &str) -> Outcome {
        let network = self.find_network(given)?;
        let (id, name) = (network.id.clone(), network.name.clone());
        if is_predefined(&name) {
            return Err(forbidden(format!("{name} is a pre-defined network and cannot be removed")));
        }
        if self.attached(&id).next().is_some() {
            return Err(forbidden(format!(
                "error while removing network: network {name} id {id} has active endpoints"
            )));
        }
        self.vanish_network(&id);
        Ok(Reply::done())
    }

    /// Removes a network behind the clients' backs.
    pub fn vanish_network(&mut self, given: &str) {
        if let Ok(id) = self.find_network(given).map(|network| network.id.clone()) {
            self.network_event("destroy", &id, None);
            self.networks.retain(|network| network.id != id);
        }
    }

    /// `POST /networks/{id}/connect` and `/disconnect`.
    pub(super) fn connect_network(&mut self, given: &str, body: &Value, connect: bool) -> Outcome {
        let network = self.find_network(given)?;
        let (id, name) = (network.id.clone(), network.name.clone());
        let index = self.find_container(body["Container"].as_str().unwrap_or_default())?;
        let mut container = self.containers[index].clone();
        let inside = container.networks.iter().any(|place| place.network == name);
        match (connect, inside) {
            (true, true) => {
                let message =
                    format!("endpoint with name {} already exists in network {name}", container.name);
                return Err(forbidden(message));
            }
            (true, false) => {
                container.networks.push(Attachment { network: name, ..Attachment::default() });
                if container.state.is_running() {
                    self.join_networks(&mut container);
                }
            }
            (false, true) => container.networks.retain(|place| place.network != name),
            (false, false) => {
                let message = format!("container {} is not connected to network {name}", container.id);
                return Err(forbidden(message));
            }
        }
        let member = container.id.clone();
        self.containers[index] = container;
        self.network_event(if connect { "connect" } else { "disconnect" }, &id, Some(&member));
        Ok(Reply::empty(http::StatusCode::OK))
    }
}
