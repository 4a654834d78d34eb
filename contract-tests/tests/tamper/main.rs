//! Whatever is done to records that a checkpoint covers, verification against a copy of the checkpoints sees it; and it sees
//! nothing where nothing was done. An independent verifier, which shares no code with ours, has to agree.
#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod attacker;
mod base;
mod rows;
mod second_opinion;
mod shortened;

use std::fs;
use std::path::Path;

use attacker::{forget, tamper};
use base::{Base, RECORDS, RECORDS_PER_CHECKPOINT, base, copy_state, verdict};
use second_opinion::second_opinions;
use serde_json::json;
use sinew_runtime::ledger::{Report, split_notes};
use sinew_runtime::store::{Commit, Payload, SqliteSettings, SqliteStore, Store};
use tempfile::TempDir;

/// How many mutations are tried. Each is another seed.
const MUTATIONS: u64 = 5_000;

/// Of so many cases one is also shown to the independent verifier.
const SECOND_OPINION_EVERY: u64 = 12;

#[test]
fn every_change_of_checkpointed_records_is_caught_by_both_verifiers() {
    let base = base();
    let work = TempDir::new().unwrap();
    let (threads, mut done) = (4, Vec::new());
    std::thread::scope(|scope| {
        let run = |thread: u64| {
            let (base, work) = (&base, work.path());
            scope.spawn(move || {
                let (mut kept, mut seed, mut tried) = (Vec::new(), thread, 0);
                while tried < MUTATIONS / threads {
                    let state = work.join(seed.to_string());
                    if let Some(what) = tamper(base, seed, &state) {
                        let report = verdict(base, &state);
                        assert!(!report.passed(), "seed {seed}: {what}: {report:?}");
                        tried += 1;
                        if tried % SECOND_OPINION_EVERY == 0 {
                            kept.push((state.clone(), format!("seed {seed}: {what}")));
                        }
                    }
                    if kept.last().is_none_or(|(kept, _)| *kept != state) {
                        fs::remove_dir_all(&state).unwrap();
                    }
                    seed += threads;
                }
                kept
            })
        };
        let running: Vec<_> = (0..threads).map(run).collect();
        for thread in running {
            done.extend(thread.join().unwrap());
        }
    });
    assert!(done.len() >= 400);
    let states: Vec<_> = done.iter().map(|(state, _)| state.clone()).collect();
    for (answer, (_, what)) in second_opinions(&base, &states)
        .into_iter()
        .flatten()
        .zip(&done)
    {
        assert_eq!(
            (&answer["passed"], &answer["code"]),
            (&json!(false), &json!(1)),
            "{what}: {answer}"
        );
    }
}

#[test]
fn an_untouched_ledger_passes_whole_and_at_every_earlier_moment_of_its_own() {
    let mut base = base();
    let state = base.dir.path().join("state");
    let report = verdict(&base, &state);
    assert!(report.passed(), "{report:?}");
    assert_eq!(
        (report.size, report.covered, report.uncovered),
        (RECORDS, RECORDS, 0)
    );
    assert_eq!(
        (report.chains, report.payloads, report.checkpoints),
        (3, RECORDS, RECORDS / RECORDS_PER_CHECKPOINT)
    );
    let agree = |base: &Base, state: &Path, report: &Report| {
        for answer in second_opinions(base, &[state.to_owned()])
            .into_iter()
            .flatten()
        {
            let same = [
                "passed",
                "size",
                "chains",
                "covered",
                "payloads",
                "payloads_erased",
            ]
            .map(|name| answer[name].clone());
            let Report {
                size,
                chains,
                covered,
                payloads,
                payloads_erased,
                ..
            } = report;
            let ours = [
                json!(report.passed()),
                json!(size),
                json!(chains),
                json!(covered),
                json!(payloads),
                json!(payloads_erased),
            ];
            assert_eq!(same, ours, "{answer}");
        }
    };
    agree(&base, &state, &report);
    for earlier in std::mem::take(&mut base.earlier) {
        // Against its own checkpoints: an earlier copy is sound, only not the latest.
        base.anchor = earlier.join("checkpoints");
        let report = verdict(&base, &earlier);
        assert!(report.passed(), "{report:?}");
        agree(&base, &earlier, &report);
    }
}

#[test]
fn a_part_of_the_checkpoints_is_enough_to_see_what_it_covers() {
    let mut base = base();
    let text = fs::read_to_string(&base.anchor).unwrap();
    let (notes, _) = split_notes(&text);
    base.anchor = base.dir.path().join("one note");
    fs::write(&base.anchor, format!("{}\n", notes[5])).unwrap();
    let state = base.dir.path().join("state");
    assert!(verdict(&base, &state).passed());
    let tampered = base.dir.path().join("tampered");
    copy_state(&state, &tampered);
    let mut rows = base.rows.clone();
    rows.records.get_mut(&3).unwrap().body = b"{}".to_vec();
    forget(&mut rows, &base, &tampered);
    rows.write(&base.rows, &tampered.join("sinew.db"));
    let report = verdict(&base, &tampered);
    assert!(
        !report.passed() && report.integrity[0].detail.contains("up to 0 they are"),
        "{report:?}"
    );
}

#[test]
fn a_changed_payload_is_caught_and_an_erased_one_is_not_a_change() {
    let base = base();
    let state = base.dir.path().join("state");
    {
        let store = SqliteStore::open(&state.join("sinew.db"), SqliteSettings::default()).unwrap();
        let salt = [7; 16];
        let payload = Payload::new(salt, b"personal".to_vec());
        store
            .commit(Commit {
                payloads: vec![payload.clone()],
                ..Commit::default()
            })
            .unwrap();
        assert!(store.erase_payload(&payload.digest).unwrap());
    }
    let report = verdict(&base, &state);
    assert!(report.passed());
    assert_eq!((report.payloads, report.payloads_erased), (RECORDS, 1));
    let connection = rusqlite::Connection::open(state.join("sinew.db")).unwrap();
    connection
        .execute("UPDATE payload SET bytes = x'00' WHERE rowid = 1", [])
        .unwrap();
    drop(connection);
    let report = verdict(&base, &state);
    assert!(
        report.integrity[0]
            .detail
            .ends_with("is not what its digest names"),
        "{report:?}"
    );
    for answer in second_opinions(&base, &[state]).into_iter().flatten() {
        assert_eq!(
            (&answer["passed"], &answer["payloads_erased"]),
            (&json!(false), &json!(1))
        );
    }
}
