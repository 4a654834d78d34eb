//! Writing: the one connection that changes the database, and how commits become one transaction.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};

use super::reader::{check_version, count, signed, tree};
use super::{SqliteSettings, error, schema};
use crate::store::{
    CHAIN_START, Commit, Durability, Entry, Expired, Expiry, Position, Receipt, ScopeKey,
    ScopeWrite, StoreError, Tree, chain_hash,
};

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
            let mut answers = Vec::with_capacity(commits.len());
            for commit in commits {
                answers.push(match (&mut tree, commit.bytes()) {
                    (Err(corrupt), _) => Err(corrupt.clone()),
                    (_, bytes) if bytes > max => Err(StoreError::TooLarge { bytes, max }),
                    (Ok(tree), _) => apply(connection, commit, tree, now)?,
                });
            }
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
        let empty = self
            .connection()?
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        empty.map_err(|error| error::statement(&error, &path))
    }

    /// Overwrites what was deleted and cuts the write-ahead log, so that erased bytes are nowhere in the files.
    pub(super) fn erase(&mut self, digest: &[u8; 32]) -> Result<bool, StoreError> {
        let path = self.path.clone();
        let pragma =
            |connection: &Connection, value: &str| connection.query_row(value, [], |_| Ok(()));
        pragma(self.connection()?, "PRAGMA secure_delete = ON")
            .map_err(|error| error::statement(&error, &path))?;
        let erased = self.transaction(Durability::Full, |connection| {
            connection.execute("UPDATE payload SET salt = NULL, bytes = NULL WHERE digest = ?1 AND bytes IS NOT NULL", [digest])
        });
        let connection = self.connection()?;
        let cut = pragma(connection, "PRAGMA secure_delete = OFF")
            .and_then(|()| pragma(connection, "PRAGMA wal_checkpoint(TRUNCATE)"));
        cut.map_err(|error| error::statement(&error, &path))?;
        Ok(erased? > 0)
    }

    /// Limits the database's size from now on; never below what it has.
    pub(super) fn limit(&mut self, bytes: u64) -> Result<(), StoreError> {
        self.settings.database_bytes_max = bytes;
        let path = self.path.clone();
        let connection = self.connection()?;
        set_page_limit(connection, bytes).map_err(|error| error::statement(&error, &path))
    }

    fn connection(&mut self) -> Result<&Connection, StoreError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect(&self.path, &self.settings)?,
        };
        Ok(self.connection.insert(connection))
    }
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
                std::thread::sleep(Duration::from_millis(5))
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
        connection.pragma_update(None, "page_size", signed(schema::PAGE_BYTES))?;
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        connection.query_row("PRAGMA wal_autocheckpoint = 0", [], |_| Ok(()))?;
        connection.query_row(
            &format!(
                "PRAGMA journal_size_limit = {}",
                signed(settings.wal_bytes_max)
            ),
            [],
            |_| Ok(()),
        )?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        if schema::version(&connection)?.is_none() {
            schema::create(&connection)?;
        }
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

// === One commit ===

/// Does one commit inside the open transaction. Everything that can refuse it is checked before the first write, so that a
/// refused commit leaves the transaction as it was and the others in it go on.
fn apply(
    connection: &Connection,
    commit: &Commit,
    tree: &mut Tree,
    now: i64,
) -> rusqlite::Result<Result<Receipt, StoreError>> {
    if let Some((input, _)) = &commit.outcome
        && super::reader::outcome(connection, input)?.is_some()
    {
        return Ok(Err(StoreError::Answered(*input)));
    }
    if let Some(write) = &commit.scope {
        let current = revision(connection, &write.key)?;
        if current != write.base_revision {
            return Ok(Err(StoreError::Conflict {
                key: write.key.clone(),
                base: write.base_revision,
                current,
            }));
        }
    }
    let mut receipt = Receipt::default();
    if let Some(write) = &commit.scope {
        receipt.revision = Some(write_scope(connection, write, now)?);
    }
    for entry in &commit.entries {
        receipt.positions.push(append(connection, entry, tree)?);
    }
    for payload in &commit.payloads {
        let mut statement = connection.prepare_cached(
            "INSERT OR IGNORE INTO payload (digest, salt, bytes) VALUES (?1, ?2, ?3)",
        )?;
        statement.execute(params![payload.digest, payload.salt, payload.bytes])?;
    }
    if let Some((input, answer)) = &commit.outcome {
        let mut statement = connection.prepare_cached(
            "INSERT INTO outcome (input, answer, written_at) VALUES (?1, ?2, ?3)",
        )?;
        statement.execute(params![input.0, answer, now])?;
    }
    Ok(Ok(receipt))
}

fn revision(connection: &Connection, key: &ScopeKey) -> rusqlite::Result<u64> {
    let mut statement =
        connection.prepare_cached("SELECT revision FROM scope WHERE plugin = ?1 AND scope = ?2")?;
    Ok(statement
        .query_row(params![key.plugin, key.scope], |row| count(row, 0))
        .optional()?
        .unwrap_or(0))
}

