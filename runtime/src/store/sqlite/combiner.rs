//! Flat combining: callers who meet at the writer do each other's work, so that an idle writer costs no hand-over and a
//! busy one gets batches. No thread of its own.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// How many batches a caller leads at most: it has its answer after the first.
const BATCHES_MAX: usize = 4;

/// A queue in front of something that works on batches.
///
/// Whoever finds nobody leading leads: takes the batch at the front, works on it, answers everyone in it, and goes on with
/// those who came meanwhile. To wake one of them for that would cost more than their work, so a caller hands the lead to the
/// first who is still waiting only after [`BATCHES_MAX`], the first of which always contains its own work. The queue is as
/// long as there are callers blocked in [`Combiner::submit`].
#[derive(Debug)]
pub(super) struct Combiner<T, R> {
    queue: Mutex<Queue<T, R>>,
    batch_max: usize,
}

#[derive(Debug)]
struct Queue<T, R> {
    waiting: VecDeque<(T, Arc<Seat<R>>)>,
    led: bool,
}

/// Where one caller waits.
#[derive(Debug)]
struct Seat<R> {
    word: Mutex<Option<Word<R>>>,
    bell: Condvar,
}

#[derive(Debug)]
enum Word<R> {
    Answer(R),
    Lead,
}

// === impl Combiner ===

impl<T, R> Combiner<T, R> {
    pub(super) fn new(batch_max: usize) -> Self {
        Self {
            queue: Mutex::new(Queue {
                waiting: VecDeque::new(),
                led: false,
            }),
            batch_max: batch_max.max(1),
        }
    }

    /// Has `work` done and returns its answer. `run` gets a batch and returns an answer for each piece, in order; where it
    /// panics or returns too few, `lost` is the answer.
    pub(super) fn submit(
        &self,
        work: T,
        run: impl FnMut(&[T]) -> Vec<R>,
        lost: impl Fn() -> R,
    ) -> R {
        let seat = Arc::new(Seat {
            word: Mutex::new(None),
            bell: Condvar::new(),
        });
        let leads = {
            let mut queue = self.queue();
            queue.waiting.push_back((work, Arc::clone(&seat)));
            !std::mem::replace(&mut queue.led, true)
        };
        if !leads && let Word::Answer(answer) = seat.wait() {
            return answer;
        }
        self.lead(run, &lost);
        match seat.wait() {
            Word::Answer(answer) => answer,
            // Unreachable: a leader's batch starts with the front of the queue, which is its own seat.
            Word::Lead => lost(),
        }
    }

    fn lead(&self, mut run: impl FnMut(&[T]) -> Vec<R>, lost: &impl Fn() -> R) {
        for batches in 1.. {
            let (batch, seats): (Vec<T>, Vec<Arc<Seat<R>>>) = {
                let mut queue = self.queue();
                let size = queue.waiting.len().min(self.batch_max);
                queue.waiting.drain(..size).unzip()
            };
            let mut answers = catch_unwind(AssertUnwindSafe(|| run(&batch)))
                .unwrap_or_default()
                .into_iter();
            for seat in seats {
                seat.tell(Word::Answer(answers.next().unwrap_or_else(lost)));
            }
            let mut queue = self.queue();
            match queue.waiting.front() {
                None => return queue.led = false,
                Some((_, next)) if batches == BATCHES_MAX => return next.tell(Word::Lead),
                Some(_) => {}
            }
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue<T, R>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Seat ===

impl<R> Seat<R> {
    fn tell(&self, word: Word<R>) {
        *self.word.lock().unwrap_or_else(PoisonError::into_inner) = Some(word);
        self.bell.notify_one();
    }

    fn wait(&self) -> Word<R> {
        let mut word = self.word.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match word.take() {
                Some(word) => return word,
                None => word = self.bell.wait(word).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    #[test]
    fn everybody_gets_their_own_answer_and_only_one_batch_runs_at_a_time() {
        let combiner = Combiner::new(3);
        let (running, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for caller in 0..8 {
                let (combiner, running, done) = (&combiner, &running, &done);
                scope.spawn(move || {
                    for round in 0..200 {
                        let work = caller * 1_000 + round;
                        let run = |batch: &[usize]| {
                            assert_eq!(running.fetch_add(1, Ordering::SeqCst), 0);
                            assert!(batch.len() <= 3);
                            running.fetch_sub(1, Ordering::SeqCst);
                            batch.iter().map(|work| work + 1).collect()
                        };
                        assert_eq!(combiner.submit(work, run, || 0), work + 1);
                        done.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(done.into_inner(), 1_600);
    }

    #[test]
    fn callers_who_come_while_a_batch_runs_are_the_next_batch() {
        let combiner = Combiner::new(16);
        let (started, starts) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        thread::scope(|scope| {
            let first = scope.spawn(|| {
                // It does the others' batch as well, and that waits for nobody.
                let run = move |batch: &[u32]| {
                    if started.send(()).is_ok() {
                        let _ = released.recv();
                    }
                    vec![batch.len(); batch.len()]
                };
                combiner.submit(0, run, || 0)
            });
            starts.recv().unwrap();
            let later: Vec<_> = (1..=4)
                .map(|work| {
                    scope.spawn({
                        let combiner = &combiner;
                        move || combiner.submit(work, |batch| vec![batch.len(); batch.len()], || 0)
                    })
                })
                .collect();
            while combiner.queue().waiting.len() < 4 {
                thread::yield_now();
            }
            drop(release);
            assert_eq!(first.join().unwrap(), 1);
            for caller in later {
                assert_eq!(caller.join().unwrap(), 4);
            }
        });
    }

    #[test]
    fn nobody_leads_for_ever() {
        let combiner = Arc::new(Combiner::new(1));
        let led = AtomicUsize::new(0);
        thread::scope(|scope| {
            let run = |_: &[u32]| {
                // There is always one more who waits.
                if led.fetch_add(1, Ordering::SeqCst) < 2 * BATCHES_MAX {
                    let waiting = combiner.queue().waiting.len();
                    scope.spawn(|| combiner.submit(0, |_| vec!["another"], || "lost"));
                    while combiner.queue().waiting.len() == waiting {
                        thread::yield_now();
                    }
                }
                vec!["the first"]
            };
            assert_eq!(combiner.submit(1, run, || "lost"), "the first");
            assert_eq!(led.load(Ordering::SeqCst), BATCHES_MAX);
        });
        assert!(!combiner.queue().led);
    }

    #[test]
    fn a_panic_costs_its_batch_and_nobody_else() {
        let combiner: Combiner<u32, &str> = Combiner::new(16);
        assert_eq!(
            combiner.submit(1, |_| panic!("on purpose"), || "lost"),
            "lost"
        );
        assert_eq!(combiner.submit(2, |_| Vec::new(), || "lost"), "lost");
        assert_eq!(
            combiner.submit(3, |batch| vec!["done"; batch.len()], || "lost"),
            "done"
        );
    }
}
