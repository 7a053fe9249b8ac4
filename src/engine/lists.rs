//! An engine's lists on their way: asked for together, each read as soon as its answer is there, and taken as they come.

use std::pin::pin;
use std::time::Instant;

use futures_util::future::{self, Either, FutureExt as _};
use jiff::Timestamp;
use tokio::task::{JoinError, JoinSet};

use super::error::EngineError;
use super::reader::Reader;
use super::turns::Turns;
use crate::answers::{Info, Names, Others, Rows, Sizes};
use crate::steward::inventory::{Container, Image, Network, Volume};

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

/// Lists that were asked for, and who was asked; the asking ends with this. Any list that fails fails the whole: a part
/// is worse than nothing.
#[derive(Debug)]
pub(super) struct Lists {
    /// When they were asked for, by this machine's clocks.
    pub(super) at: Timestamp,
    pub(super) begun: Instant,
    containers: Coming<Rows<Container>>,
    images: Coming<Rows<Image>>,
    info: Coming<Info>,
    rest: Coming<(Rows<Volume>, Rows<Network>)>,
    /// All sizes, where they were asked for, too.
    sizes: Option<Coming<Sizes>>,
    /// The containers, where they came first.
    there: Option<Rows<Container>>,
}

/// An answer on its way.
type Coming<T> = JoinSet<Result<T, EngineError>>;

impl Lists {
    /// Asks for all of them in turn. The containers, whose answer takes longest, are under way when this returns, before
    /// anything else is asked for and on the connection that there is.
    ///
    /// Containers that are to be shown are as soon as they are there and it is known who was asked; the other lists come a
    /// little later then.
    pub(super) async fn ask(reader: &Reader, wanted: Wanted) -> Self {
        let (at, begun) = (Timestamp::now(), Instant::now());
        let with_sizes = matches!(wanted, Wanted::ListsAndSizes);
        let glimpse = if let Wanted::Containers(glimpse) = wanted { Some(glimpse) } else { None };
        let to_show = glimpse.is_some();
        let turns = Turns::new(reader.patience);
        let names = Names::default();
        let us = || (reader.clone(), turns.clone(), names.clone());
        let (one, turns, names) = us();
        let containers = under_way(async move {
            let _turn = turns.next().await;
            let containers = one.containers_listed(&names).await?;
            if let Some(glimpse) = glimpse {
                glimpse(&containers.all);
            }
            Ok(containers)
        });
        let containers = containers.await;
        let (one, turns, _) = us();
        let sizes = async move {
            let _turn = turns.next().await;
            one.sizes().await
        };
        let sizes = if with_sizes { Some(under_way(sizes).await) } else { None };
        let (one, turns, names) = us();
        let images = under_way(async move {
            if to_show {
                turns.calm().await;
            }
            let _turn = turns.next().await;
            one.images_listed(&names).await
        });
        let images = images.await;
        let (one, turns, _) = us();
        let info = under_way(async move {
            let _turn = if to_show { None } else { Some(turns.next().await) };
            one.info().await
        });
        let info = info.await;
        let (one, turns, names) = us();
        let rest = under_way(async move {
            if to_show {
                turns.calm().await;
            }
            let volumes = async {
                let _turn = turns.next().await;
                one.volumes_listed(&names).await
            };
            let networks = async {
                let _turn = turns.next().await;
                one.networks_listed(&names).await
            };
            tokio::try_join!(biased; volumes, networks)
        });
        let rest = rest.await;
        Self { at, begun, containers, images, info, rest, sizes, there: None }
    }

    /// Who was asked; once.
    pub(super) async fn info(&mut self) -> Result<Info, EngineError> {
        came(self.info.join_next().await)
    }

    /// All but the containers; once.
    pub(super) async fn others(&mut self) -> Result<Others, EngineError> {
        let Self { containers, images, rest, there, .. } = self;
        let images = async { came(images.join_next().await) };
        let rest = async { came(rest.join_next().await) };
        let mut others = pin!(async { tokio::try_join!(images, rest) });
        loop {
            tokio::select! {
                others = &mut others => {
                    return others.map(|(images, (volumes, networks))| Others { images, volumes, networks });
                }
                containers = containers.join_next(), if there.is_none() => *there = Some(came(containers)?),
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
fn under_way<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> impl Future<Output = JoinSet<T>> {
    let work = work.boxed();
    async move {
        let work = match future::select(work, future::ready(())).await {
            Either::Left((done, _)) => future::ready(done).boxed(),
            Either::Right(((), work)) => work,
        };
        let mut task = JoinSet::new();
        task.spawn(work);
        task
    }
}

fn came<T>(told: Option<Result<Result<T, EngineError>, JoinError>>) -> Result<T, EngineError> {
    let broken = |why: String| EngineError::Broken { request: "GET a list".to_owned(), why };
    match told {
        Some(Ok(told)) => told,
        Some(Err(error)) => Err(broken(error.to_string())),
        None => Err(broken("it has been taken already".to_owned())),
    }
}