fn write_scope(connection: &Connection, write: &ScopeWrite, now: i64) -> rusqlite::Result<u64> {
    let ScopeKey { plugin, scope } = &write.key;
    let revision = if write.base_revision > 0 {
        write.base_revision + 1
    } else {
        // A scope that comes back after a deletion must not show a revision that somebody may still hold.
        let mut floor =
            connection.prepare_cached("SELECT value FROM meta WHERE key = 'revision_floor'")?;
        floor.query_row([], |row| count(row, 0))? + 1
    };
    let mut statement =
        connection.prepare_cached("INSERT OR REPLACE INTO scope (plugin, scope, revision, written_at) VALUES (?1, ?2, ?3, ?4)")?;
    statement.execute(params![plugin, scope, signed(revision), now])?;
    for (name, value) in &write.delta {
        if let Some(value) = value {
            let mut statement = connection.prepare_cached(
                "INSERT OR REPLACE INTO var (plugin, scope, name, value) VALUES (?1, ?2, ?3, ?4)",
            )?;
            statement.execute(params![plugin, scope, name, value])?;
        } else {
            let mut statement = connection
                .prepare_cached("DELETE FROM var WHERE plugin = ?1 AND scope = ?2 AND name = ?3")?;
            statement.execute(params![plugin, scope, name])?;
        }
    }
    Ok(revision)
}

fn append(connection: &Connection, entry: &Entry, tree: &mut Tree) -> rusqlite::Result<Position> {
    let mut head = connection.prepare_cached("SELECT id, seq, hash FROM chain WHERE name = ?1")?;
    let head = head
        .query_row([&entry.chain], |row| {
            Ok((row.get(0)?, count(row, 1)?, row.get(2)?))
        })
        .optional()?;
    let (id, seq, previous): (i64, u64, [u8; 32]) = if let Some(head) = head {
        head
    } else {
        let mut statement =
            connection.prepare_cached("INSERT INTO chain (name, seq, hash) VALUES (?1, 0, ?2)")?;
        (
            statement.insert(params![entry.chain, CHAIN_START])?,
            0,
            CHAIN_START,
        )
    };
    let seq = seq + 1;
    let hash = chain_hash(&previous, &entry.chain, seq, &entry.body);
    tree.push(&entry.chain, seq, &hash);
    let mut statement = connection.prepare_cached(
        "INSERT INTO record (position, chain, seq, hash, body) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    statement.execute(params![
        signed(tree.size()),
        id,
        signed(seq),
        hash,
        entry.body
    ])?;
    let mut statement =
        connection.prepare_cached("UPDATE chain SET seq = ?1, hash = ?2 WHERE id = ?3")?;
    statement.execute(params![signed(seq), hash, id])?;
    Ok(Position {
        position: tree.size(),
        chain_seq: seq,
        hash,
    })
}

// === Deletions ===

/// Deletes one scope and remembers its revision, so that it is never used again.
pub(super) fn delete_scope(connection: &Connection, key: &ScopeKey) -> rusqlite::Result<bool> {
    let revision = revision(connection, key)?;
    connection.execute(
        "UPDATE meta SET value = MAX(value, ?1) WHERE key = 'revision_floor'",
        [signed(revision)],
    )?;
    connection.execute(
        "DELETE FROM var WHERE plugin = ?1 AND scope = ?2",
        params![key.plugin, key.scope],
    )?;
    Ok(connection.execute(
        "DELETE FROM scope WHERE plugin = ?1 AND scope = ?2",
        params![key.plugin, key.scope],
    )? > 0)
}

/// Deletes what is old, within its limit.
pub(super) fn expire(connection: &Connection, expiry: &Expiry) -> rusqlite::Result<Expired> {
    let limit = signed(expiry.limit);
    let mut statement = connection.prepare_cached(
        "SELECT plugin, scope FROM scope WHERE written_at < ?1 AND substr(scope, 1, length(?3)) = ?3 \
         ORDER BY plugin, scope LIMIT ?2",
    )?;
    let key = |row: &rusqlite::Row<'_>| {
        Ok(ScopeKey {
            plugin: row.get(0)?,
            scope: row.get(1)?,
        })
    };
    let scopes = statement
        .query_map(
            params![expiry.scopes_before, limit, expiry.scope_prefix],
            key,
        )?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    for key in &scopes {
        delete_scope(connection, key)?;
    }
    let outcomes = connection.execute(
        "DELETE FROM outcome WHERE input IN (SELECT input FROM outcome WHERE written_at < ?1 ORDER BY input LIMIT ?2)",
        params![expiry.outcomes_before, limit],
    )?;
    Ok(Expired {
        scopes: scopes.len(),
        outcomes,
    })
}
