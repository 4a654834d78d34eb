//! What every store promises: one suite, run over the in-memory model and over `SQLite`, and the two compared.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use sinew_runtime::store::{
    CHAIN_START, Commit, Durability, Entry, Expired, Expiry, Fault, InputKey, Log, MemoryStore,
    Payload, Receipt, ScopeKey, ScopeState, ScopeWrite, SqliteReader, SqliteSettings, SqliteStore,
    Store, StoreError, StoredCheckpoint, StoredPayload, Tree, chain_hash,
};
use sinew_runtime::world::ManualClock;
use tempfile::TempDir;

/// A store, the clock it dates things with, and the folder it may live in.
struct Bench {
    store: Arc<dyn Store>,
    clock: Arc<ManualClock>,
    _dir: TempDir,
}

fn memory() -> Bench {
    let clock = Arc::new(ManualClock::new(0));
    let store = Arc::new(MemoryStore::new(clock.clone()));
    Bench {
        store,
        clock,
        _dir: TempDir::new().unwrap(),
    }
}

fn sqlite() -> Bench {
    let (clock, dir) = (Arc::new(ManualClock::new(0)), TempDir::new().unwrap());
    let settings = SqliteSettings {
        clock: clock.clone(),
        ..SqliteSettings::default()
    };
    let store = Arc::new(SqliteStore::open(&dir.path().join("sinew.db"), settings).unwrap());
    Bench {
        store,
        clock,
        _dir: dir,
    }
}

