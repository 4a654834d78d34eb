//! The cases that every store is put through.

use std::collections::BTreeMap;
use std::time::Duration;

use sinew_runtime::store::{
    CHAIN_START, Commit, Durability, Expired, Expiry, InputKey, Outcome, Payload, Receipt,
    ScopeState, StoreError, StoredCheckpoint, StoredPayload, Tree, chain_hash,
};

use crate::{Bench, answered, entry, key, vars, write};

pub(crate) fn an_empty_store_reads_as_empty(bench: &Bench) {
    let store = &bench.store;
    let head = store.head().unwrap();
    assert_eq!((head.size, head.root), (0, Tree::default().root()));
    assert_eq!(store.stub().unwrap(), None);
    assert_eq!(store.load(&key("a")).unwrap(), ScopeState::default());
    assert_eq!(store.records(1, 10).unwrap(), []);
    assert_eq!(store.chain_records("gate", 1, 10).unwrap(), []);
    assert_eq!(store.chains(None, 10).unwrap(), []);
    assert_eq!(store.payload(&[0; 32]).unwrap(), None);
    assert_eq!(store.outcome(&InputKey([0; 32])).unwrap(), None);
    assert_eq!(store.last_checkpoint().unwrap(), None);
    assert!(!store.delete_scope(&key("a")).unwrap());
    assert!(!store.erase_payload(&[0; 32]).unwrap());
}

pub(crate) fn a_written_scope_reads_back_and_deletes_by_name(bench: &Bench) {
    let store = &bench.store;
    let first = store
        .commit(write("a", 0, &[("x", Some("1")), ("y", Some("2"))]))
        .unwrap();
    assert_eq!(first.revisions, [1]);
    let second = store
        .commit(write(
            "a",
            1,
            &[("x", None), ("y", Some("")), ("gone", None)],
        ))
        .unwrap();
    assert_eq!(second.revisions, [2]);
    let state = store.load(&key("a")).unwrap();
    assert_eq!(
        (state.revision, vars(&state)),
        (2, BTreeMap::from([("y", &b""[..])]))
    );
    assert_eq!(store.load(&key("b")).unwrap(), ScopeState::default());
}

pub(crate) fn a_stale_revision_is_a_conflict_and_leaves_no_trace(bench: &Bench) {
    let store = &bench.store;
    store.commit(write("a", 0, &[("x", Some("1"))])).unwrap();
    let stale = Commit {
        entries: vec![entry("gate", "{}")],
        payloads: vec![Payload::new([1; 16], b"p".to_vec())],
        outcome: Some((InputKey([9; 32]), vec![1])),
        ..write("a", 0, &[("x", Some("2"))])
    };
    let refused = store.commit(stale.clone());
    assert_eq!(
        refused,
        Err(StoreError::Conflict {
            key: key("a"),
            base: 0,
            current: 1
        })
    );
    assert_eq!(store.head().unwrap().size, 0);
    assert_eq!(store.payload(&stale.payloads[0].digest).unwrap(), None);
    assert_eq!(store.outcome(&InputKey([9; 32])).unwrap(), None);
    assert_eq!(
        vars(&store.load(&key("a")).unwrap()),
        BTreeMap::from([("x", &b"1"[..])])
    );
}

pub(crate) fn a_deleted_scope_never_shows_an_old_revision_again(bench: &Bench) {
    let store = &bench.store;
    for base in 0..5 {
        store.commit(write("a", base, &[("x", Some("1"))])).unwrap();
    }
    store.commit(write("b", 0, &[])).unwrap();
    assert!(store.delete_scope(&key("a")).unwrap());
    assert_eq!(store.load(&key("a")).unwrap(), ScopeState::default());
    let back = store.commit(write("a", 0, &[("y", Some("1"))])).unwrap();
    assert_eq!(back.revisions, [6]);
    let beside = store.commit(write("b", 1, &[])).unwrap();
    assert_eq!(beside.revisions, [2], "other scopes count on");
    let slow = store.commit(write("a", 5, &[("x", Some("2"))]));
    assert_eq!(
        slow,
        Err(StoreError::Conflict {
            key: key("a"),
            base: 5,
            current: 6
        })
    );
}

