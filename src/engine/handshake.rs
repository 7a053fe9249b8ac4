//! The handshake: whether it is a Docker Engine, and which API version both sides speak.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use super::error::EngineError;
use super::host::Endpoint;
use super::reader::Reader;
use super::transport::{TimeOuts, Transport};
use crate::answers::{self, Info, Lists};
use crate::steward::Inventory;
use crate::steward::inventory::{Container, EngineIdentity};

/// The newest API version whose answers are understood here (Engine 29).
const NEWEST: (u32, u32) = (1, 53);
/// The oldest: Engine 19.03.
const OLDEST: (u32, u32) = (1, 40);

/// Where a ping takes longer, a trip costs more than an engine with little to do at once.
const FAR: Duration = Duration::from_millis(20);
/// So long an engine that is near may work for the containers alone.
const ALONE: Duration = Duration::from_millis(250);

/// How an engine answers a ping that was asked in full who it is: while it answers so, and its ID is the same, it need
/// not be asked again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Greeting {
    /// Where it was reached.
    pub url: String,
    /// The head `Server` of its answer, which has its version and system.
    pub server: String,
    /// The API version that was agreed on.
    pub api: String,
    /// Its ID.
    pub engine: String,
}

/// What is done with the containers of the first look as soon as their list is there, which may be never.
pub(crate) type Glimpse = Box<dyn FnOnce(&[Container]) + Send>;

/// An engine with which hands were shaken in order to look at once.
pub(crate) struct Met {
    pub(crate) reader: Reader,
    pub(crate) identity: EngineIdentity,
    /// None where the handshake had to be made step by step.
    pub(crate) early: Option<Early>,
    /// How it greeted; none where that does not suffice.
    pub(crate) greeting: Option<Greeting>,
}

/// Lists that were asked for together with the handshake.
#[derive(Debug)]
pub(crate) struct Early {
    reader: Reader,
    /// When, by this machine's clock and by the engine's.
    asked: Timestamp,
    since: Option<Timestamp>,
    info: Info,
    /// One task, which ends with this.
    lists: JoinSet<Result<Lists, EngineError>>,
}

impl Early {
    /// A moment by the engine's clock that is surely not after they were asked for.
    pub(crate) const fn since(&self) -> Option<Timestamp> {
        self.since
    }

    /// The inventory that they tell of, read when they were asked for.
    pub(crate) async fn inventory(mut self) -> Result<Inventory, EngineError> {
        match self.lists.join_next().await {
            Some(Ok(lists)) => {
                Ok(lists?.inventory(self.info, &self.reader.api, &self.reader.endpoint.url, self.asked))
            }
            // What has broken here may work there.
            Some(Err(_)) | None => self.reader.inventory(Timestamp::now()).await,
        }
    }
}

impl Reader {
    /// Shakes hands and agrees on an API version: the newest that both sides speak.
    pub async fn connect(endpoint: Endpoint, time_outs: TimeOuts) -> Result<Self, EngineError> {
        let transport = Transport::to(&endpoint, time_outs)?;
        let api = negotiated(&version(&transport).await?)?;
        Ok(Self { transport: transport.with_version(&api), endpoint, api })
    }

    /// Asks in full who it is: whether it is still a Docker Engine, and agrees on the same version as before.
    pub(crate) async fn confirm(&self) -> Result<(), EngineError> {
        let api = negotiated(&version(&self.transport).await?)?;
        if api == self.api {
            return Ok(());
        }
        Err(EngineError::Broken {
            request: "GET /version".to_owned(),
            why: format!("it speaks API {api} now, and agreed on {} before", self.api),
        })
    }

