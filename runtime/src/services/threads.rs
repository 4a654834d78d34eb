//! Threads for what cannot be interrupted, such as libgit2 and the file system: a caller stops waiting, the thread
//! finishes alone.
//!
//! A thread that is left alone with its operation gets a stand-in, so that a repository that hangs (on a network drive,
//! or because somebody put a pipe where a file belongs) takes nobody else's turn. There are only so many stand-ins.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tokio::time::timeout_at;

use crate::world::{Clock as _, SystemClock};

/// Why an operation gave no answer of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopped {
    /// The threads have as much to do as they may.
    Busy,
    /// Time was up first. What was under way may still be finished, but nothing new is begun.
    Deadline,
    /// A defect: the operation panicked.
    Panicked,
}

/// An operation; says whether the thread that ran it still has its place.
type Job = Box<dyn FnOnce() -> bool + Send>;

/// A few threads and a short queue before them. The threads end when this is dropped and the queue is empty.
#[derive(Debug)]
pub(super) struct Threads {
    queue: SyncSender<Job>,
    crew: Arc<Crew>,
}

#[derive(Debug)]
struct Crew {
    name: &'static str,
    queue: Mutex<Receiver<Job>>,
    /// Threads that are left alone and have a stand-in.
    replaced: AtomicUsize,
    replaced_max: usize,
}

/// Tells a running operation whether anybody still waits for it.
#[derive(Debug, Clone)]
pub(super) struct Wanted(Arc<Ticket>);

#[derive(Debug)]
struct Ticket {
    wanted: AtomicBool,
    stage: Mutex<Stage>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Queued,
    Running,
    /// Running, and another thread has taken the runner's place.
    Replaced,
    Done,
}

/// Says on drop that nobody waits any more.
struct Waiting<'a> {
    ticket: Arc<Ticket>,
    crew: &'a Arc<Crew>,
}

// === impl Threads ===

impl Threads {
    /// Starts `count` threads under a name.
    ///
    /// # Errors
    /// When the operating system gives no threads.
    pub(super) fn start(
        name: &'static str,
        count: usize,
        queue: usize,
        replaced_max: usize,
    ) -> std::io::Result<Self> {
        let (sender, receiver) = sync_channel::<Job>(queue.max(1));
        let crew = Arc::new(Crew {
            name,
            queue: Mutex::new(receiver),
            replaced: AtomicUsize::new(0),
            replaced_max,
        });
        for _ in 0..count.max(1) {
            let crew = Arc::clone(&crew);
            spawn(name, move || crew.serve())?;
        }
        Ok(Self {
            queue: sender,
            crew,
        })
    }

    /// Runs an operation on a thread and waits for it until the deadline. A panic is an error.
    pub(super) async fn run<T: Send + 'static, E: From<Stopped> + Send + 'static>(
        &self,
        deadline: Instant,
        operation: impl FnOnce(&Wanted) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        // A timeout alone would let through what happens to be done at once.
        if SystemClock.instant() >= deadline {
            return Err(Stopped::Deadline.into());
        }
        let ticket = Arc::new(Ticket {
            wanted: AtomicBool::new(true),
            stage: Mutex::new(Stage::Queued),
        });
        let _waiting = Waiting {
            ticket: Arc::clone(&ticket),
            crew: &self.crew,
        };
        let (reply, answer) = oneshot::channel();
        let job = Box::new(move || {
            ticket.advance(Stage::Running);
            let wanted = Wanted(Arc::clone(&ticket));
            let result = catch_unwind(AssertUnwindSafe(|| {
                wanted.check()?;
                operation(&wanted)
            }));
            // Whoever asked may be gone: then nobody misses the answer.
            let _ = reply.send(result.unwrap_or_else(|_| Err(Stopped::Panicked.into())));
            ticket.advance(Stage::Done) != Stage::Replaced
        });
        match self.queue.try_send(job) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(Stopped::Busy.into()),
            Err(TrySendError::Disconnected(_)) => return Err(Stopped::Panicked.into()),
        }
        match timeout_at(deadline.into(), answer).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(Stopped::Panicked.into()),
            Err(_) => Err(Stopped::Deadline.into()),
        }
    }
}

/// The deadline of somebody who waits only so long.
pub(super) fn within(deadline: Instant, wait: Option<Duration>) -> Instant {
    wait.and_then(|wait| SystemClock.instant().checked_add(wait))
        .map_or(deadline, |patience| patience.min(deadline))
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .map(drop)
}

// === impl Crew ===

impl Crew {
    fn serve(&self) {
        loop {
            // The lock is held while waiting and never while working.
            let job = self
                .queue
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .recv();
            match job {
                Ok(job) => {
                    if !job() {
                        self.replaced.fetch_sub(1, Ordering::AcqRel);
                        return;
                    }
                }
                Err(_) => return,
            }
        }
    }

