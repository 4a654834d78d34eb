//! The journal against crashes at every byte, reopening and running full.

use super::*;
use crate::world::SeededRandom;

const BYTES: u64 = 16 << 10;

fn open(dir: &Path) -> Journal {
    Journal::open(dir, BYTES, &SeededRandom::new(1)).unwrap()
}

fn entries(n: u64) -> Vec<Entry> {
    let entry = |part: u64| Entry {
        chain: format!("chain {part}"),
        body: format!("body {n}").into(),
    };
    (0..=n % 3).map(entry).collect()
}

fn frames(journal: &Journal) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    while let Some(frame) = journal.frame_after(frames.last()).unwrap() {
        frames.push(frame);
    }
    frames
}

fn contents(journal: &Journal) -> Vec<(u64, Vec<Entry>)> {
    frames(journal)
        .into_iter()
        .map(|frame| (frame.sequence, frame.entries))
        .collect()
}

#[test]
fn what_was_kept_is_there_after_reopening_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = open(dir.path());
    assert!(!journal.pending());
    for n in 1..=5 {
        assert!(journal.append(&entries(n)));
        journal = open(dir.path());
        assert!(journal.pending());
    }
    assert_eq!(
        contents(&journal),
        (1..=5).map(|n| (n, entries(n))).collect::<Vec<_>>()
    );
}

#[test]
fn emptying_leaves_nothing_of_an_earlier_generation() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = open(dir.path());
    for generation in 0..6 {
        for n in 0..=generation % 4 {
            assert!(journal.append(&entries(n)));
        }
        journal.reset().unwrap();
        assert_eq!(contents(&open(dir.path())), []);
    }
    assert!(journal.append(&entries(7)));
    let kept = contents(&open(dir.path()));
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].1, entries(7));
    assert!(
        kept[0].0 > 6,
        "numbers go on over generations, so that no frame is taken for another"
    );
}

#[test]
fn a_part_that_is_chained_is_not_chained_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = open(dir.path());
    (1..=4).for_each(|n| assert!(journal.append(&entries(n))));
    let frames = frames(&journal);
    journal.chained(&frames[1]).unwrap();
    let mut journal = open(dir.path());
    assert_eq!(contents(&journal), [(3, entries(3)), (4, entries(4))]);
    assert!(journal.append(&entries(5)));
    assert_eq!(contents(&open(dir.path())).len(), 3);
}

#[test]
fn what_does_not_fit_is_counted_and_the_count_survives() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = open(dir.path());
    let large = vec![Entry {
        chain: "gate".to_owned(),
        body: vec![1; 3_000],
    }];
    let kept = (0..6).filter(|_| journal.append(&large)).count();
    assert_eq!((kept, journal.lost()), (2, 4));
    let mut journal = open(dir.path());
    assert_eq!((contents(&journal).len(), journal.lost()), (2, 4));
    journal.reset().unwrap();
    let journal = open(dir.path());
    assert_eq!((journal.lost(), journal.pending()), (0, false));
}

#[test]
fn the_file_never_grows_past_what_was_allocated() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = open(dir.path());
    for n in 0..500 {
        journal.append(&entries(n));
    }
    assert_eq!(
        fs::metadata(dir.path().join(JOURNAL_FILE)).unwrap().len(),
        BYTES
    );
}

/// Takes the file before and after a step and lets the step end at every byte of what it wrote.
fn torn(before: &[u8], after: &[u8], check: impl Fn(&Journal)) {
    let changed: Vec<_> = (0..before.len())
        .filter(|at| before[*at] != after[*at])
        .collect();
    for end in 0..=changed.len() {
        let mut bytes = before.to_vec();
        changed[..end].iter().for_each(|at| bytes[*at] = after[*at]);
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(JOURNAL_FILE), &bytes).unwrap();
        check(&open(dir.path()));
    }
}

#[test]
fn a_crash_at_any_byte_of_a_write_keeps_what_was_kept_before() {
    let dir = tempfile::tempdir().unwrap();
    let read = || fs::read(dir.path().join(JOURNAL_FILE)).unwrap();
    let mut journal = open(dir.path());
    // An old generation under the new one makes stale frames, which must never come back.
    (1..=6).for_each(|n| assert!(journal.append(&entries(n))));
    journal.reset().unwrap();
    (1..=2).for_each(|n| assert!(journal.append(&entries(n))));
    let kept = contents(&journal);
    let before = read();
    assert!(journal.append(&entries(3)));
    let all = contents(&journal);
    let after = read();
    torn(&before, &after, |journal| {
        let found = contents(journal);
        assert!(found == kept || found == all, "{found:?}");
    });
    journal.chained(&frames(&journal)[0]).unwrap();
    torn(&after, &read(), |journal| {
        assert!([&all[..], &all[1..]].contains(&&contents(journal)[..]));
    });
    let before = read();
    journal.reset().unwrap();
    torn(&before, &read(), |journal| {
        assert!([&all[1..], &[]].contains(&&contents(journal)[..]));
    });
}

#[test]
fn a_journal_without_a_valid_header_is_an_error_not_an_empty_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(JOURNAL_FILE);
    fs::write(&path, vec![0; 16 << 10]).unwrap();
    assert!(matches!(
        Journal::open(dir.path(), BYTES, &SeededRandom::new(1)),
        Err(LedgerError::Malformed { .. })
    ));
    assert_eq!(fs::read(&path).unwrap(), vec![0; 16 << 10]);
}
