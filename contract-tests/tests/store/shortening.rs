//! What every store promises about a log whose old records are dropped.

use sinew_runtime::store::{
    ChainHead, Commit, Dropped, Payload, Store, StoredCheckpoint, Stub, Tree,
};

use crate::{Bench, entry};

/// Commits a record with a payload of its own.
fn record(store: &dyn Store, chain: &str, salt: u8) -> [u8; 32] {
    let payload = Payload::new([salt; 16], b"p".to_vec());
    let (digest, payloads) = (payload.digest, vec![payload]);
    store
        .commit(Commit {
            payloads,
            ..Commit::of_entries(vec![entry(chain, "{}")])
        })
        .unwrap();
    digest
}

pub(crate) fn checkpoint(store: &dyn Store) {
    let size = store.head().unwrap().size;
    let note = format!("note {size}");
    store
        .add_checkpoint(&StoredCheckpoint { size, note })
        .unwrap();
}

/// A stub over the first `size` records, in which the chains in `closed` end.
pub(crate) fn stub(store: &dyn Store, size: u64, closed: &[&str]) -> (Stub, Vec<ChainHead>) {
    let mut tree = store
        .stub()
        .unwrap()
        .map_or_else(Tree::default, |stub| stub.tree);
    let more = size.saturating_sub(tree.size());
    for record in store.records(1, usize::try_from(more).unwrap()).unwrap() {
        tree.push(&record.chain, record.seq, &record.hash);
    }
    let ends = |head: &ChainHead| {
        let last = store.chain_records(&head.chain, head.seq, 1).unwrap();
        closed.contains(&head.chain.as_str()) && last.iter().all(|last| last.position <= size)
    };
    let (closed, heads) = store.chains(None, 10).unwrap().into_iter().partition(ends);
    let note = "stub".to_owned();
    (Stub { tree, heads, note }, closed)
}

pub(crate) fn dropped_records_are_seen_by_nobody_and_the_log_goes_on(bench: &Bench) {
    let store = &*bench.store;
    let old = record(store, "once", 1);
    checkpoint(store);
    let between = record(store, "gate", 2);
    checkpoint(store);
    let young = record(store, "gate", 3);
    checkpoint(store);
    let head = store.head().unwrap();
    let (stub, closed) = stub(store, 2, &["once"]);
    assert!(store.shorten(&stub, &closed).unwrap());
    assert_eq!(store.stub().unwrap(), Some(stub.clone()));
    let positions = |store: &dyn Store| -> Vec<u64> {
        store
            .records(0, 10)
            .unwrap()
            .iter()
            .map(|record| record.position)
            .collect()
    };
    assert_eq!(positions(store), [3]);
    assert_eq!(store.chain_records("gate", 1, 10).unwrap().len(), 1);
    assert_eq!(store.chain_records("once", 1, 10).unwrap(), []);
    assert_eq!(store.head().unwrap(), head);
    let sizes: Vec<_> = store
        .checkpoints(0, 10)
        .unwrap()
        .iter()
        .map(|kept| kept.size)
        .collect();
    assert_eq!(sizes, [2, 3]);
    // One row of each sort a call; what was kept with the last of the old records goes with the next stub.
    assert_eq!(
        store.drop_stubbed(1).unwrap(),
        Dropped {
            records: 1,
            payloads: 1
        }
    );
    assert_eq!(
        store.drop_stubbed(1).unwrap(),
        Dropped {
            records: 1,
            payloads: 0
        }
    );
    assert_eq!(store.drop_stubbed(1).unwrap(), Dropped::default());
    assert_eq!(store.payload(&old).unwrap(), None);
    assert!(store.payload(&between).unwrap().is_some());
    assert!(store.payload(&young).unwrap().is_some());
    record(store, "gate", 4);
    record(store, "once", 5);
    let records = store.records(0, 10).unwrap();
    let places: Vec<_> = records
        .iter()
        .map(|record| (record.position, record.chain.as_str(), record.seq))
        .collect();
    assert_eq!(places, [(3, "gate", 2), (4, "gate", 3), (5, "once", 1)]);
    assert!(
        !store.shorten(&stub, &[]).unwrap(),
        "a stub as large stands already"
    );
}

pub(crate) fn a_chain_that_went_on_is_not_closed(bench: &Bench) {
    let store = &*bench.store;
    record(store, "once", 1);
    record(store, "gate", 2);
    let (stub, closed) = stub(store, 2, &["once"]);
    record(store, "once", 3);
    assert!(!store.shorten(&stub, &closed).unwrap());
    assert_eq!(store.stub().unwrap(), None);
    assert_eq!(store.records(0, 10).unwrap().len(), 3);
}

pub(crate) fn payloads_that_come_after_all_were_dropped_stay(bench: &Bench) {
    let store = &*bench.store;
    let bare = || {
        store
            .commit(Commit::of_entries(vec![entry("gate", "{}")]))
            .unwrap()
    };
    record(store, "gate", 1);
    let newest = record(store, "gate", 2);
    for _ in 0..3 {
        checkpoint(store);
        bare();
    }
    let (first, _) = stub(store, 3, &[]);
    assert!(store.shorten(&first, &[]).unwrap());
    let dropped = store.drop_stubbed(9).unwrap();
    assert_eq!((dropped.records, dropped.payloads), (3, 1));
    assert!(store.payload(&newest).unwrap().is_some());
    let later = record(store, "gate", 4);
    let (second, _) = stub(store, 5, &[]);
    assert!(store.shorten(&second, &[]).unwrap());
    store.drop_stubbed(9).unwrap();
    assert_eq!(store.payload(&newest).unwrap(), None);
    assert!(store.payload(&later).unwrap().is_some());
}
