//! One engine under one SSOT: what the console and the headless commands both stand on.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use jiff::Timestamp;
use serde_json::Value;

use crate::answers::Sizes;
use crate::demo::{DemoEngine, World};
use crate::engine::{self, Choice, ChosenBy, Early, Endpoint, EngineError, Met, Reader, TimeOuts, Wanted};
use crate::records::lock::LockError;
use crate::records::{AuditLog, AuditRecord, Facts, Paths, greetings};
use crate::ssot::{self, Origin, Ssot};
use crate::steward::inventory::Container;
use crate::steward::{self, Audit, EngineIdentity, Explanation, Inventory, Key, Ledger, Mandate, Refused};

pub use crate::engine::Change;
pub use acquaintance::Acquaintance;
pub use approval::Approval;
pub use contact::{Contact, choose, contexts};
pub use silence::tell_silence;
pub use trouble::{SessionError, Trouble};
pub use watch::DiskUse;

mod acquaintance;
mod approval;
mod cleaning;
mod contact;
mod looking;
mod reload;
mod silence;
mod trouble;
mod watch;

/// What the operator asked for, on the command line or by the environment.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `--env` or `DOCKER_STEWARD_ENV`.
    pub env: Option<String>,
    /// `--ssot`.
    pub ssot: Option<PathBuf>,
    /// `--context`.
    pub context: Option<String>,
    /// `--host`.
    pub host: Option<String>,
    /// `--demo`.
    pub demo: bool,
    /// `--read-only`.
    pub read_only: bool,
    /// How long to wait for the engine.
    pub time_outs: TimeOuts,
}

/// One look at the engine.
#[derive(Debug, Clone)]
pub struct Look {
    /// What it holds.
    pub inventory: Arc<Inventory>,
    /// What that means under the SSOT.
    pub audit: Arc<Audit>,
}

impl Look {
    /// Takes sizes, which change nobody's class.
    pub fn measure(&mut self, sizes: &Sizes) {
        let inventory = Arc::make_mut(&mut self.inventory);
        sizes.fill(inventory);
        Arc::make_mut(&mut self.audit).measure(inventory);
    }
}

