//! A sound ledger with a past, and what our own verifier says about copies of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use sinew_runtime::ledger::{
    Ledger, LedgerSettings, Notes, PublicKey, Report, Verification, verify,
};
use sinew_runtime::store::{Commit, Entry, SqliteReader, SqliteSettings, SqliteStore, Store};
use sinew_runtime::world::{ManualClock, SeededRandom};
use tempfile::TempDir;

use crate::rows::Rows;

/// How many records the ledger has.
pub(crate) const RECORDS: u64 = 96;

/// How many of them lie between two checkpoints.
pub(crate) const RECORDS_PER_CHECKPOINT: u64 = 12;

/// A ledger that is sound, and what an attacker may have kept of its past.
pub(crate) struct Base {
    pub(crate) dir: TempDir,
    pub(crate) rows: Rows,
    pub(crate) key: PublicKey,
    /// The copy of the checkpoints that lies elsewhere.
    pub(crate) anchor: PathBuf,
    /// Copies of the whole state folder, made at each checkpoint but the last.
    pub(crate) earlier: Vec<PathBuf>,
}

const STATE_FILES: [&str; 3] = ["sinew.db", "checkpoints", "ledger.pub"];

pub(crate) fn copy_state(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for name in STATE_FILES {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

/// Writes a ledger, stopping at every checkpoint to copy it.
pub(crate) fn base() -> Base {
    let dir = TempDir::new().unwrap();
    let state = dir.path().join("state");
    let (clock, random) = (
        Arc::new(ManualClock::new(1_790_000_000_000_000)),
        Arc::new(SeededRandom::new(11)),
    );
    let mut earlier = Vec::new();
    fs::create_dir(&state).unwrap();
    for part in 0..RECORDS / RECORDS_PER_CHECKPOINT {
        let store = SqliteStore::open(&state.join("sinew.db"), SqliteSettings::default()).unwrap();
        let store: Arc<dyn Store> = Arc::new(store);
        let mut settings = LedgerSettings::new(&state);
        (settings.checkpoint_every, settings.journal_bytes) = (Duration::from_secs(3_600), 0);
        let ledger =
            Ledger::open(Arc::clone(&store), settings, clock.clone(), random.clone()).unwrap();
        for n in part * RECORDS_PER_CHECKPOINT..(part + 1) * RECORDS_PER_CHECKPOINT {
            let chain = [
                "gate",
                "guard/session:a",
                "guard/session:b",
                "hello/none",
                "gate/x",
            ][(n * n % 5) as usize];
            let body = json!({"at": "2026-08-03T10:05:00.000000Z", "kind": "turn", "value": {"n": n, "decision": "deny"}});
            let entry = Entry {
                chain: chain.to_owned(),
                body: body.to_string().into(),
            };
            let payloads = vec![ledger.payload(format!("payload {n}").into())];
            ledger
                .commit(Commit {
                    payloads,
                    ..Commit::of_entries(vec![entry])
                })
                .unwrap();
            clock.advance(Duration::from_millis(3));
        }
        ledger.close();
        drop((ledger, store));
        let copy = dir.path().join(format!("earlier {part}"));
        copy_state(&state, &copy);
        earlier.push(copy);
    }
    earlier.pop();
    let anchor = dir.path().join("anchor");
    fs::copy(state.join("checkpoints"), &anchor).unwrap();
    let (rows, key) = (
        Rows::read(&state.join("sinew.db")),
        PublicKey::load(&state).unwrap(),
    );
    Base {
        dir,
        rows,
        key,
        anchor,
        earlier,
    }
}

/// Verifies the way `sinew ledger verify --against ANCHOR --key KEY` does.
pub(crate) fn verdict(base: &Base, state: &Path) -> Report {
    let notes = |path: &Path, own| Notes {
        label: path.display().to_string(),
        text: fs::read_to_string(path).unwrap(),
        own,
    };
    let files = vec![
        notes(&base.anchor, false),
        notes(&state.join("checkpoints"), true),
    ];
    let verification = Verification {
        key: base.key.clone(),
        files,
        findings_max: 3,
        page: 40,
    };
    let log = SqliteReader::open_snapshot(&state.join("sinew.db")).unwrap();
    verify(&log, &verification).unwrap()
}
