//! The engine's answers, read leniently: one odd value must not cost the inventory, and what was not understood
//! must be said.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::document::{Document, Parts, Step, part, skip};
use super::error::EngineError;
use super::rows::Rows;
use crate::steward::inventory::{
    Attachment, Container, ContainerDetail, ContainerId, Image, ImageId, Kind, Mount, Network, NetworkId,
    State, Volume,
};
use crate::steward::reference::normalise;
use crate::steward::{Happening, Labels};

/// Reads a whole answer, which must be what it should be.
pub(super) fn read<T: DeserializeOwned>(request: &str, body: &[u8]) -> Result<T, EngineError> {
    serde_json::from_slice(body).map_err(|error| EngineError::Broken {
        request: request.to_owned(),
        why: format!("the answer is not what the Engine API promises: {error}"),
    })
}

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
        mounts: row.mounts.unwrap_or_default().into_iter().map(mount).collect(),
        networks: row
            .network_settings
            .and_then(|it| it.networks)
            .unwrap_or_default()
            .into_iter()
            .map(|(name, endpoint)| Attachment {
                name,
                id: endpoint.map(|it| it.network_id).unwrap_or_default(),
            })
            .collect(),
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
pub(super) struct ContainerInspect {
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
pub(super) fn detail(asked: &ContainerId, answer: ContainerInspect) -> Option<ContainerDetail> {
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

/// A row of `GET /images/json`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ImageRow {
    id: String,
    #[serde(default)]
    parent_id: String,
    repo_tags: Option<Vec<String>>,
    repo_digests: Option<Vec<String>>,
    created: i64,
    #[serde(default)]
    size: Option<i64>,
    #[serde(default)]
    labels: Option<Labels>,
}

pub(super) fn image(row: ImageRow) -> Image {
    let id = ImageId::new(row.id);
    let mut faults = Vec::new();
    if !id.is_full() {
        faults.push("its ID is not whole".to_owned());
    }
    let references = |list: Option<Vec<String>>| {
        let mut list: Vec<String> = list
            .unwrap_or_default()
            .iter()
            .filter(|reference| !reference.contains("<none>"))
            .map(|reference| normalise(reference).to_owned())
            .collect();
        list.sort();
        list.dedup();
        list
    };
    Image {
        id,
        tags: references(row.repo_tags),
        digests: references(row.repo_digests),
        parent: Some(row.parent_id).filter(|id| !id.is_empty()).map(ImageId::new),
        created: Timestamp::from_second(row.created).ok(),
        labels: row.labels.unwrap_or_default(),
        size: row.size.and_then(|size| u64::try_from(size).ok()),
        shared: None,
        last_tag_time: None,
        inspected: false,
        faults,
    }
}

/// The part of `GET /images/{id}/json` that the list lacks.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ImageInspect {
    id: String,
    #[serde(default)]
    metadata: Option<ImageMetadata>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ImageMetadata {
    #[serde(default)]
    last_tag_time: Option<String>,
}

/// When the image was last tagged, if the answer is about the image that was asked for.
pub(super) fn last_tag_time(asked: &ImageId, answer: &ImageInspect) -> Option<Timestamp> {
    let text = answer.metadata.as_ref()?.last_tag_time.as_ref()?;
    (answer.id == asked.as_str()).then(|| time(text))?
}

/// `GET /images/{id}/json`, as far as the list tells it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WholeImage {
    id: String,
    #[serde(default)]
    parent: String,
    repo_tags: Option<Vec<String>>,
    repo_digests: Option<Vec<String>>,
    created: Timestamp,
    #[serde(default)]
    size: Option<i64>,
    config: Option<WholeImageConfig>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WholeImageConfig {
    #[serde(default)]
    labels: Option<Labels>,
}

/// An image as its list would show it, with what only an inspect tells.
pub(super) fn whole_image(request: &str, asked: &ImageId, body: &[u8]) -> Result<Image, EngineError> {
    let whole: WholeImage = read(request, body)?;
    let row = ImageRow {
        id: whole.id,
        parent_id: whole.parent,
        repo_tags: whole.repo_tags,
        repo_digests: whole.repo_digests,
        created: whole.created.as_second(),
        size: whole.size,
        labels: whole.config.and_then(|it| it.labels),
    };
    let last_tag_time = last_tag_time(asked, &read(request, body)?);
    Ok(Image { last_tag_time, inspected: true, ..image(row) })
}

/// An event of `GET /events`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct EventRow {
    r#type: String,
    action: String,
    actor: EventActor,
}

#[derive(Deserialize)]
struct EventActor {
    #[serde(rename = "ID", default)]
    id: String,
    #[serde(rename = "Attributes", default)]
    attributes: Option<BTreeMap<String, String>>,
}

pub(super) fn happening(row: EventRow) -> Happening {
    Happening {
        kind: row.r#type,
        action: row.action,
        actor: row.actor.id,
        container: row.actor.attributes.and_then(|mut it| it.remove("container")),
    }
}

/// What takes the parts of `GET /volumes`.
#[derive(Default)]
pub(super) struct VolumeList {
    rows: Rows<Volume>,
    /// Drivers that did not answer: their volumes are missing from the list.
    warning: Option<String>,
}

impl Parts for VolumeList {
    fn opens(&self, way: &str, begin: u8) -> bool {
        (way.is_empty() && begin == b'{') || (way == "Volumes" && begin == b'[')
    }

