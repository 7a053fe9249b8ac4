//! A proxy in front of an engine: it writes down what passes, and does wrong what it is told to.
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;

/// What goes wrong with a request.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// The engine does not hear of it; this status is answered.
    Status(u16),
    /// The engine does not hear of it; no answer comes.
    Hang,
    /// The engine does not hear of it; the connection is closed.
    Drop,
    /// The engine does it; the connection is closed without an answer.
    DropAfter,
    /// The whole answer is announced, and half of it sent.
    Truncate,
    /// The answer is a page of HTML.
    NotJson,
    /// The answer is this.
    Body(Value),
    /// The answer is changed by this.
    Edit(fn(&mut Value)),
    /// The request waits at a gate before the engine hears of it.
    Hold(Gate),
}

/// A gate that one side waits at and the other opens.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    reached: watch::Sender<bool>,
    open: watch::Sender<bool>,
}

impl Gate {
    pub(crate) fn shut() -> Gate {
        Gate { reached: watch::Sender::new(false), open: watch::Sender::new(false) }
    }

    /// Waits until somebody stands before it.
    pub(crate) async fn reached(&self) {
        let mut reached = self.reached.subscribe();
        within(async { reached.wait_for(|it| *it).await.map(|_| ()).unwrap() }).await;
    }

    pub(crate) fn open(&self) {
        self.open.send_replace(true);
    }

    async fn pass(&self) {
        self.reached.send_replace(true);
        let _ = self.open.subscribe().wait_for(|it| *it).await;
    }
}

/// Waits for what must come. The longest is a program that waits out its own time for an answer twice, a minute.
pub(crate) async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_mins(4), work).await.expect("it never came")
}

/// Which requests are struck, and how.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    method: &'static str,
    /// How the path begins, without the API version.
    path: String,
    /// How many matching requests pass before.
    skip: usize,
    /// How many are struck then.
    times: usize,
    effect: Effect,
    seen: Arc<AtomicUsize>,
}

impl Fault {
    /// Strikes the first such request.
    pub(crate) fn new(method: &'static str, path: &str, effect: Effect) -> Fault {
        Fault { method, path: path.to_owned(), skip: 0, times: 1, effect, seen: Arc::default() }
    }

    /// Lets so many pass before.
    pub(crate) fn after(self, skip: usize) -> Fault {
        Fault { skip, ..self }
    }

    /// Strikes all from the first on.
    pub(crate) fn always(self) -> Fault {
        Fault { times: usize::MAX, ..self }
    }

    /// How many requests it has struck.
    pub(crate) fn fired(&self) -> usize {
        self.seen.load(Ordering::SeqCst).saturating_sub(self.skip).min(self.times)
    }

    fn strikes(&self, method: &str, path: &str) -> bool {
        if self.method != method || !path.starts_with(&self.path) {
            return false;
        }
        let at = self.seen.fetch_add(1, Ordering::SeqCst);
        at >= self.skip && at - self.skip < self.times
    }
}

/// A proxy on a socket of its own.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) url: String,
    shared: Arc<Shared>,
    accepting: tokio::task::JoinHandle<()>,
    _folder: TempDir,
}

#[derive(Debug)]
struct Shared {
    engine: String,
    /// How long the line takes there and back.
    line: Duration,
    requests: Mutex<Vec<(String, String)>>,
    trips: Mutex<Trips>,
    faults: Mutex<Vec<Fault>>,
}

/// How many requests have waited for one another.
#[derive(Debug, Default)]
struct Trips {
    /// The longest chain of requests that were all answered.
    answered: usize,
    /// For each request, the longest chain that ends with it.
    chains: Vec<usize>,
}

impl Proxy {
    /// Opens a proxy to an engine at `unix://…`.
    pub(crate) fn to(engine: &str) -> Proxy {
        Proxy::over_a_line_of(Duration::ZERO, engine)
    }

