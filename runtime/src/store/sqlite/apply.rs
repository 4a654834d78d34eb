//! What one commit, or one deletion, does to the tables.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::heads::Heads;
use super::reader::{count, outcome, signed};
use crate::store::{
    Commit, Entry, Expired, Expiry, Position, Receipt, ScopeKey, ScopeWrite, StoreError, Tree,
    chain_hash,
};

/// Does one commit inside the open transaction. Everything that can refuse it is checked before the first write, so that a
/// refused commit leaves the transaction as it was and the others in it go on.
pub(super) fn apply(
    connection: &Connection,
    commit: &Commit,
    tree: &mut Tree,
    heads: &mut Heads,
    now: i64,
) -> rusqlite::Result<Result<Receipt, StoreError>> {
    if let Some((input, _)) = &commit.outcome
        && outcome(connection, input)?.is_some()
    {
        return Ok(Err(StoreError::Answered(*input)));
    }
    if let Some(conflict) = commit.written_twice() {
        return Ok(Err(conflict));
    }
    for write in &commit.scopes {
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
    for write in &commit.scopes {
        receipt.revisions.push(write_scope(connection, write, now)?);
    }
    for key in &commit.ended {
        delete_scope(connection, key)?;
    }
    for entry in &commit.entries {
        receipt
            .positions
            .push(append(connection, entry, tree, heads)?);
    }
    for payload in &commit.payloads {
        let mut statement = connection
            .prepare_cached("INSERT INTO payload (digest, salt, bytes) VALUES (?1, ?2, ?3)")?;
        statement.execute(params![payload.digest, payload.salt, payload.bytes])?;
    }
    if let Some((input, answer)) = &commit.outcome {
        let mut statement = connection.prepare_cached(
            "INSERT INTO outcome (input, answer, position, written_at) VALUES (?1, ?2, ?3, ?4)",
        )?;
        let position = receipt.positions.last().map(|place| signed(place.position));
        statement.execute(params![input.0, answer, position, now])?;
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

fn append(
    connection: &Connection,
    entry: &Entry,
    tree: &mut Tree,
    heads: &mut Heads,
) -> rusqlite::Result<Position> {
    let head = heads.of(connection, &entry.chain)?;
    head.seq += 1;
    head.hash = chain_hash(&head.hash, &entry.chain, head.seq, &entry.body);
    tree.push(&entry.chain, head.seq, &head.hash);
    let mut statement = connection.prepare_cached(
        "INSERT INTO record (position, chain, seq, hash, body) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    statement.execute(params![
        signed(tree.size()),
        head.id,
        signed(head.seq),
        head.hash,
        entry.body
    ])?;
    Ok(Position {
        position: tree.size(),
        chain_seq: head.seq,
        hash: head.hash,
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
