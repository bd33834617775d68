//! Many files at once, on all processors.

use std::sync::Mutex;

/// The stack of a thread, in bytes: that of a program's first thread.
const STACK: usize = 8 * 1024 * 1024;
/// A thread is not worth its start for fewer items than this.
const FEWEST: usize = 4;
/// More threads than this have nothing left to do.
const MOST_THREADS: usize = 8;

/// What `work` makes of each item, in their order.
pub fn map<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let wanted = MOST_THREADS.min(items.len() / FEWEST);
    // how many processors there are is asked of the system, file by file
    let threads = if wanted < 2 { 1 } else { std::thread::available_parallelism().map_or(1, usize::from).min(wanted) };
    let left = Mutex::new(items.into_iter().enumerate());
    let next = || left.lock().ok().and_then(|mut items| items.next());
    let take = || std::iter::from_fn(next).map(|(at, item)| (at, work(item))).collect::<Vec<_>>();
    let mut made = std::thread::scope(|scope| {
        let start = |_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, take).ok();
        let others: Vec<_> = (1..threads).filter_map(start).collect();
        let mut made = take();
        for other in others {
            match other.join() {
                Ok(more) => made.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        made
    });
    made.sort_unstable_by_key(|(at, _)| *at);
    made.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn what_is_made_has_the_order_of_the_items() {
        for count in [0, 1, 3, 1000] {
            let items: Vec<usize> = (0..count).collect();
            let doubled: Vec<usize> = items.iter().map(|item| item * 2).collect();
            assert_eq!(map(items, |item| item * 2), doubled);
        }
    }
}
