//! Threads that screen, apart from those that answer requests: one for each processor, first come first served.
//!
//! The threads of `tokio::task::spawn_blocking` would do, but with as many jobs let in as there are processors each job
//! finds its thread asleep and leaves it so, which costs as much as a short check itself. Here the next job is
//! taken from the queue without sleep as long as there is one. The queue is bounded by places: a job carries as many as
//! it has accounts and gives them back when it is done, even when nobody waits for it any more.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::CheckError;

type Job = Box<dyn FnOnce() + Send>;

/// The threads and their queue; they end with it.
pub(super) struct Pool {
    queue: Arc<Queue>,
    places: Arc<Semaphore>,
    /// Places that there are.
    room: u32,
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    filled: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    closed: bool,
}

/// Places in the queue for the accounts of one job.
pub(super) struct Places(OwnedSemaphorePermit);

impl Pool {
    /// So many threads, for so many accounts at once, those being screened counted.
    pub(super) fn new(threads: usize, room: u32) -> Self {
        let queue = Arc::new(Queue::default());
        for _ in 0..threads {
            let queue = Arc::clone(&queue);
            thread::spawn(move || queue.work());
        }
        Self {
            queue,
            places: Arc::new(Semaphore::new(room as usize)),
            room,
        }
    }

    /// Places for so many accounts. A batch larger than the whole room fits when nobody else is there.
    pub(super) fn places(&self, accounts: usize) -> Result<Places, CheckError> {
        let wanted = u32::try_from(accounts).unwrap_or(u32::MAX).min(self.room);
        let places = Arc::clone(&self.places).try_acquire_many_owned(wanted);
        places.map(Places).map_err(|_| CheckError::Overloaded)
    }

    /// Does some work when its turn comes, unless nobody waits for it by then.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        places: Places,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, CheckError> {
        let (done, result) = oneshot::channel();
        let job = move || {
            if done.is_closed() {
                return drop(places.0);
            }
            let result = work();
            // Room first: whoever asks again on hearing the answer must find it.
            drop(places.0);
            // Nobody hears it when whoever asked has gone meanwhile.
            let _ = done.send(result);
        };
        self.queue.lock().jobs.push_back(Box::new(job));
        self.queue.filled.notify_one();
        result.await.map_err(|_| CheckError::Interrupted)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.queue.lock().closed = true;
        self.queue.filled.notify_all();
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Jobs run outside the lock, so that a panic of one leaves the state whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        while let Some(job) = self.next() {
            // The message is in the log by the panic hook; whoever waits hears that the sender is gone.
            let _ = catch_unwind(AssertUnwindSafe(job));
        }
    }

    /// The next job; none when the pool is closed.
    fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            let woken = self.filled.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_finds_no_place_is_told_at_once_and_places_come_back() {
        let pool = Pool::new(1, 2);
        let held = pool.places(2).unwrap();
        assert!(matches!(pool.places(1), Err(CheckError::Overloaded)));
        assert_eq!(pool.run(held, || 7).await.unwrap(), 7);
        assert!(pool.places(100).is_ok(), "a large batch fits an idle pool");
    }

    #[tokio::test]
    async fn work_that_panics_is_told_as_lost_and_the_next_is_done() {
        let pool = Pool::new(1, 1);
        let lost = pool.run(pool.places(1).unwrap(), || panic!("meant")).await;
        assert!(matches!(lost, Err(CheckError::Interrupted)));
        while pool.places(1).is_err() {
            tokio::task::yield_now().await;
        }
        assert_eq!(pool.run(pool.places(1).unwrap(), || 8).await.unwrap(), 8);
    }

    #[tokio::test]
    async fn a_place_is_held_until_the_work_is_done_even_when_nobody_waits() {
        let pool = Arc::new(Pool::new(1, 2));
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let first = {
            let (pool, places) = (Arc::clone(&pool), pool.places(1).unwrap());
            tokio::spawn(async move { pool.run(places, move || wait.recv().is_ok()).await })
        };
        let left = pool.run(pool.places(1).unwrap(), || panic!("nobody waits for it"));
        // Whoever asked second goes away at once.
        tokio::select! { biased; _ = left => panic!("done too early"), () = std::future::ready(()) => {} }
        assert!(pool.places(1).is_err());
        go.send(()).unwrap();
        assert!(first.await.unwrap().unwrap());
        while pool.places(2).is_err() {
            tokio::task::yield_now().await;
        }
    }
}
