//! The rows of a ledger as somebody who can write the file sees them, and what they can do to cover their tracks.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, params};
use sinew_runtime::store::{CHAIN_START, Tree, chain_hash};

/// One row of `record`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) chain: i64,
    pub(crate) seq: i64,
    pub(crate) hash: Vec<u8>,
    pub(crate) body: Vec<u8>,
}

/// Everything a verifier reads but payloads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rows {
    pub(crate) records: BTreeMap<i64, Row>,
    pub(crate) chains: BTreeMap<i64, (String, i64, Vec<u8>)>,
    pub(crate) tree: (i64, Vec<u8>),
    pub(crate) checkpoints: BTreeMap<i64, String>,
}

impl Rows {
    pub(crate) fn read(path: &Path) -> Self {
        let connection = Connection::open(path).unwrap();
        let map = |sql: &str| connection.prepare(sql).unwrap();
        let records = map("SELECT position, chain, seq, hash, body FROM record")
            .query_map([], |row| {
                Ok((
                    row.get(0)?,
                    Row {
                        chain: row.get(1)?,
                        seq: row.get(2)?,
                        hash: row.get(3)?,
                        body: row.get(4)?,
                    },
                ))
            })
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let chains = map("SELECT id, name, seq, hash FROM chain")
            .query_map([], |row| {
                Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?)))
            })
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let checkpoints = map("SELECT size, note FROM checkpoint")
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let tree = connection.query_row("SELECT size, frontier FROM tree", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        });
        Self {
            records,
            chains,
            tree: tree.unwrap(),
            checkpoints,
        }
    }

    /// Writes the difference to `before` into the database at `path`, which holds `before`.
    pub(crate) fn write(&self, before: &Self, path: &Path) {
        let connection = Connection::open(path).unwrap();
        connection.execute_batch("PRAGMA synchronous = OFF; BEGIN; DROP INDEX record_by_chain; DROP INDEX chain_by_name").unwrap();
        for position in before
            .records
            .keys()
            .filter(|position| !self.records.contains_key(position))
        {
            connection
                .execute("DELETE FROM record WHERE position = ?1", [position])
                .unwrap();
        }
        for (position, row) in self
            .records
            .iter()
            .filter(|(position, row)| before.records.get(position) != Some(row))
        {
            let values = params![position, row.chain, row.seq, row.hash, row.body];
            connection
                .execute(
                    "INSERT OR REPLACE INTO record VALUES (?1, ?2, ?3, ?4, ?5)",
                    values,
                )
                .unwrap();
        }
        if self.chains != before.chains {
            connection.execute("DELETE FROM chain", []).unwrap();
            for (id, (name, seq, hash)) in &self.chains {
                connection
                    .execute(
                        "INSERT INTO chain VALUES (?1, ?2, ?3, ?4)",
                        params![id, name, seq, hash],
                    )
                    .unwrap();
            }
        }
        if self.checkpoints != before.checkpoints {
            connection.execute("DELETE FROM checkpoint", []).unwrap();
            for (size, note) in &self.checkpoints {
                connection
                    .execute(
                        "INSERT INTO checkpoint (size, note) VALUES (?1, ?2)",
                        params![size, note],
                    )
                    .unwrap();
            }
        }
        connection
            .execute(
                "UPDATE tree SET size = ?1, frontier = ?2",
                params![self.tree.0, self.tree.1],
            )
            .unwrap();
        connection.execute_batch("COMMIT").unwrap();
    }

    /// Closes every gap: positions and places in chains count from one again.
    pub(crate) fn renumber(&mut self) {
        let mut seqs = BTreeMap::new();
        let records = std::mem::take(&mut self.records);
        for (position, (_, mut row)) in (1..).zip(records) {
            let seq = seqs.entry(row.chain).or_insert(0);
            *seq += 1;
            row.seq = *seq;
            self.records.insert(position, row);
        }
    }

    /// Links every chain anew and rebuilds heads and tree, so that the database agrees with itself.
    pub(crate) fn rebuild(&mut self) {
        self.renumber();
        let mut heads: BTreeMap<i64, (i64, [u8; 32])> = BTreeMap::new();
        let mut tree = Tree::default();
        for row in self.records.values_mut() {
            // A record of a chain that has no name stays as it is.
            let Some((name, ..)) = self.chains.get(&row.chain) else {
                continue;
            };
            let (seq, hash) = heads.entry(row.chain).or_insert((0, CHAIN_START));
            *seq = row.seq;
            *hash = chain_hash(hash, name, row.seq.unsigned_abs(), &row.body);
            row.hash = hash.to_vec();
            tree.push(name, row.seq.unsigned_abs(), hash);
        }
        self.chains.retain(|id, _| heads.contains_key(id));
        for (id, (_, seq, hash)) in &mut self.chains {
            (*seq, *hash) = (heads[id].0, heads[id].1.to_vec());
        }
        self.tree = (tree.size().cast_signed(), tree.frontier_bytes());
    }

    /// The root that the rebuilt database has.
    pub(crate) fn root(&self) -> [u8; 32] {
        Tree::restore(self.tree.0.unsigned_abs(), &self.tree.1)
            .unwrap()
            .root()
    }
}
