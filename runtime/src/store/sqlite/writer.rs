//! Writing: the one connection that changes the database, and how commits become one transaction.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, params};

use super::apply::apply;
use super::heads::Heads;
use super::reader::{check_version, keep_plans, signed, tree};
use super::{SqliteSettings, error, schema};
use crate::store::{Commit, Durability, Receipt, StoreError};

/// How much of the database the writer keeps in memory. Payloads have random names, so their index is written all over, and
/// what is not here is read from the log first.
const CACHE_KIBIBYTES: i64 = 32 << 10;

/// The connection that writes, and the lock that makes it the only one.
#[derive(Debug)]
pub(super) struct Writer {
    /// `None` after a failure that left its state unknown; opened again at the next use.
    connection: Option<Connection>,
    path: PathBuf,
    settings: SqliteSettings,
    durability: Option<Durability>,
    _lock: File,
}

/// What became of each commit of a transaction, or the reason why the transaction itself did not come about.
type Applied = Result<Vec<Result<Receipt, StoreError>>, StoreError>;

// === impl Writer ===

impl Writer {
    /// Takes the database at `path` for this process, makes it when there is none, and checks its version.
    pub(super) fn open(path: &Path, settings: &SqliteSettings) -> Result<Self, StoreError> {
        let lock = lock(path, settings.busy_wait)?;
        let mut writer = Self {
            connection: None,
            path: path.to_owned(),
            settings: settings.clone(),
            durability: None,
            _lock: lock,
        };
        writer.connection()?;
        Ok(writer)
    }

    /// Does each commit, all of them in one transaction if that can be. Answers in order.
    pub(super) fn run(&mut self, commits: &[Commit]) -> Vec<Result<Receipt, StoreError>> {
        match self.together(commits) {
            Ok(answers) => answers,
            Err(error) if commits.len() == 1 || matches!(error, StoreError::Unknown(_)) => {
                commits.iter().map(|_| Err(error.clone())).collect()
            }
            // One of them does not fit, or trips over something. Nothing has happened yet, so each may try for itself.
            Err(_) => commits
                .iter()
                .map(|commit| self.together(std::slice::from_ref(commit)).and_then(alone))
                .collect(),
        }
    }

    fn together(&mut self, commits: &[Commit]) -> Applied {
        let durability = commits
            .iter()
            .map(|commit| commit.durability)
            .max()
            .unwrap_or_default();
        let now = self.settings.clock.unix_micros();
        let max = self.settings.commit_bytes_max;
        self.transaction(durability, |connection| {
            let mut tree = tree(connection)?;
            let mut heads = Heads::default();
            let mut answers = Vec::with_capacity(commits.len());
            for commit in commits {
                answers.push(match (&mut tree, commit.bytes()) {
                    (Err(corrupt), _) => Err(corrupt.clone()),
                    (_, bytes) if bytes > max => Err(StoreError::TooLarge { bytes, max }),
                    (Ok(tree), _) => apply(connection, commit, tree, &mut heads, now)?,
                });
            }
            heads.write(connection)?;
            if let Ok(tree) = &tree {
                let mut statement = connection
                    .prepare_cached("UPDATE tree SET size = ?1, frontier = ?2 WHERE id = 1")?;
                statement.execute(params![signed(tree.size()), tree.frontier_bytes()])?;
            }
            Ok(answers)
        })
    }

    /// Runs `work` in one transaction. Whatever fails before `COMMIT` leaves nothing behind.
    pub(super) fn transaction<T>(
        &mut self,
        durability: Durability,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let path = self.path.clone();
        let durability = durability.max(self.settings.durability);
        let changes = self.durability != Some(durability);
        let connection = self.connection()?;
        let fails = |error: &rusqlite::Error| error::statement(error, &path);
        if changes {
            let synchronous = if durability == Durability::Full {
                "FULL"
            } else {
                "NORMAL"
            };
            connection
                .pragma_update(None, "synchronous", synchronous)
                .map_err(|error| fails(&error))?;
        }
        connection
            .prepare_cached("BEGIN IMMEDIATE")
            .and_then(|mut begin| begin.execute([]))
            .map_err(|error| fails(&error))?;
        let done = work(connection)
            .map_err(|error| fails(&error))
            .and_then(|done| {
                connection
                    .prepare_cached("COMMIT")
                    .and_then(|mut commit| commit.execute([]))
                    .map_err(|error| error::commit(&error))?;
                Ok(done)
            });
        // SQLite rolls back by itself after some failures and not after others.
        let stuck = done.is_err()
            && !connection.is_autocommit()
            && connection.execute_batch("ROLLBACK").is_err();
        if stuck || matches!(done, Err(StoreError::Unknown(_))) {
            self.forget();
        } else {
            self.durability = Some(durability);
        }
        done
    }

    /// Drops a connection whose state nobody knows. The next use opens another.
    pub(super) fn forget(&mut self) {
        self.connection = None;
        self.durability = None;
    }

