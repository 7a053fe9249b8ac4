//! Reading an engine: the lists, and what a decision needs beyond them.

use std::time::Duration;

use futures_util::StreamExt as _;
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::mpsc;

use super::error::EngineError;
use super::events::{self, Change};
use super::exec::Prober;
use super::guard::{Guard, GuardError};
use super::handshake::Early;
use super::helper::Keeper;
use super::host::Endpoint;
use super::lists::{Lists, Wanted};
use super::maker::Maker;
use super::remove::Writer;
use super::sizes;
use super::transport::Transport;
use crate::answers::{self, Info, Names, Reading, Rows, Sizes};
use crate::steward::inventory::{Container, EngineIdentity, Image, Network, Volume};
use crate::steward::{Happening, Inspected, Inventory, Key, Mandate, Needs};
use crate::undo::ApprovedUndo;

/// How many inspects are under way at once.
const INSPECTS: usize = 8;

/// An engine that can only be looked at: it sends nothing but GET.
#[derive(Debug, Clone)]
pub struct Reader {
    pub(super) transport: Transport,
    pub(super) endpoint: Endpoint,
    pub(super) api: String,
    /// How long one list waits for those before it.
    pub(super) patience: Duration,
}

impl Reader {
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
        Ok(self.containers_listed(&Names::default()).await?.all)
    }

    /// The engine's identity and what it says it holds.
    pub async fn identity(&self) -> Result<EngineIdentity, EngineError> {
        Ok(self.introduced(self.info().await?))
    }

    pub(super) fn introduced(&self, info: Info) -> EngineIdentity {
        answers::identity(info, &self.api, &self.endpoint.url)
    }

    /// Reads all lists at once. Any list that fails fails the whole: a part is worse than nothing.
    pub async fn inventory(&self) -> Result<Inventory, EngineError> {
        let mut coming = self.begin().await?;
        let awaiting = coming.awaiting().await?;
        let containers = coming.containers().await?;
        Ok(awaiting.with(containers.all, containers.unreadable))
    }

    /// Asks for all lists at once.
    pub(crate) async fn begin(&self) -> Result<Early, EngineError> {
        let mut lists = Lists::ask(self, Wanted::Lists).await;
        let info = lists.info().await?;
        Ok(Early::of(self, lists, info))
    }

    pub(super) async fn containers_listed(&self, names: &Names) -> Result<Rows<Container>, EngineError> {
        let path = "/containers/json?all=1";
        self.reading(path, || answers::containers(&format!("GET {path}"), names)).await
    }

    pub(super) async fn images_listed(&self, names: &Names) -> Result<Rows<Image>, EngineError> {
        self.reading("/images/json?all=1", || answers::images(names)).await
    }

    pub(super) async fn volumes_listed(&self, names: &Names) -> Result<Rows<Volume>, EngineError> {
        self.reading("/volumes", || answers::volumes(names)).await
    }

    pub(super) async fn networks_listed(&self, names: &Names) -> Result<Rows<Network>, EngineError> {
        self.reading("/networks", || answers::networks(names)).await
    }

    /// Reads an answer as it comes; from its beginning once more where the connection had been closed meanwhile.
    async fn reading<R: 'static>(
        &self,
        path: &str,
        begin: impl Fn() -> Reading<R>,
    ) -> Result<R, EngineError> {
        let time_out = self.transport.time_outs().answer;
        let once = async || {
            let mut reading = begin();
            self.transport.take(path, time_out, |bytes| reading.take(bytes)).await.map(|()| reading)
        };
        let reading = match once().await {
            Err(EngineError::Broken { .. }) => once().await?,
            answer => answer?,
        };
        Ok(reading.end()?)
    }

    pub(super) async fn info(&self) -> Result<Info, EngineError> {
        self.transport.read("/info").await
    }

    /// Inspects what a decision needs. What cannot be inspected stays unknown, which keeps it.
    pub async fn inspect(&self, needs: &Needs) -> Inspected {
        let containers = futures_util::stream::iter(needs.containers.iter().cloned())
            .map(|id| async move {
                let path = format!("/containers/{id}/json");
                let detail = answers::detail(&id, self.transport.read(&path).await.ok()?)?;
                Some((id, detail))
            })
            .buffer_unordered(INSPECTS)
            .filter_map(std::future::ready)
            .collect()
            .await;
        let images = futures_util::stream::iter(needs.images.iter().cloned())
            .map(|id| async move {
                let path = format!("/images/{id}/json");
                let answer = self.transport.read(&path).await.ok()?;
                let last_tag_time = answers::last_tag_time(&id, &answer);
                Some((id, last_tag_time))
            })
            .buffer_unordered(INSPECTS)
            .filter_map(std::future::ready)
            .collect()
            .await;
        Inspected { containers, images }
    }

    /// Everything that the engine knows of one resource, as its own JSON.
    pub async fn inspect_one(&self, key: &Key) -> Result<Value, EngineError> {
        let path = match key {
            Key::Container { id } => format!("/containers/{id}/json"),
            Key::Image { id, .. } => format!("/images/{id}/json"),
            Key::Volume { name } => format!("/volumes/{name}"),
            Key::Network { id } => format!("/networks/{id}"),
        };
        self.transport.read(&path).await
    }

    /// Asks for all sizes; slow.
    pub async fn sizes(&self) -> Result<Sizes, EngineError> {
        Box::pin(sizes::ask(&self.transport)).await
    }

    /// Everything that happens from now on; the channel closes where that cannot be told any more.
    pub(crate) async fn listen(&self) -> Result<mpsc::UnboundedReceiver<Happening>, EngineError> {
        events::listen(&self.transport).await
    }

    /// Follows the engine's events, those since then included, reconnecting for ever.
    pub fn changes(&self, since: Option<Timestamp>) -> mpsc::Receiver<Change> {
        events::follow(self.transport.clone(), since)
    }
}
