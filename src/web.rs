//! One HTTP request to a web server: what health checks and alerts need, and no more.
//!
//! Redirects are not followed, nothing is kept open, nothing is tried twice. A proxy is used where `HTTP_PROXY`,
//! `HTTPS_PROXY` or `ALL_PROXY` names one and `NO_PROXY` does not except the host; this machine itself is never asked
//! through one. No error names the address: a webhook's address is a secret.

mod proxy;

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, HeaderValue, USER_AGENT};
use http::{HeaderMap, Method, Request, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// How much of an answer is read.
const LARGEST: usize = 1024 * 1024;

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body, as far as it was read.
    pub(crate) body: Bytes,
}

/// Why there is no answer, without the address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WebError {
    /// The text is no web address.
    #[error("that is no web address")]
    Address,
    /// The proxy is not one that can be used, or does not let us through.
    #[error("the proxy: {0}")]
    Proxy(String),
    /// No connection.
    #[error("no connection: {0}")]
    Connect(String),
    /// The server's certificate is not trusted, or TLS failed otherwise.
    #[error("TLS failed: {0}")]
    Tls(String),
    /// The connection broke, or what came was no HTTP.
    #[error("no answer: {0}")]
    Broken(String),
}

/// Asks for an address.
pub(crate) async fn get(url: &str) -> Result<Answer, WebError> {
    send(Method::GET, url, None).await
}

/// Sends JSON to an address.
pub(crate) async fn post_json(url: &str, json: String) -> Result<Answer, WebError> {
    send(Method::POST, url, Some(json)).await
}

/// Opens a connection to `host:port`, and closes it again.
pub(crate) async fn connect(address: &str) -> Result<(), WebError> {
    TcpStream::connect(address).await.map(drop).map_err(|error| WebError::Connect(said(&error)))
}

async fn send(method: Method, url: &str, json: Option<String>) -> Result<Answer, WebError> {
    let uri: Uri = url.parse().map_err(|_| WebError::Address)?;
    let tls = match uri.scheme_str() {
        Some("http") => false,
        Some("https") => true,
        _ => return Err(WebError::Address),
    };
    let host = uri.host().filter(|host| !host.is_empty()).ok_or(WebError::Address)?;
    let port = uri.port_u16().unwrap_or(if tls { 443 } else { 80 });
    let mut request = request(method, &uri, json).map_err(|_| WebError::Address)?;
    let proxy = proxy::of(&uri)?;
    if !tls {
        let stream = match &proxy {
            None => open(&format!("{host}:{port}")).await?,
            Some(proxy) => {
                proxy.ask_for(&mut request, &uri)?;
                proxy.open().await?
            }
        };
        return exchange(stream, request).await;
    }
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
        .map_err(|_| WebError::Tls("its host is no server name".to_owned()))?;
    let connector = TlsConnector::from(config().await.map_err(|error| WebError::Tls(said(&error)))?);
    match &proxy {
        None => over_tls(&connector, name, open(&format!("{host}:{port}")).await?, request).await,
        Some(proxy) => {
            over_tls(&connector, name, proxy.tunnel(&format!("{host}:{port}")).await?, request).await
        }
    }
}

async fn open(address: &str) -> Result<TcpStream, WebError> {
    TcpStream::connect(address).await.map_err(|error| WebError::Connect(said(&error)))
}

async fn over_tls<S>(
    connector: &TlsConnector,
    name: ServerName<'static>,
    stream: S,
    request: Request<Full<Bytes>>,
) -> Result<Answer, WebError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let stream = connector.connect(name, stream).await.map_err(|error| WebError::Tls(said(&error)))?;
    exchange(stream, request).await
}

fn request(method: Method, uri: &Uri, json: Option<String>) -> http::Result<Request<Full<Bytes>>> {
    let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let authority = uri.authority().map_or("", http::uri::Authority::as_str);
    // A user and a password in an address belong into no header of that name.
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, HeaderValue::from_str(host)?)
        .header(USER_AGENT, concat!("docker-steward/", env!("CARGO_PKG_VERSION")));
    if json.is_some() {
        request = request.header(CONTENT_TYPE, "application/json");
    }
    request.body(Full::new(Bytes::from(json.unwrap_or_default())))
}

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Answer, WebError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let broken = |error: hyper::Error| WebError::Broken(said(&error));
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let asking = async {
        let (head, mut body) = sender.send_request(request).await.map_err(broken)?.into_parts();
        let mut read = Vec::new();
        while read.len() < LARGEST
            && let Some(frame) = body.frame().await
        {
            if let Ok(data) = frame.map_err(broken)?.into_data() {
                read.extend_from_slice(&data[..data.len().min(LARGEST - read.len())]);
            }
        }
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body: Bytes::from(read) })
    };
    tokio::pin!(asking);
    // The connection is driven here and not by a task, so that nothing of it outlives a time-out.
    let driving = async {
        let _ = connection.await;
    };
    tokio::pin!(driving);
    tokio::select! {
        answer = &mut asking => answer,
        () = &mut driving => asking.await,
    }
}

/// Verifies against the certificates that this system trusts.
async fn config() -> io::Result<Arc<ClientConfig>> {
    static CONFIG: tokio::sync::OnceCell<Arc<ClientConfig>> = tokio::sync::OnceCell::const_new();
    let load = || {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Arc::new(config))
    };
    CONFIG
        .get_or_try_init(|| async { tokio::task::spawn_blocking(load).await.map_err(io::Error::other)? })
        .await
        .cloned()
}

/// An error in one line. What the system says of a connection does not name its address.
fn said(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    crate::text::sanitise(&text).into_owned()
}
