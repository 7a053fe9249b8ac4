//! One road for every request, typed or raw: the wall, the API version in the path, the time-outs.

use std::error::Error as _;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, Uri};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde::de::DeserializeOwned;

use super::connector::Connector;
use super::error::EngineError;
use super::host::Endpoint;
use super::wall::{self, Access, Made};
use crate::answers;

/// The name of a body that any request may have.
type Body = UnsyncBoxBody<Bytes, std::io::Error>;

/// How long to wait for an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOuts {
    /// A plain answer; 30 s.
    pub answer: Duration,
    /// All sizes, for which the engine walks every file; 15 minutes.
    pub sizes: Duration,
    /// A removal, whose layers are deleted file by file, and a stop, which waits for the container's own
    /// time-out; 5 minutes. In whole seconds.
    pub removal: Duration,
    /// The session of a steward that has ended, which the engine notices within a second (20.10) or about ten (newer
    /// ones ask every five, and twice); 12 s.
    pub handover: Duration,
}

impl Default for TimeOuts {
    fn default() -> Self {
        let of = Duration::from_secs;
        Self { answer: of(30), sizes: of(900), removal: of(300), handover: of(12) }
    }
}

/// Connections to one engine.
#[derive(Clone)]
pub(super) struct Transport {
    client: Client<Connector, Body>,
    connector: Connector,
    url: String,
    version: Option<String>,
    access: Access,
    time_outs: TimeOuts,
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transport")
            .field("url", &self.url)
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}

impl Transport {
    /// A reading transport without a version; nothing is contacted yet.
    pub(super) fn to(endpoint: &Endpoint, time_outs: TimeOuts) -> Result<Self, EngineError> {
        let connector =
            Connector::to(endpoint).map_err(|error| EngineError::connect(&endpoint.url, &error))?;
        Ok(Self {
            client: client(&connector),
            connector,
            url: endpoint.url.clone(),
            version: None,
            access: Access::ReadOnly,
            time_outs,
        })
    }

    /// The same engine with the API version in every path.
    pub(super) fn with_version(&self, version: &str) -> Self {
        Self { version: Some(version.to_owned()), ..self.clone() }
    }

    /// How long it waits.
    pub(super) const fn time_outs(&self) -> TimeOuts {
        self.time_outs
    }

    /// The same engine with the right to remove, over connections of its own.
    pub(super) fn for_cleanup(&self) -> Self {
        Self { client: client(&self.connector), access: Access::Cleanup, ..self.clone() }
    }

    /// The same engine with the right to run a health check's command, over connections of its own.
    pub(super) fn for_health(&self) -> Self {
        Self { client: client(&self.connector), access: Access::Health, ..self.clone() }
    }

    /// The same engine with the right to make a helper, and to remove what `made` holds, over connections of its own.
    pub(super) fn for_helper(&self, made: Made) -> Self {
        Self { client: client(&self.connector), access: Access::Helper(made), ..self.clone() }
    }

    /// The same engine with the right to make what an undo makes, over connections of its own.
    pub(super) fn for_undo(&self, made: Made) -> Self {
        Self { client: client(&self.connector), access: Access::Undo(made), ..self.clone() }
    }

    /// Sends a GET and reads the whole answer, which must be 2xx, in the time of a plain answer. A reused connection that the engine had
    /// closed meanwhile is tried once more: reading twice harms nobody.
    pub(super) async fn get(&self, path: &str) -> Result<Bytes, EngineError> {
        let time_out = self.time_outs.answer;
        match self.get_once(path, time_out).await {
            Err(EngineError::Broken { .. }) => self.get_once(path, time_out).await,
            answer => answer,
        }
    }

    /// The same, read as what it should be.
    pub(super) async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, EngineError> {
        Ok(answers::read(&format!("GET {path}"), &self.get(path).await?)?)
    }

    /// A GET in a time of the caller's, and only once.
    pub(super) async fn get_once(&self, path: &str, time_out: Duration) -> Result<Bytes, EngineError> {
        Ok(self.whole(path, time_out).await?.into_body())
    }

