//! Plain HTTP to an engine: no client library between the test and the answer.
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};

/// Why there was no answer.
pub(crate) type Failed = Box<dyn std::error::Error + Send + Sync>;

/// An engine's address: `unix:///…` or `tcp://…`.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    url: String,
}

/// One answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {:?}", self.body))
    }

    /// The message of an error.
    pub(crate) fn message(&self) -> String {
        self.json()["message"].as_str().unwrap_or_default().to_owned()
    }

    /// The JSON lines of a stream that ended.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let text = std::str::from_utf8(&self.body).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }

    /// Asserts status and message of a refusal.
    #[track_caller]
    pub(crate) fn refuses(&self, status: u16, message: &str) {
        assert_eq!((self.status, self.message().as_str()), (status, message));
    }
}

impl Api {
    pub(crate) fn new(url: &str) -> Api {
        Api { url: url.to_owned() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "", Bytes::new()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, "", Bytes::new()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        if body.is_null() {
            return self.send("POST", path, "", Bytes::new()).await;
        }
        self.send("POST", path, "application/json", Bytes::from(body.to_string())).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, content_type: &str, body: Bytes) -> Answer {
        self.try_send(method, path, content_type, body)
            .await
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// Sends one request on a connection of its own.
    pub(crate) async fn try_send(
        &self,
        method: &str,
        path: &str,
        content_type: &str,
        body: Bytes,
    ) -> Result<Answer, Failed> {
        let mut request = Request::builder().method(method).uri(path).header("host", "docker");
        if !content_type.is_empty() {
            request = request.header("content-type", content_type);
        }
        let (head, body) = self.begin(request.body(Full::new(body))?).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
    }

    /// Asks for a stream of JSON lines that does not end; answers as soon as it begins.
    pub(crate) async fn follow(&self, method: &str, path: &str) -> Following {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "docker")
            .body(Full::default())
            .unwrap();
        let answer = self.begin(request).await.unwrap();
        assert_eq!(answer.status(), 200);
        Following { body: answer.into_body() }
    }

    /// Opens a build session; it lasts as long as what is answered is held. Otherwise the engine's refusal.
    pub(crate) async fn session(&self, id: &str, protocol: &str) -> Result<hyper::upgrade::Upgraded, Answer> {
        let mut request = Request::builder().method("POST").uri("/session").header("host", "docker");
        if !protocol.is_empty() {
            request = request.header("connection", "Upgrade").header("upgrade", protocol);
        }
        let request = request.header("x-docker-expose-session-uuid", id).body(Full::default()).unwrap();
        let answer = self.begin(request).await.unwrap();
        if answer.status() == http::StatusCode::SWITCHING_PROTOCOLS {
            return Ok(hyper::upgrade::on(answer).await.unwrap());
        }
        let (head, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Err(Answer { status: head.status.as_u16(), headers: head.headers, body })
    }

    async fn begin(&self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, Failed> {
        #[cfg(unix)]
        if let Some(path) = self.url.strip_prefix("unix://") {
            return exchange(tokio::net::UnixStream::connect(path).await?, request).await;
        }
        let address = self.url.strip_prefix("tcp://").ok_or("neither unix:// nor tcp://")?;
        exchange(tokio::net::TcpStream::connect(address).await?, request).await
    }
}

/// A stream of JSON lines.
#[derive(Debug)]
pub(crate) struct Following {
    body: Incoming,
}

impl Following {
    /// The next line; `None` where the engine cut the stream.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        let bytes = self.body.frame().await?.ok()?.into_data().ok()?;
        Some(serde_json::from_slice(&bytes).unwrap())
    }
}

/// Sends a request; the connection lives as long as the body is read.
async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, Failed>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection.with_upgrades());
    Ok(sender.send_request(request).await?)
}

/// Percent-encodes a query's value.
pub(crate) fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// `filters=…` for a query.
pub(crate) fn filters(filters: &Value) -> String {
    format!("filters={}", encode(&filters.to_string()))
}
