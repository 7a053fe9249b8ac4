//! Looking at the engine, and remembering what was seen.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::Either;
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::{Change, Look, Session, SessionError};
use crate::answers::Sizes;
use crate::engine::{Early, EngineError};
use crate::records::ledger;
use crate::steward::{self, Audit, Done, Happening, Kind, Known, Ledger, Step, Surveyed, Surveying};

impl Session {
    /// Looks at the engine: reads its lists, inspects what a decision needs, remembers what it saw.
    /// Sizes that arrived before are filled in; they are not asked for here.
    pub async fn look(&self) -> Result<Look, SessionError> {
        let surveyed = self.survey(Surveyed::to_look).await?;
        // The disk takes its time while the look is classified.
        let saving = self.remember(&surveyed);
        let look = self.classified(surveyed);
        if let Some(saving) = saving
            && let Err(error) = saving.await
        {
            self.memory().unkept = Some(SessionError::disk(format!("the ledger: {error}")));
        }
        Ok(self.with_sizes(look))
    }

    /// Asks for all sizes alone (`GET /system/df`: slow); all looks from then on have them.
    pub async fn sizes(&self) -> Result<Arc<Sizes>, SessionError> {
        let sizes = Arc::new(self.inner.reader.sizes().await?);
        self.memory().sizes = Some(Arc::clone(&sizes));
        Ok(sizes)
    }

    /// Asks for all sizes (`GET /system/df`: slow) beside a look, and returns it with them. An engine that
    /// cannot tell sizes leaves them unknown.
    pub async fn look_with_sizes(&self) -> Result<Look, SessionError> {
        self.measured(self.measuring()).await
    }

    /// The same for as long as `patience` lasts: sizes that have not come by then stay unknown. Returns
    /// whether they came.
    pub async fn look_with_sizes_within(&self, patience: Duration) -> Result<(Look, bool), SessionError> {
        let mut in_time = true;
        let measuring = self.measuring();
        let sizes = async {
            let sizes = tokio::time::timeout(patience, measuring).await;
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

    /// All sizes: those that were asked for early, which a look takes away, else anew.
    fn measuring(&self) -> impl Future<Output = Result<Sizes, EngineError>> {
        let early = self.memory().early.as_mut().and_then(Early::sizes);
        async {
            match early {
                Some(sizes) => sizes.await,
                None => self.inner.reader.sizes().await,
            }
        }
    }

    async fn measured(
        &self,
        sizes: impl Future<Output = Result<Sizes, EngineError>>,
    ) -> Result<Look, SessionError> {
        // A look that fails is told at once, whatever the sizes take.
        let look = std::pin::pin!(self.look());
        let sizes = std::pin::pin!(sizes);
        let (mut look, sizes) = match futures_util::future::select(look, sizes).await {
            Either::Left((look, sizes)) => (look?, sizes.await),
            Either::Right((sizes, look)) => (look.await?, sizes),
        };
        match sizes {
            Ok(sizes) => {
                look.measure(&sizes);
                self.memory().sizes = Some(Arc::new(sizes));
            }
            Err(error) => tracing::warn!(%error, "no sizes"),
        }
        Ok(look)
    }

    /// Looks at the engine and remembers nothing: the look before each removal.
    pub(crate) async fn look_again(&self) -> Result<Look, SessionError> {
        Ok(self.with_sizes(self.classified(self.survey(std::convert::identity).await?)))
    }

    /// `depth`: how much is asked of what may go.
    async fn survey<'p>(
        &'p self,
        depth: impl Fn(Surveyed<'p>) -> Surveyed<'p>,
    ) -> Result<Surveyed<'p>, SessionError> {
        let surveyed = self.read(&depth).await?;
        let ledger = self.ledger();
        if surveyed.doubts(&ledger, Timestamp::now()).is_empty() {
            return Ok(surveyed);
        }
        // The lists are read one beside the other: something may have come or gone between them.
        self.read(&depth).await
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
        let by = (&self.inner.ssot.policy, &*self.ledger());
        Some((known.judge(glance, begun, done, by, now), inspect))
    }

    /// Everything that happens on the engine from now on, as far as it can be heard.
    pub(crate) async fn listen(&self) -> Option<mpsc::UnboundedReceiver<Happening>> {
        self.inner.reader.listen().await.ok()
    }

    async fn read<'p>(
        &'p self,
        depth: &impl Fn(Surveyed<'p>) -> Surveyed<'p>,
    ) -> Result<Surveyed<'p>, SessionError> {
        // Read while the engine still works; what has changed by its answer is read again then.
        self.refresh_ledger()?;
        let early = self.memory().early.take();
        let mut coming = match early {
            Some(early) => early,
            None => self.inner.reader.begin().await?,
        };
        // What can be found out without the containers is, while they are awaited.
        let surveying = Surveying::of(coming.awaiting().await?, &self.inner.ssot.policy);
        let containers = coming.containers().await?;
        self.refresh_ledger()?;
        let surveyed = surveying.with(containers.all, containers.unreadable);
        Ok(self.known_better(depth(surveyed)).await)
    }