    /// The same with the head of the answer.
    pub(super) async fn whole(&self, path: &str, time_out: Duration) -> Result<Response<Bytes>, EngineError> {
        let shown = format!("GET {path}");
        let work = async {
            let (head, body) = self.open(path).await?.into_parts();
            let body = body.collect().await.map_err(|error| broken(&shown, &error))?;
            Ok(Response::from_parts(head, body.to_bytes()))
        };
        tokio::time::timeout(time_out, work).await.unwrap_or_else(|_| Err(late(&shown, time_out)))
    }

    /// Sends a GET and has the body of a 2xx answer taken as it comes, all of it in that time.
    pub(super) async fn take(
        &self,
        path: &str,
        time_out: Duration,
        mut take: impl FnMut(&[u8]),
    ) -> Result<(), EngineError> {
        let shown = format!("GET {path}");
        let work = async {
            let mut body = self.open(path).await?.into_body();
            while let Some(frame) = body.frame().await {
                let frame = frame.map_err(|error| broken(&shown, &error))?;
                if let Some(bytes) = frame.data_ref() {
                    take(bytes);
                }
            }
            Ok(())
        };
        tokio::time::timeout(time_out, work).await.unwrap_or_else(|_| Err(late(&shown, time_out)))
    }

    /// Sends a GET and returns once the head of a 2xx answer is there; its body may stream for ever.
    pub(super) async fn open(&self, path: &str) -> Result<Response<Incoming>, EngineError> {
        let shown = format!("GET {path}");
        let request = Request::builder().method(Method::GET).uri(format!("http://docker{path}"));
        let request = request.body(no_body()).map_err(|error| broken(&shown, &error))?;
        let response = self.send(request).await?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status().as_u16();
        let body =
            response.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        Err(EngineError::Status { request: shown, status, message: message(&body) })
    }

    /// Sends any request, if the wall lets it pass.
    pub(super) async fn send<B>(&self, request: Request<B>) -> Result<Response<Incoming>, EngineError>
    where
        B: hyper::body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (mut parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        let query = parts.uri.query().and_then(wall::plain_query);
        let shown = format!("{} {path}", parts.method);
        if !wall::allows(&self.access, &parts.method, &path, query.as_deref()) {
            return Err(EngineError::Wall(shown));
        }
        let version = self.version.as_ref().map(|version| format!("/v{version}")).unwrap_or_default();
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        parts.uri = format!("http://docker{version}{path}{query}")
            .parse::<Uri>()
            .map_err(|error| broken(&shown, &error))?;
        parts.headers.insert(http::header::HOST, http::HeaderValue::from_static("docker"));
        let body = body.map_err(std::io::Error::other).boxed_unsync();
        self.client.request(Request::from_parts(parts, body)).await.map_err(|error| {
            if error.is_connect() {
                let cause = error.source().and_then(|source| source.downcast_ref::<std::io::Error>());
                let other = std::io::Error::other(error.to_string());
                EngineError::connect(&self.url, cause.unwrap_or(&other))
            } else {
                broken(&shown, &error)
            }
        })
    }
}

/// Bytes of an answer that are read at once: they are still at hand when they are understood.
const READ_AT_ONCE: usize = 64 * 1024;

/// A client that never sends a request twice by itself.
fn client(connector: &Connector) -> Client<Connector, Body> {
    Client::builder(TokioExecutor::new())
        .retry_canceled_requests(false)
        .pool_idle_timeout(Duration::from_secs(20))
        .http1_max_buf_size(READ_AT_ONCE)
        .build(connector.clone())
}

fn late(request: &str, time_out: Duration) -> EngineError {
    EngineError::Timeout { request: request.to_owned(), seconds: time_out.as_secs() }
}

fn no_body() -> Empty<Bytes> {
    Empty::new()
}

fn broken(request: &str, error: &dyn std::error::Error) -> EngineError {
    let mut why = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        why = format!("{why}: {error}");
        cause = error.source();
    }
    EngineError::Broken { request: request.to_owned(), why }
}

/// The engine's own words for an error.
pub(super) fn message(body: &[u8]) -> String {
    let json: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let text = json
        .as_ref()
        .and_then(|json| json.get("message")?.as_str())
        .map_or_else(|| String::from_utf8_lossy(body).chars().take(200).collect::<String>(), str::to_owned);
    crate::text::sanitise(text.trim()).into_owned()
}
