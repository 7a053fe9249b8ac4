//! An engine's lists on their way: asked for together, each read as soon as its answer is there, and taken as they come.

use std::time::{Duration, Instant};

use futures_util::future::{self, Either};
use jiff::Timestamp;
use tokio::sync::oneshot;
use tokio::task::{JoinError, JoinSet};

use super::error::EngineError;
use super::reader::Reader;
use crate::answers::{Others, Rows, Sizes};
use crate::steward::inventory::Container;

/// What is done with the containers of a look as soon as their list is there, which may be never.
pub(crate) type Glimpse = Box<dyn FnOnce(&[Container]) + Send>;

/// What is asked for at once.
pub(crate) enum Wanted {
    /// The lists.
    Lists,
    /// The lists, and all sizes, which take longest.
    ListsAndSizes,
    /// The containers, to show them; then the other lists.
    Containers(Glimpse),
}

/// Lists that were asked for; the asking ends with this. Any list that fails fails the whole: a part is worse than
/// nothing.
#[derive(Debug)]
pub(super) struct Lists {
    /// When they were asked for, by this machine's clocks.
    pub(super) at: Timestamp,
    pub(super) begun: Instant,
    containers: JoinSet<Result<Rows<Container>, EngineError>>,
    others: JoinSet<Result<Others, EngineError>>,
    /// The containers, where they came first.
    there: Option<Rows<Container>>,
    /// All sizes, where they were asked for, too.
    sizes: Option<JoinSet<Result<Sizes, EngineError>>>,
}

impl Lists {
    /// Asks for all of them at once. They are under way when this returns: the longest answer, which is that of the
    /// containers, begins before anything else is asked for, and on the connection that there is.
    ///
    /// Where the containers are to be shown, they are as soon as they are there. An engine that is asked for them `alone`
    /// for a while has all its processors for them; all lists together come a little later then.
    pub(super) async fn ask(reader: &Reader, wanted: Wanted, alone: Duration) -> Self {
        let (at, begun) = (Timestamp::now(), Instant::now());
        let with_sizes = matches!(wanted, Wanted::ListsAndSizes);
        let glimpse = if let Wanted::Containers(glimpse) = wanted { Some(glimpse) } else { None };
        let alone = if glimpse.is_some() { alone } else { Duration::ZERO };
        let (shown, until_shown) = oneshot::channel::<()>();
        let one = reader.clone();
        let containers = under_way(async move {
            let containers = one.containers_listed().await?;
            if let Some(glimpse) = glimpse {
                glimpse(&containers.all);
            }
            drop(shown);
            Ok(containers)
        })
        .await;
        let other = reader.clone();
        let others = under_way(async move {
            if !alone.is_zero() {
                // Nothing is ever sent: whether they were shown or have failed, they are no longer asked for.
                let _ = tokio::time::timeout(alone, until_shown).await;
            }
            other.others_listed().await
        })
        .await;
        let third = reader.clone();
        let sizes = if with_sizes { Some(under_way(async move { third.sizes().await }).await) } else { None };
        Self { at, begun, containers, others, there: None, sizes }
    }

    /// All but the containers; once.
    pub(super) async fn others(&mut self) -> Result<Others, EngineError> {
        loop {
            tokio::select! {
                others = self.others.join_next() => return came(others),
                containers = self.containers.join_next(), if self.there.is_none() => {
                    self.there = Some(came(containers)?);
                }
            }
        }
    }

    /// All sizes, where they were asked for; once.
    pub(super) fn sizes(&mut self) -> Option<impl Future<Output = Result<Sizes, EngineError>> + use<>> {
        let mut sizes = self.sizes.take()?;
        Some(async move { came(sizes.join_next().await) })
    }

    /// The containers; once.
    pub(super) async fn containers(&mut self) -> Result<Rows<Container>, EngineError> {
        match self.there.take() {
            Some(containers) => Ok(containers),
            None => came(self.containers.join_next().await),
        }
    }
}

/// Goes as far as it can at once, and on beside whoever called.
async fn under_way<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> JoinSet<T> {
    let mut task = JoinSet::new();
    match future::select(Box::pin(work), future::ready(())).await {
        Either::Left((done, _)) => task.spawn(future::ready(done)),
        Either::Right(((), work)) => task.spawn(work),
    };
    task
}

fn came<T>(told: Option<Result<Result<T, EngineError>, JoinError>>) -> Result<T, EngineError> {
    let broken = |why: String| EngineError::Broken { request: "GET a list".to_owned(), why };
    match told {
        Some(Ok(told)) => told,
        Some(Err(error)) => Err(broken(error.to_string())),
        None => Err(broken("it has been taken already".to_owned())),
    }
}
