//! A ledger whose old records were dropped: it verifies, and nobody but the owner of the key can have dropped them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::{Value, json};
use sinew_runtime::ledger::{Ledger, LedgerError, LedgerSettings, Retention};
use sinew_runtime::store::{Commit, Entry, SqliteSettings, SqliteStore, Store};
use sinew_runtime::world::{Clock as _, ManualClock, SeededRandom};

use crate::base::{Base, RECORDS, base, copy_state, verdict};
use crate::second_opinion::second_opinions;

/// Everything that a checkpoint of before this time covers is old; the base was written long before.
const OLD: i64 = 1_790_000_100_000_000;

/// How many records come after the base: first old ones, then young ones.
const LATER: u64 = 8;

struct Scene {
    ledger: Ledger,
    store: Arc<dyn Store>,
    clock: Arc<ManualClock>,
}

/// Opens the ledger of `state` again, a day later.
fn reopened(state: &Path) -> Scene {
    let store = SqliteStore::open(&state.join("sinew.db"), SqliteSettings::default()).unwrap();
    let store: Arc<dyn Store> = Arc::new(store);
    let mut settings = LedgerSettings::new(state);
    (settings.checkpoint_every, settings.journal_bytes) = (Duration::from_secs(3_600), 0);
    let (clock, random) = (
        Arc::new(ManualClock::new(OLD - 1)),
        Arc::new(SeededRandom::new(12)),
    );
    let ledger = Ledger::open(Arc::clone(&store), settings, clock.clone(), random).unwrap();
    Scene {
        ledger,
        store,
        clock,
    }
}

impl Scene {
    fn write(&self, chain: &str) {
        for n in 0..LATER {
            let body = json!({"n": n}).to_string().into();
            let entry = Entry {
                chain: chain.to_owned(),
                body,
            };
            let payloads = vec![self.ledger.payload(vec![7; 9])];
            let commit = Commit {
                payloads,
                ..Commit::of_entries(vec![entry])
            };
            self.ledger.commit(commit).unwrap();
        }
        self.ledger.checkpoint_now().unwrap();
    }

    fn shorten(&self) -> Result<u64, LedgerError> {
        let mut total = 0;
        loop {
            match self.ledger.shorten(&Retention {
                before: OLD,
                bytes_max: u64::MAX,
            })? {
                0 => return Ok(total),
                dropped => total += dropped,
            }
        }
    }
}

/// The base, with old records of a chain that ended, young records of another, and what is old dropped. The one chain
/// begins again, the other goes on.
fn shortened() -> (Base, PathBuf) {
    let base = base();
    let state = base.dir.path().join("state");
    let scene = reopened(&state);
    scene.write("guard/session:once");
    scene.clock.advance(Duration::from_hours(24));
    scene.write("gate");
    assert_eq!(scene.shorten().unwrap(), RECORDS + LATER);
    scene.write("guard/session:once");
    scene.write("gate");
    scene.ledger.close();
    (base, state)
}

fn opinions(base: &Base, states: &[PathBuf]) -> Vec<Value> {
    second_opinions(base, states)
        .into_iter()
        .flatten()
        .collect()
}

#[test]
fn a_shortened_ledger_passes_against_old_and_new_checkpoints() {
    let (mut base, state) = shortened();
    for anchor in [base.anchor.clone(), state.join("checkpoints")] {
        base.anchor = anchor;
        let report = verdict(&base, &state);
        assert!(report.passed(), "{report:?}");
        let size = RECORDS + 4 * LATER;
        assert_eq!(
            (report.size, report.dropped, report.covered, report.chains),
            (size, RECORDS + LATER, size, 2)
        );
        // Payloads that were kept between the last old checkpoint but one and the last go with the next stub.
        assert_eq!(report.payloads, 4 * LATER);
        for answer in opinions(&base, std::slice::from_ref(&state)) {
            let same =
                ["passed", "size", "dropped", "covered", "chains"].map(|name| answer[name].clone());
            assert_eq!(
                same,
                [
                    json!(true),
                    json!(size),
                    json!(RECORDS + LATER),
                    json!(size),
                    json!(2)
                ],
                "{answer}"
            );
        }
    }
}

