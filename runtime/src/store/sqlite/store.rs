//! The embedded store itself: who may write when, and who reads with which connection.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, params};

use super::apply::{delete_scope, expire};
use super::combiner::Combiner;
use super::maintenance::Maintenance;
use super::reader::{Lender, open_reading, signed};
use super::writer::Writer;
use super::{SqliteSettings, error, reader, shorten};
use crate::store::{
    ChainHead, Commit, Dropped, Durability, Expired, Expiry, InputKey, Outcome, Receipt, ScopeKey,
    Store, StoreError, StoredCheckpoint, Stub,
};

/// More than a page, so that proving a commit possible needs room for one.
const PROBE_BYTES: u32 = 8192;

/// Keeps what turns commit in one `SQLite` database, which this process owns while the store is open.
pub struct SqliteStore {
    // Dropped in this order: the thread, then the readers, then the writer, which as the last one empties the log.
    maintenance: Maintenance,
    readers: Mutex<Vec<Connection>>,
    combiner: Combiner<Commit, Result<Receipt, StoreError>>,
    writer: Arc<Mutex<Writer>>,
    path: PathBuf,
    settings: SqliteSettings,
}

// === impl SqliteStore ===

impl fmt::Debug for SqliteStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SqliteStore")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens the database at `path` for this process alone, and makes it (mode 600) when there is none. Its folder must exist.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when another process has it and keeps it, [`StoreError::Unavailable`] when it cannot be opened
    /// or a newer version wrote it, [`StoreError::Corrupt`] when it is no database, [`StoreError::Full`] when there is no
    /// room to make it.
    pub fn open(path: &Path, settings: SqliteSettings) -> Result<Self, StoreError> {
        let writer = Arc::new(Mutex::new(Writer::open(path, &settings)?));
        let maintenance =
            Maintenance::start(path, Arc::clone(&writer), &settings).map_err(|error| {
                StoreError::Unavailable(format!("starting the store's thread: {error}"))
            })?;
        Ok(Self {
            maintenance,
            readers: Mutex::default(),
            combiner: Combiner::new(settings.batch_commits_max),
            writer,
            path: path.to_owned(),
            settings,
        })
    }

    /// Changes how large the database may grow. Below its present size means that it cannot grow at all.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub fn limit_database_bytes(&self, bytes: u64) -> Result<(), StoreError> {
        self.writer().limit(bytes)
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does a batch of commits; a panic half-way leaves no half-open transaction behind.
    fn run(&self, commits: &[Commit]) -> Vec<Result<Receipt, StoreError>> {
        let mut writer = self.writer();
        let answers =
            catch_unwind(AssertUnwindSafe(|| writer.run(commits))).unwrap_or_else(|panic| {
                writer.forget();
                resume_unwind(panic)
            });
        self.maintenance
            .note(commits.iter().map(Commit::bytes).sum());
        answers
    }

    fn write<T>(
        &self,
        durability: Durability,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let done = self.writer().transaction(durability, work);
        self.maintenance.note(0);
        done
    }
}

impl Lender for SqliteStore {
    fn lend<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, StoreError> {
        let readers = || self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = readers().pop();
        let connection = match kept {
            Some(connection) => connection,
            None => open_reading(&self.path)?,
        };
        // A connection that failed is not kept: the next reader opens a new one.
        let done = read(&connection).map_err(|error| error::statement(&error, &self.path))?;
        let mut readers = readers();
        if readers.len() < self.settings.readers_max {
            readers.push(connection);
        }
        Ok(done)
    }

    /// Each commit makes readers forget what they have in memory, and the writer has it. Who finds the writer busy waits for
    /// nobody.
    fn lend_briefly<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, StoreError> {
        if let Ok(writer) = self.writer.try_lock()
            && let Some(connection) = writer.at_hand()
        {
            return read(connection).map_err(|error| error::statement(&error, &self.path));
        }
        self.lend(read)
    }
}

impl Store for SqliteStore {
    fn commit(&self, commit: Commit) -> Result<Receipt, StoreError> {
        let lost = || {
            Err(StoreError::Unknown(
                "the transaction ended without an answer".to_owned(),
            ))
        };
        self.combiner
            .submit(commit, |commits| self.run(commits), lost)
    }

    fn outcome(&self, input: &InputKey) -> Result<Option<Outcome>, StoreError> {
        self.lend_briefly(|connection| reader::outcome(connection, input))
    }

    fn add_checkpoint(&self, checkpoint: &StoredCheckpoint) -> Result<(), StoreError> {
        self.write(Durability::Full, |connection| {
            let mut statement = connection.prepare_cached(
                "INSERT OR REPLACE INTO checkpoint (size, note, payloads) \
                     VALUES (?1, ?2, (SELECT COALESCE(MAX(id), 0) FROM payload))",
            )?;
            statement.execute(params![signed(checkpoint.size), checkpoint.note])?;
            Ok(())
        })
    }

    fn erase_payload(&self, digest: &[u8; 32]) -> Result<bool, StoreError> {
        let _alone = self.maintenance.hold_off();
        self.writer().erase(digest)
    }

    fn delete_scope(&self, key: &ScopeKey) -> Result<bool, StoreError> {
        self.write(Durability::Normal, |connection| {
            delete_scope(connection, key)
        })
    }

    fn expire(&self, expiry: Expiry) -> Result<Expired, StoreError> {
        self.write(Durability::Normal, |connection| expire(connection, &expiry))
    }

    fn shorten(&self, stub: &Stub, closed: &[ChainHead]) -> Result<bool, StoreError> {
        self.write(Durability::Full, |connection| {
            shorten::shorten(connection, stub, closed)
        })
    }

    fn drop_stubbed(&self, limit: usize) -> Result<Dropped, StoreError> {
        self.write(Durability::Normal, |connection| {
            shorten::drop_stubbed(connection, limit)
        })
    }

    fn bytes_used(&self) -> Result<u64, StoreError> {
        self.lend(shorten::bytes_used)
    }

    fn probe_writable(&self) -> Result<(), StoreError> {
        self.write(Durability::Normal, |connection| {
            connection
                .prepare_cached("INSERT INTO probe (padding) VALUES (zeroblob(?1))")?
                .execute([PROBE_BYTES])?;
            connection
                .prepare_cached("DELETE FROM probe")?
                .execute([])?;
            Ok(())
        })
    }
}
