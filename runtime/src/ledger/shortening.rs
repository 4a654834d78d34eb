//! Which records are old enough to go, and the stub that is to stand for them.

use std::collections::BTreeMap;

use super::stub::StubNote;
use super::{Checkpoint, LedgerError, LedgerKey};
use crate::store::{ChainHead, Record, Store, Stub, Tree};

/// Records that one stub adds to those that are gone, at most: they are read again before they go.
const STEP_RECORDS: u64 = 20_000;

/// How many rows are read at a time.
const PAGE: usize = 1_000;

/// When records are dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Records that a checkpoint of before this time (unix microseconds) covers go.
    pub before: i64,
    /// While the store uses more than this, the oldest go as well.
    pub bytes_max: u64,
}

/// A stub, ready to be set.
#[derive(Debug)]
pub(super) struct Shortening {
    pub(super) stub: Stub,
    /// The chains that end with it.
    pub(super) closed: Vec<ChainHead>,
}

// === impl Shortening ===

impl Shortening {
    /// Finds what is to go next and makes its stub; `None` when nothing is old enough.
    ///
    /// # Errors
    /// [`LedgerError::Altered`] when the records are not those of the checkpoint over them: then they are evidence, and stay.
    pub(super) fn next(
        store: &dyn Store,
        retention: &Retention,
        key: &LedgerKey,
        now: i64,
    ) -> Result<Option<Self>, LedgerError> {
        let stub = store.stub()?;
        let gone = stub.as_ref().map_or(0, Stub::size);
        let Some(checkpoint) = last_to_go(store, gone, retention)? else {
            return Ok(None);
        };
        let (tree, heads) = replay(store, stub, checkpoint.size)?;
        if tree.root() != checkpoint.root {
            return Err(LedgerError::Altered {
                size: checkpoint.size,
            });
        }
        let (closed, heads) = closing(store, heads)?;
        let stub = StubNote::sign(tree, heads, now, key);
        Ok(Some(Self { stub, closed }))
    }
}

/// Finds the last checkpoint whose records go in this step. The newest checkpoint of all stays out of it, so that there is
/// always one to go on from.
fn last_to_go(
    store: &dyn Store,
    gone: u64,
    retention: &Retention,
) -> Result<Option<Checkpoint>, LedgerError> {
    let Some(newest) = store.last_checkpoint()?.map(|newest| newest.size) else {
        return Ok(None);
    };
    let full = store.bytes_used()? > retention.bytes_max;
    // A tenth at a time: what is still there after that is looked at again.
    let for_room = if full {
        gone + (newest - gone.min(newest)).div_ceil(10)
    } else {
        gone
    };
    let goes = |checkpoint: &Checkpoint| {
        checkpoint.size < newest
            && checkpoint.size <= gone.saturating_add(STEP_RECORDS)
            && (checkpoint.unix_micros < retention.before || checkpoint.size <= for_room)
    };
    // Sizes and times grow together, so the boundary is found by halving. The first checkpoint goes alone if it is larger
    // than a step.
    let (mut found, mut low, mut high) = (None, gone, newest);
    while low < high {
        let middle = low + (high - low) / 2;
        let next = store.checkpoints(middle, 1)?;
        let next = next.first().and_then(|next| Checkpoint::parse(&next.note));
        match next {
            Some(next) if goes(&next) => {
                low = next.size;
                found = Some(next);
            }
            _ => high = middle,
        }
    }
    if found.is_some() {
        return Ok(found);
    }
    let first = store.checkpoints(gone, 1)?;
    let first = first
        .first()
        .and_then(|first| Checkpoint::parse(&first.note));
    Ok(first.filter(|first| first.size < newest && (full || first.unix_micros < retention.before)))
}

type Heads = BTreeMap<String, (u64, [u8; 32])>;

/// Reads the records from the stub on up to position `to`, and returns what follows from them.
fn replay(store: &dyn Store, stub: Option<Stub>, to: u64) -> Result<(Tree, Heads), LedgerError> {
    let (mut tree, mut heads) = (Tree::default(), Heads::new());
    if let Some(stub) = stub {
        tree = stub.tree;
        let head = |head: ChainHead| (head.chain, (head.seq, head.hash));
        heads.extend(stub.heads.into_iter().map(head));
    }
    while tree.size() < to {
        let page = store.records(tree.size() + 1, PAGE)?;
        if page.is_empty() {
            return Err(LedgerError::Altered { size: to });
        }
        for Record {
            chain, seq, hash, ..
        } in page
        {
            if tree.size() < to {
                tree.push(&chain, seq, &hash);
                heads.insert(chain, (seq, hash));
            }
        }
    }
    Ok((tree, heads))
}

/// Parts the chains that have no later record from those that go on.
fn closing(
    store: &dyn Store,
    mut heads: Heads,
) -> Result<(Vec<ChainHead>, Vec<ChainHead>), LedgerError> {
    let (mut closed, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = store.chains(after.as_deref(), PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.chain.clone());
        for head in page {
            if heads.get(&head.chain) == Some(&(head.seq, head.hash)) {
                heads.remove(&head.chain);
                closed.push(head);
            }
        }
    }
    let head = |(chain, (seq, hash))| ChainHead { chain, seq, hash };
    Ok((closed, heads.into_iter().map(head).collect()))
}
