//! How many turns run at once, and how many may wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The door: a bounded number inside, a bounded queue before it.
#[derive(Debug)]
pub(super) struct Admission {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
    waiting_max: usize,
}

/// A turn's place. Dropping it lets the next one in.
pub(super) type Place = OwnedSemaphorePermit;

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
            waiting: AtomicUsize::new(0),
            waiting_max,
        }
    }

    /// Waits for a place, in the order of asking; `None` at once when too many wait already.
    pub(super) async fn enter(&self) -> Option<Place> {
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return Some(place);
        }
        if self.waiting.fetch_add(1, Ordering::AcqRel) >= self.waiting_max {
            self.waiting.fetch_sub(1, Ordering::AcqRel);
            return None;
        }
        let _waiting = Waiting(&self.waiting);
        Arc::clone(&self.places).acquire_owned().await.ok()
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
        let inside = door.enter().await.unwrap();
        {
            let mut first = pin!(door.enter());
            assert!(
                first
                    .as_mut()
                    .poll(&mut Context::from_waker(Waker::noop()))
                    .is_pending()
            );
            assert!(door.enter().await.is_none(), "the queue holds one");
        }
        drop(inside);
        assert!(door.enter().await.is_some());
    }
    use std::future::Future;
}
