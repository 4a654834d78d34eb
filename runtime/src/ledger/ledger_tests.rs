//! The ledger over a store that fails on demand, and over one that is reopened.

use std::path::Path;
use std::time::{Duration, Instant};

use super::*;
use crate::ledger::{
    CHECKPOINTS_FILE, Checkpoint, GATE_CHAIN, Notes, Report, Verification, split_notes, verify,
};
use crate::store::{Durability, Fault, InputKey, Log as _, MemoryStore, Record};
use crate::world::{ManualClock, SeededRandom};

/// A ledger whose thread never acts by itself.
fn open(dir: &Path, store: &Arc<MemoryStore>) -> Ledger {
    open_with(dir, store, |_| {}).unwrap()
}

fn open_with(
    dir: &Path,
    store: &Arc<MemoryStore>,
    change: impl FnOnce(&mut LedgerSettings),
) -> Result<Ledger, LedgerError> {
    let mut settings = LedgerSettings::new(dir);
    (settings.checkpoint_every, settings.journal_bytes) = (Duration::from_secs(3_600), 16 << 10);
    change(&mut settings);
    Ledger::open(
        store.clone(),
        settings,
        Arc::new(ManualClock::new(0)),
        Arc::new(SeededRandom::new(5)),
    )
}

fn entry(chain: &str, body: &str) -> Entry {
    Entry {
        chain: chain.to_owned(),
        body: body.into(),
    }
}

fn turn(body: &str) -> Commit {
    Commit::of_entries(vec![entry("guard/session:1", body)])
}

fn bodies(store: &MemoryStore) -> Vec<String> {
    let text = |record: Record| {
        format!(
            "{} {}",
            record.chain,
            String::from_utf8(record.body).unwrap()
        )
    };
    store
        .records(1, 1_000)
        .unwrap()
        .into_iter()
        .map(text)
        .collect()
}

fn verified(dir: &Path, store: &MemoryStore) -> Report {
    let text = String::from_utf8_lossy(&fs::read(dir.join(CHECKPOINTS_FILE)).unwrap()).into_owned();
    let files = vec![Notes {
        label: "checkpoints".to_owned(),
        text,
        own: true,
    }];
    let key = PublicKey::load(dir).unwrap();
    verify(
        store,
        &Verification {
            key,
            files,
            findings_max: 10,
            page: 7,
        },
    )
    .unwrap()
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(20), "never: {what}");
        thread::yield_now();
    }
}

#[test]
fn a_checkpoint_covers_what_was_committed_and_names_the_one_before() {
    let (dir, store) = (
        tempfile::tempdir().unwrap(),
        Arc::new(MemoryStore::default()),
    );
    let ledger = open(dir.path(), &store);
    for n in 0..10 {
        ledger.commit(turn(&format!("{{\"n\":{n}}}"))).unwrap();
        if n % 3 == 0 {
            ledger.checkpoint_now().unwrap();
            ledger.checkpoint_now().unwrap();
        }
    }
    let report = verified(dir.path(), &store);
    assert!(report.passed(), "{report:?}");
    assert_eq!(
        (
            report.size,
            report.checkpoints,
            report.covered,
            report.uncovered
        ),
        (10, 4, 10, 0)
    );
    ledger.commit(turn("{}")).unwrap();
    assert_eq!(verified(dir.path(), &store).uncovered, 1);
    ledger.close();
    assert_eq!(verified(dir.path(), &store).uncovered, 0);
}

#[test]
fn a_reopened_ledger_goes_on_with_the_same_key_and_list() {
    let (dir, store) = (
        tempfile::tempdir().unwrap(),
        Arc::new(MemoryStore::default()),
    );
    for _ in 0..3 {
        let ledger = open(dir.path(), &store);
        ledger.commit(turn("{}")).unwrap();
        ledger.close();
    }
    let report = verified(dir.path(), &store);
    assert!(report.passed(), "{report:?}");
    assert_eq!((report.checkpoints, report.covered), (3, 3));
}

#[test]
fn enough_records_bring_a_checkpoint_before_its_time() {
    let (dir, store) = (
        tempfile::tempdir().unwrap(),
        Arc::new(MemoryStore::default()),
    );
    let ledger = open_with(dir.path(), &store, |settings| {
        settings.checkpoint_records = 5;
    })
    .unwrap();
    for _ in 0..5 {
        ledger.commit(turn("{}")).unwrap();
    }
    until("a checkpoint of five", || {
        store
            .last_checkpoint()
            .unwrap()
            .is_some_and(|checkpoint| checkpoint.size == 5)
    });
}

#[test]
fn time_brings_a_checkpoint_for_few_records() {
    let (dir, store) = (
        tempfile::tempdir().unwrap(),
        Arc::new(MemoryStore::default()),
    );
    let ledger = open_with(dir.path(), &store, |settings| {
        settings.checkpoint_every = Duration::from_millis(5);
    })
    .unwrap();
    ledger.commit(turn("{}")).unwrap();
    until("a checkpoint of one", || {
        store.last_checkpoint().unwrap().is_some()
    });
}

