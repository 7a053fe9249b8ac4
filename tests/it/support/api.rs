//! Plain HTTP to an engine: no client library between the test and the answer.
use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};

/// An engine's address: `unix:///…` or `tcp://…`.
#[derive(Clone, Debug)]
pub struct Api {
    url: String,
}

/// One answer, whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {:?}", self.body))
    }

    /// The message of an error.
    pub fn message(&self) -> String {
        self.json()["message"].as_str().unwrap_or_default().to_owned()
    }

    /// The JSON lines of a stream that ended.
    pub fn lines(&self) -> Vec<Value> {
        let text = std::str::from_utf8(&self.body).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }

    /// Asserts status and message of a refusal.
    #[track_caller]
    pub fn refuses(&self, status: u16, message: &str) {
        assert_eq!((self.status, self.message().as_str()), (status, message));
    }
}

impl Api {
    pub fn new(url: &str) -> Api {
        Api { url: url.to_owned() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "", Bytes::new()).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, "", Bytes::new()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        if body.is_null() {
            return self.send("POST", path, "", Bytes::new()).await;
        }
        self.send("POST", path, "application/json", Bytes::from(body.to_string())).await
    }

    pub async fn send(&self, method: &str, path: &str, content_type: &str, body: Bytes) -> Answer {
        self.try_send(method, path, content_type, body)
            .await
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// Sends one request on a connection of its own.
    pub async fn try_send(
        &self,
        method: &str,
        path: &str,
        content_type: &str,
        body: Bytes,
    ) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        let mut request = Request::builder().method(method).uri(path).header("host", "docker");
        if !content_type.is_empty() {
            request = request.header("content-type", content_type);
        }
        let request = request.body(Full::new(body))?;
        #[cfg(unix)]
        if let Some(path) = self.url.strip_prefix("unix://") {
            return exchange(tokio::net::UnixStream::connect(path).await?, request).await;
        }
        let address = self.url.strip_prefix("tcp://").ok_or("neither unix:// nor tcp://")?;
        exchange(tokio::net::TcpStream::connect(address).await?, request).await
    }
}

async fn exchange<S>(
    stream: S,
    request: Request<Full<Bytes>>,
) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let driver = tokio::spawn(connection);
    let (head, body) = sender.send_request(request).await?.into_parts();
    let body = body.collect().await?.to_bytes();
    driver.abort();
    Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
}

/// Percent-encodes a query's value.
pub fn encode(text: &str) -> String {
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
pub fn filters(filters: &Value) -> String {
    format!("filters={}", encode(&filters.to_string()))
}
