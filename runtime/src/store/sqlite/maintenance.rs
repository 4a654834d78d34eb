//! Empties the write-ahead log while nobody writes, so that no commit has to.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use super::SqliteSettings;
use super::schema::PAGE_BYTES;
use super::writer::Writer;

/// How many pages a small transaction dirties besides what it carries: records, indexes, chain, tree, scope.
const PAGES_PER_TRANSACTION: u64 = 6;

/// How much was written, as far as emptying the log is concerned.
#[derive(Debug, Default)]
pub(super) struct Activity {
    transactions: AtomicU64,
    log_bytes: AtomicU64,
}

/// The thread that looks after the log; it ends, and is waited for, when this is dropped.
#[derive(Debug)]
pub(super) struct Maintenance {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

// === impl Activity ===

impl Activity {
    /// Notes a transaction that carried `bytes`.
    pub(super) fn note(&self, bytes: u64) {
        self.transactions.fetch_add(1, Ordering::Relaxed);
        self.log_bytes.fetch_add(
            bytes + PAGES_PER_TRANSACTION * PAGE_BYTES,
            Ordering::Relaxed,
        );
    }
}

// === impl Maintenance ===

impl Maintenance {
    /// Starts the thread.
    pub(super) fn start(
        writer: Arc<Mutex<Writer>>,
        activity: Arc<Activity>,
        settings: &SqliteSettings,
    ) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel::<()>();
        let settings = settings.clone();
        let thread = thread::Builder::new()
            .name("store-maintenance".to_owned())
            .spawn(move || {
                let mut before = 0;
                while stopped.recv_timeout(settings.maintenance_every)
                    == Err(RecvTimeoutError::Timeout)
                {
                    let now = activity.transactions.load(Ordering::Relaxed);
                    let idle = now == std::mem::replace(&mut before, now);
                    let log_bytes = activity.log_bytes.load(Ordering::Relaxed);
                    if log_bytes > settings.wal_bytes_max || (idle && log_bytes > 0) {
                        let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
                        match writer.empty_log() {
                            Ok(()) => activity.log_bytes.store(0, Ordering::Relaxed),
                            Err(error) => {
                                tracing::warn!(%error, "the write-ahead log could not be emptied");
                            }
                        }
                    }
                }
            })?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Maintenance {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to look after.
            _ = thread.join();
        }
    }
}
