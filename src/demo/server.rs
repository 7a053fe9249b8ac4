//! The server: its socket, its connections, and what tests may do to it.
use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;
use tokio::task::{JoinHandle, JoinSet};

use super::fault::{Effect, Fault};
use super::reply::{Refusal, failure};
use super::wire;
use super::world::World;

/// What all connections share.
pub(super) struct Shared {
    world: Mutex<World>,
    faults: Mutex<Vec<Fault>>,
    requests: Mutex<Vec<(String, String)>>,
    walk_ends: Mutex<Option<Instant>>,
    sessions: Mutex<BTreeSet<String>>,
}

/// A lock that a panicking test left behind still guards good data: every change is made whole or not at all.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// Acts on the world.
    pub(super) fn with_world<R>(&self, act: impl FnOnce(&mut World) -> R) -> R {
        act(&mut lock(&self.world))
    }

    /// Notes a request and answers what is to go wrong with it.
    pub(super) fn note(&self, method: &str, target: &str, unversioned: &str) -> Vec<Arc<Effect>> {
        lock(&self.requests).push((method.to_owned(), target.to_owned()));
        lock(&self.faults).iter_mut().filter_map(|fault| fault.strike(method, unversioned)).collect()
    }

    /// Opens a build session; false if there is one of this ID.
    pub(super) fn add_session(&self, id: &str) -> bool {
        lock(&self.sessions).insert(id.to_owned())
    }

    /// Whether there is a build session of this ID.
    pub(super) fn has_session(&self, id: &str) -> bool {
        lock(&self.sessions).contains(id)
    }

    /// Forgets a build session.
    pub(super) fn end_session(&self, id: &str) {
        lock(&self.sessions).remove(id);
    }

    /// Begins the walk of `/system/df`, and answers how long it takes. A client that hangs up does not end it.
    pub(super) fn begin_walk(&self) -> Result<Duration, Refusal> {
        let delay = self.with_world(|world| world.df_delay);
        let mut ends = lock(&self.walk_ends);
        let now = Instant::now();
        if ends.is_some_and(|ends| now < ends) {
            return Err(failure("a disk usage operation is already running"));
        }
        *ends = Some(now + delay);
        Ok(delay)
    }
}

/// A running simulated engine. Dropping it stops it, cuts its connections and removes its socket.
pub struct DemoEngine {
    shared: Arc<Shared>,
    url: String,
    serving: JoinHandle<()>,
    socket: Option<PathBuf>,
    folder: Option<PathBuf>,
}

impl fmt::Debug for DemoEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DemoEngine").field("url", &self.url).finish_non_exhaustive()
    }
}

impl DemoEngine {
    /// Serves a world: on a Unix socket in a fresh folder that only this user may enter, or on a TCP port of the
    /// loopback where there are no such sockets. Must be called inside a Tokio runtime.
    pub async fn start(world: World) -> io::Result<DemoEngine> {
        #[cfg(unix)]
        {
            let folder = fresh_folder()?;
            let url = format!("unix://{}/d.sock", folder.display());
            let mut engine = DemoEngine::listen(world, &url).await?;
            engine.folder = Some(folder);
            Ok(engine)
        }
        #[cfg(not(unix))]
        DemoEngine::listen(world, "tcp://127.0.0.1:0").await
    }

    /// Serves a world at `unix:///path` or `tcp://127.0.0.1:PORT`, where port 0 means any free one. A socket file
    /// that is there already is an error: it may be an engine's.
    pub async fn listen(world: World, url: &str) -> io::Result<DemoEngine> {
        let shared = Arc::new(Shared {
            world: Mutex::new(world),
            faults: Mutex::default(),
            requests: Mutex::default(),
            walk_ends: Mutex::default(),
            sessions: Mutex::default(),
        });
        if let Some(address) = url.strip_prefix("tcp://") {
            let listener = TcpListener::bind(address).await?;
            let url = format!("tcp://{}", listener.local_addr()?);
            let serving = tokio::spawn(serve_tcp(listener, Arc::clone(&shared)));
            return Ok(DemoEngine { shared, url, serving, socket: None, folder: None });
        }
        #[cfg(unix)]
        if let Some(path) = url.strip_prefix("unix://") {
            let listener = UnixListener::bind(path)?;
            let serving = tokio::spawn(serve_unix(listener, Arc::clone(&shared)));
            let socket = Some(PathBuf::from(path));
            return Ok(DemoEngine { shared, url: url.to_owned(), serving, socket, folder: None });
        }
        let message = format!("cannot listen on {url}: expected unix:///PATH or tcp://127.0.0.1:PORT");
        Err(io::Error::new(io::ErrorKind::InvalidInput, message))
    }

    /// Where it listens: `unix:///…` or `tcp://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Everything that was asked so far: method, and path with query, as sent.
    pub fn requests(&self) -> Vec<(String, String)> {
        lock(&self.shared.requests).clone()
    }

    /// Acts on the world behind the clients' backs.
    pub fn with_world<R>(&self, act: impl FnOnce(&mut World) -> R) -> R {
        self.shared.with_world(act)
    }

    /// Arranges a fault. Take [`Fault::fired`] first, to prove afterwards that it struck.
    pub fn inject(&self, fault: Fault) {
        lock(&self.shared.faults).push(fault);
    }

    /// How often all faults together struck.
    pub fn fired(&self) -> usize {
        lock(&self.shared.faults).iter().map(|fault| fault.fired().count()).sum()
    }

    /// Cuts all build sessions, as an engine does with those whose holders do not answer.
    pub fn end_sessions(&self) {
        lock(&self.shared.sessions).clear();
    }

    /// Forgets all faults.
    pub fn clear_faults(&self) {
        lock(&self.shared.faults).clear();
    }
}

impl Drop for DemoEngine {
    fn drop(&mut self) {
        self.serving.abort();
        // Nothing to be done about a file that is gone already.
        if let Some(socket) = &self.socket {
            let _ = std::fs::remove_file(socket);
        }
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir(folder);
        }
    }
}

/// The longest path of a socket on macOS, with its closing zero byte, is 104 bytes.
#[cfg(unix)]
const LONGEST_FOLDER: usize = 90;

/// A folder that did not exist before and that only this user may enter.
#[cfg(unix)]
fn fresh_folder() -> io::Result<PathBuf> {
    use std::os::unix::fs::DirBuilderExt as _;
    use std::sync::atomic::{AtomicU32, Ordering};

    static NEXT: AtomicU32 = AtomicU32::new(0);
    let pid = std::process::id();
    let parent = Some(std::env::temp_dir()).filter(|folder| folder.as_os_str().len() < LONGEST_FOLDER - 30);
    let parent = parent.unwrap_or_else(|| Path::new("/tmp").to_owned());
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = parent.join(format!("steward-{pid}-{number}"));
        match std::fs::DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => return Ok(folder),
            // Left behind by a process that was killed and had this number.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

async fn serve_tcp(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            spawn(&mut connections, stream, &shared);
        }
    }
}

#[cfg(unix)]
async fn serve_unix(listener: UnixListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            spawn(&mut connections, stream, &shared);
        }
    }
}

/// The set owns the connections: when the serving task is aborted, they are cut.
fn spawn<S>(connections: &mut JoinSet<()>, stream: S, shared: &Arc<Shared>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    while connections.try_join_next().is_some() {}
    connections.spawn(wire::connection(stream, Arc::clone(shared)));
}