pub(crate) fn scopes_are_written_together_or_not_at_all(bench: &Bench) {
    let store = &bench.store;
    let both = |a, b| Commit {
        scopes: [
            write("a", a, &[("x", Some("1"))]),
            write("b", b, &[("y", Some("1"))]),
        ]
        .into_iter()
        .flat_map(|commit| commit.scopes)
        .collect(),
        ..Commit::default()
    };
    assert_eq!(store.commit(both(0, 0)).unwrap().revisions, [1, 1]);
    let conflict = |scope, base, current| {
        Err(StoreError::Conflict {
            key: key(scope),
            base,
            current,
        })
    };
    assert_eq!(store.commit(both(1, 0)), conflict("b", 0, 1));
    assert_eq!(store.load(&key("a")).unwrap().revision, 1);
    let twice = Commit {
        scopes: [both(1, 1).scopes, both(1, 1).scopes].concat(),
        ..Commit::default()
    };
    assert_eq!(store.commit(twice), conflict("a", 1, 2));
    assert_eq!(store.load(&key("b")).unwrap().revision, 1);
}

pub(crate) fn a_scope_ends_with_its_commit_or_not_at_all(bench: &Bench) {
    let store = &bench.store;
    for scope in ["a", "b", "c"] {
        store.commit(write(scope, 0, &[("x", Some("1"))])).unwrap();
    }
    let ending = |base| Commit {
        ended: vec![key("a"), key("never")],
        ..write("b", base, &[("x", Some("2"))])
    };
    assert!(store.commit(ending(0)).is_err());
    assert_eq!(store.load(&key("a")).unwrap().revision, 1);
    assert_eq!(store.commit(ending(1)).unwrap().revisions, [2]);
    assert_eq!(store.load(&key("a")).unwrap(), ScopeState::default());
    let back = store.commit(write("a", 0, &[])).unwrap();
    assert_eq!(back.revisions, [2], "its old revision is not used again");
}

pub(crate) fn names_of_scopes_join_up_and_are_one_plugins(bench: &Bench) {
    let store = &bench.store;
    for scope in ["b", "a", "B", "é", "a:1"] {
        store.commit(write(scope, 0, &[])).unwrap();
    }
    let names = |after, limit| store.scopes("guard", after, limit).unwrap();
    assert_eq!(names("", 10), ["B", "a", "a:1", "b", "é"]);
    assert_eq!(names("", 2), ["B", "a"]);
    assert_eq!(names("a", 2), ["a:1", "b"]);
    assert_eq!(store.scopes("guar", "", 10).unwrap(), [""; 0]);
}

pub(crate) fn positions_and_chains_have_no_gaps_and_hashes_link(bench: &Bench) {
    let store = &bench.store;
    let mut heads: BTreeMap<String, (u64, [u8; 32])> = BTreeMap::new();
    let mut position = 0;
    for turn in 0..20_u32 {
        let chain = format!("guard/session:{}", turn % 3);
        let entries = vec![
            entry("gate", &format!("{{\"g\":{turn}}}")),
            entry(&chain, "{}"),
            entry(&chain, "[]"),
        ];
        let receipt = store.commit(Commit::of_entries(entries.clone())).unwrap();
        assert_eq!(receipt.positions.len(), entries.len());
        for (entry, place) in entries.iter().zip(receipt.positions) {
            let (seq, hash) = heads.entry(entry.chain.clone()).or_insert((0, CHAIN_START));
            (*seq, position) = (*seq + 1, position + 1);
            *hash = chain_hash(hash, &entry.chain, *seq, &entry.body);
            assert_eq!(
                (place.position, place.chain_seq, place.hash),
                (position, *seq, *hash)
            );
        }
    }
    let stored = store.chains(None, 100).unwrap();
    assert_eq!(stored.len(), 4);
    for head in stored {
        assert_eq!(heads[&head.chain], (head.seq, head.hash));
        let records = store.chain_records(&head.chain, 1, 1_000).unwrap();
        assert!(records.iter().map(|record| record.seq).eq(1..=head.seq));
        assert!(records.iter().all(|record| record.chain == head.chain));
    }
}

pub(crate) fn the_root_is_the_tree_over_the_global_order(bench: &Bench) {
    let store = &bench.store;
    let mut tree = Tree::default();
    for turn in 0..33 {
        let entries = (0..turn % 4)
            .map(|n| entry(&format!("c{n}"), "{}"))
            .collect();
        store.commit(Commit::of_entries(entries)).unwrap();
        for record in store.records(tree.size() + 1, 10).unwrap() {
            tree.push(&record.chain, record.seq, &record.hash);
        }
        let head = store.head().unwrap();
        assert_eq!((head.size, head.root), (tree.size(), tree.root()));
    }
}