    /// Inspects what a decision needs.
    pub(super) async fn known_better<'p>(&self, mut surveyed: Surveyed<'p>) -> Surveyed<'p> {
        // What an inspect tells may make another one needed; two rounds settle all but a changing engine,
        // and what is still not known then is kept.
        let mut asked = None;
        for _ in 0..3 {
            let needs = surveyed.needs(&self.ledger());
            // What was asked for and did not come is not asked for again.
            if needs.is_empty() || asked.as_ref() == Some(&needs) {
                break;
            }
            let inspected = self.inner.reader.inspect(&needs).await;
            if !surveyed.fill(&inspected) {
                break;
            }
            asked = Some(needs);
        }
        surveyed
    }

    fn classified(&self, surveyed: Surveyed<'_>) -> Look {
        let audit = surveyed.classify(&self.ledger());
        Look { inventory: Arc::new(surveyed.into_inventory()), audit: Arc::new(audit) }
    }

    /// With the sizes that have come by now.
    fn with_sizes(&self, mut look: Look) -> Look {
        let sizes = self.memory().sizes.clone();
        if let Some(sizes) = sizes {
            look.measure(&sizes);
        }
        look
    }

    /// What is remembered of the engine, as it is now.
    pub(super) fn ledger(&self) -> Arc<Ledger> {
        Arc::clone(&self.memory().ledger)
    }

    /// Lets what is remembered of the engine live as long as the process.
    pub(crate) fn keep_memory(&self) {
        std::mem::forget(self.ledger());
    }

    fn ledger_path(&self) -> PathBuf {
        self.inner.paths.ledger(&self.inner.engine.binding())
    }

    /// Reads the ledger, if another steward has written it since.
    fn refresh_ledger(&self) -> Result<(), SessionError> {
        // While this session writes it, nobody has a newer one.
        let Ok(_turn) = self.inner.saving.try_lock() else { return Ok(()) };
        let path = self.ledger_path();
        let written = std::fs::metadata(&path).and_then(|found| found.modified()).ok();
        let mut memory = self.memory();
        if written.is_some() && written != memory.ledger_written {
            memory.ledger = Arc::new(ledger::load(&path)?);
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
    fn remember(&self, surveyed: &Surveyed<'_>) -> Option<JoinHandle<()>> {
        let mut memory = self.memory();
        let ledger = Arc::make_mut(&mut memory.ledger);
        let now = surveyed.inventory().read_at;
        let news = if surveyed.doubts(ledger, now).is_empty() {
            surveyed.teach(ledger)
        } else {
            steward::remember_shrunk(surveyed.inventory(), ledger, now);
            true
        };
        drop(memory);
        news.then(|| {
            let session = self.clone();
            tokio::task::spawn_blocking(move || session.save_ledger())
        })
    }

    /// Writes the ledger as it is by then, so that of two that write the later never writes what is older.
    fn save_ledger(&self) {
        let _turn = self.inner.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let (path, ledger) = (self.ledger_path(), self.ledger());
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
        Arc::make_mut(&mut self.memory().ledger).removed(kind);
    }

    /// The engine's events, already thinned out, from before the first look on where that can be had;
    /// reconnects by itself, for ever.
    pub fn changes(&self) -> mpsc::Receiver<Change> {
        self.inner.reader.changes(self.inner.asked_since)
    }
}
