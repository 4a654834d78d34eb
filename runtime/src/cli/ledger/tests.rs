//! The commands over a small ledger, as a person and as a program reads them.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use serde_json::Value;

use super::*;
use crate::ledger::{GATE_CHAIN, Ledger, LedgerSettings, canonical_json};
use crate::store::{Commit, Entry, SqliteSettings, SqliteStore, Store};
use crate::world::{ManualClock, SeededRandom};

#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Runs `sinew ledger WORDS --state STATE` and returns what it printed, and its exit code.
fn sinew(state: &Path, words: &str) -> Result<(String, ExitCode), String> {
    let cli = Cli::try_parse_from(["ledger"].into_iter().chain(words.split_whitespace()))
        .map_err(|error| error.to_string())?;
    let global = Global {
        config: None,
        state: Some(state.to_owned()),
    };
    let mut out = Vec::new();
    let done = match &cli.command {
        Command::Tail(arguments) => tail::run(arguments, state, &mut out),
        Command::Show(arguments) => show::run(arguments, state, &mut out),
        Command::Verify(arguments) => verify::run(arguments, state, &mut out),
        Command::Export(arguments) => export::run(arguments, state, &mut out),
        Command::InDoubt(arguments) => in_doubt::run(arguments, &global, state, &mut out),
    };
    done.map(|code| (String::from_utf8(out).unwrap(), code))
        .map_err(|error| format!("{error:#}"))
}

fn open_ledger(state: &Path) -> Ledger {
    let store: Arc<dyn Store> =
        Arc::new(SqliteStore::open(&state.join(DATABASE_FILE), SqliteSettings::default()).unwrap());
    let mut settings = LedgerSettings::new(state);
    (settings.checkpoint_every, settings.journal_bytes) = (Duration::from_secs(3_600), 0);
    let (clock, random) = (
        Arc::new(ManualClock::new(1_785_751_500_000_000)),
        Arc::new(SeededRandom::new(3)),
    );
    Ledger::open(store, settings, clock, random).unwrap()
}

fn record(body: &Value) -> Vec<u8> {
    canonical_json(body).unwrap()
}

/// A gate event, and a turn with one effect and one payload.
fn write_turns(ledger: &Ledger) {
    let at = "2026-08-03T10:05:00.000000Z";
    let start = serde_json::json!({"at": at, "kind": "gate", "value": {"what": "start", "detail": "1 plugin loaded"}});
    ledger.note(GATE_CHAIN, record(&start));
    let input = ledger.payload(b"{\"tool_name\":\"Bash\"}".to_vec());
    let digest = hex::encode(input.digest);
    let effect = serde_json::json!({"at": at, "kind": "effect", "value": {"turn": "01k1", "effect": "git_status", "outcome": "ok"}});
    let turn = serde_json::json!({"at": at, "kind": "turn", "value": {
        "turn": "01k1", "entry": "handle_pre_tool_use", "decision": "deny", "outcome": "committed",
        "input": {"digest": digest, "bytes": 20},
    }});
    let entries = [effect, turn].map(|body| Entry {
        chain: "guard/session:1".to_owned(),
        body: record(&body),
    });
    ledger
        .commit(Commit {
            payloads: vec![input],
            ..Commit::of_entries(entries.to_vec())
        })
        .unwrap();
}

fn ledger_of_three() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open_ledger(dir.path());
    write_turns(&ledger);
    dir
}

#[test]
fn tail_prints_the_last_records_oldest_first() {
    let dir = ledger_of_three();
    let (printed, _) = sinew(dir.path(), "tail -n 2").unwrap();
    assert_eq!(
        printed,
        "       2  2026-08-03T10:05:00.000000Z  guard/session:1  effect  git_status  ok  01k1\n\
         \x20      3  2026-08-03T10:05:00.000000Z  guard/session:1  turn  handle_pre_tool_use  deny  committed  01k1\n"
    );
    let (printed, _) = sinew(dir.path(), "tail --json -n 1").unwrap();
    let line: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(
        (&line["position"], &line["record"]["value"]["decision"]),
        (&3.into(), &"deny".into())
    );
}

