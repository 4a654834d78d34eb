//! Where each chain ends, for the time of one transaction: read once, and written once, however many records it gets.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::reader::{count, signed};
use crate::store::CHAIN_START;

/// The chains that a transaction appends to.
#[derive(Debug, Default)]
pub(super) struct Heads(BTreeMap<String, Head>);

/// The last record of one chain.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    /// The chain's row.
    pub(super) id: i64,
    pub(super) seq: u64,
    pub(super) hash: [u8; 32],
}

// === impl Heads ===

impl Heads {
    /// The chain's last record, for the caller to move on; a chain that is new gets its row.
    pub(super) fn of(
        &mut self,
        connection: &Connection,
        chain: &str,
    ) -> rusqlite::Result<&mut Head> {
        // Looked up twice where it is there, since a name is only copied where it is not.
        if !self.0.contains_key(chain) {
            let head = read(connection, chain)?;
            self.0.insert(chain.to_owned(), head);
        }
        self.0
            .get_mut(chain)
            .ok_or(rusqlite::Error::QueryReturnedNoRows)
    }

    /// Writes down where the chains end now.
    pub(super) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        for head in self.0.values() {
            let mut statement =
                connection.prepare_cached("UPDATE chain SET seq = ?1, hash = ?2 WHERE id = ?3")?;
            statement.execute(params![signed(head.seq), head.hash, head.id])?;
        }
        Ok(())
    }
}

fn read(connection: &Connection, chain: &str) -> rusqlite::Result<Head> {
    let mut statement =
        connection.prepare_cached("SELECT id, seq, hash FROM chain WHERE name = ?1")?;
    let found = statement.query_row([chain], |row| {
        Ok(Head {
            id: row.get(0)?,
            seq: count(row, 1)?,
            hash: row.get(2)?,
        })
    });
    if let Some(head) = found.optional()? {
        return Ok(head);
    }
    let mut statement =
        connection.prepare_cached("INSERT INTO chain (name, seq, hash) VALUES (?1, 0, ?2)")?;
    Ok(Head {
        id: statement.insert(params![chain, CHAIN_START])?,
        seq: 0,
        hash: CHAIN_START,
    })
}
