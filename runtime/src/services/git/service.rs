//! The service itself: what can be asked of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use git2::Repository;

use super::threads::{Threads, Wanted};
use super::{GitError, GitSettings, Head, Location, head, library, location};

/// Repositories on this machine. Cloning shares the threads.
#[derive(Debug, Clone)]
pub struct GitService {
    threads: Arc<Threads>,
    settings: Arc<GitSettings>,
}

/// A repository as it was when somebody judged whether it may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Where to find it.
    pub path: PathBuf,
    /// The folders it reached into, as [`Location::paths`] said.
    pub paths: Vec<PathBuf>,
}

// === impl GitService ===

impl GitService {
    /// Starts the threads.
    ///
    /// # Errors
    ///
    /// When the operating system gives no threads.
    pub fn start(settings: GitSettings) -> std::io::Result<Self> {
        library::prepare();
        let threads = Arc::new(Threads::start(
            settings.threads,
            settings.queue,
            settings.hanging_max,
        )?);
        Ok(Self {
            threads,
            settings: Arc::new(settings),
        })
    }

    /// The settings the service was started with.
    #[must_use]
    pub fn settings(&self) -> &GitSettings {
        &self.settings
    }

    /// Finds the repository that a path lies in.
    ///
    /// # Errors
    ///
    /// `NotFound` where there is none.
    pub async fn locate(&self, path: &Path, deadline: Instant) -> Result<Location, GitError> {
        let path = path.to_path_buf();
        self.threads
            .run(deadline, move |_| {
                location::open(&path).map(|(_, location)| location)
            })
            .await
    }

    /// Says what is checked out.
    ///
    /// # Errors
    ///
    /// `Conflict` where the repository is not the judged one.
    pub async fn head(&self, judged: Judged, deadline: Instant) -> Result<Head, GitError> {
        self.on(judged, deadline, |repository, _, _, _| {
            head::read(repository)
        })
        .await
    }

    /// Runs an operation on a judged repository.
    pub(super) async fn on<T: Send + 'static>(
        &self,
        judged: Judged,
        deadline: Instant,
        operation: impl FnOnce(&Repository, &Location, &GitSettings, &Wanted) -> Result<T, GitError>
        + Send
        + 'static,
    ) -> Result<T, GitError> {
        let settings = Arc::clone(&self.settings);
        self.threads
            .run(deadline, move |wanted| {
                let (repository, location) = judged.open()?;
                operation(&repository, &location, &settings, wanted)
            })
            .await
    }
}

// === impl Judged ===

impl Judged {
    /// Opens the repository, if it is still the one that was judged.
    fn open(&self) -> Result<(Repository, Location), GitError> {
        let (repository, location) = location::open(&self.path)?;
        if location.paths() != self.paths {
            return Err(GitError::Conflict(
                "the repository became another one after its permit was checked".to_owned(),
            ));
        }
        Ok((repository, location))
    }
}
