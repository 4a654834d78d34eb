//! Whatever is done to records that a checkpoint covers, verification against a copy of the checkpoints sees it; and it sees
//! nothing where nothing was done. An independent verifier, which shares no code with ours, has to agree.
#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

#[path = "tamper/rows.rs"]
mod rows;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rows::{Row, Rows};
use serde_json::{Value, json};
use sinew_runtime::ledger::{
    Checkpoint, Ledger, LedgerKey, LedgerSettings, Notes, PublicKey, Report, Verification,
    split_notes, verify,
};
use sinew_runtime::store::{
    Commit, Entry, Payload, SqliteReader, SqliteSettings, SqliteStore, Store,
};
use sinew_runtime::world::{ManualClock, Random as _, SeededRandom};
use tempfile::TempDir;

/// How many mutations are tried. Each is another seed.
const MUTATIONS: u64 = 5_000;

/// Of so many cases one is also shown to the independent verifier.
const SECOND_OPINION_EVERY: u64 = 12;

const RECORDS: u64 = 96;
const RECORDS_PER_CHECKPOINT: u64 = 12;

/// A ledger that is sound, and what an attacker may have kept of its past.
struct Base {
    dir: TempDir,
    rows: Rows,
    key: PublicKey,
    /// The copy of the checkpoints that lies elsewhere.
    anchor: PathBuf,
    /// Copies of the whole state folder, made at each checkpoint but the last.
    earlier: Vec<PathBuf>,
}

const STATE_FILES: [&str; 3] = ["sinew.db", "checkpoints", "ledger.pub"];

