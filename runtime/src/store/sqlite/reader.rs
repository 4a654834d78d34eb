//! Reading: the queries, and a reader for processes that do not own the database.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Row, params};

use super::{error, schema, shorten};
use crate::store::{
    ChainHead, Head, InputKey, Log, Outcome, Record, ScopeKey, ScopeState, Scopes, StoreError,
    StoredCheckpoint, StoredPayload, Stub, Tree,
};

/// How long a reader waits for a database that is being recovered by somebody else.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// Reads a database that another process may be writing to. It never writes.
pub struct SqliteReader {
    connection: Mutex<Connection>,
    path: PathBuf,
}

/// Something that lends a connection for one reading.
pub(super) trait Lender: fmt::Debug + Send + Sync {
    fn lend<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, StoreError>;

    /// Lends one for a reading of a few rows, from the best place for that.
    fn lend_briefly<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, StoreError> {
        self.lend(read)
    }
}

// === impl SqliteReader ===

impl fmt::Debug for SqliteReader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SqliteReader")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl SqliteReader {
    /// Opens the database at `path`; every call sees the latest commit.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when there is no database, it cannot be opened or a newer version wrote it;
    /// [`StoreError::Corrupt`] when it is not one.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = open_reading(path)?;
        Ok(Self {
            connection: Mutex::new(connection),
            path: path.to_owned(),
        })
    }

    /// Opens the database at `path`; every call sees the moment of opening. The write-ahead log cannot be emptied meanwhile.
    ///
    /// # Errors
    /// As for [`SqliteReader::open`].
    pub fn open_snapshot(path: &Path) -> Result<Self, StoreError> {
        let connection = open_reading(path)?;
        // SQLite takes the snapshot with the first read, not with BEGIN.
        let begin = || {
            connection.execute_batch("BEGIN")?;
            schema::version(&connection)
        };
        begin().map_err(|error| error::statement(&error, path))?;
        Ok(Self {
            connection: Mutex::new(connection),
            path: path.to_owned(),
        })
    }
}

impl Lender for SqliteReader {
    fn lend<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, StoreError> {
        let connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        read(&connection).map_err(|error| error::statement(&error, &self.path))
    }
}

/// Opens one read-only connection and checks that this build can read what is there.
pub(super) fn open_reading(path: &Path) -> Result<Connection, StoreError> {
    if !path.exists() {
        return Err(StoreError::Unavailable(format!(
            "there is no database at `{}`",
            path.display()
        )));
    }
    let open = || {
        let connection = Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        connection.busy_timeout(BUSY_WAIT)?;
        connection.set_prepared_statement_cache_capacity(32);
        keep_plans(&connection)?;
        // Only the writer empties the write-ahead log.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        let version = schema::version(&connection)?;
        Ok((connection, version))
    };
    let (connection, version) = open().map_err(|error| error::statement(&error, path))?;
    check_version(path, version)?;
    Ok(connection)
}

/// Has statements keep the plan they were prepared with. `SQLite` would make another one for new values of parameters, and
/// what is asked here is best answered in one way.
pub(super) fn keep_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map(drop)
}

/// Refuses what this build does not understand.
pub(super) fn check_version(path: &Path, version: Option<i64>) -> Result<(), StoreError> {
    let path = path.display();
    match version {
        Some(schema::VERSION) => Ok(()),
        Some(newer) if newer > schema::VERSION => Err(StoreError::Unavailable(format!(
            "`{path}` was written by a newer version (schema {newer}, this build knows {}): upgrade this program",
            schema::VERSION
        ))),
        Some(older) if older >= schema::OLDEST => Err(StoreError::Unavailable(format!(
            "`{path}` was written by an earlier version (schema {older}, this build knows {}): start `sinew serve` once, \
             which brings it up to date",
            schema::VERSION
        ))),
        Some(unknown) => Err(StoreError::Corrupt(format!(
            "`{path}` has the unknown schema version {unknown}"
        ))),
        None => Err(StoreError::Corrupt(format!(
            "`{path}` is not a database of this program"
        ))),
    }
}

// === The queries ===

/// `SQLite` counts in signed integers; a limit beyond them is no limit.
pub(super) fn signed(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

/// The other direction; a negative count cannot be right.
pub(super) fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let count: i64 = row.get(column)?;
    u64::try_from(count).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, count))
}

fn scope(connection: &Connection, key: &ScopeKey) -> rusqlite::Result<ScopeState> {
    let mut state = ScopeState {
        revision: 0,
        vars: BTreeMap::new(),
    };
    let mut statement = connection.prepare_cached(
        "SELECT s.revision, v.name, v.value FROM scope s LEFT JOIN var v ON v.plugin = s.plugin AND v.scope = s.scope
         WHERE s.plugin = ?1 AND s.scope = ?2",
    )?;
    let mut rows = statement.query(params![key.plugin, key.scope])?;
    while let Some(row) = rows.next()? {
        state.revision = count(row, 0)?;
        if let Some(name) = row.get::<_, Option<String>>(1)? {
            state.vars.insert(name, row.get_ref(2)?.as_blob()?.into());
        }
    }
    Ok(state)
}

fn scopes(
    connection: &Connection,
    plugin: &str,
    after: &str,
    limit: usize,
) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT scope FROM scope WHERE plugin = ?1 AND scope > ?2 ORDER BY scope LIMIT ?3",
    )?;
    statement
        .query_map(params![plugin, after, signed(limit)], |row| row.get(0))?
        .collect()
}

