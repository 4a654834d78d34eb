//! Empties the write-ahead log while nobody writes, and beside those who do when it is large, so that no commit has to.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, OpenFlags};

use super::schema::PAGE_BYTES;
use super::writer::{Writer, copy_log};
use super::{SqliteSettings, error};
use crate::store::StoreError;

/// How many pages a small transaction dirties besides what it carries: records, indexes, chain, tree, scope.
const PAGES_PER_TRANSACTION: u64 = 6;

/// How often the log is copied before commits have to wait: the first takes long, and the second finds what came meanwhile.
const PASSES_BESIDE: usize = 2;

/// How much was written, as far as emptying the log is concerned.
#[derive(Debug, Default)]
struct Activity {
    transactions: AtomicU64,
    log_bytes: AtomicU64,
}

/// The thread that looks after the log; it ends, and is waited for, when this is dropped.
#[derive(Debug)]
pub(super) struct Maintenance {
    activity: Arc<Activity>,
    emptying: Arc<Mutex<()>>,
    log_bytes_max: u64,
    bell: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

// === impl Maintenance ===

impl Maintenance {
    /// Starts the thread, for the database at `path`.
    pub(super) fn start(
        path: &Path,
        writer: Arc<Mutex<Writer>>,
        settings: &SqliteSettings,
    ) -> std::io::Result<Self> {
        let (bell, rung) = mpsc::sync_channel(1);
        let (activity, emptying) = (Arc::new(Activity::default()), Arc::new(Mutex::new(())));
        let thread = thread::Builder::new()
            .name("store-maintenance".to_owned())
            .spawn({
                let (activity, emptying) = (Arc::clone(&activity), Arc::clone(&emptying));
                let (path, settings) = (path.to_owned(), settings.clone());
                let empty = move || {
                    let _alone = emptying.lock().unwrap_or_else(PoisonError::into_inner);
                    empty(&writer, &path)
                };
                move || look_after(&activity, &rung, &settings, empty)
            })?;
        Ok(Self {
            activity,
            emptying,
            log_bytes_max: settings.wal_bytes_max,
            bell: Some(bell),
            thread: Some(thread),
        })
    }

    /// Keeps the thread from emptying the log, which only one connection can at a time, until the guard is dropped.
    pub(super) fn hold_off(&self) -> MutexGuard<'_, ()> {
        self.emptying.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a transaction that carried `bytes`.
    pub(super) fn note(&self, bytes: u64) {
        let Activity {
            transactions,
            log_bytes,
        } = &*self.activity;
        transactions.fetch_add(1, Ordering::Relaxed);
        let written = bytes + PAGES_PER_TRANSACTION * PAGE_BYTES;
        let before = log_bytes.fetch_add(written, Ordering::Relaxed);
        let crossed = before <= self.log_bytes_max && before + written > self.log_bytes_max;
        if crossed && let Some(bell) = &self.bell {
            // Where it was rung already, the thread is about to look.
            let _ = bell.try_send(());
        }
    }
}

impl Drop for Maintenance {
    fn drop(&mut self) {
        drop(self.bell.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to look after.
            _ = thread.join();
        }
    }
}

/// Has the log emptied whenever it is too large, and whenever nobody wrote for a while.
fn look_after(
    activity: &Activity,
    rung: &Receiver<()>,
    settings: &SqliteSettings,
    empty: impl Fn() -> Result<(), StoreError>,
) {
    let mut before = 0;
    while rung.recv_timeout(settings.maintenance_every) != Err(RecvTimeoutError::Disconnected) {
        let now = activity.transactions.load(Ordering::Relaxed);
        let idle = now == std::mem::replace(&mut before, now);
        let log_bytes = activity.log_bytes.load(Ordering::Relaxed);
        if log_bytes > settings.wal_bytes_max || (idle && log_bytes > 0) {
            match empty() {
                Ok(()) => activity.log_bytes.store(0, Ordering::Relaxed),
                Err(error) => {
                    tracing::warn!(%error, "the write-ahead log could not be emptied");
                }
            }
        }
    }
}

/// Empties the log. Most of it is copied, and waits for the disk, beside the commits of others, who wait only for what came
/// in meanwhile: a log that somebody still appends to never starts over.
fn empty(writer: &Mutex<Writer>, path: &Path) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let beside = Connection::open_with_flags(path, flags)
        .and_then(|beside| (0..PASSES_BESIDE).try_for_each(|_| copy_log(&beside)));
    beside.map_err(|error| error::statement(&error, path))?;
    let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
    writer.empty_log()
}
