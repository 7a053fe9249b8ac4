//! HTTP around the rules: version prefixes, headers, bodies, upgrades, and the faults on the way.
use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, UPGRADE};
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Empty, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};

use super::fault::Effect;
use super::reply::{Body, Refusal, Reply, bad, no_such_page};
use super::route::{self, Ask};
use super::server::Shared;

/// The connection is to be closed without an answer.
#[derive(Debug)]
struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dropped by an injected fault")
    }
}

impl std::error::Error for Dropped {}

type Answer = Response<UnsyncBoxBody<Bytes, Dropped>>;

/// Serves one connection until it ends.
pub(super) async fn connection<S>(stream: S, shared: Arc<Shared>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { serve(&shared, request).await }
    });
    let served = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    // A client that hangs up, and a fault that does, are all the same here.
    let _ = served.await;
}

async fn serve(shared: &Arc<Shared>, mut request: Request<Incoming>) -> Result<Answer, Dropped> {
    let target = request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    let raw = target.split('?').next().unwrap_or_default();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let decoded = decode(raw, false);
    let (version, path) = split_version(&decoded);
    let unversioned = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let effects = shared.note(request.method().as_str(), &target, &unversioned);
    if let Some(clean) = cleaned(&decoded) {
        let to = if query.is_empty() { clean } else { format!("{clean}?{query}") };
        return Ok(redirect(&to));
    }
    for effect in &effects {
        match &**effect {
            Effect::Drop => return Err(Dropped),
            Effect::Hang => std::future::pending().await,
            Effect::Delay(time) => tokio::time::sleep(*time).await,
            Effect::Before(change) => shared.with_world(|world| change(world)),
            _ => {}
        }
    }
    let upgrade = request.headers().contains_key(UPGRADE).then(|| hyper::upgrade::on(&mut request));
    let head = request.method() == http::Method::HEAD;
    let ask = Ask {
        method: request.method().clone(),
        path: path.to_owned(),
        query: parse_query(&query),
        content_type: header(&request, CONTENT_TYPE),
        upgrade: header(&request, UPGRADE),
        session: header(&request, http::HeaderName::from_static("x-docker-expose-session-uuid")),
        body: request.into_body().collect().await.map_err(|_| Dropped)?.to_bytes(),
    };
    let refused = effects.iter().find_map(|effect| match &**effect {
        Effect::Status(status, message) => Some(Refusal {
            status: StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            message: message.clone(),
        }),
        _ => None,
    });
    let outcome = match refused.map_or_else(|| check_version(shared, version), Err) {
        Ok(()) => route::answer(shared, &ask).await,
        Err(refusal) => Err(refusal),
    };
    let unknown_page = matches!(&outcome, Err(refusal) if *refusal == no_such_page());
    let mut reply = outcome.unwrap_or_else(Reply::from);
    for effect in &effects {
        match &**effect {
            Effect::After(change) => shared.with_world(|world| change(world)),
            Effect::DropAfter => return Err(Dropped),
            Effect::HangAfter => std::future::pending().await,
            _ => spoil(&mut reply, effect),
        }
    }
    let truncated = effects.iter().any(|effect| matches!(&**effect, Effect::Truncate));
    let old = version.is_some_and(|version| as_number(version) < (1, 24));
    let mut answer = render(reply, upgrade, truncated, old);
    if head {
        *answer.body_mut() = empty();
        answer.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    if !unknown_page {
        stamp(shared, &mut answer);
    }
    Ok(answer)
}

fn spoil(reply: &mut Reply, effect: &Effect) {
    match effect {
        Effect::NotJson => {
            let page = Bytes::from_static(b"<html><body><h1>502 Bad Gateway</h1></body></html>\n");
            reply.body = Body::Raw("text/html", page);
        }
        Effect::Body(value) => reply.body = Body::Json(value.clone()),
        Effect::Edit(edit) => {
            if let Body::Json(value) = &mut reply.body {
                edit(value);
            }
        }
        _ => {}
    }
}

fn render(reply: Reply, upgrade: Option<hyper::upgrade::OnUpgrade>, truncated: bool, old: bool) -> Answer {
    let mut answer = Response::new(empty());
    *answer.status_mut() = reply.status;
    for (name, value) in reply.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            answer.headers_mut().insert(name, value);
        }
    }
    let (kind, bytes) = match reply.body {
        Body::Empty => return answer,
        Body::Json(value) if old && reply.status.as_u16() >= 400 => {
            // Clients from before API 1.24 get errors as plain text.
            let text = value["message"].as_str().unwrap_or_default();
            ("text/plain; charset=utf-8", Bytes::from(format!("{text}\n")))
        }
        Body::Json(value) => ("application/json", Bytes::from(format!("{value}\n"))),
        Body::Raw(kind, bytes) => (kind, bytes),
        Body::Lines(lines) => {
            answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *answer.body_mut() = StreamBody::new(lines.map(|line| Ok(Frame::data(line)))).boxed_unsync();
            return answer;
        }
        Body::Attached(bytes) => match upgrade {
            Some(upgrade) => {
                tokio::spawn(attach(upgrade, bytes));
                let kind = HeaderValue::from_static("application/vnd.docker.raw-stream");
                answer.headers_mut().insert(CONTENT_TYPE, kind);
                return upgraded(answer, "tcp");
            }
            None => ("application/vnd.docker.raw-stream", bytes),
        },
        Body::Session(session) => {
            if let Some(upgrade) = upgrade {
                tokio::spawn(session.hold(upgrade));
            }
            return upgraded(answer, "h2c");
        }
    };
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    *answer.body_mut() = if truncated { half(&bytes) } else { full(bytes) };
    answer
}