pub(crate) fn a_payload_reads_back_and_erases_to_its_digest(bench: &Bench) {
    let store = &bench.store;
    let payload = Payload::new([3; 16], b"secret".to_vec());
    let commit = Commit {
        payloads: vec![payload.clone(), payload.clone()],
        ..Commit::default()
    };
    store.commit(commit.clone()).unwrap();
    store.commit(commit).unwrap();
    let stored = store.payload(&payload.digest).unwrap().unwrap();
    assert!(stored.intact());
    assert_eq!(stored.content, Some((payload.salt, payload.bytes)));
    assert!(store.erase_payload(&payload.digest).unwrap());
    assert!(!store.erase_payload(&payload.digest).unwrap());
    let erased = |number| StoredPayload {
        number,
        digest: payload.digest,
        content: None,
    };
    // Kept as often as it was given: a salt that is random gives no digest twice.
    assert_eq!(store.payloads(0, 10).unwrap(), [1, 2, 3, 4].map(erased));
}

pub(crate) fn a_payload_is_found_among_many(bench: &Bench) {
    let store = &bench.store;
    let kept = |n: u16| {
        let mut salt = [0; 16];
        salt[..2].copy_from_slice(&n.to_be_bytes());
        Payload::new(salt, vec![7])
    };
    for first in (0..1_500).step_by(100) {
        let payloads = (first..first + 100).map(kept).collect();
        let commit = Commit {
            payloads,
            ..Commit::default()
        };
        store.commit(commit).unwrap();
    }
    for n in 0..1_500 {
        let found = store.payload(&kept(n).digest).unwrap().unwrap();
        assert_eq!(found.number, u64::from(n) + 1);
        assert!(found.content.is_some());
    }
    assert_eq!(store.payload(&kept(1_500).digest).unwrap(), None);
    assert!(store.erase_payload(&kept(700).digest).unwrap());
    let content = |n| store.payload(&kept(n).digest).unwrap().unwrap().content;
    assert_eq!(content(700), None);
    assert!(content(699).is_some() && content(701).is_some());
}

pub(crate) fn an_outcome_answers_its_input_once(bench: &Bench) {
    let store = &bench.store;
    store.commit(answered(7)).unwrap();
    assert_eq!(
        store.commit(answered(7)),
        Err(StoreError::Answered(InputKey([7; 32])))
    );
    let outcome = |answer, position| Some(Outcome { answer, position });
    assert_eq!(
        store.outcome(&InputKey([7; 32])).unwrap(),
        outcome(vec![7], Some(1))
    );
    assert_eq!(store.head().unwrap().size, 1);
    // The last record of a commit is the one that the answer is about.
    let of_two = Commit {
        entries: vec![entry("gate", "{}"), entry("guard/none", "{}")],
        ..answered(8)
    };
    store.commit(of_two).unwrap();
    assert_eq!(
        store.outcome(&InputKey([8; 32])).unwrap(),
        outcome(vec![8], Some(3))
    );
    let of_none = Commit {
        entries: Vec::new(),
        ..answered(9)
    };
    store.commit(of_none).unwrap();
    assert_eq!(
        store.outcome(&InputKey([9; 32])).unwrap(),
        outcome(vec![9], None)
    );
}

pub(crate) fn scopes_and_outcomes_expire_by_age_within_the_limit(bench: &Bench) {
    let store = &bench.store;
    for (n, scope) in (1..).zip(["a", "b", "c"]) {
        store
            .commit(Commit {
                outcome: Some((InputKey([n; 32]), vec![])),
                ..write(scope, 0, &[("x", Some("1"))])
            })
            .unwrap();
        bench.clock.advance(Duration::from_micros(10));
    }
    let expiry = Expiry {
        scopes_before: 20,
        scope_prefix: "",
        outcomes_before: 11,
        limit: 1,
    };
    assert_eq!(
        store.expire(expiry).unwrap(),
        Expired {
            scopes: 1,
            outcomes: 1
        }
    );
    assert_eq!(
        store.expire(expiry).unwrap(),
        Expired {
            scopes: 1,
            outcomes: 1
        }
    );
    assert_eq!(
        store.expire(expiry).unwrap(),
        Expired {
            scopes: 0,
            outcomes: 0
        }
    );
    assert_eq!(store.load(&key("b")).unwrap(), ScopeState::default());
    let of_others = Expiry {
        scopes_before: i64::MAX,
        scope_prefix: "session:",
        ..expiry
    };
    assert_eq!(store.expire(of_others).unwrap().scopes, 0);
    assert_eq!(store.load(&key("c")).unwrap().revision, 1);
    assert!(store.outcome(&InputKey([3; 32])).unwrap().is_some());
}

