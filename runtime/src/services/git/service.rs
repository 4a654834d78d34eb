//! The service itself: what can be asked of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use git2::Repository;

use super::{GitError, GitSettings, Head, Location, head, library, location};
use crate::services::threads::{Threads, Wanted};

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

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The path, canonical as far as it exists.
    pub place: PathBuf,
    /// The repository it lies in, where it lies in one that can be opened.
    pub location: Option<Location>,
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
            "git",
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

    /// Makes a path canonical, and finds the repository that it lies in. What is missing in the path is taken as it is
    /// written, so that there is always a place to judge.
    ///
    /// # Errors
    ///
    /// Only when there was no time, no thread, or a defect. That there is no repository is part of the answer.
    pub async fn find(&self, path: &Path, deadline: Instant) -> Result<Found, GitError> {
        let path = path.to_path_buf();
        self.threads
            .run(deadline, move |_| {
                let place = location::resolve(&path);
                let location = location::open(&place).map(|(_, location)| location).ok();
                Ok(Found { place, location })
            })
            .await
    }

    /// Makes a path canonical as far as it exists.
    ///
    /// # Errors
    ///
    /// As for [`GitService::find`].
    pub async fn resolve(&self, path: &Path, deadline: Instant) -> Result<PathBuf, GitError> {
        let path = path.to_path_buf();
        self.threads
            .run(deadline, move |_| Ok(location::resolve(&path)))
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