#[test]
fn whatever_is_done_to_a_shortened_ledger_is_caught_by_both_verifiers() {
    let (base, state) = shortened();
    let stub_of_another = {
        // The same history under another key, whose owner has dropped as much of it.
        let database = Connection::open(state.join("sinew.db")).unwrap();
        let note: String = database
            .query_row("SELECT note FROM stub", [], |row| row.get(0))
            .unwrap();
        let (text, signature) = note.split_once("\n\n").unwrap();
        let (start, base64) = signature.rsplit_once(' ').unwrap();
        format!(
            "{text}\n\n{start} {}\n",
            base64.trim_end().replace('A', "B").replace('e', "f")
        )
    };
    let changes = [
        "DELETE FROM stub".to_owned(),
        "DELETE FROM stub_head".to_owned(),
        "UPDATE stub SET size = size + 1".to_owned(),
        "UPDATE stub SET frontier = zeroblob(length(frontier))".to_owned(),
        "UPDATE stub SET frontier = x''".to_owned(),
        "UPDATE stub SET note = replace(note, 'heads', 'previous')".to_owned(),
        "UPDATE stub SET note = (SELECT note FROM checkpoint ORDER BY size LIMIT 1)".to_owned(),
        format!("UPDATE stub SET note = '{stub_of_another}'"),
        "UPDATE stub_head SET seq = seq + 1".to_owned(),
        "UPDATE stub_head SET hash = zeroblob(32)".to_owned(),
        "INSERT INTO stub_head VALUES ('guard/session:once', 1, zeroblob(32))".to_owned(),
        "DELETE FROM record WHERE position = (SELECT MIN(position) FROM record)".to_owned(),
        "DELETE FROM record WHERE position = (SELECT MAX(position) FROM record)".to_owned(),
        "UPDATE record SET body = x'7b7d' WHERE position = (SELECT MIN(position) FROM record)"
            .to_owned(),
        "DELETE FROM checkpoint WHERE size = (SELECT MIN(size) FROM checkpoint)".to_owned(),
        "DELETE FROM checkpoint".to_owned(),
    ];
    let mut states = Vec::new();
    for (number, change) in changes.iter().enumerate() {
        let copy = base.dir.path().join(format!("changed {number}"));
        copy_state(&state, &copy);
        Connection::open(copy.join("sinew.db"))
            .unwrap()
            .execute_batch(change)
            .unwrap();
        let report = verdict(&base, &copy);
        assert!(!report.passed(), "{change}: {report:?}");
        states.push(copy);
    }
    for (answer, change) in opinions(&base, &states).iter().zip(&changes) {
        assert_eq!(
            (&answer["passed"], &answer["code"]),
            (&json!(false), &json!(1)),
            "{change}: {answer}"
        );
    }
}

#[test]
fn a_stub_cannot_be_put_back_after_the_next_one() {
    let (base, state) = shortened();
    let earlier = base.dir.path().join("earlier stub");
    copy_state(&state, &earlier);
    let scene = reopened(&state);
    scene.clock.advance(Duration::from_hours(72));
    scene.write("gate");
    let retention = Retention {
        before: scene.clock.unix_micros(),
        bytes_max: u64::MAX,
    };
    assert!(scene.ledger.shorten(&retention).unwrap() > 0);
    scene.ledger.close();
    drop(scene);
    assert!(verdict(&base, &state).passed());
    let database = Connection::open(state.join("sinew.db")).unwrap();
    database
        .execute_batch(&format!(
            "ATTACH '{}' AS earlier; DELETE FROM stub; INSERT INTO stub SELECT * FROM earlier.stub;
             DELETE FROM stub_head; INSERT INTO stub_head SELECT * FROM earlier.stub_head;",
            earlier.join("sinew.db").display()
        ))
        .unwrap();
    drop(database);
    assert!(!verdict(&base, &state).passed());
    for answer in opinions(&base, &[state]) {
        assert_eq!(answer["passed"], json!(false), "{answer}");
    }
}

#[test]
fn records_that_were_tampered_with_are_not_dropped() {
    let base = base();
    let state = base.dir.path().join("state");
    let database = Connection::open(state.join("sinew.db")).unwrap();
    database
        .execute(
            "UPDATE record SET hash = zeroblob(32) WHERE position = 5",
            [],
        )
        .unwrap();
    drop(database);
    let scene = reopened(&state);
    scene.clock.advance(Duration::from_hours(24));
    scene.write("gate");
    assert!(matches!(scene.shorten(), Err(LedgerError::Altered { .. })));
    assert_eq!(scene.store.stub().unwrap(), None);
    assert_eq!(scene.store.records(1, 1).unwrap()[0].position, 1);
}

#[test]
fn what_a_crash_leaves_of_dropping_is_finished_at_the_next_step() {
    let (base, state) = shortened();
    // The state before the rows and the file were touched: the stub was set, and the process ended.
    let anchor = fs::read_to_string(&base.anchor).unwrap();
    let file = fs::read_to_string(state.join("checkpoints")).unwrap();
    fs::write(state.join("checkpoints"), format!("{anchor}{file}")).unwrap();
    let database = Connection::open(state.join("sinew.db")).unwrap();
    database
        .execute(
            "INSERT INTO record VALUES (1, 1, 1, zeroblob(32), x'7b7d')",
            [],
        )
        .unwrap();
    drop(database);
    let scene = reopened(&state);
    assert_eq!(scene.shorten().unwrap(), 0);
    scene.ledger.close();
    assert_eq!(fs::read_to_string(state.join("checkpoints")).unwrap(), file);
    let database = Connection::open(state.join("sinew.db")).unwrap();
    let first = database.query_row("SELECT MIN(position) FROM record", [], |row| {
        row.get::<_, i64>(0)
    });
    assert_eq!(first.unwrap(), (RECORDS + LATER + 1).cast_signed());
    assert!(verdict(&base, &state).passed());
}

#[test]
fn a_database_that_is_too_large_drops_its_oldest_records_before_their_time() {
    let base = base();
    let scene = reopened(&base.dir.path().join("state"));
    let room = Retention {
        before: 0,
        bytes_max: 1,
    };
    let dropped = scene.ledger.shorten(&room).unwrap();
    assert!(dropped > 0 && dropped < RECORDS / 2, "{dropped}");
    assert_eq!(
        scene
            .ledger
            .shorten(&Retention {
                before: 0,
                bytes_max: u64::MAX
            })
            .unwrap(),
        0
    );
}
