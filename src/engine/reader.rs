//! Reading an engine: the handshake, the lists, and what a decision needs beyond them.

use std::collections::HashMap;

use futures_util::StreamExt as _;
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::mpsc;

use super::error::EngineError;
use super::events::{self, Change};
use super::exec::Prober;
use super::guard::{Guard, GuardError};
use super::helper::Keeper;
use super::host::Endpoint;
use super::maker::Maker;
use super::remove::Writer;
use super::replies::{self, Replies};
use super::sizes::{self, Sizes};
use super::transport::{TimeOuts, Transport};
use super::wire::{self, Info};
use crate::steward::inventory::{Container, EngineIdentity, Kind};
use crate::steward::{Happening, Inventory, Key, Mandate, Needs};
use crate::undo::ApprovedUndo;

/// The newest API version whose answers are understood here (Engine 29).
const NEWEST: (u32, u32) = (1, 53);
/// The oldest: Engine 19.03.
const OLDEST: (u32, u32) = (1, 40);
/// How many inspects are under way at once.
const INSPECTS: usize = 8;

/// An engine that can only be looked at: it sends nothing but GET.
#[derive(Debug, Clone)]
pub struct Reader {
    pub(super) transport: Transport,
    endpoint: Endpoint,
    pub(super) api: String,
}

impl Reader {
    /// Shakes hands and agrees on an API version: the newest that both sides speak.
    pub async fn connect(endpoint: Endpoint, time_outs: TimeOuts) -> Result<Self, EngineError> {
        let transport = Transport::to(&endpoint, time_outs)?;
        let body = transport.get("/version").await?;
        let version: wire::Version = wire::read("GET /version", &body)?;
        version.refuse_foreign()?;
        let engine = parse(&version.api_version).unwrap_or(OLDEST);
        let api = engine.min(NEWEST);
        if api < OLDEST || parse(&version.min_api_version).is_some_and(|oldest| oldest > NEWEST) {
            return Err(EngineError::TooOld { engine: version.api_version, needed: "1.40" });
        }
        let api = format!("{}.{}", api.0, api.1);
        Ok(Self { transport: transport.with_version(&api), endpoint, api })
    }

    /// Where the engine is.
    pub const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The same engine with the right to remove. Only a mandate opens it: a read-only environment has none,
    /// and so no value on which a removal could be called.
    pub fn writer(&self, _: &Mandate) -> Writer {
        Writer::new(&self.transport.for_cleanup())
    }

    /// Holds the engine against other stewards, wherever they are. Only a mandate opens it, as above.
    pub async fn guard(&self, _: &Mandate) -> Result<Guard, GuardError> {
        Guard::take(&self.transport.for_cleanup()).await
    }

    /// The same engine with the right to run a health check's command in a container: a write, so it needs
    /// the mandate that a removal needs, and a read-only session has none.
    pub fn prober(&self, _: &Mandate) -> Prober {
        Prober::new(self.transport.for_health())
    }

    /// The same engine with the right to save the data of what is about to go, through helpers of its own making. Only
    /// a mandate opens it, as above.
    pub fn keeper(&self, _: &Mandate) -> Keeper {
        Keeper::new(&self.transport)
    }

    /// The same engine with the right to make what an approved undo makes. Only a mandate opens it, as above.
    pub fn maker(&self, _: &Mandate, approved: &ApprovedUndo) -> Maker {
        Maker::new(&self.transport, approved)
    }

    /// All containers, as far as their list tells.
    pub async fn containers(&self) -> Result<Vec<Container>, EngineError> {
        let rows = self.list("/containers/json?all=1").await?;
        Ok(wire::rows(Kind::Container, rows, wire::container, &mut Vec::new()))
    }

    /// The engine's identity and what it says it holds.
    pub async fn identity(&self) -> Result<EngineIdentity, EngineError> {
        Ok(replies::identity(self.info().await?, &self.api, &self.endpoint.url))
    }

    /// Reads all lists at once. Any list that fails fails the whole: a part is worse than nothing.
    pub async fn inventory(&self, now: Timestamp) -> Result<Inventory, EngineError> {
        let (info, containers, images, volumes, networks) = tokio::try_join!(
            self.info(),
            self.list("/containers/json?all=1"),
            self.list("/images/json?all=1"),
            self.volumes(),
            self.list("/networks"),
        )?;
        let replies = Replies { info, containers, images, volumes, networks };
        Ok(replies.inventory(&self.api, &self.endpoint.url, now))
    }

    pub(super) async fn list(&self, path: &str) -> Result<Vec<Value>, EngineError> {
        let body = self.transport.get(path).await?;
        wire::read(&format!("GET {path}"), &body)
    }

    async fn volumes(&self) -> Result<Vec<Value>, EngineError> {
        replies::volumes(&self.transport.get("/volumes").await?)
    }

    pub(super) async fn info(&self) -> Result<Info, EngineError> {
        wire::read("GET /info", &self.transport.get("/info").await?)
    }

    /// Inspects what a decision needs and fills it in. What cannot be inspected stays unknown, which
    /// keeps it.
    pub async fn inspect(&self, inventory: &mut Inventory, needs: &Needs) {
        let containers: HashMap<_, _> = futures_util::stream::iter(needs.containers.iter().cloned())
            .map(|id| async move {
                let path = format!("/containers/{id}/json");
                let body = self.transport.get(&path).await.ok()?;
                let answer = wire::read(&path, &body).ok()?;
                let detail = wire::detail(&id, answer)?;
                Some((id, detail))
            })
            .buffer_unordered(INSPECTS)
            .filter_map(std::future::ready)
            .collect()
            .await;
        for it in &mut inventory.containers {
            if let Some(detail) = containers.get(&it.id) {
                it.detail = Some(detail.clone());
            }
        }

        let images: HashMap<_, _> = futures_util::stream::iter(needs.images.iter().cloned())
            .map(|id| async move {
                let path = format!("/images/{id}/json");
                let body = self.transport.get(&path).await.ok()?;
                let answer: wire::ImageInspect = wire::read(&path, &body).ok()?;
                let last_tag_time = wire::last_tag_time(&id, &answer);
                Some((id, last_tag_time))
            })
            .buffer_unordered(INSPECTS)
            .filter_map(std::future::ready)
            .collect()
            .await;
        for it in &mut inventory.images {
            if let Some(last_tag_time) = images.get(&it.id) {
                it.last_tag_time = *last_tag_time;
                it.inspected = true;
            }
        }
    }

    /// Everything that the engine knows of one resource, as its own JSON.
    pub async fn inspect_one(&self, key: &Key) -> Result<Value, EngineError> {
        let path = match key {
            Key::Container { id } => format!("/containers/{id}/json"),
            Key::Image { id, .. } => format!("/images/{id}/json"),
            Key::Volume { name } => format!("/volumes/{name}"),
            Key::Network { id } => format!("/networks/{id}"),
        };
        let body = self.transport.get(&path).await?;
        wire::read(&format!("GET {path}"), &body)
    }

    /// Asks for all sizes; slow.
    pub async fn sizes(&self) -> Result<Sizes, EngineError> {
        sizes::ask(&self.transport).await
    }

    /// Everything that happens from now on; the channel closes where that cannot be told any more.
    pub(crate) async fn listen(&self) -> Result<mpsc::UnboundedReceiver<Happening>, EngineError> {
        events::listen(&self.transport).await
    }

    /// Follows the engine's events, reconnecting for ever.
    pub fn changes(&self) -> mpsc::Receiver<Change> {
        events::follow(self.transport.clone())
    }
}

fn parse(version: &str) -> Option<(u32, u32)> {
    let (major, minor) = version.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
