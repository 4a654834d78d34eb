//! What only one of the stores can show: injected faults, files, owners, a full database.

use std::time::Duration;

use sinew_runtime::store::{
    Commit, Fault, InputKey, Log, MemoryStore, Outcome, Payload, SqliteReader, SqliteSettings,
    SqliteStore, Store, StoreError,
};
use tempfile::TempDir;

use crate::{answered, entry};

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
        let found = store.outcome(&InputKey([7; 32])).unwrap();
        assert_eq!(found.map(|found| found.answer), outcome);
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
                .contains("newer version (schema 99, this build knows 3)"),
            "{error}"
        );
    }
}

#[test]
fn a_database_of_an_earlier_version_is_brought_up_to_date() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).unwrap();
    store.commit(answered(7)).unwrap();
    let payload = Payload::new([3; 16], b"kept".to_vec());
    let commit = Commit {
        payloads: vec![payload.clone()],
        ..Commit::default()
    };
    store.commit(commit).unwrap();
    drop(store);
    let path = dir.path().join("sinew.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "ALTER TABLE payload RENAME TO numbered;
             CREATE TABLE payload (digest BLOB NOT NULL, salt BLOB, bytes BLOB) STRICT;
             INSERT INTO payload SELECT digest, salt, bytes FROM numbered;
             DROP TABLE numbered;
             CREATE UNIQUE INDEX payload_by_digest ON payload (digest);
             ALTER TABLE outcome DROP COLUMN position;
             ALTER TABLE checkpoint DROP COLUMN payloads;
             DROP TABLE stub;
             DROP TABLE stub_head;
             DROP INDEX chain_by_name;
             ALTER TABLE chain RENAME TO counted;
             CREATE TABLE chain (id INTEGER PRIMARY KEY, name TEXT NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
             INSERT INTO chain SELECT id, name, seq, hash FROM counted;
             DROP TABLE counted;
             CREATE UNIQUE INDEX chain_by_name ON chain (name);
             UPDATE meta SET value = 1 WHERE key = 'schema_version';",
        )
        .unwrap();
    drop(connection);
    let error = SqliteReader::open(&path).unwrap_err().to_string();
    assert!(error.contains("start `sinew serve` once"), "{error}");
    let store = open(&dir).unwrap();
    let outcome = Outcome {
        answer: vec![7],
        position: None,
    };
    assert_eq!(store.outcome(&InputKey([7; 32])).unwrap(), Some(outcome));
    store.commit(answered(8)).unwrap();
    let later = store.outcome(&InputKey([8; 32])).unwrap().unwrap();
    assert_eq!(later.position, Some(2));
    assert_eq!(store.stub().unwrap(), None);
    let found = store.payload(&payload.digest).unwrap().unwrap();
    assert_eq!(found.content, Some((payload.salt, payload.bytes)));
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
    assert!(!secret_in(&dir));
}

/// Whether a secret stands in a file of the store.
fn secret_in(dir: &TempDir) -> bool {
    std::fs::read_dir(dir.path()).unwrap().any(|file| {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        bytes
            .windows(20)
            .any(|window| window == b"secret-that-must-not")
    })
}

#[test]
fn erased_bytes_are_in_none_of_the_files_while_others_write_and_the_log_is_emptied() {
    let dir = TempDir::new().unwrap();
    let settings = SqliteSettings {
        maintenance_every: Duration::from_millis(1),
        wal_bytes_max: 64 << 10,
        ..SqliteSettings::default()
    };
    let store = SqliteStore::open(&dir.path().join("sinew.db"), settings).unwrap();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..20_000_u32 {
                if done.load(std::sync::atomic::Ordering::Relaxed) {
                    break;
                }
                let bytes = number.to_be_bytes().repeat(1_000);
                let payloads = vec![Payload::new([2; 16], bytes)];
                let commit = Commit {
                    payloads,
                    ..Commit::default()
                };
                store.commit(commit).unwrap();
            }
        });
        for round in 0..8 {
            let secret = b"a-secret-that-must-not-stay".repeat(400);
            let payload = Payload::new([round; 16], secret);
            let commit = Commit {
                payloads: vec![payload.clone()],
                ..Commit::default()
            };
            store.commit(commit).unwrap();
            assert!(store.erase_payload(&payload.digest).unwrap(), "{round}");
            assert!(!secret_in(&dir), "{round}");
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn erasing_says_that_a_reader_holds_the_bytes() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("sinew.db");
    let settings = SqliteSettings {
        busy_wait: Duration::from_millis(50),
        ..SqliteSettings::default()
    };
    let store = SqliteStore::open(&path, settings).unwrap();
    let payload = Payload::new([1; 16], b"a-secret-that-must-not-stay".repeat(400));
    store
        .commit(Commit {
            payloads: vec![payload.clone()],
            ..Commit::default()
        })
        .unwrap();
    let reader = SqliteReader::open_snapshot(&path).unwrap();
    let refused = store.erase_payload(&payload.digest).unwrap_err();
    assert!(refused.to_string().contains("erase again"), "{refused}");
    drop(reader);
    // It is erased already; what is left is to cut the log.
    assert!(!store.erase_payload(&payload.digest).unwrap());
    assert!(!secret_in(&dir));
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