/// The answer after which the connection goes on in another protocol.
fn upgraded(mut answer: Answer, protocol: &'static str) -> Answer {
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    answer.headers_mut().insert(UPGRADE, HeaderValue::from_static(protocol));
    answer
}

/// Writes the output of an exec to the client's raw connection and ends it.
async fn attach(upgrade: hyper::upgrade::OnUpgrade, bytes: Bytes) {
    if let Ok(upgraded) = upgrade.await {
        let mut stream = TokioIo::new(upgraded);
        // A client that is gone misses nothing.
        let _ = stream.write_all(&bytes).await;
        let _ = stream.shutdown().await;
    }
}

/// Adds what the engine says on every page that it knows.
fn stamp(shared: &Shared, answer: &mut Answer) {
    let (api, version) = shared.with_world(|world| (world.engine.api.clone(), world.engine.version.clone()));
    let headers = [
        ("api-version", api),
        ("docker-experimental", "false".to_owned()),
        ("ostype", "linux".to_owned()),
        ("server", format!("Docker/{version} (linux)")),
    ];
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            answer.headers_mut().insert(name, value);
        }
    }
}

fn empty() -> UnsyncBoxBody<Bytes, Dropped> {
    Empty::new().map_err(|never: Infallible| match never {}).boxed_unsync()
}

fn full(bytes: Bytes) -> UnsyncBoxBody<Bytes, Dropped> {
    Full::new(bytes).map_err(|never: Infallible| match never {}).boxed_unsync()
}

/// The first half of the bytes and then the end of the connection.
fn half(bytes: &Bytes) -> UnsyncBoxBody<Bytes, Dropped> {
    let first = bytes.slice(..bytes.len() / 2);
    StreamBody::new(stream::iter([Ok(Frame::data(first)), Err(Dropped)])).boxed_unsync()
}

fn redirect(to: &str) -> Answer {
    let mut answer = Response::new(empty());
    *answer.status_mut() = StatusCode::MOVED_PERMANENTLY;
    if let Ok(to) = HeaderValue::from_str(to) {
        answer.headers_mut().insert(LOCATION, to);
    }
    answer
}

fn header(request: &Request<Incoming>, name: http::HeaderName) -> String {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// Splits `/v1.41/info` into version and path.
fn split_version(path: &str) -> (Option<&str>, &str) {
    let split = path.strip_prefix("/v").and_then(|rest| {
        let at = rest.find('/')?;
        let version = &rest[..at];
        let number = !version.is_empty() && version.chars().all(|c| c.is_ascii_digit() || c == '.');
        number.then_some((version, &rest[at..]))
    });
    split.map_or((None, path), |(version, path)| (Some(version), path))
}

fn as_number(version: &str) -> (u32, u32) {
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    (major.parse().unwrap_or(0), minor.parse().unwrap_or(0))
}

fn check_version(shared: &Shared, version: Option<&str>) -> Result<(), Refusal> {
    let Some(version) = version else { return Ok(()) };
    let (api, min) = shared.with_world(|world| (world.engine.api.clone(), world.engine.min_api.clone()));
    if as_number(version) > as_number(&api) {
        let most = format!("Maximum supported API version is {api}");
        return Err(bad(format!("client version {version} is too new. {most}")));
    }
    if as_number(version) < as_number(&min) {
        let least = format!("Minimum supported API version is {min}");
        let mend = "please upgrade your client to a newer version";
        return Err(bad(format!("client version {version} is too old. {least}, {mend}")));
    }
    Ok(())
}

/// The path that the engine redirects an unclean one to.
fn cleaned(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').skip(1) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let mut clean = format!("/{}", parts.join("/"));
    if path.ends_with('/') && clean != "/" {
        clean.push('/');
    }
    (clean != path).then_some(clean)
}

fn parse_query(query: &str) -> HashMap<String, String> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key, true), decode(value, true))
        })
        .collect()
}

/// Percent-decoding; in a query a plus is a space.
fn decode(text: &str, query: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        let escaped = tail.get(..2).filter(|_| first == b'%').and_then(|digits| hex::decode(digits).ok());
        match escaped {
            Some(byte) => {
                bytes.extend(byte);
                rest = &tail[2..];
            }
            None if first == b'+' && query => bytes.push(b' '),
            None => bytes.push(first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