/// Makes one test a case and a store.
macro_rules! suite {
    ($($case:ident)*) => {
        mod memory { $(#[test] fn $case() { super::$case(&super::memory()); })* }
        mod sqlite { $(#[test] fn $case() { super::$case(&super::sqlite()); })* }
    };
}

suite! {
    an_empty_store_reads_as_empty
    a_written_scope_reads_back_and_deletes_by_name
    a_stale_revision_is_a_conflict_and_leaves_no_trace
    a_deleted_scope_never_shows_an_old_revision_again
    positions_and_chains_have_no_gaps_and_hashes_link
    the_root_is_the_tree_over_the_global_order
    a_payload_reads_back_and_erases_to_its_digest
    an_outcome_answers_its_input_once
    scopes_and_outcomes_expire_by_age_within_the_limit
    checkpoints_read_back_in_order
    pages_of_records_chains_and_payloads_join_up
    names_are_compared_byte_for_byte
    writers_on_many_threads_lose_nothing
    a_writable_store_proves_it_without_a_trace
    a_commit_without_anything_is_fine
}

// === Short ways to write things ===

fn key(scope: &str) -> ScopeKey {
    ScopeKey {
        plugin: "guard".to_owned(),
        scope: scope.to_owned(),
    }
}

fn entry(chain: &str, body: &str) -> Entry {
    Entry {
        chain: chain.to_owned(),
        body: body.as_bytes().to_vec(),
    }
}

fn write(scope: &str, base_revision: u64, delta: &[(&str, Option<&str>)]) -> Commit {
    let delta = delta.iter().map(|(name, value)| {
        (
            (*name).to_owned(),
            value.map(|value| value.as_bytes().to_vec()),
        )
    });
    let scope = Some(ScopeWrite {
        key: key(scope),
        base_revision,
        delta: delta.collect(),
    });
    Commit {
        scope,
        ..Commit::default()
    }
}

fn vars(state: &ScopeState) -> BTreeMap<&str, &[u8]> {
    state
        .vars
        .iter()
        .map(|(name, value)| (name.as_str(), &value[..]))
        .collect()
}

fn answered(input: u8) -> Commit {
    let outcome = Some((InputKey([input; 32]), vec![input]));
    Commit {
        outcome,
        ..Commit::of_entries(vec![entry("gate", "{}")])
    }
}

// === The cases ===

fn an_empty_store_reads_as_empty(bench: &Bench) {
    let store = &bench.store;
    let head = store.head().unwrap();
    assert_eq!(
        (head.size, head.chains, head.root),
        (0, 0, Tree::default().root())
    );
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

fn a_written_scope_reads_back_and_deletes_by_name(bench: &Bench) {
    let store = &bench.store;
    let first = store
        .commit(write("a", 0, &[("x", Some("1")), ("y", Some("2"))]))
        .unwrap();
    assert_eq!(first.revision, Some(1));
    let second = store
        .commit(write(
            "a",
            1,
            &[("x", None), ("y", Some("")), ("gone", None)],
        ))
        .unwrap();
    assert_eq!(second.revision, Some(2));
    let state = store.load(&key("a")).unwrap();
    assert_eq!(
        (state.revision, vars(&state)),
        (2, BTreeMap::from([("y", &b""[..])]))
    );
    assert_eq!(store.load(&key("b")).unwrap(), ScopeState::default());
}

fn a_stale_revision_is_a_conflict_and_leaves_no_trace(bench: &Bench) {
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

fn a_deleted_scope_never_shows_an_old_revision_again(bench: &Bench) {
    let store = &bench.store;
    for base in 0..5 {
        store.commit(write("a", base, &[("x", Some("1"))])).unwrap();
    }
    assert!(store.delete_scope(&key("a")).unwrap());
    assert_eq!(store.load(&key("a")).unwrap(), ScopeState::default());
    let back = store.commit(write("a", 0, &[("y", Some("1"))])).unwrap();
    assert_eq!(back.revision, Some(6));
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

fn positions_and_chains_have_no_gaps_and_hashes_link(bench: &Bench) {
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

fn the_root_is_the_tree_over_the_global_order(bench: &Bench) {
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

fn a_payload_reads_back_and_erases_to_its_digest(bench: &Bench) {
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
    let erased = StoredPayload {
        digest: payload.digest,
        content: None,
    };
    assert_eq!(store.payloads(None, 10).unwrap(), [erased]);
}

fn an_outcome_answers_its_input_once(bench: &Bench) {
    let store = &bench.store;
    store.commit(answered(7)).unwrap();
    assert_eq!(
        store.commit(answered(7)),
        Err(StoreError::Answered(InputKey([7; 32])))
    );
    assert_eq!(store.outcome(&InputKey([7; 32])).unwrap(), Some(vec![7]));
    assert_eq!(store.head().unwrap().size, 1);
}

fn scopes_and_outcomes_expire_by_age_within_the_limit(bench: &Bench) {
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
    assert_eq!(store.outcome(&InputKey([3; 32])).unwrap(), Some(vec![]));
}

fn checkpoints_read_back_in_order(bench: &Bench) {
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

fn pages_of_records_chains_and_payloads_join_up(bench: &Bench) {
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
    let (mut from, mut after, mut digest, mut seen) = (1, None::<String>, None, [0; 3]);
    loop {
        let (records, chains) = (
            store.records(from, 5).unwrap(),
            store.chains(after.as_deref(), 5).unwrap(),
        );
        let payloads = store.payloads(digest.as_ref(), 5).unwrap();
        assert!(payloads.iter().all(StoredPayload::intact));
        let (Some(record), Some(chain), Some(payload)) =
            (records.last(), chains.last(), payloads.last())
        else {
            break;
        };
        (from, after, digest) = (
            record.position + 1,
            Some(chain.chain.clone()),
            Some(payload.digest),
        );
        seen = [
            seen[0] + records.len(),
            seen[1] + chains.len(),
            seen[2] + payloads.len(),
        ];
    }
    assert_eq!(seen, [23; 3]);
}

fn names_are_compared_byte_for_byte(bench: &Bench) {
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

fn writers_on_many_threads_lose_nothing(bench: &Bench) {
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
                                assert_eq!(receipt.revision, Some(state.revision + 1));
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

fn a_writable_store_proves_it_without_a_trace(bench: &Bench) {
    let before = bench.store.head().unwrap();
    bench.store.probe_writable().unwrap();
    assert_eq!(bench.store.head().unwrap(), before);
}

fn a_commit_without_anything_is_fine(bench: &Bench) {
    assert_eq!(
        bench.store.commit(Commit::default()).unwrap(),
        Receipt::default()
    );
}

// === The model and SQLite, compared ===

#[derive(Debug, Clone)]
enum Step {
    Commit(Commit),
    Delete(ScopeKey),
    Erase([u8; 32]),
    Expire(Expiry),
    Wait(u64),
    Reopen,
}

fn some_commit() -> impl Strategy<Value = Commit> {
    let delta = prop::collection::btree_map(
        "[a-c]",
        prop::option::of(prop::collection::vec(any::<u8>(), 0..9)),
        0..4,
    );
    let scope = prop::option::of(("[ab]", 0..4_u64, delta));
    let entries = prop::collection::vec(("[a-c]", "[a-z]{0,9}"), 0..4);
    let payloads = prop::collection::vec(0..6_u8, 0..3);
    (scope, entries, payloads, prop::option::of(0..6_u8)).prop_map(
        |(scope, entries, payloads, outcome)| Commit {
            scope: scope.map(|(name, base_revision, delta)| ScopeWrite {
                key: key(&name),
                base_revision,
                delta,
            }),
            entries: entries
                .iter()
                .map(|(chain, body)| entry(chain, body))
                .collect(),
            payloads: payloads.into_iter().map(some_payload).collect(),
            outcome: outcome.map(|input| (InputKey([input; 32]), vec![input])),
            durability: Durability::Normal,
        },
    )
}

fn some_payload(n: u8) -> Payload {
    Payload::new([n; 16], vec![n; usize::from(n) * 1_000])
}

fn some_step() -> impl Strategy<Value = Step> {
    let expiry = |(scopes, outcomes, limit): (i64, i64, usize)| Expiry {
        scopes_before: scopes,
        scope_prefix: "",
        outcomes_before: outcomes,
        limit,
    };
    prop_oneof![
        12 => some_commit().prop_map(Step::Commit),
        1 => "[ab]".prop_map(|scope| Step::Delete(key(&scope))),
        1 => (0..6_u8).prop_map(|n| Step::Erase(some_payload(n).digest)),
        1 => (0..60_i64, 0..60_i64, 0..3_usize).prop_map(move |parts| Step::Expire(expiry(parts))),
        2 => (1..5_u64).prop_map(Step::Wait),
        1 => Just(Step::Reopen),
    ]
}

/// Everything that can be seen of a store.
fn picture(store: &dyn Store) -> impl PartialEq + std::fmt::Debug + use<> {
    (
        ["a", "b"].map(|scope| store.load(&key(scope))),
        store.head(),
        store.records(1, 1_000),
        store.chains(None, 1_000),
        store.payloads(None, 1_000),
        [0, 1, 2, 3, 4, 5].map(|input| store.outcome(&InputKey([input; 32]))),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_model_and_sqlite_answer_every_sequence_alike(steps in prop::collection::vec(some_step(), 1..40)) {
        let (model, dir) = (memory(), TempDir::new().unwrap());
        let path = dir.path().join("sinew.db");
        let open = || {
            let settings = SqliteSettings { clock: model.clock.clone(), ..SqliteSettings::default() };
            SqliteStore::open(&path, settings).unwrap()
        };
        let mut store = Some(open());
        for step in steps {
            let sqlite: &dyn Store = store.as_ref().unwrap();
            match step {
                Step::Commit(commit) => prop_assert_eq!(model.store.commit(commit.clone()), sqlite.commit(commit)),
                Step::Delete(key) => prop_assert_eq!(model.store.delete_scope(&key), sqlite.delete_scope(&key)),
                Step::Erase(digest) => prop_assert_eq!(model.store.erase_payload(&digest), sqlite.erase_payload(&digest)),
                Step::Expire(expiry) => prop_assert_eq!(model.store.expire(expiry), sqlite.expire(expiry)),
                Step::Wait(micros) => model.clock.advance(Duration::from_micros(micros)),
                Step::Reopen => {
                    drop(store.take());
                    store = Some(open());
                }
            }
        }
        prop_assert_eq!(picture(&*model.store), picture(store.as_ref().unwrap()));
    }
}

// === What only one of them can show ===

#[test]
fn injected_faults_say_what_happened_and_what_did_not() {
    let store = MemoryStore::default();
    let faults = [
        (Fault::Full, StoreError::Full("injected".to_owned()), None),
        (
            Fault::Unavailable,
            StoreError::Unavailable("injected".to_owned()),
            None,
        ),
        (
            Fault::UnknownBefore,
            StoreError::Unknown("injected".to_owned()),
            None,
        ),
        (
            Fault::UnknownAfter,
            StoreError::Unknown("injected".to_owned()),
            Some(vec![7]),
        ),
    ];
    for (fault, error, outcome) in faults {
        store.inject(fault);
        assert_eq!(store.commit(answered(7)), Err(error));
        assert_eq!(store.outcome(&InputKey([7; 32])).unwrap(), outcome);
    }
    store.stand(Some(Fault::Full));
    assert!(matches!(store.probe_writable(), Err(StoreError::Full(_))));
    store.stand(None);
    assert_eq!(store.probe_writable(), Ok(()));
}

fn open(dir: &TempDir) -> Result<SqliteStore, StoreError> {
    let settings = SqliteSettings {
        busy_wait: Duration::from_millis(20),
        ..SqliteSettings::default()
    };
    SqliteStore::open(&dir.path().join("sinew.db"), settings)
}

#[test]
fn a_full_database_refuses_what_does_not_fit_and_recovers() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).unwrap();
    store
        .commit(Commit::of_entries(vec![entry("gate", "{}")]))
        .unwrap();
    store.limit_database_bytes(0).unwrap();
    let large = || Commit {
        payloads: vec![Payload::new([1; 16], vec![1; 100_000])],
        ..Commit::of_entries(vec![entry("gate", "large")])
    };
    assert!(matches!(store.commit(large()), Err(StoreError::Full(_))));
    assert!(matches!(store.probe_writable(), Err(StoreError::Full(_))));
    assert_eq!(store.head().unwrap().size, 1);
    store.limit_database_bytes(1 << 30).unwrap();
    store.probe_writable().unwrap();
    assert_eq!(store.commit(large()).unwrap().positions[0].position, 2);
}

#[test]
fn of_a_batch_that_does_not_fit_the_small_ones_still_go_through() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).unwrap();
    store
        .commit(Commit::of_entries(vec![entry("small", "{}")]))
        .unwrap();
    store.limit_database_bytes(0).unwrap();
    let (small, large) = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8_u8)
            .map(|n| {
                let store = &store;
                scope.spawn(move || {
                    let payloads = if n % 2 == 0 {
                        vec![]
                    } else {
                        vec![Payload::new([n; 16], vec![n; 200_000])]
                    };
                    (
                        n,
                        store.commit(Commit {
                            payloads,
                            ..Commit::of_entries(vec![entry("small", "{}")])
                        }),
                    )
                })
            })
            .collect();
        let answers = threads.into_iter().map(|thread| thread.join().unwrap());
        answers.partition::<Vec<_>, _>(|(n, _)| n % 2 == 0)
    });
    assert!(small.iter().all(|(_, answer)| answer.is_ok()), "{small:?}");
    assert!(
        large
            .iter()
            .all(|(_, answer)| matches!(answer, Err(StoreError::Full(_)))),
        "{large:?}"
    );
    assert_eq!(store.head().unwrap().size, 5);
}

#[test]
fn a_commit_past_the_limit_is_refused_by_size() {
    let dir = TempDir::new().unwrap();
    let settings = SqliteSettings {
        commit_bytes_max: 10,
        ..SqliteSettings::default()
    };
    let store = SqliteStore::open(&dir.path().join("sinew.db"), settings).unwrap();
    let refused = store.commit(Commit::of_entries(vec![entry("gate", "1234567")]));
    assert_eq!(refused, Err(StoreError::TooLarge { bytes: 11, max: 10 }));
    store
        .commit(Commit::of_entries(vec![entry("gate", "123456")]))
        .unwrap();
}

#[test]
fn a_second_owner_is_fenced_until_the_first_is_gone() {
    let dir = TempDir::new().unwrap();
    let first = open(&dir).unwrap();
    assert!(matches!(open(&dir), Err(StoreError::Fenced(_))));
    drop(first);
    open(&dir).unwrap();
}

#[test]
fn readers_see_commits_beside_the_owner_and_after_it() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("sinew.db");
    assert!(matches!(
        SqliteReader::open(&path),
        Err(StoreError::Unavailable(_))
    ));
    let store = open(&dir).unwrap();
    let reader = SqliteReader::open(&path).unwrap();
    let snapshot = SqliteReader::open_snapshot(&path).unwrap();
    store
        .commit(Commit::of_entries(vec![entry("gate", "{}")]))
        .unwrap();
    assert_eq!(
        (reader.head().unwrap().size, snapshot.head().unwrap().size),
        (1, 0)
    );
    drop((snapshot, store));
    assert_eq!(reader.head().unwrap().size, 1);
    drop(reader);
    assert_eq!(
        SqliteReader::open(&path)
            .unwrap()
            .records(1, 10)
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_database_of_a_newer_version_is_refused_by_name() {
    let dir = TempDir::new().unwrap();
    drop(open(&dir).unwrap());
    let path = dir.path().join("sinew.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute(
            "UPDATE meta SET value = 99 WHERE key = 'schema_version'",
            [],
        )
        .unwrap();
    drop(connection);
    for error in [
        open(&dir).unwrap_err(),
        SqliteReader::open(&path).unwrap_err(),
    ] {
        assert!(
            error
                .to_string()
                .contains("newer version (schema 99, this build knows 1)"),
            "{error}"
        );
    }
}

#[test]
fn what_is_no_database_is_corrupt() {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("sinew.db"), [b'x'; 8192]).unwrap();
    assert!(matches!(open(&dir), Err(StoreError::Corrupt(_))));
}

#[test]
fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = TempDir::new().unwrap();
    let store = open(&dir).unwrap();
    store
        .commit(Commit::of_entries(vec![entry("gate", "{}")]))
        .unwrap();
    let modes = std::fs::read_dir(dir.path()).unwrap().map(|file| {
        let file = file.unwrap();
        (
            file.file_name(),
            file.metadata().unwrap().permissions().mode() & 0o777,
        )
    });
    for (name, mode) in modes {
        assert_eq!(mode, 0o600, "{}", name.display());
    }
}

#[test]
fn erased_bytes_are_in_none_of_the_files() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).unwrap();
    let secret = b"a-secret-that-must-not-stay".repeat(400);
    let payload = Payload::new([1; 16], secret);
    store
        .commit(Commit {
            payloads: vec![payload.clone()],
            ..Commit::default()
        })
        .unwrap();
    assert!(store.erase_payload(&payload.digest).unwrap());
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(
            !bytes
                .windows(20)
                .any(|window| window == b"secret-that-must-not")
        );
    }
}

#[test]
fn the_write_ahead_log_is_emptied_when_nobody_writes() {
    let dir = TempDir::new().unwrap();
    let settings = SqliteSettings {
        maintenance_every: Duration::from_millis(5),
        ..SqliteSettings::default()
    };
    let path = dir.path().join("sinew.db");
    let store = SqliteStore::open(&path, settings).unwrap();
    store
        .commit(Commit {
            payloads: vec![Payload::new([1; 16], vec![1; 100_000])],
            ..Commit::default()
        })
        .unwrap();
    let started = std::time::Instant::now();
    while std::fs::metadata(&path).unwrap().len() < 100_000 {
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "the log was never copied into the database"
        );
        std::thread::yield_now();
    }
}