pub(super) fn outcome(
    connection: &Connection,
    input: &InputKey,
) -> rusqlite::Result<Option<Outcome>> {
    let mut statement =
        connection.prepare_cached("SELECT answer, position FROM outcome WHERE input = ?1")?;
    let outcome = |row: &Row<'_>| {
        let position = row.get::<_, Option<i64>>(1)?;
        Ok(Outcome {
            answer: row.get(0)?,
            position: position.is_some().then(|| count(row, 1)).transpose()?,
        })
    };
    statement.query_row([input.0], outcome).optional()
}

/// Reads the Merkle tree's right edge.
pub(super) fn tree(connection: &Connection) -> rusqlite::Result<Result<Tree, StoreError>> {
    let mut statement =
        connection.prepare_cached("SELECT size, frontier FROM tree WHERE id = 1")?;
    statement.query_row([], |row| {
        Ok(Tree::restore(count(row, 0)?, row.get_ref(1)?.as_blob()?))
    })
}

fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record {
        position: count(row, 0)?,
        chain: row.get(1)?,
        seq: count(row, 2)?,
        hash: row.get(3)?,
        body: row.get(4)?,
    })
}

fn payload(row: &Row<'_>) -> rusqlite::Result<StoredPayload> {
    let content = match (row.get(2)?, row.get(3)?) {
        (Some(salt), Some(bytes)) => Some((salt, bytes)),
        _ => None,
    };
    Ok(StoredPayload {
        number: count(row, 0)?,
        digest: row.get(1)?,
        content,
    })
}

fn checkpoint(row: &Row<'_>) -> rusqlite::Result<StoredCheckpoint> {
    Ok(StoredCheckpoint {
        size: count(row, 0)?,
        note: row.get(1)?,
    })
}

impl<L: Lender> Scopes for L {
    fn load(&self, key: &ScopeKey) -> Result<ScopeState, StoreError> {
        self.lend_briefly(|connection| scope(connection, key))
    }

    fn scopes(&self, plugin: &str, after: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        self.lend(|connection| scopes(connection, plugin, after, limit))
    }
}

impl<L: Lender> Log for L {
    fn head(&self) -> Result<Head, StoreError> {
        let tree = self.lend(tree)??;
        Ok(Head {
            size: tree.size(),
            root: tree.root(),
        })
    }

    fn records(&self, from: u64, limit: usize) -> Result<Vec<Record>, StoreError> {
        // No record of ours stands below one; one that somebody put there must not be overlooked.
        let from = if from == 0 {
            Ok(i64::MIN)
        } else {
            i64::try_from(from)
        };
        // Past the last number there is; rounding down to it would show its record for ever.
        let Ok(from) = from else {
            return Ok(Vec::new());
        };
        self.lend(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT r.position, c.name, r.seq, r.hash, r.body FROM record r LEFT JOIN chain c ON c.id = r.chain
                 WHERE r.position >= ?1 AND r.position > COALESCE((SELECT size FROM stub WHERE id = 1), ?1 - 1)
                 ORDER BY r.position LIMIT ?2",
            )?;
            statement.query_map(params![from, signed(limit)], record)?.collect()
        })
    }

    fn chain_records(
        &self,
        chain: &str,
        from_seq: u64,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        let Ok(from_seq) = i64::try_from(from_seq) else {
            return Ok(Vec::new());
        };
        self.lend(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT r.position, c.name, r.seq, r.hash, r.body FROM chain c JOIN record r ON r.chain = c.id
                 WHERE c.name = ?1 AND r.seq >= ?2 AND r.position > COALESCE((SELECT size FROM stub WHERE id = 1), 0)
                 ORDER BY r.seq LIMIT ?3",
            )?;
            statement.query_map(params![chain, from_seq, signed(limit)], record)?.collect()
        })
    }

    fn chains(&self, after: Option<&str>, limit: usize) -> Result<Vec<ChainHead>, StoreError> {
        self.lend(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT name, seq, hash FROM chain WHERE ?1 IS NULL OR name > ?1 ORDER BY name LIMIT ?2",
            )?;
            let head = |row: &Row<'_>| {
                Ok(ChainHead {
                    chain: row.get(0)?,
                    seq: count(row, 1)?,
                    hash: row.get(2)?,
                })
            };
            statement
                .query_map(params![after, signed(limit)], head)?
                .collect()
        })
    }

    fn payload(&self, digest: &[u8; 32]) -> Result<Option<StoredPayload>, StoreError> {
        self.lend(|connection| {
            let mut statement = connection.prepare_cached(schema::PAYLOAD_BY_DIGEST)?;
            statement.query_row([digest], payload).optional()
        })
    }

    fn payloads(&self, after: u64, limit: usize) -> Result<Vec<StoredPayload>, StoreError> {
        self.lend(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, digest, salt, bytes FROM payload WHERE id > ?1 ORDER BY id LIMIT ?2",
            )?;
            statement
                .query_map(params![signed(after), signed(limit)], payload)?
                .collect()
        })
    }

    fn checkpoints(&self, above: u64, limit: usize) -> Result<Vec<StoredCheckpoint>, StoreError> {
        self.lend(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT size, note FROM checkpoint WHERE size > ?1 ORDER BY size LIMIT ?2",
            )?;
            statement
                .query_map(params![signed(above), signed(limit)], checkpoint)?
                .collect()
        })
    }

    fn last_checkpoint(&self) -> Result<Option<StoredCheckpoint>, StoreError> {
        self.lend(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1")?;
            statement.query_row([], checkpoint).optional()
        })
    }

    fn stub(&self) -> Result<Option<Stub>, StoreError> {
        self.lend(shorten::stub)?
    }
}
