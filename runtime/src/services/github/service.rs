//! The service itself.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Semaphore;

use super::access::Access;
use super::pace::Pace;
use super::{GithubError, GithubSettings};
use crate::services::secrets::Secrets;
use crate::world::{Clock, Random};

/// GitHub. Cloning shares the connections and what is known of GitHub's limits.
#[derive(Debug, Clone)]
pub struct GithubService {
    pub(super) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) settings: Arc<GithubSettings>,
    pub(super) access: Access,
    pub(super) pace: Pace,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Arc<dyn Random>,
    /// Requests in flight.
    pub(super) slots: Semaphore,
    /// One writes at a time: GitHub asks for it, and what one has just made the next one finds.
    pub(super) lane: Semaphore,
}

/// What one effect has left to spend at GitHub.
#[derive(Debug)]
pub(super) struct Errand {
    pub(super) deadline: Instant,
    /// Bytes of answers that may still be read.
    pub(super) bytes_left: usize,
    /// What it is about, as messages name it.
    pub(super) subject: String,
}

// === impl GithubService ===

impl GithubService {
    /// Sets the service up. Nothing is connected, and no secret is read, before something is asked.
    #[must_use]
    pub fn new(
        settings: GithubSettings,
        secrets: Secrets,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let settings = Arc::new(settings);
        let shared = Shared {
            access: Access::new(
                Arc::clone(&settings),
                secrets,
                Arc::clone(&clock),
                Arc::clone(&random),
            ),
            pace: Pace::new(Arc::clone(&clock)),
            slots: Semaphore::new(settings.concurrency.max(1)),
            lane: Semaphore::new(1),
            clock,
            random,
            settings,
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// The settings the service was made with.
    #[must_use]
    pub fn settings(&self) -> &GithubSettings {
        &self.shared.settings
    }

    /// Begins something, about `subject`.
    pub(super) fn errand(&self, deadline: Instant, subject: String) -> Errand {
        Errand {
            deadline,
            bytes_left: self.shared.settings.answer_bytes_max,
            subject,
        }
    }

    /// How many entries of a list somebody gets who asks for so many.
    pub(super) fn at_most(&self, limit: Option<u32>) -> usize {
        let most = self.shared.settings.items_max;
        limit.map_or(most, |limit| most.min(limit as usize))
    }
}

// === impl Errand ===

impl Errand {
    /// Waits for something as long as there is time.
    ///
    /// # Errors
    ///
    /// `Deadline`.
    pub(super) async fn in_time<T>(
        &self,
        waiting: impl Future<Output = T>,
    ) -> Result<T, GithubError> {
        tokio::time::timeout_at(self.deadline.into(), waiting)
            .await
            .map_err(|_| GithubError::Deadline)
    }
}
