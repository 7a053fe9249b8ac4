//! The one place that asks an engine to make again what a cleanup removed.

use std::path::Path;

use http::Method;
use serde_json::{Value, json};

use super::error::EngineError;
use super::helper::create;
use super::post::{ArchiveError, whole};
use super::transport::Transport;
use super::wall::Made;
use crate::undo::{ApprovedUndo, NewContainer};

/// An engine on which an undo may make things, and nothing be taken away. Made only from a mandate and an approved undo.
#[derive(Debug, Clone)]
pub struct Maker {
    transport: Transport,
    made: Made,
}

impl Maker {
    pub(super) fn new(transport: &Transport, _: &ApprovedUndo) -> Self {
        let made = Made::default();
        Self { transport: transport.for_undo(made.clone()), made }
    }

    /// What the engine knows under this path (`/volumes/NAME`, `/images/NAME/json`, …); none if there is no such thing.
    pub async fn find(&self, path: &str) -> Result<Option<Value>, EngineError> {
        match self.transport.read(path).await {
            Ok(answer) => Ok(Some(answer)),
            Err(EngineError::Status { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The network of this name; none if there is none.
    pub async fn find_network(&self, name: &str) -> Result<Option<Value>, EngineError> {
        const PATH: &str = "/networks";
        let all: Vec<Value> = self.transport.read(PATH).await?;
        Ok(all.into_iter().find(|it| it["Name"] == name))
    }

    /// Makes a network. The caller has seen that there is none of that name.
    pub async fn network(&self, body: &Value) -> Result<(), EngineError> {
        self.transport.post("/networks/create", body).await.map(drop)
    }

    /// Makes a volume. The caller has seen that there is none of that name.
    pub async fn volume(&self, body: &Value) -> Result<(), EngineError> {
        self.transport.post("/volumes/create", body).await.map(drop)
    }

    /// Loads an image that was saved by its ID, and so without tags: none that is there moves.
    pub async fn load_image(&self, archive: &Path) -> Result<(), ArchiveError> {
        const PATH: &str = "/images/load?quiet=1";
        let told = self.transport.send_archive(Method::POST, PATH, archive).await?;
        // The engine tells of an error within an answer that began with 200.
        let error = serde_json::Deserializer::from_slice(&told)
            .into_iter::<Value>()
            .flatten()
            .find_map(|line| line["error"].as_str().map(str::to_owned));
        match error {
            None => Ok(()),
            Some(why) => {
                let why = crate::text::sanitise(&why).into_owned();
                Err(EngineError::Broken { request: format!("POST {PATH}"), why }.into())
            }
        }
    }

    /// Puts a tag (`repository:tag`) on an image. The caller has seen that no image has it.
    pub async fn tag_image(&self, id: &str, name: &str) -> Result<(), EngineError> {
        let (repository, tag) = name.rsplit_once(':').unwrap_or((name, "latest"));
        let path = format!("/images/{id}/tag?repo={repository}&tag={tag}");
        self.transport.post(&path, &Value::Null).await.map(drop)
    }

    /// Makes a container from the very image that it had, connects it, and starts it if it ran.
    pub async fn container(&self, it: &NewContainer) -> Result<(), EngineError> {
        let mut body = it.body.clone();
        let named = body["Image"].as_str().unwrap_or_default().to_owned();
        let found = self.find(&format!("/images/{named}/json")).await?;
        // The name may mean another image by now.
        if found.is_none_or(|image| image["Id"] != it.image.as_str()) {
            body["Image"] = Value::from(it.image.as_str());
        }
        let id = create(&self.transport, &self.made, &it.name, &body).await?;
        for connection in &it.connections {
            let Some(network) = self.find_network(&connection.network).await? else {
                let why = format!("there is no network {}", connection.network);
                return Err(EngineError::Broken { request: "POST /networks/ID/connect".to_owned(), why });
            };
            let path = format!("/networks/{}/connect", network["Id"].as_str().unwrap_or_default());
            let body = json!({ "Container": id, "EndpointConfig": { "Aliases": connection.aliases } });
            self.transport.post(&path, &body).await?;
        }
        if it.start {
            let answer = self.transport.post(&format!("/containers/{id}/start"), &Value::Null).await?;
            whole("POST /containers/ID/start", answer).await?;
        }
        Ok(())
    }
}
