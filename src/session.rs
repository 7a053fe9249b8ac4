//! One engine under one SSOT: what the console and the headless commands both stand on.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use futures_util::future::Either;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::apply::{self, CutOff, Progress, Report, Restored};
use crate::demo::{DemoEngine, World};
use crate::engine::{
    self, Choice, ChosenBy, Early, Endpoint, EngineError, Guard, GuardError, Keeper, Maker, Reader, Sizes,
    TimeOuts, Writer,
};
use crate::records::journal_line::Kept;
use crate::records::lock::{ApplyLock, LockError};
use crate::records::{AuditLog, AuditRecord, Facts, Paths, ledger};
use crate::ssot::{self, Origin, Ssot};
use crate::steward::{
    self, Approved, Audit, Circumstances, Done, EXPIRES_AFTER, EngineIdentity, Explanation, Happening,
    Inventory, Key, Kind, Known, Ledger, Mandate, Plan, Refused, SsotStamp, Step,
};
use crate::undo::ApprovedUndo;

pub use crate::engine::Change;
pub use acquaintance::Acquaintance;
pub use approval::Approval;
pub use contact::{Contact, choose, contexts};
pub use trouble::{SessionError, Trouble};
pub use watch::DiskUse;

mod acquaintance;
mod approval;
mod contact;
mod reload;
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
    ledger: Ledger,
    ledger_written: Option<SystemTime>,
    /// Why what was seen last is not in the ledger on disk.
    unkept: Option<SessionError>,
    sizes: Option<Sizes>,
    /// Lists that were asked for when the session was opened, until the first look takes them.
    early: Option<Early>,
    /// What was last seen.
    seen: Option<Arc<Inventory>>,
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
        Self::opened(options, paths, &ssot::find::Dirs::from_process(), true).await
    }

    /// The same as [`open`](Self::open) with other folders than this process's.
    pub async fn open_in(
        options: &Options,
        paths: Paths,
        dirs: &ssot::find::Dirs,
    ) -> Result<Self, SessionError> {
        Self::opened(options, paths, dirs, false).await
    }

    async fn opened(
        options: &Options,
        paths: Paths,
        dirs: &ssot::find::Dirs,
        to_look: bool,
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
        let (reader, engine, early) = if to_look {
            Reader::meet(endpoint, options.time_outs).await?
        } else {
            let reader = Reader::connect(endpoint, options.time_outs).await?;
            let engine = reader.identity().await?;
            (reader, engine, None)
        };
        let ssot = match given {
            Some(ssot) => ssot,
            None => find_ssot(options, Some(engine.is_docker_desktop()), dirs)?,
        };
        check_binding(&ssot, &engine)?;
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

    /// Looks at the engine: reads its lists, inspects what a decision needs, remembers what it saw.
    /// Sizes that arrived before are filled in; they are not asked for here.
    pub async fn look(&self) -> Result<Look, SessionError> {
        let inventory = self.inventory().await?;
        // The disk takes its time while the look is classified.
        let saving = self.remember(&inventory);
        let look = self.seen(inventory);
        if let Some(saving) = saving
            && let Err(error) = saving.await
        {
            self.memory().unkept = Some(SessionError::disk(format!("the ledger: {error}")));
        }
        Ok(look)
    }

    /// Asks for all sizes alone, and returns what was last seen by the time that they come with them.
    pub async fn look_at_sizes(&self) -> Result<Look, SessionError> {
        let sizes = self.inner.reader.sizes().await?;
        let seen = self.memory().seen.clone();
        let mut inventory = match seen {
            Some(seen) => Inventory::clone(&seen),
            None => self.inventory().await?,
        };
        sizes.fill(&mut inventory);
        self.memory().sizes = Some(sizes);
        Ok(self.seen(inventory))
    }

    /// Asks for all sizes (`GET /system/df`: slow) beside a look, and returns it with them. An engine that
    /// cannot tell sizes leaves them unknown.
    pub async fn look_with_sizes(&self) -> Result<Look, SessionError> {
        self.measured(self.inner.reader.sizes()).await
    }

    /// The same for as long as `patience` lasts: sizes that have not come by then stay unknown. Returns
    /// whether they came.
    pub async fn look_with_sizes_within(&self, patience: Duration) -> Result<(Look, bool), SessionError> {
        let mut in_time = true;
        let sizes = async {
            let sizes = tokio::time::timeout(patience, self.inner.reader.sizes()).await;
            in_time = sizes.is_ok();
            sizes.unwrap_or_else(|_| {
                Err(EngineError::Timeout {
                    request: "GET /system/df".to_owned(),
                    seconds: patience.as_secs(),
                })
            })
        };
        let look = self.measured(sizes).await?;
        Ok((look, in_time))
    }

    async fn measured(
        &self,
        sizes: impl Future<Output = Result<Sizes, EngineError>>,
    ) -> Result<Look, SessionError> {
        // A look that fails is told at once, whatever the sizes take.
        let look = std::pin::pin!(self.look());
        let sizes = std::pin::pin!(sizes);
        let (look, sizes) = match futures_util::future::select(look, sizes).await {
            Either::Left((look, sizes)) => (look?, sizes.await),
            Either::Right((sizes, look)) => (look.await?, sizes),
        };
        match sizes {
            Ok(sizes) => {
                // The look is of no use any more: its inventory is taken, not copied, where nobody else has it.
                drop(look.audit);
                let mut inventory = Arc::unwrap_or_clone(look.inventory);
                sizes.fill(&mut inventory);
                self.memory().sizes = Some(sizes);
                Ok(self.classified(inventory))
            }
            Err(error) => {
                tracing::warn!(%error, "no sizes");
                Ok(look)
            }
        }
    }

    /// Looks at the engine and remembers nothing: the look before each removal.
    pub(crate) async fn look_again(&self) -> Result<Look, SessionError> {
        Ok(self.classified(self.inventory().await?))
    }

    async fn inventory(&self) -> Result<Inventory, SessionError> {
        let mut inventory = self.read().await?;
        if !steward::doubts(&inventory, &self.memory().ledger, Timestamp::now()).is_empty() {
            // The lists are read one beside the other: something may have come or gone between them.
            inventory = self.read().await?;
        }
        Ok(inventory)
    }

    /// Reads one resource again, with what tells that nothing else has changed unless that was told a moment ago
    /// and has been `quiet` since, and classifies it by itself. None, or doubts in the audit, where that does not
    /// tell enough. Beside it, all that the engine knows of the resource.
    pub(crate) async fn glance(
        &self,
        known: &mut Known,
        step: &Step,
        done: &Done,
        quiet: bool,
    ) -> Option<(Audit, Value)> {
        let begun = Instant::now();
        let question = known.question(step, done, quiet, begun)?;
        let now = Timestamp::now();
        let (glance, inspect) = self.inner.reader.glance(&question, now).await.ok()?;
        self.refresh_ledger().ok()?;
        let by = (&self.inner.ssot.policy, &self.memory().ledger);
        Some((known.judge(glance, begun, done, by, now), inspect))
    }

    /// Everything that happens on the engine from now on, as far as it can be heard.
    pub(crate) async fn listen(&self) -> Option<mpsc::UnboundedReceiver<Happening>> {
        self.inner.reader.listen().await.ok()
    }

    async fn read(&self) -> Result<Inventory, SessionError> {
        // Read while the engine still works; what has changed by its answer is read again then.
        self.refresh_ledger()?;
        let early = self.memory().early.take();
        let mut inventory = match early {
            Some(early) => early.inventory().await?,
            None => self.inner.reader.inventory(Timestamp::now()).await?,
        };
        self.refresh_ledger()?;
        let now = inventory.read_at;
        if let Some(sizes) = &self.memory().sizes {
            sizes.fill(&mut inventory);
        }
        // What an inspect tells may make another one needed; two rounds settle all but a changing engine,
        // and what is still not known then is kept.
        let mut asked = None;
        for _ in 0..3 {
            let needs = steward::needs(&inventory, &self.inner.ssot.policy, &self.memory().ledger, now);
            // What was asked for and did not come is not asked for again.
            if needs.is_empty() || asked.as_ref() == Some(&needs) {
                break;
            }
            self.inner.reader.inspect(&mut inventory, &needs).await;
            // Only `--volumes-from` adds users, and so what else may need to be known.
            let inspected = inventory.containers.iter().filter(|it| needs.containers.contains(&it.id));
            if inspected.filter_map(|it| it.detail.as_ref()).all(|it| it.volumes_from.is_empty()) {
                break;
            }
            asked = Some(needs);
        }
        Ok(inventory)
    }

    /// Classifies it, and keeps the newest that was seen.
    fn seen(&self, inventory: Inventory) -> Look {
        let look = self.classified(inventory);
        let mut memory = self.memory();
        if memory.seen.as_ref().is_none_or(|seen| seen.read_at <= look.inventory.read_at) {
            memory.seen = Some(Arc::clone(&look.inventory));
        }
        look
    }

    fn classified(&self, inventory: Inventory) -> Look {
        let audit =
            steward::classify(&inventory, &self.inner.ssot.policy, &self.memory().ledger, inventory.read_at);
        Look { inventory: Arc::new(inventory), audit: Arc::new(audit) }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // A panic elsewhere leaves the memory as it was: every change to it is one assignment.
        self.inner.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ledger_path(&self) -> PathBuf {
        self.inner.paths.ledger(&self.inner.engine.id)
    }

    /// Reads the ledger, if another steward has written it since.
    fn refresh_ledger(&self) -> Result<(), SessionError> {
        // While this session writes it, nobody has a newer one.
        let Ok(_turn) = self.inner.saving.try_lock() else { return Ok(()) };
        let path = self.ledger_path();
        let written = std::fs::metadata(&path).and_then(|found| found.modified()).ok();
        let mut memory = self.memory();
        if written.is_some() && written != memory.ledger_written {
            memory.ledger = ledger::load(&path)?;
            memory.ledger_written = written;
        }
        Ok(())
    }

    /// Why the last look could not be written into the ledger; none where it is there.
    ///
    /// A look is shown all the same: who looks because the disk is full must see what fills it. What was not
    /// written only makes the next session know less, as if this one had not been; and where nothing can be
    /// written, neither can a journal, so that nothing is removed.
    pub fn unkept(&self) -> Option<SessionError> {
        self.memory().unkept.clone()
    }

    /// Takes a look into the ledger. One that is in doubt teaches nothing, but that it was in doubt. Where there
    /// is news, answers what writes it down.
    fn remember(&self, inventory: &Inventory) -> Option<JoinHandle<()>> {
        let mut memory = self.memory();
        let now = inventory.read_at;
        let news = if steward::doubts(inventory, &memory.ledger, now).is_empty() {
            memory.ledger.observe(inventory, now)
        } else {
            steward::remember_shrunk(inventory, &mut memory.ledger, now);
            true
        };
        news.then(|| {
            let session = self.clone();
            tokio::task::spawn_blocking(move || session.save_ledger())
        })
    }

    /// Writes the ledger as it is by then, so that of two that write the later never writes what is older.
    fn save_ledger(&self) {
        let _turn = self.inner.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let (path, ledger) = (self.ledger_path(), self.memory().ledger.clone());
        let saved = ledger::save(&path, &ledger);
        let mut memory = self.memory();
        match saved {
            Ok(()) => {
                memory.ledger_written = std::fs::metadata(&path).and_then(|found| found.modified()).ok();
                memory.unkept = None;
            }
            Err(error) => {
                tracing::warn!(%error, "the look is not in the ledger");
                memory.unkept = Some(error.into());
            }
        }
    }

    /// Remembers that the steward itself has removed one of this kind, so that its own work does not read as
    /// a list that was cut short.
    pub(crate) fn has_removed(&self, kind: Kind) {
        self.memory().ledger.removed(kind);
    }

    /// The engine's events, already thinned out, from before the first look on where that can be had;
    /// reconnects by itself, for ever.
    pub fn changes(&self) -> mpsc::Receiver<Change> {
        self.inner.reader.changes(self.inner.asked_since)
    }

    /// What a plan made now is made for.
    pub fn circumstances(&self, look: &Look) -> Circumstances {
        let now = Timestamp::now();
        Circumstances {
            environment: self.inner.ssot.policy.environment.as_str().to_owned(),
            engine: look.inventory.engine.clone(),
            ssot: SsotStamp { path: self.inner.ssot.path_display(), sha256: self.inner.ssot.sha256.clone() },
            created: now,
            expires: now.saturating_add(SignedDuration::from_secs(EXPIRES_AFTER)).unwrap_or(now),
        }
    }

    /// Plans the removal of `marks`.
    pub fn plan(&self, look: &Look, marks: &BTreeSet<Key>) -> Result<Plan, Refused> {
        Plan::new(&look.audit, marks, self.circumstances(look), &self.mandate()?)
    }

    pub(crate) fn writer(&self) -> Result<Writer, Refused> {
        Ok(self.inner.reader.writer(&self.mandate()?))
    }

    /// Applies an approved plan, telling of each step as it comes; then looks again and records the audit. What the plan
    /// takes away and nothing else could bring back is put into the trash first, if it is to be kept for some time.
    pub async fn apply(
        &self,
        approved: Approved,
        keep: Option<Duration>,
        progress: mpsc::UnboundedSender<Progress>,
        stop: Stop,
    ) -> Result<Report, SessionError> {
        let writer = self.writer()?;
        let _lock = ApplyLock::take(&self.inner.paths.lock(&self.inner.engine.id), Timestamp::now())?;
        let guard = match self.inner.reader.guard(&self.mandate()?).await {
            Err(GuardError::Held(by)) => {
                return Err(SessionError::refused(&GuardError::Held(by).to_string()));
            }
            guard => guard,
        };
        let mut report = apply::run(self, writer, &approved, keep, progress, stop).await?;
        report.warnings.extend(unguarded(guard.as_ref()));
        drop(guard);
        report.warnings.extend(self.record_after("cleanup").await);
        Ok(report)
    }

    /// How long the SSOT has what a cleanup takes away kept in the trash; none where it does not say so.
    pub fn trash(&self) -> Option<Duration> {
        self.inner.ssot.policy.trash.map(|trash| trash.keep)
    }

    pub(crate) fn keeper(&self) -> Result<Keeper, Refused> {
        Ok(self.inner.reader.keeper(&self.mandate()?))
    }

    pub(crate) fn maker(&self, approved: &ApprovedUndo) -> Result<Maker, Refused> {
        Ok(self.inner.reader.maker(&self.mandate()?, approved))
    }

    /// Makes again what an approved undo names, of the cleanup `kept`, telling of each as it comes; then looks again and
    /// records the audit. Returns what became of each, and what else the operator should know.
    pub async fn undo(
        &self,
        kept: &Kept,
        approved: &ApprovedUndo,
        stop: &Stop,
        tell: impl FnMut(&Restored),
    ) -> Result<(Vec<Restored>, Vec<String>), SessionError> {
        self.mandate()?;
        let (begin, engine) = (&kept.begin, &self.inner.engine);
        if (&begin.engine_id, &begin.engine_name) != (&engine.id, &engine.name) {
            return Err(SessionError::refused(&format!(
                "that cleanup was on another engine: {} ({}), and this is {} ({})",
                begin.engine_name, begin.engine_id, engine.name, engine.id
            )));
        }
        let _lock = ApplyLock::take(&self.inner.paths.lock(&engine.id), Timestamp::now())?;
        let guard = match self.inner.reader.guard(&self.mandate()?).await {
            Err(GuardError::Held(by)) => {
                return Err(SessionError::refused(&GuardError::Held(by).to_string()));
            }
            guard => guard,
        };
        let restored = apply::restore(self, &begin.run, approved, stop, tell).await?;
        let mut warnings: Vec<String> = unguarded(guard.as_ref()).into_iter().collect();
        drop(guard);
        warnings.extend(self.record_after("undo").await);
        Ok((restored, warnings))
    }

    /// Looks again and records the audit; what went wrong with that fails nothing that was done.
    async fn record_after(&self, what: &str) -> Option<String> {
        let recorded = match self.look().await {
            Ok(look) => self.record(&look).map(|_| ()),
            Err(error) => Err(error),
        };
        recorded.err().map(|error| format!("the audit after the {what} is not in the audit log: {error}"))
    }

    /// Looks for cleanups on this engine that were cut off, and tells what became of what was in flight. A
    /// cleanup that still goes on holds the lock and is left alone.
    pub fn reconcile(&self, look: &Look) -> Result<Vec<CutOff>, SessionError> {
        if !look.audit.doubts.is_empty() {
            // What is not in a list that cannot be believed has not been looked up.
            return Ok(Vec::new());
        }
        let now = Timestamp::now();
        match ApplyLock::take(&self.inner.paths.lock(&self.inner.engine.id), now) {
            Ok(_lock) => Ok(apply::reconcile(&self.inner.paths.journal(), &look.audit, now)?),
            Err(LockError::Held(_)) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
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
        let ledger = &self.memory().ledger;
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

/// What is to be told where other hosts were not, or not to the end, kept off the engine.
fn unguarded(guard: Result<&Guard, &GuardError>) -> Option<String> {
    match guard {
        Ok(guard) if guard.is_lost() => Some(
            "the session that keeps other hosts' stewards off the engine broke before the end: whether another one was at work is not known"
                .to_owned(),
        ),
        Ok(_) => None,
        Err(error) => Some(error.to_string()),
    }
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
