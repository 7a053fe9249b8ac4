//! The same work on many things, shared among the processors where there is enough of it.

use std::num::NonZero;

/// From so many things on a thread is worth its start.
const WORTH_A_THREAD: usize = 1_000;
/// More would want for memory, not for processors.
const MOST_THREADS: usize = 8;

/// What comes of each, in order; `work` is given one stretch of them after the other, each on a thread of its own.
pub(super) fn of<T: Sync, R: Send>(all: &[T], work: impl Fn(&[T]) -> Vec<R> + Sync) -> Vec<R> {
    let threads = threads(all.len());
    if threads < 2 {
        return work(all);
    }
    std::thread::scope(|scope| {
        let work = &work;
        let mut shares = all.chunks(all.len().div_ceil(threads));
        let first = shares.next().unwrap_or_default();
        let others: Vec<_> = shares.map(|share| scope.spawn(move || work(share))).collect();
        let mut done = work(first);
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    })
}

/// Two works at once, if there is enough to do for `things` things.
pub(super) fn both<A, B: Send>(
    things: usize,
    one: impl FnOnce() -> A,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    if threads(things) < 2 {
        return (one(), other());
    }
    std::thread::scope(|scope| {
        let other = scope.spawn(other);
        let one = one();
        (one, other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

fn threads(things: usize) -> usize {
    let worth = (things / WORTH_A_THREAD).min(MOST_THREADS);
    if worth < 2 { 1 } else { worth.min(std::thread::available_parallelism().map_or(1, NonZero::get)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_comes_back_in_order() {
        for count in [0, 1, 999, 1_000, 2_000, 2_001, 50_000] {
            let all: Vec<usize> = (0..count).collect();
            let doubled = of(&all, |some| some.iter().map(|it| it * 2).collect());
            assert!(doubled.iter().copied().eq((0..count).map(|it| it * 2)), "{count}");
            assert_eq!(both(count, || 1, || 2), (1, 2));
        }
    }

    #[test]
    #[should_panic(expected = "one of many")]
    fn a_panic_is_no_answer() {
        let all: Vec<usize> = (0..10_000).collect();
        of(&all, |some| {
            assert!(!some.contains(&9_999), "one of many");
            Vec::<()>::new()
        });
    }
}
