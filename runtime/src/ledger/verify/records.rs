//! The log itself: linked, without gaps, and under the roots that the checkpoints state.

use std::collections::HashMap;

use super::Run;
use super::notes::Stated;
use crate::ledger::LedgerError;
use crate::store::{CHAIN_START, ChainHead, Log, Record, Stub, Tree, chain_hash};

/// What has been read of the log so far.
#[derive(Default)]
struct Read {
    heads: HashMap<String, (u64, [u8; 32])>,
    tree: Tree,
    /// Whether every record so far stood where it should. Without that the tree says nothing.
    whole: bool,
    /// The checkpoint that agreed last, and whether one has disagreed since.
    agreed: u64,
    disagreed: bool,
}

// === impl Run ===

impl Run<'_> {
    /// Reads the whole log once and compares it with what the checkpoints state and with what the store derived from it.
    pub(super) fn records(
        &mut self,
        log: &dyn Log,
        stub: Option<Stub>,
        stated: &Stated,
    ) -> Result<(), LedgerError> {
        let mut read = Read {
            whole: true,
            ..Read::default()
        };
        if let Some(stub) = stub {
            self.report.size = stub.size();
            read.tree = stub.tree;
            let head = |head: ChainHead| (head.chain, (head.seq, head.hash));
            read.heads.extend(stub.heads.into_iter().map(head));
            self.compare_root(self.report.size, &mut read, stated);
        }
        let (mut from, mut unreadable) = (0, false);
        loop {
            let page = log.records(from, self.verification.page);
            let Some(page) = self.readable(Some(from.max(1)), "a record from here on", page)?
            else {
                unreadable = true;
                break;
            };
            let Some(last) = page.last() else { break };
            from = last.position.saturating_add(1);
            for record in &page {
                self.record(record, &mut read);
                self.compare_root(record.position, &mut read, stated);
            }
        }
        self.report.chains = read.heads.len() as u64;
        if unreadable {
            return Ok(());
        }
        if let Some((size, _)) = stated
            .last_key_value()
            .filter(|(size, _)| **size > self.report.size)
        {
            let there = self.report.size;
            self.missing(
                Some(*size),
                format!("a checkpoint covers {size} records, and there are {there}"),
            );
        }
        self.derived(log, read)
    }

    fn record(&mut self, record: &Record, read: &mut Read) {
        let (expected, position) = (self.report.size + 1, record.position);
        self.report.size += 1;
        if read.whole && position != expected {
            read.whole = false;
            self.missing(
                Some(expected),
                format!("position {position} stands where {expected} should"),
            );
        }
        let (seq, hash) = read
            .heads
            .entry(record.chain.clone())
            .or_insert((0, CHAIN_START));
        let follows = record.seq == *seq + 1;
        let links = record.hash == chain_hash(hash, &record.chain, record.seq, &record.body);
        let (chain, before) = (&record.chain, *seq);
        (*seq, *hash) = (record.seq, record.hash);
        if !follows {
            self.missing(
                Some(position),
                format!(
                    "in chain `{chain}` record {} follows record {before}",
                    record.seq
                ),
            );
        } else if !links {
            self.altered(
                Some(position),
                format!(
                    "record {} of chain `{chain}` does not match its hash",
                    record.seq
                ),
            );
        }
        read.tree.push(&record.chain, record.seq, &record.hash);
    }

    /// Compares the root over everything up to `position` with what checkpoints of that size state.
    fn compare_root(&mut self, position: u64, read: &mut Read, stated: &Stated) {
        for (label, root) in stated.get(&position).into_iter().flatten() {
            if read.whole && read.tree.size() == position && *root == read.tree.root() {
                self.report.covered = self.report.covered.max(position);
                self.report.checkpoints += u64::from(read.agreed < position);
                read.agreed = position;
            } else if !std::mem::replace(&mut read.disagreed, true) {
                let agreed = read.agreed;
                self.altered(
                    Some(position),
                    format!("the records up to {position} are not those of the checkpoint in {label}; up to {agreed} they are"),
                );
            }
        }
    }

    /// Compares with the tree and the heads that the next commit would go on from.
    fn derived(&mut self, log: &dyn Log, read: Read) -> Result<(), LedgerError> {
        let head = log.head();
        if let Some(head) = self.readable(None, "the tree", head)?
            && (head.size != read.tree.size() || head.root != read.tree.root())
        {
            self.altered(
                Some(head.size),
                "the stored tree is not the one over the records",
            );
        }
        let (mut heads, mut after) = (read.heads, None);
        loop {
            let page = log.chains(after.as_deref(), self.verification.page);
            let Some(page) = self.readable(None, "the head of a chain", page)? else {
                return Ok(());
            };
            for ChainHead { chain, seq, hash } in &page {
                if heads.remove(chain) != Some((*seq, *hash)) {
                    self.altered(
                        None,
                        format!("the stored head of chain `{chain}` is not its last record"),
                    );
                }
            }
            match page.into_iter().next_back() {
                Some(last) => after = Some(last.chain),
                None => break,
            }
        }
        for chain in heads.keys() {
            self.missing(None, format!("chain `{chain}` has records and no head"));
        }
        Ok(())
    }
}