pub(crate) fn checkpoints_read_back_in_order(bench: &Bench) {
    let store = &bench.store;
    let checkpoint = |size: u64| StoredCheckpoint {
        size,
        note: format!("note {size}\n"),
    };
    for size in [5, 900, 77] {
        store.add_checkpoint(&checkpoint(size)).unwrap();
    }
    assert_eq!(
        store.checkpoints(0, 10).unwrap(),
        [5, 77, 900].map(checkpoint)
    );
    assert_eq!(store.checkpoints(5, 1).unwrap(), [checkpoint(77)]);
    assert_eq!(store.last_checkpoint().unwrap(), Some(checkpoint(900)));
}

pub(crate) fn pages_of_records_chains_and_payloads_join_up(bench: &Bench) {
    let store = &bench.store;
    for n in 0..23_u8 {
        let payloads = vec![Payload::new([n; 16], vec![n])];
        let entries = vec![entry(&format!("chain {n:02}"), "{}")];
        store
            .commit(Commit {
                payloads,
                ..Commit::of_entries(entries)
            })
            .unwrap();
    }
    let (mut from, mut after, mut number, mut seen) = (1, None::<String>, 0, [0; 3]);
    loop {
        let (records, chains) = (
            store.records(from, 5).unwrap(),
            store.chains(after.as_deref(), 5).unwrap(),
        );
        let payloads = store.payloads(number, 5).unwrap();
        assert!(payloads.iter().all(StoredPayload::intact));
        let (Some(record), Some(chain), Some(payload)) =
            (records.last(), chains.last(), payloads.last())
        else {
            break;
        };
        (from, after, number) = (
            record.position + 1,
            Some(chain.chain.clone()),
            payload.number,
        );
        seen = [
            seen[0] + records.len(),
            seen[1] + chains.len(),
            seen[2] + payloads.len(),
        ];
    }
    assert_eq!(seen, [23; 3]);
}

pub(crate) fn names_are_compared_byte_for_byte(bench: &Bench) {
    let store = &bench.store;
    let names = [
        "Gate",
        "gate",
        "gate ",
        "gat\u{e9}",
        "gate\u{301}",
        "g%",
        "",
        "'; DROP TABLE record; --",
        "a\0b",
    ];
    for name in names {
        let commit = Commit {
            entries: vec![entry(name, "{}")],
            ..write(name, 0, &[(name, Some(name))])
        };
        store.commit(commit).unwrap();
    }
    for name in names {
        assert_eq!(
            vars(&store.load(&key(name)).unwrap()),
            BTreeMap::from([(name, name.as_bytes())])
        );
        assert_eq!(
            store.chain_records(name, 1, 10).unwrap().len(),
            1,
            "{name:?}"
        );
    }
}

pub(crate) fn writers_on_many_threads_lose_nothing(bench: &Bench) {
    let (threads, rounds) = (8, 50);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let store = &bench.store;
            scope.spawn(move || {
                for round in 0..rounds {
                    // Everybody wants the same scope, so all but one of those who read a revision meet a conflict.
                    loop {
                        let state = store.load(&key("shared")).unwrap();
                        let name = format!("{thread}.{round}");
                        let durability = if round % 25 == 0 {
                            Durability::Full
                        } else {
                            Durability::Normal
                        };
                        let entries = vec![
                            entry("shared", &name),
                            entry(&format!("own {thread}"), &name),
                        ];
                        let commit = write("shared", state.revision, &[(&name, Some("1"))]);
                        match store.commit(Commit {
                            entries,
                            durability,
                            ..commit
                        }) {
                            Ok(receipt) => {
                                assert_eq!(receipt.revisions, [state.revision + 1]);
                                break;
                            }
                            Err(StoreError::Conflict { .. }) => {}
                            Err(other) => panic!("{other}"),
                        }
                    }
                }
            });
        }
    });
    let store = &bench.store;
    let state = store.load(&key("shared")).unwrap();
    assert_eq!((state.revision, state.vars.len()), (400, 400));
    let records = store.records(1, 10_000).unwrap();
    assert!(records.iter().map(|record| record.position).eq(1..=800));
    assert_eq!(store.chain_records("shared", 1, 10_000).unwrap().len(), 400);
}

pub(crate) fn a_writable_store_proves_it_without_a_trace(bench: &Bench) {
    let before = bench.store.head().unwrap();
    bench.store.probe_writable().unwrap();
    assert_eq!(bench.store.head().unwrap(), before);
}

pub(crate) fn a_commit_without_anything_is_fine(bench: &Bench) {
    assert_eq!(
        bench.store.commit(Commit::default()).unwrap(),
        Receipt::default()
    );
}