    /// The same for whoever looks at once: as soon as it is known that a Docker Engine answers, and in which
    /// version, all the rest is asked for together. Older engines start three programs for each of
    /// `GET /version` and `GET /info`, which then want for processors: one that is `known` is not asked for both.
    pub(crate) async fn meet(
        endpoint: Endpoint,
        time_outs: TimeOuts,
        known: &[Greeting],
        glimpse: Option<Glimpse>,
    ) -> Result<Met, EngineError> {
        let bare = Transport::to(&endpoint, time_outs)?;
        let sent = Instant::now();
        let Some((server, api)) = ping(&bare).await? else {
            return Self::meet_in_full(endpoint, time_outs).await;
        };
        let alone = if sent.elapsed() < FAR { ALONE } else { Duration::ZERO };
        let greets = |it: &&Greeting| it.url == endpoint.url && it.server == server && it.api == api;
        let known = known.iter().find(greets);
        let reader = Self { transport: bare.with_version(&api), endpoint, api };
        let (asked, begun) = (Timestamp::now(), Instant::now());
        let mut lists = JoinSet::new();
        let asking = reader.clone();
        match glimpse {
            None => lists.spawn(async move { asking.lists().await }),
            Some(glimpse) => lists.spawn(async move { asking.lists_from_containers(glimpse, alone).await }),
        };
        let in_full = async || Ok::<_, EngineError>(negotiated(&version(&bare).await?)? == reader.api);
        let greeted_before = known.is_some();
        let (agreed, info) =
            tokio::join!(async { if greeted_before { Ok(true) } else { in_full().await } }, reader.info());
        let (mut agreed, info) = (agreed?, info?);
        // Another one that greets alike.
        if known.is_some_and(|it| it.engine != info.id) {
            agreed = in_full().await?;
        }
        // What the answer says counts, not what its head said.
        if !agreed {
            return Self::meet_in_full(reader.endpoint, time_outs).await;
        }
        let since = answers::time(&info.system_time)
            .and_then(|now| now.checked_sub(SignedDuration::try_from(begun.elapsed()).ok()?).ok());
        let identity = reader.introduced(info.clone());
        let greeting = Greeting {
            url: reader.endpoint.url.clone(),
            server,
            api: reader.api.clone(),
            engine: info.id.clone(),
        };
        let early = Early { reader: reader.clone(), asked, since, info, lists };
        Ok(Met { reader, identity, early: Some(early), greeting: Some(greeting) })
    }

    /// The same step by step: it is asked in full who it is, before anything else.
    pub(crate) async fn meet_in_full(endpoint: Endpoint, time_outs: TimeOuts) -> Result<Met, EngineError> {
        let reader = Self::connect(endpoint, time_outs).await?;
        let identity = reader.identity().await?;
        Ok(Met { reader, identity, early: None, greeting: None })
    }
}

/// What it calls itself and the version to speak, by the head that a Docker Engine puts on every answer; none where
/// something else answers, Podman for one, or something between hides it. Then only a whole `GET /version` can tell.
async fn ping(transport: &Transport) -> Result<Option<(String, String)>, EngineError> {
    let answer = match transport.whole("/_ping", transport.time_outs().answer).await {
        Ok(answer) => answer,
        Err(error @ (EngineError::Connect { .. } | EngineError::Timeout { .. })) => return Err(error),
        Err(_) => return Ok(None),
    };
    let head = |name: &str| answer.headers().get(name).and_then(|it| it.to_str().ok());
    let docker = head("server").filter(|it| it.starts_with("Docker/"));
    let foreign = answer.headers().contains_key("libpod-api-version");
    let engine = head("api-version").and_then(parse).filter(|it| !foreign && *it >= OLDEST);
    Ok(docker.zip(engine).map(|(docker, engine)| (docker.to_owned(), spelled(engine.min(NEWEST)))))
}

async fn version(transport: &Transport) -> Result<answers::Version, EngineError> {
    transport.read("/version").await
}

/// The newest version that both sides speak, if it is a Docker Engine at all.
fn negotiated(version: &answers::Version) -> Result<String, EngineError> {
    if let Some((what, version)) = version.foreign() {
        let why = "it gives itself another ID at each question, so that what was seen of it, and what a plan was made for, could not be told from another engine's";
        return Err(EngineError::Foreign { what, version, why });
    }
    let engine = parse(&version.api_version).unwrap_or(OLDEST);
    let api = engine.min(NEWEST);
    if api < OLDEST || parse(&version.min_api_version).is_some_and(|oldest| oldest > NEWEST) {
        return Err(EngineError::TooOld { engine: version.api_version.clone(), needed: "1.40" });
    }
    Ok(spelled(api))
}

fn spelled((major, minor): (u32, u32)) -> String {
    format!("{major}.{minor}")
}

fn parse(version: &str) -> Option<(u32, u32)> {
    let (major, minor) = version.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