#[test]
fn show_prints_a_turn_by_its_id_or_by_a_position_with_what_it_names() {
    let dir = ledger_of_three();
    let (by_id, _) = sinew(dir.path(), "show 01k1").unwrap();
    assert_eq!(by_id, sinew(dir.path(), "show 2").unwrap().0);
    for part in [
        "position 2, record 1 of chain guard/session:1\n",
        "\"effect\": \"git_status\"",
        "\n{\"tool_name\":\"Bash\"}\n",
    ] {
        assert!(by_id.contains(part), "{by_id}");
    }
    let (lines, _) = sinew(dir.path(), "show 01k1 --json").unwrap();
    assert_eq!(lines.lines().count(), 3);
    assert_eq!(
        sinew(dir.path(), "show 1").unwrap().0.lines().next(),
        Some("position 1, record 1 of chain gate")
    );
    assert_eq!(
        sinew(dir.path(), "show 01zz").unwrap_err(),
        "there is no turn and no use of a tool `01zz` in the ledger"
    );
    assert_eq!(
        sinew(dir.path(), "show 99").unwrap_err(),
        "there is no record at position 99"
    );
}

/// A hook's turn and a call's two turns, all of one use of a tool, and a turn of another.
fn write_a_tool_use(ledger: &Ledger) {
    let turn = |turn: &str, tool_use: &str, resumes: &[&str]| {
        record(
            &serde_json::json!({"at": "2026-08-03T10:05:00.000000Z", "kind": "turn", "value": {
                "turn": turn, "tool_use_id": tool_use, "resumes": resumes, "outcome": "committed",
            }}),
        )
    };
    let entries = [
        ("guard/session:1", turn("hook", "toolu_1", &[])),
        ("forge/none", turn("other", "toolu_2", &[])),
        ("forge/none", turn("asked", "toolu_1", &[])),
        ("forge/none", turn("again", "toolu_1", &["asked"])),
    ];
    let entries = entries.map(|(chain, body)| Entry {
        chain: chain.to_owned(),
        body,
    });
    ledger.commit(Commit::of_entries(entries.to_vec())).unwrap();
}

#[test]
fn show_prints_everything_of_one_use_of_a_tool_together() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open_ledger(dir.path());
    write_a_tool_use(&ledger);
    drop(ledger);
    let (whole, _) = sinew(dir.path(), "show toolu_1").unwrap();
    for (turn, there) in [
        ("hook", true),
        ("asked", true),
        ("again", true),
        ("other", false),
    ] {
        let line = format!("\"turn\": \"{turn}\"");
        assert_eq!(whole.contains(&line), there, "{turn}: {whole}");
    }
    for turn in ["hook", "asked", "again"] {
        let (by_turn, _) = sinew(dir.path(), &format!("show {turn}")).unwrap();
        assert_eq!(by_turn, whole, "{turn}");
    }
    let (other, _) = sinew(dir.path(), "show other").unwrap();
    assert!(!other.contains("toolu_1"), "{other}");
}

#[test]
fn verify_passes_beside_a_writer_and_counts_what_no_checkpoint_covers() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open_ledger(dir.path());
    write_turns(&ledger);
    ledger.checkpoint_now().unwrap();
    write_turns(&ledger);
    let (printed, code) = sinew(dir.path(), "verify").unwrap();
    assert_eq!(code, ExitCode::SUCCESS);
    let lines: Vec<_> = printed.lines().collect();
    assert!(
        lines[0].starts_with("key           sinew-ledger/"),
        "{printed}"
    );
    assert_eq!(
        lines[1..6],
        [
            "records       6 in 2 chains",
            "checkpoints   1 verified, the last over 3 records; 3 records have none yet",
            "payloads      2 intact, 0 erased",
            "integrity     ok",
            "completeness  ok",
        ]
    );
    assert!(
        lines[6].starts_with("cannot see    a payload that is gone"),
        "{printed}"
    );
}

