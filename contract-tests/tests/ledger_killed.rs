//! A process that writes to the ledger is killed, again and again: what it acknowledged is there, nothing has a gap, the
//! chains and checkpoints verify, and what waited in the journal is chained once.
#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use sinew_runtime::ledger::{
    CHECKPOINTS_FILE, DATABASE_FILE, GATE_CHAIN, Ledger, LedgerSettings, Noted, Notes, PublicKey,
    Verification, verify,
};
use sinew_runtime::store::{
    Commit, Entry, InputKey, Log as _, ScopeKey, ScopeWrite, Scopes as _, SqliteReader,
    SqliteSettings, SqliteStore, StoreError,
};
use sinew_runtime::world::{Random as _, SeededRandom, SystemClock, SystemRandom};
use tempfile::TempDir;

/// How often the process is killed.
const CYCLES: u64 = 40;

/// Names the state folder to the process that is going to be killed: this same test binary, started again.
const CHILD: &str = "SINEW_TEST_LEDGER_CHILD";

fn open(state: &Path) -> (Arc<SqliteStore>, Ledger) {
    let store = SqliteStore::open(&state.join(DATABASE_FILE), SqliteSettings::default()).unwrap();
    let store = Arc::new(store);
    let mut settings = LedgerSettings::new(state);
    (settings.checkpoint_every, settings.journal_bytes) = (Duration::from_millis(2), 256 << 10);
    let ledger = Ledger::open(
        store.clone(),
        settings,
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
    );
    (store, ledger.unwrap())
}

// === The process that is killed ===

/// Writes until it is killed, and says a line for everything that was acknowledged.
#[test]
fn the_process_that_is_killed_does_nothing_by_itself() {
    let Some(state) = std::env::var_os(CHILD).map(PathBuf::from) else {
        return;
    };
    let (store, ledger) = open(&state);
    std::thread::scope(|scope| {
        for thread in 0..3_u8 {
            let (store, ledger) = (&store, &ledger);
            scope.spawn(move || write_turns(store, ledger, thread));
        }
        scope.spawn(|| fill_and_free(&store, &ledger));
    });
}