fn copy_state(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for name in STATE_FILES {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

/// Writes a ledger, stopping at every checkpoint to copy it.
fn base() -> Base {
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
fn verdict(base: &Base, state: &Path) -> Report {
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

// === The attacker ===

struct Dice(SeededRandom);

impl Dice {
    fn below(&self, limit: usize) -> usize {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        (u64::from_be_bytes(bytes) % limit as u64) as usize
    }

    fn one_of<'a, T>(&self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

type Mutation = fn(&Dice, &mut Rows);

/// What can be done to records; each leaves the rows it touches changed.
const MUTATIONS_OF_RECORDS: [(&str, Mutation); 14] = [
    ("flip a bit of a body", |dice, rows| {
        flip(dice, &mut any_row(dice, rows).body)
    }),
    ("write another byte into a body", |dice, rows| {
        let body = &mut any_row(dice, rows).body;
        let (at, by) = (dice.below(body.len()), 1 + dice.below(255));
        body[at] = body[at].wrapping_add(by as u8);
    }),
    ("turn a decision around", |dice, rows| {
        let row = any_row(dice, rows);
        row.body = String::from_utf8(row.body.clone())
            .unwrap()
            .replace("deny", "allow")
            .into();
    }),
    ("cut a body short", |dice, rows| {
        let body = &mut any_row(dice, rows).body;
        body.truncate(dice.below(body.len()));
    }),
    ("flip a bit of a hash", |dice, rows| {
        flip(dice, &mut any_row(dice, rows).hash)
    }),
    ("move a record into another chain", |dice, rows| {
        let chains = rows.chains.len() as i64;
        let row = any_row(dice, rows);
        row.chain = 1 + (row.chain + dice.below(chains as usize) as i64) % (chains + 1);
    }),
    ("give a record another place in its chain", |dice, rows| {
        let row = any_row(dice, rows);
        row.seq += *dice.one_of(&[-1, 1, 7, i64::MAX - row.seq]);
    }),
    ("give a record another position", |dice, rows| {
        let position = any_position(dice, rows);
        let row = rows.records.remove(&position).unwrap();
        let free = *dice.one_of(&[0, -5, 1_000, i64::MAX, -position]);
        rows.records.insert(free, row);
    }),
    ("rename a chain", |dice, rows| {
        let id = 1 + dice.below(rows.chains.len()) as i64;
        rows.chains.get_mut(&id).unwrap().0.push('x');
    }),
    ("delete records", |dice, rows| {
        for _ in 0..1 + dice.below(4) {
            let position = any_position(dice, rows);
            rows.records.remove(&position);
        }
    }),
    ("delete a chain", |dice, rows| {
        let id = 1 + dice.below(rows.chains.len()) as i64;
        rows.records.retain(|_, row| row.chain != id);
        rows.chains.remove(&id);
    }),
    ("swap two records", |dice, rows| {
        let (one, other) = (any_position(dice, rows), any_position(dice, rows));
        let (first, second) = (rows.records[&one].clone(), rows.records[&other].clone());
        rows.records.insert(one, second);
        rows.records.insert(other, first);
    }),
    ("insert a record", |dice, rows| {
        let at = any_position(dice, rows);
        let new = Row {
            body: b"{\"kind\":\"turn\"}".to_vec(),
            ..rows.records[&at].clone()
        };
        let later = rows.records.split_off(&at);
        rows.records.insert(at, new);
        rows.records
            .extend(later.into_iter().map(|(position, row)| (position + 1, row)));
    }),
    ("cut the end off", |dice, rows| {
        let from = any_position(dice, rows);
        rows.records.split_off(&from);
    }),
];

fn any_position(dice: &Dice, rows: &Rows) -> i64 {
    let positions: Vec<_> = rows.records.keys().copied().collect();
    *dice.one_of(&positions)
}

fn any_row<'a>(dice: &Dice, rows: &'a mut Rows) -> &'a mut Row {
    let position = any_position(dice, rows);
    rows.records.get_mut(&position).unwrap()
}

fn flip(dice: &Dice, bytes: &mut [u8]) {
    let at = dice.below(bytes.len());
    bytes[at] ^= 1 << dice.below(8);
}

/// How far the attacker goes to hide it.
#[derive(Debug, Clone, Copy)]
enum Cover {
    /// Not at all.
    Nothing,
    /// Positions and places are made to count again.
    Renumber,
    /// Chains are linked anew, heads and tree rebuilt.
    Rebuild,
    /// And the checkpoints that no longer agree are taken out of the database and of its own file.
    Forget,
    /// And new ones are signed, with a key of the attacker's own, whose public half replaces the ledger's.
    Forge,
}

const COVERS: [Cover; 5] = [
    Cover::Nothing,
    Cover::Renumber,
    Cover::Rebuild,
    Cover::Forget,
    Cover::Forge,
];

/// Makes a copy of the base in `state` and tampers with it. Returns what was done, or `None` when it came to nothing.
fn tamper(base: &Base, seed: u64, state: &Path) -> Option<String> {
    let dice = Dice(SeededRandom::new(seed));
    if dice.below(40) == 0 {
        let earlier = dice.one_of(&base.earlier);
        copy_state(earlier, state);
        return Some(format!("roll back to {}", earlier.display()));
    }
    copy_state(&base.dir.path().join("state"), state);
    let mut rows = base.rows.clone();
    let (name, mutate) = dice.one_of(&MUTATIONS_OF_RECORDS);
    mutate(&dice, &mut rows);
    if rows == base.rows {
        return None;
    }
    let cover = *dice.one_of(&COVERS);
    match cover {
        Cover::Nothing => {}
        Cover::Renumber => rows.renumber(),
        Cover::Rebuild => rows.rebuild(),
        Cover::Forget => forget(&mut rows, base, state),
        Cover::Forge => forge(&mut rows, base, state),
    }
    if rows.records == base.rows.records && rows.chains == base.rows.chains {
        return None;
    }
    rows.write(&base.rows, &state.join("sinew.db"));
    Some(format!("{name}, cover: {cover:?}"))
}

fn forget(rows: &mut Rows, base: &Base, state: &Path) {
    rows.rebuild();
    let same = |(position, row): &(&i64, &Row)| base.rows.records.get(position) == Some(row);
    let unchanged = rows.records.iter().take_while(same).count() as i64;
    rows.checkpoints.retain(|size, _| *size <= unchanged);
    let notes: Vec<_> = rows
        .checkpoints
        .values()
        .map(|note| format!("{note}\n"))
        .collect();
    fs::write(state.join("checkpoints"), notes.concat()).unwrap();
}

fn forge(rows: &mut Rows, base: &Base, state: &Path) {
    forget(rows, base, state);
    let key = LedgerKey::new(&[66; 32]);
    let last = rows.checkpoints.values().next_back();
    let forged = Checkpoint {
        origin: base.key.name().to_owned(),
        size: rows.tree.0.unsigned_abs(),
        root: rows.root(),
        previous: last
            .and_then(|note| Checkpoint::digest(note))
            .unwrap_or_default(),
        unix_micros: 1_790_000_001_000_000,
    };
    let note = forged.sign(&key);
    let mut file = fs::OpenOptions::new()
        .append(true)
        .open(state.join("checkpoints"))
        .unwrap();
    write!(file, "{note}\n").unwrap();
    rows.checkpoints.insert(rows.tree.0, note);
    fs::write(
        state.join("ledger.pub"),
        format!("{}\n", key.public().line()),
    )
    .unwrap();
}

// === The independent verifier ===

/// Asks the Python verifier about every state, in one process. `None` when there is no Python.
fn second_opinions(base: &Base, states: &[PathBuf]) -> Option<Vec<Value>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("verifier/verify_ledger.py");
    let mut python = match Command::new("python3")
        .arg(script)
        .arg("--cases")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
    {
        Ok(python) => python,
        Err(error) => {
            assert!(
                std::env::var_os("SINEW_REQUIRE_ALL").is_none(),
                "python3 is required: {error}"
            );
            println!("SKIPPED: there is no python3 ({error})");
            return None;
        }
    };
    let case = |state: &PathBuf| {
        json!({"state": state, "against": [base.anchor], "key": base.key.line()}).to_string() + "\n"
    };
    let cases: String = states.iter().map(case).collect();
    let mut stdin = python.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(cases.as_bytes()).unwrap());
    let output = python.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let answers: Vec<Value> = output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    assert_eq!(answers.len(), states.len());
    Some(answers)
}

// === The tests ===

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
        running
            .into_iter()
            .for_each(|thread| done.extend(thread.join().unwrap()));
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
