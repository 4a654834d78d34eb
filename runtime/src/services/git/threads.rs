//! Threads for libgit2, which cannot be interrupted: a caller stops waiting, the thread finishes alone.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use tokio::sync::oneshot;
use tokio::time::timeout_at;

use super::GitError;
use crate::world::{Clock as _, SystemClock};

type Job = Box<dyn FnOnce() + Send>;

/// A few threads and a short queue before them. The threads end when this is dropped and the queue is empty.
#[derive(Debug)]
pub(super) struct Threads {
    queue: SyncSender<Job>,
}

/// Tells a running operation whether anybody still waits for it.
#[derive(Debug, Clone)]
pub(super) struct Wanted(Arc<AtomicBool>);

/// Says on drop that nobody waits any more.
struct Waiting(Arc<AtomicBool>);

// === impl Threads ===

impl Threads {
    pub(super) fn start(count: usize, queue: usize) -> std::io::Result<Self> {
        let (sender, receiver) = sync_channel::<Job>(queue.max(1));
        let receiver = Arc::new(Mutex::new(receiver));
        for index in 0..count.max(1) {
            let receiver = Arc::clone(&receiver);
            thread::Builder::new()
                .name(format!("git-{index}"))
                .spawn(move || serve(&receiver))?;
        }
        Ok(Self { queue: sender })
    }

    /// Runs an operation on a thread and waits for it until the deadline. A panic is an error.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        deadline: Instant,
        operation: impl FnOnce(&Wanted) -> Result<T, GitError> + Send + 'static,
    ) -> Result<T, GitError> {
        // A timeout alone would let through what happens to be done at once.
        if SystemClock.instant() >= deadline {
            return Err(GitError::Deadline);
        }
        let wanted = Arc::new(AtomicBool::new(true));
        let _waiting = Waiting(Arc::clone(&wanted));
        let (reply, answer) = oneshot::channel();
        let job = Box::new(move || {
            let wanted = Wanted(wanted);
            let result = catch_unwind(AssertUnwindSafe(|| {
                wanted.check().and_then(|()| operation(&wanted))
            }));
            // Whoever asked may be gone: then nobody misses the answer.
            let _ = reply.send(result.unwrap_or(Err(GitError::Panicked)));
        });
        match self.queue.try_send(job) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(GitError::Busy),
            Err(TrySendError::Disconnected(_)) => return Err(GitError::Panicked),
        }
        match timeout_at(deadline.into(), answer).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(GitError::Panicked),
            Err(_) => Err(GitError::Deadline),
        }
    }
}

fn serve(queue: &Mutex<Receiver<Job>>) {
    loop {
        // The lock is held while waiting and never while working.
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(job) => job(),
            Err(_) => return,
        }
    }
}

// === impl Wanted ===

impl Wanted {
    /// Fails when nobody waits any more. Long operations ask between steps, and writing ones before they write.
    pub(super) fn check(&self) -> Result<(), GitError> {
        if self.0.load(Ordering::Acquire) {
            Ok(())
        } else {
            Err(GitError::Deadline)
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::*;

    fn soon() -> Instant {
        SystemClock.instant() + Duration::from_secs(20)
    }

    #[tokio::test]
    async fn a_panic_is_an_error_and_the_thread_lives_on() {
        let threads = Threads::start(1, 4).unwrap();
        let panicked: Result<(), _> = threads
            .run(soon(), |_| std::panic::panic_any("a defect"))
            .await;
        assert!(matches!(panicked, Err(GitError::Panicked)));
        assert_eq!(threads.run(soon(), |_| Ok(1)).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn at_the_deadline_the_caller_leaves_and_the_operation_learns_of_it() {
        let threads = Threads::start(1, 1).unwrap();
        let (release, gate) = channel::<()>();
        let (told, learnt) = channel();
        let late = threads
            .run(
                SystemClock.instant() + Duration::from_millis(10),
                move |wanted| {
                    gate.recv().unwrap();
                    told.send(wanted.check().is_err()).unwrap();
                    Ok(())
                },
            )
            .await;
        assert!(matches!(late, Err(GitError::Deadline)));

        // One operation runs, one may wait, a third is refused at once; what nobody waits for is never begun.
        let (start, started) = channel();
        let queued = threads.run(
            SystemClock.instant() + Duration::from_millis(10),
            move |_| {
                start.send(()).unwrap();
                Ok(())
            },
        );
        assert!(matches!(queued.await, Err(GitError::Deadline)));
        assert!(matches!(
            threads.run(soon(), |_| Ok(())).await,
            Err(GitError::Busy)
        ));

        release.send(()).unwrap();
        assert!(learnt.recv().unwrap());
        // The queue has room again once the thread is free: ask until it has.
        while matches!(threads.run(soon(), |_| Ok(())).await, Err(GitError::Busy)) {
            tokio::task::yield_now().await;
        }
        assert!(started.try_recv().is_err());
    }
}
