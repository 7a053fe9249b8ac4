//! The same work on many things, shared among the processors where there is enough of it.

use std::num::NonZero;
use std::sync::LazyLock;

/// More would want for memory, not for processors.
const MOST_THREADS: usize = 8;

/// How many threads can work at once. Asked once: the system reads several files to tell.
static PROCESSORS: LazyLock<usize> =
    LazyLock::new(|| std::thread::available_parallelism().map_or(1, NonZero::get));

/// What comes of each, in order; `work` puts that of one stretch of them after the other behind what is there, each on
/// a thread of its own, where there are `worth` of them for each thread.
pub(super) fn of<T: Sync, R: Send>(
    all: &[T],
    worth: usize,
    work: impl Fn(&[T], &mut Vec<R>) + Sync,
) -> Vec<R> {
    let threads = (all.len() / worth).min(MOST_THREADS);
    let threads = if threads < 2 { 1 } else { threads.min(*PROCESSORS) };
    // There is room for all of it from the beginning: to make more would want for twice as much for a moment.
    let mut done = Vec::with_capacity(all.len());
    if threads < 2 {
        work(all, &mut done);
        return done;
    }
    std::thread::scope(|scope| {
        let work = &work;
        let mut shares = all.chunks(all.len().div_ceil(threads));
        let first = shares.next().unwrap_or_default();
        let others: Vec<_> = shares
            .map(|share| {
                scope.spawn(move || {
                    let mut done = Vec::with_capacity(share.len());
                    work(share, &mut done);
                    done
                })
            })
            .collect();
        work(first, &mut done);
        for other in others {
            done.append(&mut other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    })
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
        (one, other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_comes_back_in_order() {
        for count in [0, 1, 999, 1_000, 2_000, 2_001, 50_000] {
            let all: Vec<usize> = (0..count).collect();
            let doubled = of(&all, 1_000, |some, doubled| doubled.extend(some.iter().map(|it| it * 2)));
            assert!(doubled.iter().copied().eq((0..count).map(|it| it * 2)), "{count}");
            assert_eq!(both(count > 1_000, || 1, || 2), (1, 2));
        }
    }

    #[test]
    #[should_panic(expected = "one of many")]
    fn a_panic_is_no_answer() {
        let all: Vec<usize> = (0..10_000).collect();
        of(&all, 1_000, |some, _: &mut Vec<()>| assert!(!some.contains(&9_999), "one of many"));
    }
}