#[test]
fn the_file_gets_what_a_crash_kept_from_it() {
    let (dir, store) = (
        tempfile::tempdir().unwrap(),
        Arc::new(MemoryStore::default()),
    );
    let path = dir.path().join(CHECKPOINTS_FILE);
    let ledger = open(dir.path(), &store);
    for _ in 0..3 {
        ledger.commit(turn("{}")).unwrap();
        ledger.checkpoint_now().unwrap();
    }
    ledger.close();
    let whole = fs::read_to_string(&path).unwrap();
    let (notes, _) = split_notes(&whole);
    for cut in 0..=notes[2].len() {
        fs::write(&path, &whole.as_bytes()[..whole.len() - cut]).unwrap();
        let report = verified(dir.path(), &store);
        assert!(report.passed(), "{report:?}");
        open(dir.path(), &store).close();
        assert_eq!(fs::read_to_string(&path).unwrap(), whole);
    }
    fs::write(&path, format!("{}\n", notes[0])).unwrap();
    let report = verified(dir.path(), &store);
    assert_eq!(
        report.completeness.len(),
        1,
        "more than the last one is missing: {report:?}"
    );
}

#[test]
fn records_of_a_full_store_are_chained_in_order_when_there_is_room() {
    let (dir, store) = (
        tempfile::tempdir().unwrap(),
        Arc::new(MemoryStore::default()),
    );
    let ledger = open(dir.path(), &store);
    ledger.commit(turn("1")).unwrap();
    store.stand(Some(Fault::Full));
    assert!(matches!(ledger.commit(turn("2")), Err(StoreError::Full(_))));
    let failed = ledger.commit_or(turn("3"), |error| {
        vec![entry("guard/session:1", &format!("3 failed: {error}"))]
    });
    assert!(matches!(failed, Err(StoreError::Full(_))));
    assert_eq!(ledger.note(GATE_CHAIN, b"4".to_vec()), Noted::Journalled);
    assert!(ledger.checkpoint_now().is_err());
    store.stand(None);
    assert!(matches!(
        ledger.note(GATE_CHAIN, b"5".to_vec()),
        Noted::Chained(_)
    ));
    let chained = bodies(&store);
    assert_eq!(
        chained[..4],
        [
            "guard/session:1 1",
            "guard/session:1 2",
            "guard/session:1 3 failed: the store is full: injected",
            "gate 4"
        ]
    );
    assert!(
        chained[4].contains("\"chained\":3") && chained[4].contains("\"lost\":0"),
        "{}",
        chained[4]
    );
    assert_eq!((chained[5].as_str(), chained.len()), ("gate 5", 6));
    ledger.close();
    assert!(verified(dir.path(), &store).passed());
}

#[test]
fn a_journal_is_chained_at_the_next_start() {
    let (dir, store) = (
        tempfile::tempdir().unwrap(),
        Arc::new(MemoryStore::default()),
    );
    let ledger = open(dir.path(), &store);
    store.stand(Some(Fault::Unavailable));
    assert_eq!(ledger.note(GATE_CHAIN, b"1".to_vec()), Noted::Journalled);
    drop(ledger);
    drop(open(dir.path(), &store));
    store.stand(None);
    let ledger = open(dir.path(), &store);
    assert_eq!(bodies(&store)[0], "gate 1");
    ledger.close();
    let report = verified(dir.path(), &store);
    assert!(report.passed());
    assert_eq!((report.size, report.uncovered), (2, 0));
}

#[test]
fn a_frame_whose_answer_got_lost_is_chained_once() {
    let (dir, store) = (
        tempfile::tempdir().unwrap(),
        Arc::new(MemoryStore::default()),
    );
    // Every commit of the draining loses its answer once, before or after it happened.
    for fault in [Fault::UnknownAfter, Fault::UnknownBefore] {
        for place in 0..4 {
            let before = bodies(&store).len();
            let ledger = open(dir.path(), &store);
            store.stand(Some(Fault::Full));
            for n in 1..=3 {
                let noted = ledger.note(GATE_CHAIN, format!("{n}").into());
                assert_eq!(noted, Noted::Journalled);
            }
            drop(ledger);
            store.stand(None);
            // The first attempt is made at the start, and the fault hits one of its four commits.
            (0..place).for_each(|_| store.inject_none());
            store.inject(fault);
            let ledger = open(dir.path(), &store);
            ledger.commit(turn("after")).unwrap();
            let chained = &bodies(&store)[before..];
            assert_eq!(chained[..3], ["gate 1", "gate 2", "gate 3"]);
            assert_eq!(
                (chained.len(), chained[4].as_str()),
                (5, "guard/session:1 after"),
                "{chained:?}"
            );
        }
    }
    assert!(verified(dir.path(), &store).passed());
}

