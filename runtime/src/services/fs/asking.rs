//! How an operation on a thread asks its caller what it may touch below a place that was judged.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Instant;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::{FsError, FsService, FsSettings};
use crate::services::threads::{Stopped, Wanted};

/// Asks the caller.
#[derive(Debug)]
pub(super) struct Asking(UnboundedSender<Question>);

#[derive(Debug)]
struct Question {
    places: Vec<PathBuf>,
    answer: SyncSender<Vec<bool>>,
}

impl Asking {
    /// Says of each place, in order, whether it may be touched. They are asked about together, since a question costs
    /// two changes of threads.
    pub(super) fn permitted(&self, places: Vec<PathBuf>) -> Result<Vec<bool>, Stopped> {
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let (answer, heard) = sync_channel(1);
        // Whoever asked for the operation may be gone; then nobody answers.
        self.0
            .send(Question { places, answer })
            .map_err(|_| Stopped::Deadline)?;
        heard.recv().map_err(|_| Stopped::Deadline)
    }
}

impl FsService {
    /// Runs an operation on a thread, and answers what it asks meanwhile.
    pub(super) async fn asking<T: Send + 'static>(
        &self,
        deadline: Instant,
        mut judge: impl FnMut(&Path) -> bool + Send,
        operation: impl FnOnce(&FsSettings, &Wanted, &Asking) -> Result<T, FsError> + Send + 'static,
    ) -> Result<T, FsError> {
        let (sender, mut questions) = unbounded_channel::<Question>();
        let running = self.run(deadline, move |settings, wanted| {
            operation(settings, wanted, &Asking(sender))
        });
        tokio::pin!(running);
        loop {
            tokio::select! {
                result = &mut running => return result,
                Some(question) = questions.recv() => {
                    let verdicts = question.places.iter().map(|place| judge(place)).collect();
                    // The operation may have ended by a panic.
                    let _ = question.answer.send(verdicts);
                }
            }
        }
    }
}
