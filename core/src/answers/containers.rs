//! Containers, in their list and by themselves.

use std::collections::BTreeMap;

use arcstr::ArcStr;
use jiff::Timestamp;
use serde::Deserialize;

use super::rows::Told;
use super::texts::{LabelRow, Text, Texts};
use super::{exactly, time};
use crate::steward::inventory::{Attachment, Container, ContainerDetail, ContainerId, ImageId, Mount, State};

/// A row of `GET /containers/json`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ContainerRow<'t> {
    #[serde(borrow)]
    id: Text<'t>,
    #[serde(borrow, default)]
    names: Option<Vec<Text<'t>>>,
    #[serde(borrow)]
    image: Text<'t>,
    #[serde(rename = "ImageID", borrow, default)]
    image_id: Text<'t>,
    created: i64,
    #[serde(borrow)]
    state: Text<'t>,
    #[serde(borrow, default)]
    status: Text<'t>,
    #[serde(borrow, default)]
    labels: Option<LabelRow<'t>>,
    #[serde(borrow)]
    mounts: Option<Vec<MountRow<'t>>>,
    #[serde(borrow, default)]
    network_settings: Option<NetworkSettingsRow<'t>>,
    #[serde(borrow, default)]
    host_config: Option<HostConfigRow<'t>>,
    #[serde(borrow, default)]
    ports: Option<Vec<PortRow<'t>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MountRow<'t> {
    #[serde(borrow, default)]
    r#type: Text<'t>,
    #[serde(borrow, default)]
    name: Text<'t>,
    #[serde(borrow, default)]
    source: Text<'t>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NetworkSettingsRow<'t> {
    #[serde(borrow)]
    networks: Option<BTreeMap<Text<'t>, Option<EndpointRow<'t>>>>,
}

#[derive(Deserialize)]
struct EndpointRow<'t> {
    #[serde(rename = "NetworkID", borrow, default)]
    network_id: Text<'t>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HostConfigRow<'t> {
    #[serde(borrow, default)]
    network_mode: Text<'t>,
}

#[derive(Deserialize)]
struct PortRow<'t> {
    #[serde(rename = "IP", borrow, default)]
    ip: Text<'t>,
    #[serde(rename = "PrivatePort")]
    private: u16,
    #[serde(rename = "PublicPort", default)]
    public: u16,
    #[serde(rename = "Type", borrow, default)]
    protocol: Text<'t>,
}

impl PortRow<'_> {
    fn text(&self) -> String {
        let ip = match &*self.ip {
            "" | "0.0.0.0" | "::" => String::new(),
            ip => format!("{ip}:"),
        };
        let protocol = &*self.protocol;
        match self.public {
            0 => format!("{}/{protocol}", self.private),
            public => format!("{ip}{public}→{}/{protocol}", self.private),
        }
    }
}

impl Told for Container {
    type Row<'t> = ContainerRow<'t>;

    fn of(row: ContainerRow<'_>, texts: &Texts) -> Self {
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
        let networks = row.network_settings.and_then(|it| it.networks).unwrap_or_default();
        let attached = |(name, endpoint): (Text<'_>, Option<EndpointRow<'_>>)| Attachment {
            name: texts.name(&name),
            id: texts.name(&endpoint.map(|it| it.network_id).unwrap_or_default()),
        };
        Self {
            name: own.unwrap_or_else(|| id.short()).into(),
            id,
            image: texts.name(&row.image),
            image_id: (!row.image_id.is_empty()).then(|| ImageId::new(texts.name(&row.image_id))),
            state: State::parse(&row.state),
            status: texts.common(&row.status),
            created: Timestamp::from_second(row.created).ok(),
            labels: texts.labels(row.labels),
            mounts: exactly(row.mounts.unwrap_or_default().into_iter().map(|row| mount(row, texts))),
            networks: exactly(networks.into_iter().map(attached)),
            network_mode: texts.name(&row.host_config.map(|it| it.network_mode).unwrap_or_default()),
            ports: ports(&row.ports.unwrap_or_default(), texts),
            size: None,
            linked_by,
            detail: None,
            faults,
        }
    }
}

fn ports(rows: &[PortRow<'_>], texts: &Texts) -> Vec<ArcStr> {
    let mut all: Vec<String> = rows.iter().map(PortRow::text).collect();
    all.sort_unstable();
    all.dedup();
    all.iter().map(|port| texts.common(port)).collect()
}

fn mount(row: MountRow<'_>, texts: &Texts) -> Mount {
    let volume =
        |row: MountRow<'_>| Mount::Volume { name: texts.name(&row.name), source: texts.name(&row.source) };
    match &*row.r#type {
        "volume" => volume(row),
        "image" => {
            let reference = if row.source.is_empty() { row.name } else { row.source };
            Mount::Image { reference: texts.name(&reference) }
        }
        // Engines before 1.13 wrote no type.
        "" if !row.name.is_empty() => volume(row),
        "bind" | "" => Mount::Bind { source: texts.name(&row.source) },
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
