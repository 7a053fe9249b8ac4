//! What a volume holds, read and written through a helper: a container that mounts the volume, is never started, and
//! is removed again. No request of the engine reaches a volume's files otherwise. It needs an image, any image: where
//! there is none, an empty one is made for it, and removed with it.

use std::io::Write;
use std::path::Path;

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::{Empty, Full};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::EngineError;
use super::post::{ArchiveError, whole};
use super::transport::Transport;
use super::wall::{HELPER, Made};
use crate::answers;

/// Where a helper mounts the volume. The archive of a volume holds this folder, with its owner and mode, and all in it.
const FOLDER: &str = "docker-steward";
/// The label of a helper; its value is the run that it helps.
const LABEL: &str = "docker-steward.helper";
/// What the archive of an empty volume surely does not exceed, in bytes: it is its folder alone.
const EMPTY: usize = 64 * 1024;
/// How many images are looked at for one that declares no volume.
const CANDIDATES: usize = 50;

/// An engine from which the data of what is about to go may be saved. Made only from a mandate.
#[derive(Debug, Clone)]
pub struct Keeper {
    transport: Transport,
    made: Made,
}

/// Why data could not be saved or brought back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HelperError {
    /// On the way.
    #[error("{0}")]
    Archive(#[from] ArchiveError),
    /// The helper could not be taken away again.
    #[error("what was made to read it could not be removed, `{command}` does: {why}")]
    Left {
        /// What removes it by hand.
        command: String,
        /// Why.
        why: String,
    },
    /// There is something in it already.
    #[error("the volume is not empty: somebody else has made it or written into it meanwhile")]
    NotEmpty,
}

impl From<EngineError> for HelperError {
    fn from(error: EngineError) -> Self {
        Self::Archive(error.into())
    }
}

#[derive(Deserialize)]
struct Created {
    #[serde(rename = "Id")]
    id: String,
}

impl Keeper {
    pub(super) fn new(transport: &Transport) -> Self {
        let made = Made::default();
        Self { transport: transport.for_helper(made.clone()), made }
    }

    /// Writes an image into `sink` as `docker save` does, by its ID and so without its tags.
    pub async fn save_image(&self, id: &str, sink: &mut impl Write) -> Result<(), HelperError> {
        Ok(self.transport.read_archive(&format!("/images/{id}/get"), sink).await?)
    }

    /// Writes what a volume holds into `sink`, as a tar archive. `run` names the helper.
    pub async fn save_volume(
        &self,
        volume: &str,
        run: &str,
        sink: &mut impl Write,
    ) -> Result<(), HelperError> {
        let helper = self.help(volume, run, true).await?;
        let saved = self.read(&helper.id, sink).await;
        self.dismiss(helper).await?;
        saved
    }

    /// Fills an empty volume from an archive that [`save_volume`](Self::save_volume) wrote, and writes into `sink` what
    /// it then holds.
    pub async fn fill_volume(
        &self,
        volume: &str,
        run: &str,
        archive: &Path,
        sink: &mut impl Write,
    ) -> Result<(), HelperError> {
        let helper = self.help(volume, run, false).await?;
        let filled = self.fill(&helper.id, archive, sink).await;
        self.dismiss(helper).await?;
        filled
    }

    async fn fill(&self, helper: &str, archive: &Path, sink: &mut impl Write) -> Result<(), HelperError> {
        let mut before = vec![0; EMPTY];
        match self.read(helper, &mut before.as_mut_slice()).await {
            // There is more in it than there is room for.
            Err(HelperError::Archive(ArchiveError::File(_))) => return Err(HelperError::NotEmpty),
            told => told?,
        }
        let mut entries = tar::Archive::new(before.as_slice());
        let held = entries.entries().map(Iterator::count);
        if held.map_err(|error| ArchiveError::File(error.to_string()))? > 1 {
            return Err(HelperError::NotEmpty);
        }
        let path = format!("/containers/{helper}/archive?path=/");
        self.transport.send_archive(Method::PUT, &path, archive).await?;
        self.read(helper, sink).await
    }

    async fn read(&self, helper: &str, sink: &mut impl Write) -> Result<(), HelperError> {
        let path = format!("/containers/{helper}/archive?path=/{FOLDER}");
        Ok(self.transport.read_archive(&path, sink).await?)
    }

