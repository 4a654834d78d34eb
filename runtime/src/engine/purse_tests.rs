//! Purses over the in-memory store: many threads, failing commits, and crashes in between.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use proptest::prelude::*;

use super::*;
use crate::engine::period::{day, session_scope};
use crate::plugin::Manifest;
use crate::store::{Commit, Fault, MemoryStore, Store};

const DAY_USD: u64 = 1_000;
const SESSION_USD: u64 = 400;

fn budgets() -> Manifest {
    let text = "[plugin]\nname = \"reviewer\"\nversion = \"1.0.0\"\nscope = \"none\"\n\
                [budgets.session]\nusd = 0.0004\nbytes = \"100B\"\n[budgets.day]\nusd = 0.001\n";
    Manifest::parse(text).unwrap()
}

fn periods(session: &str) -> Vec<Period> {
    let budgets = budgets();
    let session = Period {
        name: "session",
        scope: session_scope(session),
        limits: budgets.session_budget,
        renews: None,
    };
    vec![session, day(0, &budgets.day_budget)]
}

fn usd(usd_micros: u64) -> Amounts {
    Amounts {
        usd_micros,
        ..Amounts::default()
    }
}

fn wish(usd_micros: u64) -> Wish {
    Wish {
        least: usd(usd_micros),
        most: usd(usd_micros),
    }
}

fn commit(store: &dyn Store, scopes: Vec<ScopeWrite>) -> Result<Receipt, StoreError> {
    store.commit(Commit {
        scopes,
        ..Commit::default()
    })
}

fn reserve(
    purse: &Arc<Purse>,
    store: &MemoryStore,
    session: &str,
    wish: &Wish,
) -> Result<Hold, Refusal> {
    purse.reserve(store, periods(session), wish, |_, scopes| {
        commit(store, scopes)
    })
}

fn used_usd(store: &MemoryStore, scope: &str) -> u64 {
    let (used, _) = used(store, &account_key("reviewer", scope)).unwrap();
    used.usd_micros
}

#[test]
fn what_is_reserved_is_durable_first_and_settled_after() {
    let store = MemoryStore::default();
    let purse = Purses::default().of("reviewer");
    let hold = reserve(&purse, &store, "a", &wish(300)).unwrap();
    assert_eq!(used_usd(&store, "session:a"), 300);
    assert_eq!(used_usd(&store, "day:1970-01-01"), 300);
    assert_eq!(
        hold.before()
            .iter()
            .map(|(name, left)| (name.as_str(), *left))
            .collect::<Vec<_>>(),
        [
            ("session.bytes", 100),
            ("session.usd_micros", SESSION_USD),
            ("day.usd_micros", DAY_USD)
        ]
    );
    let left = hold.settle(&store, &usd(50), |scopes| commit(&store, scopes));
    assert_eq!(left.last().unwrap().1, DAY_USD - 50);
    assert_eq!(used_usd(&store, "session:a"), 50);
    assert_eq!(used_usd(&store, "day:1970-01-01"), 50);
    assert!(purse.accounts().is_empty(), "an idle account is forgotten");
}

#[test]
fn a_refusal_names_the_budget_and_reserves_nowhere() {
    let store = MemoryStore::default();
    let purse = Purses::default().of("reviewer");
    for session in ["a", "b"] {
        drop(reserve(&purse, &store, session, &wish(400)).unwrap());
    }
    let Err(Refusal::Short {
        period,
        unit,
        needed,
        left,
    }) = reserve(&purse, &store, "c", &wish(300))
    else {
        panic!("there was enough");
    };
    assert_eq!(
        (period.name, unit, needed, left),
        ("day", Unit::Usd, 300, 200)
    );
    assert_eq!(period.renews.as_deref(), Some("1970-01-02T00:00:00Z"));
    assert_eq!(used_usd(&store, "session:c"), 0);
}

#[test]
fn what_can_be_less_is_granted_as_far_as_there_is_some() {
    let store = MemoryStore::default();
    let purse = Purses::default().of("reviewer");
    let bytes = |least, most| Wish {
        least: Amounts {
            bytes: least,
            ..Amounts::default()
        },
        most: Amounts {
            bytes: most,
            ..Amounts::default()
        },
    };
    let hold = reserve(&purse, &store, "a", &bytes(10, 1_000)).unwrap();
    assert_eq!(hold.granted().bytes, 100);
    assert!(matches!(
        reserve(&purse, &store, "a", &bytes(1, 1)),
        Err(Refusal::Short {
            unit: Unit::Bytes,
            needed: 1,
            left: 0,
            ..
        })
    ));
}

