//! The same work on many things, shared among the processors where there is enough of it.

use std::num::NonZero;
use std::sync::LazyLock;
use std::thread::ScopedJoinHandle;

/// More would want for memory, not for processors.
const MOST_THREADS: usize = 8;

/// How many threads can work at once. Asked once: the system reads several files to tell.
static PROCESSORS: LazyLock<usize> =
    LazyLock::new(|| std::thread::available_parallelism().map_or(1, NonZero::get));

/// So many are done at a stretch. What is dear stands together, and so every thread has stretches of it.
const STRETCH: usize = 1_000;

/// What comes of each, in order, done by workers on threads of their own, where there are `worth` of them for each.
pub(super) fn of<T: Sync, R: Send, W: FnMut(&T) -> R>(
    all: &[T],
    worth: usize,
    worker: impl Fn() -> W + Sync,
) -> Vec<R> {
    let threads = (all.len() / worth).min(MOST_THREADS);
    let threads = if threads < 2 { 1 } else { threads.min(*PROCESSORS) };
    if threads < 2 {
        return all.iter().map(worker()).collect();
    }
    let share = |thread: usize| {
        let mut work = worker();
        let stretches = all.chunks(STRETCH).skip(thread).step_by(threads);
        stretches.map(|stretch| stretch.iter().map(&mut work).collect()).collect::<Vec<Vec<R>>>().into_iter()
    };
    std::thread::scope(|scope| {
        let share = &share;
        let others: Vec<_> = (1..threads).map(|thread| scope.spawn(move || share(thread))).collect();
        let mut shares = vec![share(0)];
        shares.extend(others.into_iter().map(joined));
        // In no more memory than it takes: what is told of rows is kept for long.
        let mut all_done = Vec::with_capacity(all.len());
        (0..threads).cycle().map_while(|thread| shares[thread].next()).for_each(|done| all_done.extend(done));
        all_done
    })
}

fn joined<R>(thread: ScopedJoinHandle<'_, R>) -> R {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Two works, both at once where they are `worth` another thread.
pub(super) fn both<A, B: Send>(
    worth: bool,
    one: impl FnOnce() -> A,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    if !worth || *PROCESSORS < 2 {
        return (one(), other());
    }
    std::thread::scope(|scope| {
        let other = scope.spawn(other);
        let one = one();
        (one, joined(other))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_comes_back_in_order() {
        for count in [0, 1, 999, 1_000, 2_000, 2_001, 50_000] {
            let all: Vec<usize> = (0..count).collect();
            let doubled = of(&all, 1_000, || |it: &usize| it * 2);
            assert!(doubled.iter().copied().eq((0..count).map(|it| it * 2)), "{count}");
            assert_eq!(both(count > 1_000, || 1, || 2), (1, 2));
        }
    }

    #[test]
    #[should_panic(expected = "one of many")]
    fn a_panic_is_no_answer() {
        let all: Vec<usize> = (0..10_000).collect();
        of(&all, 1_000, || |it: &usize| assert!(*it != 9_999, "one of many"));
    }
}
