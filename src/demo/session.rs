//! Build sessions (`POST /session`): one for each ID, kept while their connections live and their holders answer.
use std::sync::{Arc, Weak};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::TokioExecutor;

use super::reply::{Body, Outcome, Reply, bad};
use super::server::Shared;

/// How often the engine asks a holder for its health.
const INTERVAL: Duration = Duration::from_secs(1);
/// How long a holder may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A session that was opened. Dropping it forgets it.
#[derive(Debug)]
pub(super) struct Session {
    shared: Weak<Shared>,
    id: String,
}

/// Opens a session for the ID and protocol that the request's headers name.
pub(super) fn open(shared: &Arc<Shared>, id: &str, protocol: &str) -> Outcome {
    if !shared.add_session(id) {
        return Err(bad(format!("session {id} already exists")));
    }
    let session = Session { shared: Arc::downgrade(shared), id: id.to_owned() };
    match protocol {
        "h2c" => Ok(Reply { status: StatusCode::OK, body: Body::Session(session), headers: Vec::new() }),
        "" => Err(bad("no upgrade proto in request")),
        other => Err(bad(format!("protocol {other} not supported"))),
    }
}

impl Session {
    /// Holds the session until its connection breaks, its holder stops answering, or the engine ends.
    pub(super) async fn hold(self, upgrade: hyper::upgrade::OnUpgrade) {
        let Ok(upgraded) = upgrade.await else { return };
        let Ok((mut holder, connection)) =
            hyper::client::conn::http2::handshake::<_, _, Full<Bytes>>(TokioExecutor::new(), upgraded).await
        else {
            return;
        };
        let healthy = async {
            loop {
                tokio::time::sleep(INTERVAL).await;
                let answered = tokio::time::timeout(PATIENCE, is_serving(&mut holder)).await;
                if answered != Ok(true) {
                    break;
                }
            }
        };
        tokio::select! {
            _ = connection => {}
            () = healthy => {}
            () = self.cut_off() => {}
        }
    }

    /// Comes when the engine has ended, or has forgotten the session.
    async fn cut_off(&self) {
        while self.shared.upgrade().is_some_and(|shared| shared.has_session(&self.id)) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.end_session(&self.id);
        }
    }
}

/// One `grpc.health.v1.Health/Check` with an empty request.
async fn is_serving(holder: &mut SendRequest<Full<Bytes>>) -> bool {
    let request = Request::builder()
        .method(Method::POST)
        .uri("http://localhost/grpc.health.v1.Health/Check")
        .header(http::header::CONTENT_TYPE, "application/grpc")
        .header(http::header::TE, "trailers")
        .body(Full::new(Bytes::from_static(&[0; 5])));
    let Ok(request) = request else { return false };
    let Ok(response) = holder.send_request(request).await else { return false };
    let Ok(body) = response.into_body().collect().await else { return false };
    let status = |trailers: &HeaderMap| trailers.get("grpc-status").is_some_and(|status| status == "0");
    body.trailers().is_some_and(status) && body.to_bytes().ends_with(&[0x08, 1])
}
