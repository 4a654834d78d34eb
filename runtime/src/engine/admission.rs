//! How many turns run at once, and how many may wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The door: a bounded number inside, a bounded queue before it. Calls over MCP, which may take minutes, get no more than
/// three quarters of the places: hooks, which have seconds, find the others free of them.
#[derive(Debug)]
pub(super) struct Admission {
    places: Arc<Semaphore>,
    calls: Arc<Semaphore>,
    waiting: [AtomicUsize; 2],
    waiting_max: usize,
}

/// Who asks for a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    Hook,
    Call,
}

/// A turn's place. Dropping it lets the next one in.
#[derive(Debug)]
pub(super) struct Place {
    _place: OwnedSemaphorePermit,
    _call: Option<OwnedSemaphorePermit>,
}

/// A turn that waits.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Admission {
    pub(super) fn new(turns_max: usize, waiting_max: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(turns_max)),
            calls: Arc::new(Semaphore::new((turns_max - turns_max / 4).max(1))),
            waiting: Default::default(),
            waiting_max,
        }
    }

    /// Waits for a place, in the order of asking; `None` at once when too many of its kind wait already.
    pub(super) async fn enter(&self, lane: Lane) -> Option<Place> {
        let mut call = None;
        if lane == Lane::Call {
            call = Arc::clone(&self.calls).try_acquire_owned().ok();
        }
        if (lane == Lane::Hook || call.is_some())
            && let Ok(place) = Arc::clone(&self.places).try_acquire_owned()
        {
            return Some(Place {
                _place: place,
                _call: call,
            });
        }
        let waiting = &self.waiting[lane as usize];
        if waiting.fetch_add(1, Ordering::AcqRel) >= self.waiting_max {
            waiting.fetch_sub(1, Ordering::AcqRel);
            return None;
        }
        let _waiting = Waiting(waiting);
        if lane == Lane::Call && call.is_none() {
            call = Arc::clone(&self.calls).acquire_owned().await.ok();
        }
        Some(Place {
            _place: Arc::clone(&self.places).acquire_owned().await.ok()?,
            _call: call,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::{Context, Waker};

    #[tokio::test]
    async fn a_full_queue_refuses_at_once_and_a_given_up_wait_frees_its_place() {
        let door = Admission::new(1, 1);
        let inside = door.enter(Lane::Hook).await.unwrap();
        {
            let mut first = pin!(door.enter(Lane::Hook));
            assert!(
                first
                    .as_mut()
                    .poll(&mut Context::from_waker(Waker::noop()))
                    .is_pending()
            );
            assert!(
                door.enter(Lane::Hook).await.is_none(),
                "the queue holds one"
            );
        }
        drop(inside);
        assert!(door.enter(Lane::Hook).await.is_some());
    }

    #[tokio::test]
    async fn calls_leave_places_to_hooks() {
        let door = Admission::new(4, 1);
        let mut inside = Vec::new();
        for _ in 0..3 {
            inside.push(door.enter(Lane::Call).await.unwrap());
        }
        let mut fourth = pin!(door.enter(Lane::Call));
        let polled = fourth
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending());
        assert!(door.enter(Lane::Call).await.is_none());
        let hook = door.enter(Lane::Hook).await.unwrap();
        inside.pop();
        assert!(fourth.await.is_some());
        drop(hook);
    }
    use std::future::Future;
}