#[test]
fn a_crash_spends_what_was_reserved() {
    let store = MemoryStore::default();
    let hold = reserve(&Purses::default().of("reviewer"), &store, "a", &wish(300)).unwrap();
    std::mem::forget(hold);
    // Another process, which knows only what the store holds.
    let purse = Purses::default().of("reviewer");
    assert!(matches!(
        reserve(&purse, &store, "a", &wish(101)),
        Err(Refusal::Short { left: 100, .. })
    ));
}

#[test]
fn what_cannot_be_recorded_is_not_reserved_and_what_is_unknown_is_written_again() {
    for fault in [
        Fault::Full,
        Fault::Unavailable,
        Fault::UnknownBefore,
        Fault::UnknownAfter,
    ] {
        let store = MemoryStore::default();
        let purse = Purses::default().of("reviewer");
        let running = reserve(&purse, &store, "a", &wish(100)).unwrap();
        store.inject(fault);
        assert!(matches!(
            reserve(&purse, &store, "a", &wish(300)),
            Err(Refusal::Store(_))
        ));
        let second = reserve(&purse, &store, "a", &wish(300)).unwrap();
        assert_eq!(used_usd(&store, "session:a"), 400, "{fault:?}");
        store.inject(fault);
        second.settle(&store, &usd(0), |scopes| commit(&store, scopes));
        running.settle(&store, &usd(20), |scopes| commit(&store, scopes));
        assert_eq!(used_usd(&store, "session:a"), 20, "{fault:?}");
        assert_eq!(used_usd(&store, "day:1970-01-01"), 20, "{fault:?}");
    }
}

#[test]
fn an_account_that_expired_begins_again_once_nothing_is_reserved_in_it() {
    let store = MemoryStore::default();
    let purse = Purses::default().of("reviewer");
    let hold = reserve(&purse, &store, "a", &wish(100)).unwrap();
    store
        .delete_scope(&account_key("reviewer", "session:a"))
        .unwrap();
    hold.settle(&store, &usd(60), |scopes| commit(&store, scopes));
    reserve(&purse, &store, "a", &wish(100))
        .unwrap()
        .settle(&store, &usd(0), |scopes| commit(&store, scopes));
    assert_eq!(used_usd(&store, "session:a"), 60);
}

/// Effects on many threads, each with a wish, what it really costs, and whether its process dies under it.
fn storm() -> impl Strategy<Value = Vec<Vec<(u64, u64, bool)>>> {
    let effect = (1..200_u64, 0..=100_u64, prop::bool::weighted(0.1));
    prop::collection::vec(prop::collection::vec(effect, 1..12), 2..9)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn turns_on_many_threads_never_overspend(threads in storm(), faults in prop::collection::vec(any::<bool>(), 0..20)) {
        let store = MemoryStore::default();
        for fault in faults {
            if fault { store.inject(Fault::UnknownAfter) } else { store.inject_none() }
        }
        let purse = Purses::default().of("reviewer");
        let (paid, sessions) = (AtomicU64::new(0), [AtomicU64::new(0), AtomicU64::new(0)]);
        thread::scope(|scope| {
            for (index, effects) in threads.iter().enumerate() {
                let (purse, store, paid, sessions) = (&purse, &store, &paid, &sessions);
                scope.spawn(move || {
                    let session = index % 2;
                    for (most, percent, dies) in effects {
                        let Ok(hold) = reserve(purse, store, &session.to_string(), &wish(*most)) else {
                            continue;
                        };
                        let actual = most * percent / 100;
                        // Whoever is paid is paid now, between the reservation and its settling.
                        let spent = if *dies { *most } else { actual };
                        paid.fetch_add(spent, Ordering::Relaxed);
                        sessions[session].fetch_add(spent, Ordering::Relaxed);
                        if *dies {
                            drop(hold);
                        } else {
                            hold.settle(store, &usd(actual), |scopes| commit(store, scopes));
                        }
                    }
                });
            }
        });
        prop_assert!(paid.load(Ordering::Relaxed) <= DAY_USD);
        for session in &sessions {
            prop_assert!(session.load(Ordering::Relaxed) <= SESSION_USD);
        }
        for _ in 0..20 {
            // Takes what faults are left.
            _ = store.probe_writable();
        }
        // One more write puts whatever was unknown right, and then the book is what was paid.
        let last = reserve(&purse, &store, "0", &wish(0)).unwrap();
        last.settle(&store, &usd(0), |scopes| commit(&store, scopes));
        prop_assert_eq!(used_usd(&store, "day:1970-01-01"), paid.load(Ordering::Relaxed));
    }
}