#[test]
fn what_the_journal_cannot_hold_is_counted_in_the_chain() {
    let (dir, store) = (
        tempfile::tempdir().unwrap(),
        Arc::new(MemoryStore::default()),
    );
    let ledger = open(dir.path(), &store);
    store.stand(Some(Fault::Full));
    let noted: Vec<_> = (0..5)
        .map(|_| ledger.note(GATE_CHAIN, vec![b'x'; 3_000]))
        .collect();
    assert_eq!(
        noted,
        [
            Noted::Journalled,
            Noted::Journalled,
            Noted::Lost,
            Noted::Lost,
            Noted::Lost
        ]
    );
    store.stand(None);
    ledger.checkpoint_now().unwrap();
    let last = bodies(&store).pop().unwrap();
    assert!(
        last.contains("\"chained\":2") && last.contains("\"lost\":3"),
        "{last}"
    );
}

#[test]
fn a_refused_commit_leaves_nothing_in_the_journal() {
    let (dir, store) = (
        tempfile::tempdir().unwrap(),
        Arc::new(MemoryStore::default()),
    );
    let ledger = open(dir.path(), &store);
    let outcome = Some((InputKey([1; 32]), vec![]));
    ledger
        .commit(Commit {
            outcome: outcome.clone(),
            ..turn("1")
        })
        .unwrap();
    let again = ledger.commit(Commit {
        outcome,
        durability: Durability::Full,
        ..turn("2")
    });
    assert!(matches!(again, Err(StoreError::Answered(_))));
    store.inject(Fault::UnknownBefore);
    assert!(matches!(
        ledger.commit(turn("3")),
        Err(StoreError::Unknown(_))
    ));
    ledger.commit(turn("4")).unwrap();
    assert_eq!(bodies(&store), ["guard/session:1 1", "guard/session:1 4"]);
}

#[test]
fn a_note_whose_answer_got_lost_is_there_at_least_once() {
    let (dir, store) = (
        tempfile::tempdir().unwrap(),
        Arc::new(MemoryStore::default()),
    );
    let ledger = open(dir.path(), &store);
    for (fault, times) in [(Fault::UnknownBefore, 1), (Fault::UnknownAfter, 2)] {
        store.inject(fault);
        assert_eq!(
            ledger.note(GATE_CHAIN, format!("{fault:?}").into()),
            Noted::Journalled
        );
        ledger.checkpoint_now().unwrap();
        assert_eq!(
            bodies(&store)
                .iter()
                .filter(|body| **body == format!("gate {fault:?}"))
                .count(),
            times
        );
    }
}

#[test]
fn a_ledger_with_records_does_not_start_with_a_new_key() {
    let (dir, store) = (
        tempfile::tempdir().unwrap(),
        Arc::new(MemoryStore::default()),
    );
    let ledger = open(dir.path(), &store);
    ledger.commit(turn("{}")).unwrap();
    ledger.close();
    fs::remove_file(dir.path().join(crate::ledger::KEY_FILE)).unwrap();
    let refused = open_with(dir.path(), &store, |_| {}).unwrap_err();
    assert!(
        refused
            .to_string()
            .starts_with("the ledger has records, but its key `"),
        "{refused}"
    );
}

#[test]
fn a_store_that_was_rolled_back_is_reported_for_ever() {
    let (dir, store) = (
        tempfile::tempdir().unwrap(),
        Arc::new(MemoryStore::default()),
    );
    let ledger = open(dir.path(), &store);
    for _ in 0..9 {
        ledger.commit(turn("{}")).unwrap();
    }
    ledger.close();
    // The same key and file over a store that has fewer records.
    let earlier = Arc::new(MemoryStore::default());
    earlier.commit(turn("{}")).unwrap();
    let report = verified(dir.path(), &earlier);
    assert!(!report.passed());
    let ledger = open(dir.path(), &earlier);
    (0..20).for_each(|_| _ = ledger.commit(turn("{}")).unwrap());
    ledger.close();
    let report = verified(dir.path(), &earlier);
    assert!(!report.completeness.is_empty(), "{report:?}");
}

#[test]
fn checkpoints_are_signed_by_the_key_whose_name_they_bear() {
    let (dir, store) = (
        tempfile::tempdir().unwrap(),
        Arc::new(MemoryStore::default()),
    );
    let ledger = open(dir.path(), &store);
    ledger.commit(turn("{}")).unwrap();
    ledger.checkpoint_now().unwrap();
    let note = store.last_checkpoint().unwrap().unwrap().note;
    let checkpoint = Checkpoint::verify(&note, ledger.public_key()).unwrap();
    assert_eq!(
        (checkpoint.origin.as_str(), checkpoint.size),
        (ledger.public_key().name(), 1)
    );
    assert_eq!(checkpoint.root, store.head().unwrap().root);
}
