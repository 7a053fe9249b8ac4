//! What happens on the engine beside a run. It can only make the run more careful.

use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::mpsc::error::TryRecvError;

use crate::session::Session;
use crate::steward::{Happening, Step};

/// How long the news of the run's own removal may take: it is sent before the removal is answered.
const PATIENCE: Duration = Duration::from_millis(250);

/// Listens to the engine's events, as long as they can be relied on.
pub(super) struct Ear {
    news: Option<UnboundedReceiver<Happening>>,
    /// What was done last and has not been heard of.
    done: Option<Step>,
}

impl Ear {
    pub(super) async fn of(session: &Session) -> Self {
        Self { news: session.listen().await, done: None }
    }

    /// Notes that a step was done, of which the engine will tell.
    pub(super) fn expect(&mut self, step: &Step) {
        self.done = Some(step.clone());
    }

    /// All that was heard since it was last asked. As events come in order, that is all that happened before the
    /// run's last removal was done. None where that cannot be told, now or ever again.
    pub(super) async fn heard(&mut self) -> Option<Vec<Happening>> {
        let heard = self.listen().await;
        if heard.is_none() {
            self.news = None;
        }
        heard
    }

    async fn listen(&mut self) -> Option<Vec<Happening>> {
        let news = self.news.as_mut()?;
        let mut heard = Vec::new();
        while let Some(step) = &self.done {
            let next = tokio::time::timeout(PATIENCE, news.recv()).await.ok()??;
            if next.tells_of(step) {
                self.done = None;
            }
            heard.push(next);
        }
        loop {
            match news.try_recv() {
                Ok(next) => heard.push(next),
                Err(TryRecvError::Empty) => return Some(heard),
                Err(TryRecvError::Disconnected) => return None,
            }
        }
    }
}