#[test]
fn verify_fails_with_one_and_tells_integrity_from_completeness() {
    let dir = ledger_of_three();
    let (state, copy) = (dir.path(), dir.path().join("copy"));
    fs::copy(state.join(crate::ledger::CHECKPOINTS_FILE), &copy).unwrap();
    let against = format!("verify --json --against {}", copy.display());
    let report = |printed: &str| serde_json::from_str::<Value>(printed).unwrap()["report"].take();
    assert_eq!(sinew(state, &against).unwrap().1, ExitCode::SUCCESS);
    let damage = |sql: &str| rusqlite_execute(&state.join(DATABASE_FILE), sql);
    damage("UPDATE record SET body = x'7b7d' WHERE position = 1");
    let (printed, code) = sinew(state, &against).unwrap();
    assert_eq!(code, ExitCode::FAILURE);
    assert_eq!(report(&printed)["integrity"][0]["position"], 1);
    assert_eq!(report(&printed)["completeness"], serde_json::json!([]));
    damage("DELETE FROM record WHERE position = 3");
    let (printed, _) = sinew(state, &against).unwrap();
    assert_eq!(
        report(&printed)["completeness"][0]["detail"],
        "a checkpoint covers 3 records, and there are 2"
    );
    assert!(
        sinew(state, "verify")
            .unwrap()
            .0
            .contains("\ncompleteness  FAILED\n")
    );
}

#[test]
fn verify_takes_the_key_from_outside_when_it_is_told_to() {
    let dir = ledger_of_three();
    let own = fs::read_to_string(dir.path().join(crate::ledger::PUBLIC_KEY_FILE)).unwrap();
    assert_eq!(
        sinew(dir.path(), &format!("verify --key {own}")).unwrap().1,
        ExitCode::SUCCESS
    );
    let other = crate::ledger::LedgerKey::new(&[9; 32]).public().line();
    assert_eq!(
        sinew(dir.path(), &format!("verify --key {other}"))
            .unwrap()
            .1,
        ExitCode::FAILURE
    );
    assert!(
        sinew(dir.path(), "verify --key nonsense")
            .unwrap_err()
            .starts_with("--key is no public key")
    );
}

#[test]
fn verify_beside_a_server_that_signs_all_the_time_never_alarms() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open_ledger(dir.path());
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                write_turns(&ledger);
                ledger.checkpoint_now().unwrap();
            }
        });
        for _ in 0..40 {
            let (printed, code) = sinew(dir.path(), "verify").unwrap();
            if code != ExitCode::SUCCESS {
                stop.store(true, std::sync::atomic::Ordering::Relaxed);
                panic!("{printed}");
            }
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn export_writes_every_row_as_a_line() {
    let dir = ledger_of_three();
    let (printed, _) = sinew(dir.path(), "export").unwrap();
    let lines: Vec<Value> = printed
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let types: Vec<_> = lines
        .iter()
        .map(|line| line["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        types,
        [
            "ledger",
            "record",
            "record",
            "record",
            "checkpoint",
            "payload"
        ]
    );
    assert_eq!(lines[0]["size"], 3);
    let body = lines[1]["body"].as_str().unwrap();
    let hash = crate::store::chain_hash(&crate::store::CHAIN_START, "gate", 1, body.as_bytes());
    assert_eq!(lines[1]["hash"], hex::encode(hash));
    let file = dir.path().join("export.jsonl");
    let (nothing, _) = sinew(dir.path(), &format!("export --out {}", file.display())).unwrap();
    assert_eq!(
        (nothing.as_str(), fs::read_to_string(file).unwrap()),
        ("", printed)
    );
}

#[test]
fn a_missing_ledger_is_a_clear_error_for_every_command() {
    let dir = tempfile::tempdir().unwrap();
    for words in ["tail", "show 1", "export", "verify"] {
        let error = sinew(dir.path(), words).unwrap_err();
        assert!(
            error.contains("there is no ledger in `"),
            "{words}: {error}"
        );
    }
    assert_eq!(
        fs::read_dir(dir.path()).unwrap().count(),
        0,
        "reading makes no files"
    );
}

#[test]
fn every_command_has_a_help_with_examples() {
    for words in [
        "tail --help",
        "show --help",
        "verify --help",
        "export --help",
    ] {
        let help = sinew(Path::new("/"), words).unwrap_err();
        assert!(help.contains("Examples:\n  sinew ledger "), "{help}");
    }
}

fn rusqlite_execute(database: &Path, sql: &str) {
    rusqlite::Connection::open(database)
        .unwrap()
        .execute_batch(sql)
        .unwrap();
}