    /// Copies what the write-ahead log holds into the database, so that the log starts over.
    pub(super) fn empty_log(&mut self) -> Result<(), StoreError> {
        let path = self.path.clone();
        copy_log(self.connection()?).map_err(|error| error::statement(&error, &path))
    }

    /// Erases a payload's content and cuts the write-ahead log, so that erased bytes are nowhere in the files: what is deleted
    /// is always overwritten.
    pub(super) fn erase(&mut self, digest: &[u8; 32]) -> Result<bool, StoreError> {
        let path = self.path.clone();
        let erased = self.transaction(Durability::Full, |connection| {
            let mut found = connection.prepare_cached(schema::PAYLOAD_BY_DIGEST)?;
            let numbers: Vec<i64> = found
                .query_map([digest], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            let mut erase = connection.prepare_cached(
                "UPDATE payload SET salt = NULL, bytes = NULL WHERE id = ?1 AND bytes IS NOT NULL",
            )?;
            numbers
                .iter()
                .try_fold(0, |erased, number| Ok(erased + erase.execute([number])?))
        })?;
        let cut = self
            .connection()?
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
        let busy: i64 = cut.map_err(|error| error::statement(&error, &path))?;
        if busy != 0 {
            return Err(StoreError::Unavailable(format!(
                "what was erased still stands in the log of `{}`, because somebody reads it: erase again when they are done",
                path.display()
            )));
        }
        Ok(erased > 0)
    }

    /// Limits the database's size from now on; never below what it has.
    pub(super) fn limit(&mut self, bytes: u64) -> Result<(), StoreError> {
        self.settings.database_bytes_max = bytes;
        let path = self.path.clone();
        let connection = self.connection()?;
        set_page_limit(connection, bytes).map_err(|error| error::statement(&error, &path))
    }

    /// The connection, where there is one; between two transactions it reads like any other.
    pub(super) fn at_hand(&self) -> Option<&Connection> {
        self.connection.as_ref()
    }

    fn connection(&mut self) -> Result<&Connection, StoreError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect(&self.path, &self.settings)?,
        };
        Ok(self.connection.insert(connection))
    }
}

/// Copies what the write-ahead log holds into the database. Others may commit meanwhile; their commits may stay in the log.
pub(super) fn copy_log(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
}

/// The answer of a transaction of one.
fn alone(mut answers: Vec<Result<Receipt, StoreError>>) -> Result<Receipt, StoreError> {
    answers
        .pop()
        .unwrap_or_else(|| Err(StoreError::Unknown("a commit was not answered".to_owned())))
}

fn lock(path: &Path, wait: Duration) -> Result<File, StoreError> {
    let lock_path = path.with_extension("lock");
    let unavailable = |error: std::io::Error| {
        StoreError::Unavailable(format!("locking `{}`: {error}", lock_path.display()))
    };
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&lock_path)
        .map_err(unavailable)?;
    let give_up = Instant::now() + wait;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(unavailable(error)),
            // The process before us may be on its way out; a lock cannot be waited for with a bound but by asking again.
            Err(TryLockError::WouldBlock) if Instant::now() < give_up => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Fenced(format!(
                    "`{}` is locked",
                    lock_path.display()
                )));
            }
        }
    }
}

fn connect(path: &Path, settings: &SqliteSettings) -> Result<Connection, StoreError> {
    // Made before SQLite does, so that nobody else can read it for even a moment; its log files inherit the mode. One that
    // exists must not be opened here: closing it would drop the locks that this process's other connections hold on it.
    match OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(path)
    {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(StoreError::Unavailable(format!(
                "making `{}`: {error}",
                path.display()
            )));
        }
        _ => {}
    }
    let open = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(settings.busy_wait)?;
        connection.set_prepared_statement_cache_capacity(64);
        keep_plans(&connection)?;
        connection.pragma_update(None, "page_size", signed(schema::PAGE_BYTES))?;
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        connection.query_row("PRAGMA wal_autocheckpoint = 0", [], |_| Ok(()))?;
        connection.query_row(
            &format!(
                "PRAGMA journal_size_limit = {}",
                signed(settings.wal_bytes_max.saturating_mul(2))
            ),
            [],
            |_| Ok(()),
        )?;
        // Always, and not only to erase: pages that are split and joined leave copies of what was in them.
        connection.query_row("PRAGMA secure_delete = ON", [], |_| Ok(()))?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.pragma_update(None, "cache_size", -CACHE_KIBIBYTES)?;
        if schema::version(&connection)?.is_none() {
            schema::create(&connection)?;
        }
        schema::upgrade(&connection)?;
        set_page_limit(&connection, settings.database_bytes_max)?;
        let version = schema::version(&connection)?;
        Ok((connection, version))
    };
    let (connection, version) = open().map_err(|error| error::statement(&error, path))?;
    check_version(path, version)?;
    Ok(connection)
}

fn set_page_limit(connection: &Connection, bytes: u64) -> rusqlite::Result<()> {
    let pages = (bytes / schema::PAGE_BYTES).clamp(1, u64::from(u32::MAX) - 1);
    connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))
}