    /// Starts a stand-in for the thread that runs an operation nobody waits for, where there is room for one.
    fn replace(self: &Arc<Self>, ticket: Arc<Ticket>) {
        let most = self.replaced_max;
        let reserve = |replaced: usize| (replaced < most).then_some(replaced + 1);
        if self
            .replaced
            .try_update(Ordering::AcqRel, Ordering::Acquire, reserve)
            .is_err()
        {
            return;
        }
        let crew = Arc::clone(self);
        let spawned = spawn(self.name, move || {
            if ticket.replace_runner() {
                crew.serve();
            } else {
                // It is done meanwhile, and nobody is needed.
                crew.replaced.fetch_sub(1, Ordering::AcqRel);
            }
        });
        if spawned.is_err() {
            self.replaced.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

// === impl Ticket ===

impl Ticket {
    /// Goes to the next stage and returns the former one.
    fn advance(&self, next: Stage) -> Stage {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *stage, next)
    }

    /// Takes the runner's place, if it is still running.
    fn replace_runner(&self) -> bool {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        let running = *stage == Stage::Running;
        if running {
            *stage = Stage::Replaced;
        }
        running
    }

    fn is_running(&self) -> bool {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) == Stage::Running
    }
}

// === impl Wanted ===

impl Wanted {
    /// Fails when nobody waits any more. Long operations ask between steps, and writing ones before they write.
    pub(super) fn check(&self) -> Result<(), Stopped> {
        if self.0.wanted.load(Ordering::Acquire) {
            Ok(())
        } else {
            Err(Stopped::Deadline)
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.ticket.wanted.store(false, Ordering::Release);
        if self.ticket.is_running() {
            self.crew.replace(Arc::clone(&self.ticket));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    fn soon() -> Instant {
        SystemClock.instant() + Duration::from_secs(20)
    }

    #[allow(clippy::unnecessary_wraps, reason = "it is what operations return")]
    fn done<T>(value: T) -> Result<T, Stopped> {
        Ok(value)
    }

    fn at_once() -> Instant {
        SystemClock.instant() + Duration::from_millis(20)
    }

    #[tokio::test]
    async fn a_panic_is_an_error_and_the_thread_lives_on() {
        let threads = Threads::start("test", 1, 4, 0).unwrap();
        let panicked: Result<(), Stopped> = threads
            .run(soon(), |_| std::panic::panic_any("a defect"))
            .await;
        assert!(matches!(panicked, Err(Stopped::Panicked)));
        assert_eq!(threads.run(soon(), |_| done(1)).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn at_the_deadline_the_caller_leaves_and_the_operation_learns_of_it() {
        let threads = Threads::start("test", 1, 1, 0).unwrap();
        let (release, gate) = channel::<()>();
        let (told, learnt) = channel();
        let late = threads
            .run(at_once(), move |wanted| {
                gate.recv().unwrap();
                told.send(wanted.check().is_err()).unwrap();
                done(())
            })
            .await;
        assert!(matches!(late, Err(Stopped::Deadline)));

        // One operation runs, one may wait, a third is refused at once; what nobody waits for is never begun.
        let (start, started) = channel();
        let queued = threads.run(at_once(), move |_| {
            start.send(()).unwrap();
            done(())
        });
        assert!(matches!(queued.await, Err(Stopped::Deadline)));
        assert!(matches!(
            threads.run(soon(), |_| done(())).await,
            Err(Stopped::Busy)
        ));

        release.send(()).unwrap();
        assert!(learnt.recv().unwrap());
        // The queue has room again once the thread is free: ask until it has.
        while matches!(threads.run(soon(), |_| done(())).await, Err(Stopped::Busy)) {
            tokio::task::yield_now().await;
        }
        assert!(started.try_recv().is_err());
    }

    #[tokio::test]
    async fn a_thread_that_hangs_gets_a_stand_in_and_gives_its_place_up() {
        let threads = Threads::start("test", 1, 8, 2).unwrap();
        let mut gates = Vec::new();
        for _ in 0..2 {
            let (release, gate) = channel::<()>();
            gates.push(release);
            let hung = threads
                .run(at_once(), move |_| {
                    let _ = gate.recv();
                    done(())
                })
                .await;
            assert!(matches!(hung, Err(Stopped::Deadline)));
            assert_eq!(
                threads.run(soon(), |_| done(2)).await.unwrap(),
                2,
                "the stand-in works"
            );
        }
        assert_eq!(threads.crew.replaced.load(Ordering::Acquire), 2);
        drop(gates);
        while threads.crew.replaced.load(Ordering::Acquire) > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(threads.run(soon(), |_| done(3)).await.unwrap(), 3);
    }
}
