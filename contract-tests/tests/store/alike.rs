//! Random sequences of steps, answered alike by the model and by `SQLite`.

use std::time::Duration;

use proptest::prelude::*;
use sinew_runtime::store::{
    Commit, Durability, Expiry, InputKey, Payload, ScopeKey, ScopeWrite, SqliteSettings,
    SqliteStore, Store,
};
use tempfile::TempDir;

use crate::shortening::{checkpoint, stub};
use crate::{entry, key, memory};

#[derive(Debug, Clone)]
enum Step {
    Commit(Commit),
    Delete(ScopeKey),
    Erase([u8; 32]),
    Expire(Expiry),
    Wait(u64),
    Shorten {
        kept: u64,
        closes: bool,
        limit: usize,
    },
    Reopen,
}

fn some_commit() -> impl Strategy<Value = Commit> {
    let delta = prop::collection::btree_map(
        "[a-c]",
        prop::option::of(prop::collection::vec(any::<u8>(), 0..9)),
        0..4,
    );
    let scopes = prop::collection::vec(("[ab]", 0..4_u64, delta), 0..3);
    let ended = prop::option::weighted(0.2, "[ab]");
    let entries = prop::collection::vec(("[a-c]", "[a-z]{0,9}"), 0..4);
    let payloads = prop::collection::vec(0..6_u8, 0..3);
    let outcome = prop::option::of(0..6_u8);
    (scopes, ended, entries, payloads, outcome).prop_map(
        |(scopes, ended, entries, payloads, outcome)| Commit {
            scopes: scopes
                .into_iter()
                .map(|(name, base_revision, delta)| ScopeWrite {
                    key: key(&name),
                    base_revision,
                    delta,
                })
                .collect(),
            ended: ended.iter().map(|name| key(name)).collect(),
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
        1 => (0..4_u64, any::<bool>(), 0..3_usize).prop_map(|(kept, closes, limit)| Step::Shorten { kept, closes, limit }),
        1 => Just(Step::Reopen),
    ]
}

/// Everything that can be seen of a store.
fn picture(store: &dyn Store) -> impl PartialEq + std::fmt::Debug + use<> {
    (
        store.scopes("guard", "", 1_000),
        ["a", "b"].map(|scope| store.load(&key(scope))),
        store.head(),
        store.records(1, 1_000),
        store.chains(None, 1_000),
        store.payloads(0, 1_000),
        (store.stub(), store.checkpoints(0, 1_000)),
        [0, 1, 2, 3, 4, 5].map(|input| store.outcome(&InputKey([input; 32]))),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

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
                Step::Shorten { kept, closes, limit } => {
                    let closed: &[&str] = if closes { &["a"] } else { &[] };
                    let size = model.store.head().unwrap().size.saturating_sub(kept);
                    checkpoint(&*model.store);
                    checkpoint(sqlite);
                    let (stub, closed) = stub(&*model.store, size, closed);
                    prop_assert_eq!(model.store.shorten(&stub, &closed), sqlite.shorten(&stub, &closed));
                    prop_assert_eq!(model.store.drop_stubbed(limit), sqlite.drop_stubbed(limit));
                }
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