    fn take(&mut self, way: &str, text: &[u8]) -> Step {
        match way {
            "Volumes[]" => self.rows.take(Kind::Volume, text, volume),
            // Null when there are none.
            "Volumes" => whole(text, |()| {}),
            "Warnings" => whole(text, |warnings: Option<Vec<String>>| {
                self.warning = warnings.and_then(|all| all.into_iter().next());
            }),
            _ => skip(text),
        }
    }
}

impl VolumeList {
    pub(super) const REQUEST: &str = "GET /volumes";

    /// The rows, if they are all there.
    pub(super) fn rows(self) -> Result<Rows<Volume>, EngineError> {
        let mut rows = self.rows;
        rows.all.shrink_to_fit();
        self.warning.map_or(Ok(rows), |warning| {
            Err(EngineError::Broken {
                request: Self::REQUEST.to_owned(),
                why: format!("the list is incomplete: {}", crate::text::sanitise(&warning)),
            })
        })
    }
}

/// Reads a part that must be what it should be.
fn whole<W: DeserializeOwned>(text: &[u8], then: impl FnOnce(W)) -> Step {
    let Some((it, length)) = part(text)? else { return Ok(None) };
    then(it.map_err(|error| error.to_string())?);
    Ok(Some(length))
}

/// Reads the list of volumes at once.
pub(super) fn volumes(body: &[u8]) -> Result<Rows<Volume>, EngineError> {
    let mut list = Document::of(VolumeList::REQUEST, VolumeList::default());
    list.take(body);
    list.end()?.rows()
}

/// A row of it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct VolumeRow {
    name: String,
    driver: String,
    mountpoint: String,
    #[serde(default)]
    labels: Option<Labels>,
    #[serde(default)]
    options: Option<Labels>,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    created_at: String,
}

pub(super) fn volume(row: VolumeRow) -> Volume {
    let mut faults = Vec::new();
    if row.name.is_empty() {
        faults.push("it has no name".to_owned());
    }
    Volume {
        name: row.name,
        driver: row.driver,
        mountpoint: row.mountpoint,
        labels: row.labels.unwrap_or_default(),
        options: row.options.unwrap_or_default(),
        scope: row.scope,
        created: time(&row.created_at),
        size: None,
        faults,
    }
}

/// A row of `GET /networks`.
#[derive(Deserialize)]
pub(super) struct NetworkRow {
    #[serde(rename = "Id")]
    id: String,
    #[serde(rename = "Name")]
    name: String,
    #[serde(rename = "Driver", default)]
    driver: String,
    #[serde(rename = "Scope", default)]
    scope: String,
    #[serde(rename = "Labels", default)]
    labels: Option<Labels>,
    #[serde(rename = "Created", default)]
    created: String,
}

pub(super) fn network(row: NetworkRow) -> Network {
    let id = NetworkId::new(row.id);
    let faults = if id.is_full() { Vec::new() } else { vec!["its ID is not whole".to_owned()] };
    Network {
        id,
        name: row.name,
        driver: row.driver,
        scope: row.scope,
        labels: row.labels.unwrap_or_default(),
        created: time(&row.created),
        faults,
    }
}

/// A time of the engine; its zero (`0001-01-01T00:00:00Z`) and nonsense are none.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    text.parse::<Timestamp>().ok().filter(|at| at.as_second() > 0)
}

/// `GET /info`, the part that matters here.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Info {
    #[serde(rename = "ID")]
    pub(super) id: String,
    pub(super) name: String,
    pub(super) containers: usize,
    pub(super) images: usize,
    pub(super) docker_root_dir: String,
    pub(super) driver: String,
    #[serde(default)]
    pub(super) driver_status: Option<Vec<Vec<String>>>,
    #[serde(default)]
    pub(super) system_time: String,
    #[serde(default)]
    pub(super) server_version: String,
    #[serde(default)]
    pub(super) operating_system: String,
}

impl Info {
    /// The storage driver; with the containerd image store an image ID means something else.
    pub(super) fn storage(&self) -> String {
        let containerd = self
            .driver_status
            .iter()
            .flatten()
            .flatten()
            .any(|it| it.starts_with("io.containerd.snapshotter"));
        if containerd { format!("{}+containerd", self.driver) } else { self.driver.clone() }
    }
}

/// `GET /version`, the part that matters here.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Version {
    pub(super) api_version: String,
    #[serde(rename = "MinAPIVersion", default)]
    pub(super) min_api_version: String,
    #[serde(default)]
    components: Option<Vec<Component>>,
}

/// A part of what answers: `Engine`, `containerd`, `runc`; or `Podman Engine`, `Conmon`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Component {
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
}

impl Version {
    /// Refuses what speaks Docker's API and is not Docker.
    pub(super) fn refuse_foreign(&self) -> Result<(), EngineError> {
        let podman = self.components.iter().flatten().find(|it| it.name.starts_with("Podman"));
        podman.map_or(Ok(()), |it| {
            Err(EngineError::Foreign {
                what: crate::text::sanitise(&it.name).into_owned(),
                version: crate::text::sanitise(&it.version).into_owned(),
                why: "it gives itself another ID at each question, so that what was seen of it, and what a plan was made for, could not be told from another engine's",
            })
        })
    }
}