    async fn help(&self, volume: &str, run: &str, read_only: bool) -> Result<Helper, HelperError> {
        let (image, own) = match self.image().await? {
            Some(image) => (image, false),
            None => (self.empty_image().await?, true),
        };
        let mount = json!({
            "Type": "volume",
            "Source": volume,
            "Target": format!("/{FOLDER}"),
            "ReadOnly": read_only,
            // Else the engine would copy what the image has there into an empty volume.
            "VolumeOptions": { "NoCopy": true },
        });
        let body = json!({
            "Image": image,
            "Entrypoint": ["never-started"],
            "NetworkDisabled": true,
            "Labels": { LABEL: run },
            "HostConfig": { "NetworkMode": "none", "Mounts": [mount] },
        });
        let name = format!("{HELPER}{}-{}", std::process::id(), jiff::Timestamp::now().as_nanosecond());
        match create(&self.transport, &self.made, &name, &body).await {
            Ok(id) => Ok(Helper { id, image: own.then_some(image) }),
            Err(error) => {
                if own {
                    self.forget(&image).await?;
                }
                Err(error.into())
            }
        }
    }

    /// The smallest image without volumes of its own: they would be made for the helper, and stay.
    async fn image(&self) -> Result<Option<String>, HelperError> {
        const LIST: &str = "/images/json";
        let mut all: Vec<Value> = self.transport.read(LIST).await?;
        all.sort_by_key(|it| it["Size"].as_u64());
        for id in all.iter().filter_map(|it| it["Id"].as_str()).take(CANDIDATES) {
            let path = format!("/images/{id}/json");
            let image: Value = self.transport.read(&path).await?;
            if image["Config"]["Volumes"].as_object().is_none_or(serde_json::Map::is_empty) {
                return Ok(Some(id.to_owned()));
            }
        }
        Ok(None)
    }

    /// An image with nothing in it and without a name.
    async fn empty_image(&self) -> Result<String, HelperError> {
        const PATH: &str = "/images/create?fromSrc=-";
        /// Two blocks of zeros end a tar archive; this one ends where it begins.
        const NOTHING: &[u8] = &[0; 1024];
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("http://docker{PATH}"))
            .header(http::header::CONTENT_TYPE, "application/x-tar")
            .body(Full::new(Bytes::from_static(NOTHING)));
        let broken = |why: String| EngineError::Broken { request: format!("POST {PATH}"), why };
        let request = request.map_err(|error| broken(error.to_string()))?;
        let answer = self.transport.answered(PATH, request, self.transport.time_outs().answer).await?;
        let told = whole(PATH, answer).await?;
        let id = serde_json::Deserializer::from_slice(&told)
            .into_iter::<Value>()
            .flatten()
            .find_map(|line| line["status"].as_str().map(str::to_owned))
            .ok_or_else(|| broken("the engine tells no ID".to_owned()))?;
        self.made.note(&id);
        Ok(id)
    }

    async fn dismiss(&self, helper: Helper) -> Result<(), HelperError> {
        let removed = self.delete(&format!("/containers/{}", helper.id)).await;
        removed
            .map_err(|why| HelperError::Left { command: format!("docker rm {}", short(&helper.id)), why })?;
        match helper.image {
            Some(image) => self.forget(&image).await,
            None => Ok(()),
        }
    }

    async fn forget(&self, image: &str) -> Result<(), HelperError> {
        let removed = self.delete(&format!("/images/{image}?noprune=1")).await;
        removed.map_err(|why| HelperError::Left { command: format!("docker rmi {}", short(image)), why })
    }

    async fn delete(&self, path: &str) -> Result<(), String> {
        let request = Request::builder()
            .method(Method::DELETE)
            .uri(format!("http://docker{path}"))
            .body(Empty::<Bytes>::new())
            .map_err(|error| error.to_string())?;
        let time_out = self.transport.time_outs().removal;
        let answer = self.transport.answered(&format!("DELETE {path}"), request, time_out).await;
        answer.map(drop).map_err(|error| error.to_string())
    }
}

/// What was made to reach a volume.
struct Helper {
    /// The container.
    id: String,
    /// Its image, if that was made for it.
    image: Option<String>,
}

fn short(id: &str) -> &str {
    let hex = id.trim_start_matches("sha256:");
    hex.get(..12).unwrap_or(hex)
}

/// Makes a container, and notes its ID as made by this connection.
pub(super) async fn create(
    transport: &Transport,
    made: &Made,
    name: &str,
    body: &Value,
) -> Result<String, EngineError> {
    let path = format!("/containers/create?name={name}");
    let answer = transport.post(&path, body).await?;
    let created: Created = answers::read(&path, &whole(&path, answer).await?)?;
    made.note(&created.id);
    Ok(created.id)
}
