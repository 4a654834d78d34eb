//! The tables, and what stands in a database before anybody wrote.

use rusqlite::{Connection, OptionalExtension as _};

/// The version this build writes and reads.
pub(super) const VERSION: i64 = 3;

/// The oldest version this build can bring up to date.
pub(super) const OLDEST: i64 = 1;

/// `SQLite`'s page size, which the database's largest size is counted in.
pub(super) const PAGE_BYTES: u64 = 4096;

/// How payloads are found by their digests. Digests are random: one index over all of them would have a page written for
/// each payload, anywhere in it. So it holds runs of 256 payloads, one after the other, and a search asks each run.
const PAYLOAD_INDEX: &str = "CREATE INDEX payload_by_run ON payload (id >> 8, digest);";

/// Finds the payload whose digest is `?1`, the newest if there are several: `id`, `digest`, `salt`, `bytes`. From the newest
/// run that has payloads to the next, whatever lies between.
pub(super) const PAYLOAD_BY_DIGEST: &str = "
WITH RECURSIVE run (number) AS (
    SELECT MAX(id) >> 8 FROM payload
    UNION ALL
    SELECT (SELECT MAX(id) >> 8 FROM payload WHERE id < number << 8) FROM run WHERE number IS NOT NULL
)
SELECT id, digest, salt, bytes FROM run CROSS JOIN payload ON id >> 8 = number AND digest = ?1";

/// Version 3. The index on records is named, and nothing relies on it but speed and the writer's own check.
const TABLES: &str = "
CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE scope (
    plugin TEXT NOT NULL, scope TEXT NOT NULL, revision INTEGER NOT NULL, written_at INTEGER NOT NULL,
    PRIMARY KEY (plugin, scope)
) STRICT, WITHOUT ROWID;
CREATE TABLE var (
    plugin TEXT NOT NULL, scope TEXT NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY (plugin, scope, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE chain (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE UNIQUE INDEX chain_by_name ON chain (name);
CREATE TABLE record (
    position INTEGER PRIMARY KEY, chain INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX record_by_chain ON record (chain, seq);
CREATE TABLE tree (id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL, frontier BLOB NOT NULL) STRICT;
CREATE TABLE payload (id INTEGER PRIMARY KEY, digest BLOB NOT NULL, salt BLOB, bytes BLOB) STRICT;
CREATE TABLE outcome (
    input BLOB NOT NULL PRIMARY KEY, answer BLOB NOT NULL, written_at INTEGER NOT NULL, position INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX outcome_by_age ON outcome (written_at);
CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL, payloads INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE stub (
    id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL, frontier BLOB NOT NULL, note TEXT NOT NULL,
    payloads INTEGER NOT NULL
) STRICT;
CREATE TABLE stub_head (name TEXT NOT NULL PRIMARY KEY, seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE probe (id INTEGER PRIMARY KEY, padding BLOB NOT NULL) STRICT;
INSERT INTO meta VALUES ('schema_version', 3), ('revision_floor', 0);
INSERT INTO tree VALUES (1, 0, x'');
";

/// From version 1: an outcome had no position, and nothing was ever dropped.
const FROM_1: &str = "
ALTER TABLE outcome ADD COLUMN position INTEGER;
ALTER TABLE chain RENAME TO chain_1;
CREATE TABLE chain (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
INSERT INTO chain SELECT id, name, seq, hash FROM chain_1;
DROP TABLE chain_1;
CREATE UNIQUE INDEX chain_by_name ON chain (name);
ALTER TABLE checkpoint ADD COLUMN payloads INTEGER NOT NULL DEFAULT 0;
CREATE TABLE stub (
    id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL, frontier BLOB NOT NULL, note TEXT NOT NULL,
    payloads INTEGER NOT NULL
) STRICT;
CREATE TABLE stub_head (name TEXT NOT NULL PRIMARY KEY, seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT, WITHOUT ROWID;
UPDATE meta SET value = 2 WHERE key = 'schema_version';
";

/// From version 2: payloads had no number of their own, and one index.
const FROM_2: &str = "
ALTER TABLE payload RENAME TO payload_2;
CREATE TABLE payload (id INTEGER PRIMARY KEY, digest BLOB NOT NULL, salt BLOB, bytes BLOB) STRICT;
INSERT INTO payload SELECT rowid, digest, salt, bytes FROM payload_2;
DROP TABLE payload_2;
UPDATE meta SET value = 3 WHERE key = 'schema_version';
";

/// Returns the version a database was written with, or `None` when it has no tables yet.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    let tables = connection
        .query_row(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'meta'",
            [],
            |_| Ok(()),
        )
        .optional()?;
    match tables {
        None => Ok(None),
        Some(()) => connection
            .query_row(
                "SELECT value FROM meta WHERE key = 'schema_version'",
                [],
                |row| row.get(0),
            )
            .optional(),
    }
}

/// Makes the tables, in one transaction.
pub(super) fn create(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!("BEGIN IMMEDIATE;{TABLES}{PAYLOAD_INDEX}COMMIT;"))
}

/// Brings the tables of an earlier version up to date, in one transaction for each version. Other versions are left as they are.
pub(super) fn upgrade(connection: &Connection) -> rusqlite::Result<()> {
    if version(connection)? == Some(1) {
        connection.execute_batch(&format!("BEGIN IMMEDIATE;{FROM_1}COMMIT;"))?;
    }
    if version(connection)? == Some(2) {
        connection.execute_batch(&format!("BEGIN IMMEDIATE;{FROM_2}{PAYLOAD_INDEX}COMMIT;"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_searched_by_the_index() {
        let connection = Connection::open_in_memory().unwrap();
        create(&connection).unwrap();
        let plan = format!("EXPLAIN QUERY PLAN {PAYLOAD_BY_DIGEST}");
        let mut statement = connection.prepare(&plan).unwrap();
        let steps = statement.query_map([[0; 32]], |row| row.get::<_, String>(3));
        let steps: Vec<_> = steps.unwrap().collect::<Result<_, _>>().unwrap();
        let by_index = "SEARCH payload USING INDEX payload_by_run (<expr>=? AND digest=?)";
        assert!(steps.iter().any(|step| step == by_index), "{steps:#?}");
        assert!(
            !steps.iter().any(|step| step == "SCAN payload"),
            "{steps:#?}"
        );
    }
}