/// Counts in a scope of its own. Fails as a turn does while the disk is full, and goes on.
fn write_turns(store: &SqliteStore, ledger: &Ledger, thread: u8) {
    let key = ScopeKey {
        plugin: "guard".to_owned(),
        scope: format!("session:{thread}"),
    };
    loop {
        let base_revision = store.load(&key).unwrap().revision;
        let count = (base_revision + 1).to_string();
        let delta = BTreeMap::from([("count".to_owned(), Some(count.clone().into_bytes()))]);
        let body = format!("{{\"thread\":{thread},\"count\":{count}}}");
        let mut input = [thread; 32];
        input[..8].copy_from_slice(&base_revision.to_be_bytes());
        let chain = format!("guard/session:{thread}");
        let commit = Commit {
            scopes: vec![ScopeWrite {
                key: key.clone(),
                base_revision,
                delta,
            }],
            outcome: Some((InputKey(input), count.into_bytes())),
            payloads: vec![ledger.payload(vec![thread; 900])],
            ..Commit::of_entries(vec![Entry {
                chain,
                body: body.clone().into(),
            }])
        };
        match ledger.commit_or(commit, |_| Vec::new()) {
            Ok(receipt) => say(&format!("turn {} {body}", receipt.positions[0].position)),
            Err(StoreError::Full(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
}

/// Makes the disk full and frees it again, noting events all the while.
fn fill_and_free(store: &SqliteStore, ledger: &Ledger) {
    let mut random = [0; 8];
    SystemRandom.fill(&mut random);
    for n in 0..u64::MAX {
        let full = n / 20 % 2 == 1;
        store
            .limit_database_bytes(if full { 0 } else { 1 << 30 })
            .unwrap();
        let body = format!("{{\"event\":\"{:x}-{n}\"}}", u64::from_be_bytes(random));
        match ledger.note(GATE_CHAIN, body.clone().into_bytes()) {
            Noted::Chained(place) => say(&format!("turn {} {body}", place.position)),
            Noted::Journalled => say(&format!("note 0 {body}")),
            Noted::Lost => {}
        }
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "ack {line}").unwrap();
    out.flush().unwrap();
}

// === The one that kills ===

/// What was acknowledged: chained at a position, or only kept.
#[derive(Default)]
struct Book {
    chained: BTreeMap<u64, String>,
    noted: Vec<String>,
}

impl Book {
    fn enter(&mut self, line: &str) {
        let Some((_, ack)) = line.split_once("ack ") else {
            return;
        };
        let mut words = ack.splitn(3, ' ');
        let (what, position, body) = (
            words.next().unwrap(),
            words.next().unwrap(),
            words.next().unwrap(),
        );
        match what {
            "turn" => assert!(
                self.chained
                    .insert(position.parse().unwrap(), body.to_owned())
                    .is_none(),
                "{line}"
            ),
            _ => self.noted.push(body.to_owned()),
        }
    }
}

/// Starts the process, lets it acknowledge `acks` things, kills it, and enters all it said in the book.
fn run_and_kill(state: &Path, acks: usize, book: &mut Book) {
    let mut child: Child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "the_process_that_is_killed_does_nothing_by_itself",
            "--nocapture",
        ])
        .env(CHILD, state)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let mut seen = 0;
    for line in lines.by_ref() {
        seen += usize::from(line.contains("ack "));
        book.enter(&line);
        if seen == acks {
            break;
        }
    }
    assert_eq!(seen, acks, "the process ended by itself");
    child.kill().unwrap();
    child.wait().unwrap();
    lines.for_each(|line| book.enter(&line));
}

/// Verifies what the dead process left, without writing anything.
fn verify_dead(state: &Path, book: &Book) {
    let log = SqliteReader::open_snapshot(&state.join(DATABASE_FILE)).unwrap();
    let text =
        String::from_utf8_lossy(&fs::read(state.join(CHECKPOINTS_FILE)).unwrap()).into_owned();
    let files = vec![Notes {
        label: "the file".to_owned(),
        text,
        own: true,
    }];
    let key = PublicKey::load(state).unwrap();
    let report = verify(
        &log,
        &Verification {
            key,
            files,
            findings_max: 5,
            page: 500,
        },
    )
    .unwrap();
    assert!(report.passed(), "{report:?}");
    let last = book
        .chained
        .last_key_value()
        .map_or(0, |(position, _)| *position);
    assert!(
        report.size >= last,
        "{} records are left of {last}",
        report.size
    );
    for (position, body) in &book.chained {
        let record = log.records(*position, 1).unwrap().remove(0);
        assert_eq!(
            (record.position, String::from_utf8(record.body).unwrap()),
            (*position, body.clone())
        );
    }
}

#[test]
fn nothing_acknowledged_is_lost_to_a_kill() {
    let dir = TempDir::new().unwrap();
    let (state, dice, mut book) = (dir.path(), SeededRandom::new(17), Book::default());
    for _ in 0..CYCLES {
        let mut byte = [0];
        dice.fill(&mut byte);
        run_and_kill(state, 1 + usize::from(byte[0]), &mut book);
        verify_dead(state, &book);
    }
    let (store, ledger) = open(state);
    ledger.checkpoint_now().unwrap();
    let gate = store.chain_records(GATE_CHAIN, 1, usize::MAX).unwrap();
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for record in gate {
        *times
            .entry(String::from_utf8(record.body).unwrap())
            .or_default() += 1;
    }
    assert!(!book.noted.is_empty(), "the journal was never needed");
    for body in &book.noted {
        assert_eq!(times.get(body), Some(&1), "{body}");
    }
    ledger.close();
    for thread in 0..3 {
        let key = ScopeKey {
            plugin: "guard".to_owned(),
            scope: format!("session:{thread}"),
        };
        let state = store.load(&key).unwrap();
        assert_eq!(*state.vars["count"], *state.revision.to_string().as_bytes());
        // Every revision has its record and no other: the two were committed together.
        let chain = store
            .chain_records(&format!("guard/session:{thread}"), 1, usize::MAX)
            .unwrap();
        assert_eq!(chain.len() as u64, state.revision);
    }
    drop((ledger, store));
    verify_dead(state, &book);
}