/// Asked by a signal or by Esc: finish the removal in flight, start no other.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks to stop.
    pub fn ask(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether it was asked.
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// One engine under one SSOT. Cheap to clone: all clones are one session.
#[derive(Debug, Clone)]
pub struct Session {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    ssot: Ssot,
    reader: Reader,
    engine: EngineIdentity,
    acquaintance: Acquaintance,
    read_only: bool,
    paths: Paths,
    /// A time by the engine's clock before which nothing was asked of it; none where that is not known.
    asked_since: Option<Timestamp>,
    memory: Mutex<Memory>,
    /// Held by whoever writes the ledger.
    saving: Mutex<()>,
    /// Keeps the demo's engine alive.
    demo: Option<Arc<DemoEngine>>,
}

/// What a session remembers between looks.
#[derive(Debug, Default)]
struct Memory {
    /// Shared with whoever writes or reads it at the moment.
    ledger: Arc<Ledger>,
    ledger_written: Option<SystemTime>,
    /// Why what was seen last is not in the ledger on disk.
    unkept: Option<SessionError>,
    sizes: Option<Arc<Sizes>>,
    /// Lists that were asked for when the session was opened, until the first look takes them.
    early: Option<Early>,
}

/// What a session is opened for.
enum Opening {
    /// Whatever may lead to a change: the engine is asked in full who it is, before anything else.
    ToAct,
    /// To look at once.
    ToLook(Wanted),
}

impl Session {
    /// Finds the engine and the SSOT, and shakes hands with the engine.
    pub async fn open(options: &Options) -> Result<Self, SessionError> {
        let paths = Paths::from_process(options.demo)?;
        Self::open_in(options, paths, &ssot::find::Dirs::from_process()).await
    }

    /// The same for whoever looks at once: the engine is asked for its lists together with the handshake, and
    /// the first look takes them.
    pub async fn open_to_look(options: &Options) -> Result<Self, SessionError> {
        let paths = Paths::from_process(options.demo)?;
        Self::opened(options, paths, &ssot::find::Dirs::from_process(), Opening::ToLook(Wanted::Lists)).await
    }

    /// The same for whoever looks with all sizes at once: the engine begins to measure, too.
    pub async fn open_to_measure(options: &Options) -> Result<Self, SessionError> {
        let paths = Paths::from_process(options.demo)?;
        let to_measure = Opening::ToLook(Wanted::ListsAndSizes);
        Self::opened(options, paths, &ssot::find::Dirs::from_process(), to_measure).await
    }

    /// The same for whoever wants to show something as soon as possible: `glimpse` is given the containers of the first
    /// look once their list is there, long before anything can be concluded from them, and perhaps before this has
    /// returned; never where their list fails, or the engine has to be asked step by step.
    pub async fn open_to_watch(
        options: &Options,
        glimpse: impl FnOnce(&[Container]) + Send + 'static,
    ) -> Result<Self, SessionError> {
        let paths = Paths::from_process(options.demo)?;
        let to_watch = Opening::ToLook(Wanted::Containers(Box::new(glimpse)));
        Self::opened(options, paths, &ssot::find::Dirs::from_process(), to_watch).await
    }

    /// The same as [`open`](Self::open) with other folders than this process's.
    pub async fn open_in(
        options: &Options,
        paths: Paths,
        dirs: &ssot::find::Dirs,
    ) -> Result<Self, SessionError> {
        Self::opened(options, paths, dirs, Opening::ToAct).await
    }

    async fn opened(
        options: &Options,
        paths: Paths,
        dirs: &ssot::find::Dirs,
        opening: Opening,
    ) -> Result<Self, SessionError> {
        let named = options.ssot.is_some() || options.env.is_some() || options.demo;
        // What was asked for is checked before any engine is: a wrong file is wrong without one, too.
        let given = if named { Some(find_ssot(options, None, dirs)?) } else { None };
        let endpoint = if options.demo {
            None
        } else {
            Some(engine::choose(&Choice::from_process(options.host.clone(), options.context.clone()))?)
        };
        let (endpoint, demo) = match endpoint {
            Some(endpoint) => (endpoint, None),
            None => start_demo(options).await?,
        };
        let mut known = Vec::new();
        let Met { reader, identity: engine, early, greeting } = match opening {
            Opening::ToAct => Reader::meet_in_full(endpoint, options.time_outs).await?,
            Opening::ToLook(wanted) => {
                known = greetings::load(&paths.greetings());
                Reader::meet(endpoint, options.time_outs, &known, wanted).await?
            }
        };
        let ssot = match given {
            Some(ssot) => ssot,
            None => find_ssot(options, Some(engine.is_docker_desktop()), dirs)?,
        };
        check_binding(&ssot, &engine)?;
        // The demo's engine is another one each time.
        if let Some(greeting) = greeting.filter(|it| demo.is_none() && !known.contains(it))
            && let Err(error) = greetings::remember(&paths.greetings(), known, greeting)
        {
            tracing::debug!(%error, "the engine's greeting is not remembered");
        }
        let asked_since = early.as_ref().and_then(Early::since);
        let memory = Mutex::new(Memory { early, ..Memory::default() });
        let read_only = options.read_only;
        let acquaintance = Acquaintance::of(&ssot, &engine, &paths, options.demo);
        let demo = demo.map(Arc::new);
        let saving = Mutex::default();
        let inner =
            Inner { ssot, reader, engine, acquaintance, read_only, paths, asked_since, memory, saving, demo };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The SSOT.
    pub fn ssot(&self) -> &Ssot {
        &self.inner.ssot
    }

    /// The engine, as it introduced itself.
    pub fn engine(&self) -> &EngineIdentity {
        &self.inner.engine
    }

    /// How well it was known when the session began.
    pub fn acquaintance(&self) -> Acquaintance {
        self.inner.acquaintance
    }

    /// Where the session's records are.
    pub fn paths(&self) -> &Paths {
        &self.inner.paths
    }

    /// Where the audit log of this environment is.
    pub fn audit_log(&self) -> PathBuf {
        self.inner.paths.audit_log(&self.inner.ssot.policy.audit_log())
    }

    /// The variable that makes a plain `docker` reach this engine; none where it does so anyway.
    pub fn docker_env(&self) -> Option<(String, String)> {
        let endpoint = self.inner.reader.endpoint();
        match &endpoint.chosen_by {
            ChosenBy::SameAsDocker => None,
            ChosenBy::ContextOption(name) => Some(("DOCKER_CONTEXT".to_owned(), name.clone())),
            ChosenBy::HostOption | ChosenBy::Demo => Some(("DOCKER_HOST".to_owned(), endpoint.url.clone())),
        }
    }

    /// Whether anything may be removed in this session at all.
    pub fn mandate(&self) -> Result<Mandate, Refused> {
        let policy = &self.inner.ssot.policy;
        Mandate::of(policy.cleanup, policy.environment.as_str(), self.inner.read_only)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // A panic elsewhere leaves the memory as it was: every change to it is one assignment.
        self.inner.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything that the engine knows of one resource, as its own JSON.
    pub async fn inspect(&self, key: &Key) -> Result<Value, SessionError> {
        Ok(self.inner.reader.inspect_one(key).await?)
    }

    /// Whether the SSOT's file still says what this session goes by.
    pub(crate) fn ssot_unchanged(&self) -> Result<(), SessionError> {
        let Origin::File(path) = &self.inner.ssot.origin else { return Ok(()) };
        // The same bytes are the same SSOT; only others have to be understood, to tell what is wrong with them.
        if std::fs::read(path).is_ok_and(|bytes| bytes == self.inner.ssot.text.as_bytes()) {
            return Ok(());
        }
        let now = ssot::load::read(path).map_err(|error| SessionError::input(error.to_string()))?;
        if now.sha256 == self.inner.ssot.sha256 {
            return Ok(());
        }
        Err(SessionError::refused("the SSOT has changed since the plan was made"))
    }

    /// Why a resource has its class.
    pub fn explain(&self, look: &Look, key: &Key) -> Option<Explanation> {
        let ledger = &self.ledger();
        let (inventory, policy) = (&look.inventory, &self.inner.ssot.policy);
        steward::explain_in(&look.audit, inventory, policy, ledger, inventory.read_at, key)
    }

    /// The record of a look, as it would be appended to the audit log.
    pub fn audit_record(&self, look: &Look) -> AuditRecord {
        AuditRecord::of(&look.audit, &self.facts(), look.inventory.read_at, None)
    }

    /// Appends the look to the audit log.
    pub fn record(&self, look: &Look) -> Result<AuditRecord, SessionError> {
        let log = AuditLog::at(self.audit_log());
        Ok(log.append(self.audit_record(look))?)
    }

    fn facts(&self) -> Facts<'_> {
        let ssot = &self.inner.ssot;
        Facts {
            env: ssot.policy.environment.record_name(),
            address: ssot.policy.host.address.as_deref(),
            sha256: &ssot.sha256,
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

pub(crate) fn find_ssot(
    options: &Options,
    docker_desktop: Option<bool>,
    dirs: &ssot::find::Dirs,
) -> Result<Ssot, SessionError> {
    let mut request = ssot::find::Request { file: options.ssot.clone(), environment: options.env.clone() };
    if request.file.is_none() && request.environment.is_none() {
        let name = if options.demo {
            "staging".to_owned()
        } else {
            ssot::find::default_environment(docker_desktop, dirs)?.as_str().to_owned()
        };
        request.environment = Some(name);
    }
    Ok(ssot::find::find(&request, dirs)?)
}

/// The world of the demo is a desktop for the desktop's SSOT, and the droplet for all others.
async fn start_demo(options: &Options) -> Result<(Endpoint, Option<DemoEngine>), SessionError> {
    let now = Timestamp::now();
    let world =
        if options.env.as_deref() == Some("desktop") { World::desktop(now) } else { World::droplet(now) };
    let demo = DemoEngine::start(world)
        .await
        .map_err(|error| SessionError::disk(format!("the demo's engine cannot be started: {error}")))?;
    Ok((Endpoint { url: demo.url().to_owned(), tls: None, chosen_by: ChosenBy::Demo }, Some(demo)))
}

/// An SSOT that is bound to an engine is for no other.
fn check_binding(ssot: &Ssot, engine: &EngineIdentity) -> Result<(), SessionError> {
    let Some(bound) = &ssot.policy.host.engine else { return Ok(()) };
    let differences = engine.differences(bound);
    if differences.is_empty() {
        return Ok(());
    }
    Err(SessionError {
        what: format!("{} is bound to another engine\n  {}", ssot.path_display(), as_lines(&differences)),
        mend: Some(
            "Choose that engine with --context or --host; or, if this one has taken its place, `docker-steward ssot bind --replace`."
                .to_owned(),
        ),
        kind: Trouble::Refused,
    })
}

fn as_lines(differences: &[steward::Difference]) -> String {
    let lines: Vec<String> = differences.iter().map(ToString::to_string).collect();
    lines.join("\n  ")
}

impl From<EngineError> for SessionError {
    fn from(error: EngineError) -> Self {
        let foreign = matches!(error, EngineError::Foreign { .. });
        let kind = if foreign { Trouble::Refused } else { Trouble::Engine };
        Self { what: error.to_string(), mend: error.mend().map(str::to_owned), kind }
    }
}

impl From<LockError> for SessionError {
    fn from(error: LockError) -> Self {
        let kind = if matches!(error, LockError::Held(_)) { Trouble::Refused } else { Trouble::Disk };
        Self { what: error.to_string(), mend: None, kind }
    }
}
