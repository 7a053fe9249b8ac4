//! One steward at a time on an engine, from whatever host and as whatever user.
//!
//! A lock file is seen on one host only. The engine itself keeps build sessions (`POST /session`, what
//! `docker build` opens): in memory, one for each ID, refusing a second with the same ID, and forgotten with
//! the connection that it came on. A session with a fixed ID is thus a lock that needs no image, is held for
//! as long as its holder lives and is connected, and leaves nothing behind, however that ends.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::upgrade::Upgraded;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::task::JoinHandle;

use super::error::EngineError;
use super::transport::{Transport, message};

/// The session that only one steward can have.
const SESSION: &str = "docker-steward";
/// How long the engine may take to open it: it only notes it.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long until it is asked again, if another steward has it.
const RETRY: Duration = Duration::from_millis(200);

/// Held while a plan is applied.
#[derive(Debug)]
pub struct Guard {
    serving: JoinHandle<()>,
}

/// Why the guard was not had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GuardError {
    /// Another steward holds it. Engines do not tell who has a session.
    #[error(
        "another steward is applying a plan to this engine, from another host or as another user: the engine says {0}"
    )]
    Held(String),
    /// This engine, or what stands before it, has no sessions.
    #[error("this engine opens no session, so a steward on another host would not be noticed: {0}")]
    Unavailable(String),
}

impl Guard {
    /// Takes the guard. The transport must have the right to remove: nobody else has a use for it.
    pub(super) async fn take(transport: &Transport) -> Result<Self, GuardError> {
        let begun = Instant::now();
        loop {
            match Self::try_take(transport).await {
                // Who has just ended is still held to be there, until the engine asks it for its health.
                Err(GuardError::Held(_)) if begun.elapsed() < transport.time_outs().handover => {
                    tokio::time::sleep(RETRY).await;
                }
                taken => return taken,
            }
        }
    }

    async fn try_take(transport: &Transport) -> Result<Self, GuardError> {
        match open(transport, SESSION).await {
            Ok(session) => Ok(Self { serving: tokio::spawn(serve(session)) }),
            // 400 for a session that is there, and for headers that a proxy took away: the words differ from
            // engine to engine, so a session that nobody else can have tells which it was.
            Err(EngineError::Status { status: 400 | 409, message, .. }) => {
                let own =
                    format!("{SESSION}-{}-{}", std::process::id(), jiff::Timestamp::now().as_nanosecond());
                match open(transport, &own).await {
                    Ok(_) => Err(GuardError::Held(message)),
                    Err(error) => Err(GuardError::Unavailable(error.to_string())),
                }
            }
            Err(error) => Err(GuardError::Unavailable(error.to_string())),
        }
    }

    /// Whether the session ended while it was to be held: the connection broke, or the engine restarted.
    pub fn is_lost(&self) -> bool {
        self.serving.is_finished()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // The connection goes with its task, and with it the session.
        self.serving.abort();
    }
}

async fn open(transport: &Transport, id: &str) -> Result<Upgraded, EngineError> {
    const SHOWN: &str = "POST /session";
    let broken = |why: String| EngineError::Broken { request: SHOWN.to_owned(), why };
    let request = Request::builder()
        .method(Method::POST)
        .uri("http://docker/session")
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "h2c")
        .header("X-Docker-Expose-Session-Uuid", id)
        .header("X-Docker-Expose-Session-Name", SESSION)
        .body(Empty::<Bytes>::new())
        .map_err(|error| broken(error.to_string()))?;
    let work = async {
        let response = transport.send(request).await?;
        let status = response.status();
        if status == StatusCode::SWITCHING_PROTOCOLS {
            return hyper::upgrade::on(response).await.map_err(|error| broken(error.to_string()));
        }
        let body = response.into_body().collect().await.map(http_body_util::Collected::to_bytes);
        let message = message(&body.unwrap_or_default());
        Err(EngineError::Status { request: SHOWN.to_owned(), status: status.as_u16(), message })
    };
    tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(|_| {
        Err(EngineError::Timeout { request: SHOWN.to_owned(), seconds: PATIENCE.as_secs() })
    })
}

/// The holder's side of a session is a gRPC server whose health the engine asks for every few seconds. A
/// holder that no longer answers, its host asleep or cut off, loses the session.
async fn serve(session: Upgraded) {
    let served = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .serve_connection(
            session,
            service_fn(|request| async move { Ok::<_, Infallible>(answer(&request)) }),
        );
    if let Err(error) = served.await {
        tracing::warn!(%error, "the engine's session ended");
    }
}

/// `grpc.health.v1.Health/Check` is answered by "serving"; nothing else is offered to the engine.
fn answer(
    request: &Request<Incoming>,
) -> Response<impl hyper::body::Body<Data = Bytes, Error = Infallible> + use<>> {
    /// A message that is not compressed, of two bytes: field 1 (`status`) is 1 (`SERVING`).
    const SERVING: &[u8] = &[0, 0, 0, 0, 2, 0x08, 1];
    const UNIMPLEMENTED: &str = "12";
    let health = request.uri().path() == "/grpc.health.v1.Health/Check";
    let (body, status) = if health { (SERVING, "0") } else { (&[][..], UNIMPLEMENTED) };
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static(status));
    let body = Full::new(Bytes::from_static(body)).with_trailers(async move { Some(Ok(trailers)) });
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    response
}
