//! Containers, in their list and by themselves.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use super::{exactly, time};
use crate::steward::Labels;
use crate::steward::inventory::{Attachment, Container, ContainerDetail, ContainerId, ImageId, Mount, State};

/// A row of `GET /containers/json`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ContainerRow {
    id: String,
    #[serde(default)]
    names: Option<Vec<String>>,
    image: String,
    #[serde(rename = "ImageID", default)]
    image_id: String,
    created: i64,
    state: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    labels: Option<Labels>,
    mounts: Option<Vec<MountRow>>,
    #[serde(default)]
    network_settings: Option<NetworkSettingsRow>,
    #[serde(default)]
    host_config: Option<HostConfigRow>,
    #[serde(default)]
    ports: Option<Vec<PortRow>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MountRow {
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    source: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NetworkSettingsRow {
    networks: Option<BTreeMap<String, Option<EndpointRow>>>,
}

#[derive(Deserialize)]
struct EndpointRow {
    #[serde(rename = "NetworkID", default)]
    network_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HostConfigRow {
    #[serde(default)]
    network_mode: String,
}

#[derive(Deserialize)]
struct PortRow {
    #[serde(rename = "IP", default)]
    ip: String,
    #[serde(rename = "PrivatePort")]
    private: u16,
    #[serde(rename = "PublicPort", default)]
    public: u16,
    #[serde(rename = "Type", default)]
    protocol: String,
}

impl PortRow {
    fn text(&self) -> String {
        let ip = if self.ip.is_empty() || self.ip == "0.0.0.0" || self.ip == "::" {
            String::new()
        } else {
            format!("{}:", self.ip)
        };
        match self.public {
            0 => format!("{}/{}", self.private, self.protocol),
            public => format!("{ip}{public}→{}/{}", self.private, self.protocol),
        }
    }
}

pub(super) fn container(row: ContainerRow) -> Container {
    let mut faults = Vec::new();
    let names = row.names.unwrap_or_default();
    // `/web` is the name; `/app/db` is the alias by which the container `app` links to this one.
    let own = names.iter().filter_map(|name| name.strip_prefix('/')).find(|name| !name.contains('/'));
    let linked_by: Vec<String> = names
        .iter()
        .filter_map(|name| name.strip_prefix('/')?.split_once('/'))
        .map(|(owner, _)| owner.to_owned())
        .collect();
    if own.is_none() {
        faults.push("it has no name".to_owned());
    }
    let id = ContainerId::new(row.id);
    if !id.is_full() {
        faults.push("its ID is not whole".to_owned());
    }
    if row.image_id.is_empty() {
        faults.push("it does not say which image it was made from".to_owned());
    }
    if row.mounts.is_none() {
        faults.push("it does not say what it mounts".to_owned());
    }
    let state = State::parse(&row.state);
    let mut ports: Vec<String> = row.ports.unwrap_or_default().iter().map(PortRow::text).collect();
    ports.sort();
    ports.dedup();
    Container {
        name: own.map_or_else(|| id.short().to_owned(), str::to_owned),
        id,
        image: row.image,
        image_id: Some(row.image_id).filter(|id| !id.is_empty()).map(ImageId::new),
        state,
        status: row.status,
        created: Timestamp::from_second(row.created).ok(),
        labels: row.labels.unwrap_or_default(),
        mounts: exactly(row.mounts.unwrap_or_default().into_iter().map(mount)),
        networks: exactly(
            row.network_settings.and_then(|it| it.networks).unwrap_or_default().into_iter().map(
                |(name, endpoint)| Attachment {
                    name,
                    id: endpoint.map(|it| it.network_id).unwrap_or_default(),
                },
            ),
        ),
        network_mode: row.host_config.map(|it| it.network_mode).unwrap_or_default(),
        ports,
        size: None,
        linked_by,
        detail: None,
        faults,
    }
}

fn mount(row: MountRow) -> Mount {
    match row.r#type.as_str() {
        "volume" => Mount::Volume { name: row.name, source: row.source },
        "image" => Mount::Image { reference: if row.source.is_empty() { row.name } else { row.source } },
        // Engines before 1.13 wrote no type.
        "" if !row.name.is_empty() => Mount::Volume { name: row.name, source: row.source },
        "bind" | "" => Mount::Bind { source: row.source },
        _ => Mount::Other,
    }
}

/// The part of `GET /containers/{id}/json` that the lists lack.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ContainerInspect {
    id: String,
    state: InspectState,
    host_config: InspectHostConfig,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InspectState {
    #[serde(default)]
    started_at: String,
    #[serde(default)]
    finished_at: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InspectHostConfig {
    auto_remove: bool,
    volumes_from: Option<Vec<String>>,
}

/// The details, if the answer is about the container that was asked for.
pub fn detail(asked: &ContainerId, answer: ContainerInspect) -> Option<ContainerDetail> {
    (answer.id == asked.as_str()).then(|| ContainerDetail {
        auto_remove: answer.host_config.auto_remove,
        volumes_from: answer
            .host_config
            .volumes_from
            .unwrap_or_default()
            .into_iter()
            .map(|it| it.split(':').next().unwrap_or_default().to_owned())
            .collect(),
        finished_at: time(&answer.state.finished_at),
        started_at: time(&answer.state.started_at),
    })
}