    /// The same at the end of a line that takes this long there and back.
    pub(crate) fn over_a_line_of(line: Duration, engine: &str) -> Proxy {
        let engine = engine.strip_prefix("unix://").expect("the proxy speaks to a Unix socket").to_owned();
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("proxy.sock");
        let listener = UnixListener::bind(&socket).unwrap();
        let shared = Arc::new(Shared {
            engine,
            line,
            requests: Mutex::default(),
            trips: Mutex::default(),
            faults: Mutex::default(),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Proxy { url: format!("unix://{}", socket.display()), shared, accepting, _folder: folder }
    }

    /// Does this wrong from now on; answers what counts how often it struck.
    pub(crate) fn inject(&self, fault: Fault) -> Fault {
        self.shared.faults.lock().unwrap().push(fault.clone());
        fault
    }

    /// Everything that was asked so far: method and path, without the API version.
    pub(crate) fn requests(&self) -> Vec<(String, String)> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// How often the line was gone there and back one after the other, so far: for each request, how many had
    /// to be answered before it was asked. In the order of [`requests`](Self::requests).
    pub(crate) fn chains(&self) -> Vec<usize> {
        self.shared.trips.lock().unwrap().chains.clone()
    }

    /// What was asked that changes something: neither GET nor HEAD, nor the session that a cleanup holds.
    pub(crate) fn writes(&self) -> Vec<String> {
        let all = self.requests();
        let writes = all.iter().filter(|(method, path)| {
            method != "GET" && method != "HEAD" && (method.as_str(), path.as_str()) != ("POST", "/session")
        });
        writes.map(|(method, path)| format!("{method} {path}")).collect()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: UnixListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        let service = service_fn(move |request| {
            let shared = Arc::clone(&shared);
            async move { shared.answer(request).await }
        });
        let connection =
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        tokio::spawn(async move { connection.with_upgrades().await.is_ok() });
    }
}

type Answer = Response<BoxBody<Bytes, io::Error>>;

impl Shared {
    async fn answer(&self, request: Request<Incoming>) -> Result<Answer, io::Error> {
        let target = request.uri().path_and_query().map_or("/", |it| it.as_str());
        let path = without_version(target).to_owned();
        let method = request.method().as_str().to_owned();
        let struck = {
            // Every fault counts the request, also where another one strikes first.
            let faults = self.faults.lock().unwrap();
            let struck: Vec<&Fault> = faults.iter().filter(|it| it.strikes(&method, &path)).collect();
            struck.first().map(|it| it.effect.clone())
        };
        let chain = {
            let (mut requests, mut trips) = (self.requests.lock().unwrap(), self.trips.lock().unwrap());
            requests.push((method, path));
            let chain = trips.answered + 1;
            trips.chains.push(chain);
            chain
        };
        if !self.line.is_zero() {
            tokio::time::sleep(self.line).await;
        }
        let answer = match struck {
            None => self.forward(request).await,
            Some(effect) => self.do_wrong(effect, request).await,
        };
        let mut trips = self.trips.lock().unwrap();
        trips.answered = trips.answered.max(chain);
        drop(trips);
        answer
    }

    async fn do_wrong(&self, effect: Effect, request: Request<Incoming>) -> Result<Answer, io::Error> {
        match effect {
            Effect::Status(status) => {
                let body = r#"{"message":"the proxy says no"}"#;
                Ok(Response::builder().status(status).body(full(body.into())).map_err(other)?)
            }
            Effect::Hang => std::future::pending().await,
            Effect::Drop => Err(other("dropped before")),
            Effect::DropAfter => {
                self.forward(request).await?.into_body().collect().await?;
                Err(other("dropped after"))
            }
            Effect::Truncate => {
                let body = self.forward(request).await?.into_body().collect().await?.to_bytes();
                let half = Ok(Frame::data(body.slice(..body.len() / 2)));
                let cut = Err(other("cut off"));
                let cut = StreamBody::new(futures_util::stream::iter([half, cut]));
                Ok(Response::builder()
                    .header("content-length", body.len())
                    .body(BoxBody::new(cut))
                    .map_err(other)?)
            }
            Effect::NotJson => Ok(Response::new(full("<html>Bad Gateway</html>".into()))),
            Effect::Body(body) => Ok(Response::new(full(body.to_string().into()))),
            Effect::Edit(edit) => {
                let body = self.forward(request).await?.into_body().collect().await?.to_bytes();
                let mut body: Value = serde_json::from_slice(&body).map_err(other)?;
                edit(&mut body);
                Ok(Response::new(full(body.to_string().into())))
            }
            Effect::Hold(gate) => {
                gate.pass().await;
                self.forward(request).await
            }
        }
    }

    /// Sends the request on, over a connection of its own, and the answer back as it comes.
    async fn forward(&self, mut request: Request<Incoming>) -> Result<Answer, io::Error> {
        let client = request.headers().contains_key("upgrade").then(|| hyper::upgrade::on(&mut request));
        let stream = UnixStream::connect(&self.engine).await?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(other)?;
        tokio::spawn(connection.with_upgrades());
        let mut answer = sender.send_request(request).await.map_err(other)?;
        if let Some(client) = client.filter(|_| answer.status() == StatusCode::SWITCHING_PROTOCOLS) {
            let engine = hyper::upgrade::on(&mut answer);
            tokio::spawn(tunnel(client, engine));
        }
        Ok(answer.map(|body| body.map_err(other).boxed()))
    }
}

/// Carries what both sides say to each other after an upgrade, until one of them hangs up.
async fn tunnel(client: OnUpgrade, engine: OnUpgrade) -> io::Result<()> {
    let (client, engine) = tokio::try_join!(client, engine).map_err(other)?;
    let (mut client, mut engine) = (TokioIo::new(client), TokioIo::new(engine));
    tokio::io::copy_bidirectional(&mut client, &mut engine).await.map(|_| ())
}

fn other(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::other(why)
}

fn full(body: Bytes) -> BoxBody<Bytes, io::Error> {
    Full::new(body).map_err(|never| match never {}).boxed()
}

/// `/v1.41/info` is `/info`.
fn without_version(target: &str) -> &str {
    let versioned = target.strip_prefix("/v1.").and_then(|rest| rest.find('/').map(|at| &rest[at..]));
    versioned.unwrap_or(target)
}
