//! Dropping old records: the stub that stands for them, and the deletions that follow it.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::reader::{count, signed};
use crate::store::{ChainHead, Dropped, StoreError, Stub, Tree};

/// Sets the stub, and ends the chains that nothing goes on from, unless either has been overtaken.
pub(super) fn shorten(
    connection: &Connection,
    stub: &Stub,
    closed: &[ChainHead],
) -> rusqlite::Result<bool> {
    if stub.size() <= dropped(connection)? {
        return Ok(false);
    }
    {
        let mut stands = connection
            .prepare_cached("SELECT 1 FROM chain WHERE name = ?1 AND seq = ?2 AND hash = ?3")?;
        for head in closed {
            if !stands.exists(params![head.chain, signed(head.seq), head.hash])? {
                return Ok(false);
            }
        }
    }
    let size = signed(stub.size());
    // What was kept when the checkpoint before was signed was kept with records that are covered, too.
    let payloads: Option<i64> = connection
        .query_row(
            "SELECT payloads FROM checkpoint WHERE size < ?1 ORDER BY size DESC LIMIT 1",
            [size],
            |row| row.get(0),
        )
        .optional()?;
    connection.execute("DELETE FROM checkpoint WHERE size < ?1", [size])?;
    connection.execute("DELETE FROM stub_head", [])?;
    let mut keep =
        connection.prepare_cached("INSERT INTO stub_head (name, seq, hash) VALUES (?1, ?2, ?3)")?;
    for head in &stub.heads {
        keep.execute(params![head.chain, signed(head.seq), head.hash])?;
    }
    let mut close = connection.prepare_cached("DELETE FROM chain WHERE name = ?1")?;
    for head in closed {
        close.execute([&head.chain])?;
    }
    connection.execute(
        "INSERT OR REPLACE INTO stub (id, size, frontier, note, payloads) VALUES (1, ?1, ?2, ?3, ?4)",
        params![size, stub.tree.frontier_bytes(), stub.note, payloads.unwrap_or(0)],
    )?;
    Ok(true)
}

/// Deletes some of what the stub stands for.
pub(super) fn drop_stubbed(connection: &Connection, limit: usize) -> rusqlite::Result<Dropped> {
    let dropped = signed(dropped(connection)?);
    let limit = signed(limit);
    let mut records = connection.prepare_cached(
        "DELETE FROM record WHERE position IN (SELECT position FROM record WHERE position <= ?1 ORDER BY position LIMIT ?2)",
    )?;
    let records = records.execute(params![dropped, limit])?;
    // Never the newest: its number would be given again, and a later payload be taken for an old one.
    let mut payloads = connection.prepare_cached(
        "DELETE FROM payload WHERE id IN (SELECT id FROM payload \
         WHERE id <= (SELECT payloads FROM stub WHERE id = 1) AND id < (SELECT MAX(id) FROM payload) \
         ORDER BY id LIMIT ?1)",
    )?;
    let payloads = payloads.execute([limit])?;
    Ok(Dropped { records, payloads })
}

/// Returns how many records a stub stands for.
fn dropped(connection: &Connection) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached("SELECT size FROM stub WHERE id = 1")?;
    let size = statement.query_row([], |row| count(row, 0)).optional()?;
    Ok(size.unwrap_or(0))
}

/// Reads the stub.
pub(super) fn stub(connection: &Connection) -> rusqlite::Result<Result<Option<Stub>, StoreError>> {
    let mut statement =
        connection.prepare_cached("SELECT size, frontier, note FROM stub WHERE id = 1")?;
    let row = statement.query_row([], |row| {
        let tree = Tree::restore(count(row, 0)?, row.get_ref(1)?.as_blob()?);
        Ok((tree, row.get(2)?))
    });
    let Some((tree, note)) = row.optional()? else {
        return Ok(Ok(None));
    };
    let mut statement =
        connection.prepare_cached("SELECT name, seq, hash FROM stub_head ORDER BY name")?;
    let head = |row: &rusqlite::Row<'_>| {
        Ok(ChainHead {
            chain: row.get(0)?,
            seq: count(row, 1)?,
            hash: row.get(2)?,
        })
    };
    let heads = statement
        .query_map([], head)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(tree.map(|tree| Some(Stub { tree, heads, note })))
}

/// Returns how many bytes of the database are in use: pages that were given back are written again before it grows.
pub(super) fn bytes_used(connection: &Connection) -> rusqlite::Result<u64> {
    let pragma =
        |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| count(row, 0));
    let pages = pragma("page_count")?.saturating_sub(pragma("freelist_count")?);
    Ok(pages.saturating_mul(pragma("page_size")?))
}
