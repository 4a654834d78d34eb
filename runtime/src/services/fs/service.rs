//! The service itself.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::place::{self, Last};
use super::{FsError, FsSettings};
use crate::services::threads::{self, Threads, Wanted};

/// More than there are threads, so that two writes rarely wait for each other for nothing.
const LOCKS: usize = 64;

/// Files on this machine. Cloning shares the threads.
#[derive(Debug, Clone)]
pub struct FsService {
    threads: Arc<Threads>,
    settings: Arc<FsSettings>,
    locks: Arc<Locks>,
}

/// What makes looking at a file and changing it one step, among the calls of this service.
#[derive(Debug)]
pub(super) struct Locks([Mutex<()>; LOCKS]);

impl FsService {
    /// Starts the threads.
    ///
    /// # Errors
    ///
    /// When the operating system gives no threads.
    pub fn start(settings: FsSettings) -> std::io::Result<Self> {
        let threads = Threads::start(
            "files",
            settings.threads,
            settings.queue,
            settings.hanging_max,
        )?;
        Ok(Self {
            threads: Arc::new(threads),
            settings: Arc::new(settings),
            locks: Arc::new(Locks(std::array::from_fn(|_| Mutex::new(())))),
        })
    }

    /// The settings the service was started with.
    #[must_use]
    pub fn settings(&self) -> &FsSettings {
        &self.settings
    }

    /// The deadline of somebody who waits only so long.
    #[must_use]
    pub fn within(deadline: Instant, wait: Option<Duration>) -> Instant {
        threads::within(deadline, wait)
    }

    /// Makes an absolute path canonical; what is missing in it is taken as it is written, so that there is always a
    /// place to judge.
    ///
    /// # Errors
    ///
    /// Only when there was no time, no thread, or a defect.
    pub async fn resolve(
        &self,
        path: &Path,
        last: Last,
        deadline: Instant,
    ) -> Result<PathBuf, FsError> {
        let path = path.to_path_buf();
        self.run(deadline, move |_, _| Ok(place::resolve(&path, last)))
            .await
    }

    /// Runs an operation on a thread.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        deadline: Instant,
        operation: impl FnOnce(&FsSettings, &Wanted) -> Result<T, FsError> + Send + 'static,
    ) -> Result<T, FsError> {
        let settings = Arc::clone(&self.settings);
        self.threads
            .run(deadline, move |wanted| operation(&settings, wanted))
            .await
    }

    pub(super) fn locks(&self) -> Arc<Locks> {
        Arc::clone(&self.locks)
    }
}

// === impl Locks ===

impl Locks {
    /// Waits for whoever else changes this place.
    pub(super) fn hold(&self, place: &Path) -> MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        place.hash(&mut hasher);
        let index = usize::try_from(hasher.finish() % LOCKS as u64).unwrap_or(0);
        self.0[index].lock().unwrap_or_else(PoisonError::into_inner)
    }
}
