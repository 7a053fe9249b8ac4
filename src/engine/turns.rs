//! Whose turn it is. An engine that works for all lists at once on few processors has the longest of them last of all; it
//! is asked for two at a time, so that the longest is one of them all the while.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

/// How much is asked for at once.
const AT_ONCE: u32 = 2;

/// A queue of questions, asked in the order in which they come to it.
#[derive(Debug, Clone)]
pub(super) struct Turns {
    free: Arc<Semaphore>,
    patient_until: Instant,
}

impl Turns {
    /// After so long nothing waits any more for what is asked before it.
    pub(super) fn new(patience: Duration) -> Self {
        Self { free: Arc::new(Semaphore::new(AT_ONCE as usize)), patient_until: Instant::now() + patience }
    }

    /// Comes when it is the caller's turn, which is over when this is dropped.
    pub(super) async fn next(&self) -> Turn<'_> {
        self.of(1).await
    }

    /// Waits until nothing is asked for.
    pub(super) async fn calm(&self) {
        drop(self.of(AT_ONCE).await);
    }

    async fn of(&self, turns: u32) -> Turn<'_> {
        let permit = timeout_at(self.patient_until, self.free.acquire_many(turns)).await;
        Turn { _permit: permit.ok().and_then(Result::ok) }
    }
}

/// The time in which something may be asked for; out of turn where patience had an end.
#[must_use]
pub(super) struct Turn<'t> {
    _permit: Option<SemaphorePermit<'t>>,
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use futures_util::future::join_all;
    use tokio::time::sleep;

    use super::*;

    /// When each of four is asked that take so many milliseconds; where the second is to be `calm`, it waits for that first.
    async fn asked(patience: u64, takes: [u64; 4], calm: bool) -> Vec<u128> {
        let (begun, asked) = (Instant::now(), RefCell::new(vec![0; 4]));
        let turns = Turns::new(Duration::from_millis(patience));
        let one = async |(at, takes): (usize, &u64)| {
            if calm && at == 1 {
                turns.calm().await;
            }
            let _turn = turns.next().await;
            asked.borrow_mut()[at] = begun.elapsed().as_millis();
            sleep(Duration::from_millis(*takes)).await;
        };
        join_all(takes.iter().enumerate().map(one)).await;
        asked.into_inner()
    }

    #[tokio::test(start_paused = true)]
    async fn two_are_asked_at_a_time_in_order() {
        assert_eq!(asked(250, [100, 30, 30, 30], false).await, [0, 0, 30, 60]);
        assert_eq!(asked(250, [30, 100, 30, 30], false).await, [0, 0, 30, 60]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_calm_is_asked_after_what_was_before_it() {
        assert_eq!(asked(250, [100, 30, 30, 30], true).await, [0, 130, 100, 100]);
    }

    #[tokio::test(start_paused = true)]
    async fn patience_has_one_end_for_all() {
        assert_eq!(asked(250, [900, 200, 900, 30], false).await, [0, 0, 200, 250]);
        assert_eq!(asked(250, [900, 30, 30, 30], true).await, [0, 250, 250, 250]);
        assert_eq!(asked(0, [100, 30, 30, 30], false).await, [0, 0, 0, 0]);
    }
}
