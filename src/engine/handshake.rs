//! The handshake: whether it is a Docker Engine, and which API version both sides speak.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::error::EngineError;
use super::host::Endpoint;
use super::lists::{Lists, Wanted};
use super::reader::Reader;
use super::transport::{TimeOuts, Transport};
use crate::answers::{self, Info, Rows, Sizes};
use crate::steward::inventory::{Awaiting, Container, EngineIdentity};

/// The newest API version whose answers are understood here (Engine 29).
const NEWEST: (u32, u32) = (1, 53);
/// The oldest: Engine 19.03.
const OLDEST: (u32, u32) = (1, 40);

/// Where a trip takes longer, it costs more than an engine with much to do at once.
const FAR: Duration = Duration::from_millis(20);
/// So long one list of an engine that is near waits for those before it.
const PATIENCE: Duration = Duration::from_millis(250);

/// How long one list waits for those before it.
const fn patience(far: bool) -> Duration {
    if far { Duration::ZERO } else { PATIENCE }
}

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
    /// Whether it is far away.
    #[serde(default)]
    pub far: bool,
}

/// An engine with which hands were shaken in order to look at once.
pub(crate) struct Met {
    pub(crate) reader: Reader,
    pub(crate) identity: EngineIdentity,
    /// None where the handshake had to be made step by step.
    pub(crate) early: Option<Early>,
    /// How it greeted; none where that does not suffice.
    pub(crate) greeting: Option<Greeting>,
}

/// Lists that were asked for early, and the introduction of who was asked.
#[derive(Debug)]
pub(crate) struct Early {
    reader: Reader,
    lists: Lists,
    info: Info,
}

impl Early {
    pub(super) fn of(reader: &Reader, lists: Lists, info: Info) -> Self {
        Self { reader: reader.clone(), lists, info }
    }

    /// A moment by the engine's clock that is surely not after they were asked for.
    pub(crate) fn since(&self) -> Option<Timestamp> {
        let passed = SignedDuration::try_from(self.lists.begun.elapsed()).ok()?;
        answers::time(&self.info.system_time)?.checked_sub(passed).ok()
    }

    /// The inventory that they tell of, read when they were asked for, but for the containers; once.
    pub(crate) async fn awaiting(&mut self) -> Result<Awaiting, EngineError> {
        let others = self.lists.others().await?;
        let Self { reader, lists, info } = self;
        Ok(others.awaiting(info.clone(), &reader.api, &reader.endpoint.url, lists.at))
    }

    /// All sizes, where they were asked for; once.
    pub(crate) fn sizes(&mut self) -> Option<impl Future<Output = Result<Sizes, EngineError>> + use<>> {
        self.lists.sizes()
    }

    /// The containers; once.
    pub(crate) async fn containers(&mut self) -> Result<Rows<Container>, EngineError> {
        self.lists.containers().await
    }
}

impl Reader {
    /// Shakes hands and agrees on an API version: the newest that both sides speak.
    pub async fn connect(endpoint: Endpoint, time_outs: TimeOuts) -> Result<Self, EngineError> {
        let transport = Transport::to(&endpoint, time_outs)?;
        let sent = Instant::now();
        let api = negotiated(&version(&transport).await?)?;
        let patience = patience(sent.elapsed() >= FAR);
        Ok(Self { transport: transport.with_version(&api), endpoint, api, patience })
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
        wanted: Wanted,
    ) -> Result<Met, EngineError> {
        let bare = Transport::to(&endpoint, time_outs)?;
        let known_as = |api: &str, far| Self {
            transport: bare.with_version(api),
            endpoint: endpoint.clone(),
            api: api.to_owned(),
            patience: patience(far),
        };
        // One that was met far away is taken for the same until its ping says that it is not: that saves a trip. One that
        // is near has more to do then than it can at once, and nothing is won.
        let guess = known.iter().find(|it| it.far && it.url == endpoint.url);
        let (at_once, wanted) = if guess.is_some() { (Some(wanted), Wanted::Lists) } else { (None, wanted) };
        let guessed = async {
            let mut lists = Lists::ask(&known_as(&guess?.api, true), at_once?).await;
            let info = lists.info().await;
            Some((lists, info))
        };
        let sent = Instant::now();
        let (guessed, greeted) = tokio::join!(biased; guessed, ping(&bare));
        let Some((server, api)) = greeted? else {
            return Self::meet_in_full(endpoint, time_outs).await;
        };
        let far = sent.elapsed() >= FAR;
        let greets = |it: &Greeting| it.url == endpoint.url && it.server == server && it.api == api;
        let reader = known_as(&api, far);
        let known = known.iter().find(|it| greets(it));
        let in_full = async || Ok::<_, EngineError>(negotiated(&version(&bare).await?)? == reader.api);
        let (lists, mut agreed, info) = match guessed.filter(|_| guess.is_some_and(greets)) {
            Some((lists, info)) => (lists, true, info?),
            None => {
                let mut lists = Lists::ask(&reader, wanted).await;
                let agreed = async { if known.is_some() { Ok(true) } else { in_full().await } };
                let (agreed, info) = tokio::join!(agreed, lists.info());
                (lists, agreed?, info?)
            }
        };
        // Another one that greets alike.
        if known.is_some_and(|it| it.engine != info.id) {
            agreed = in_full().await?;
        }
        // What the answer says counts, not what its head said.
        if !agreed {
            return Self::meet_in_full(endpoint, time_outs).await;
        }
        let identity = reader.introduced(info.clone());
        let greeting = Greeting {
            url: reader.endpoint.url.clone(),
            server,
            api: reader.api.clone(),
            engine: info.id.clone(),
            far,
        };
        let early = Early::of(&reader, lists, info);
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
