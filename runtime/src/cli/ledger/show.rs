//! `sinew ledger show`.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::line::json_line;
use super::{PAGE, open};
use crate::cli::printable::printable;
use crate::store::{Log, Record, StoredPayload};

/// A payload is cut after this many bytes where people read it.
const PAYLOAD_BYTES_SHOWN: usize = 4_096;

/// A turn's records lie together but for those of other turns; this far from the last one found, there are no more.
const RECORDS_APART_MAX: u64 = 10_000;

/// Print everything about one turn: its records, what they name, and the other turns of the same use of a tool.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  sinew ledger show 01k1v3q8x5c2e7m4n9p6r0s2t4
  sinew ledger show 1204          (the turn of the record at that position)
  sinew ledger show toolu_01AbC   (everything about one use of a tool: its hook events and its call)
  sinew ledger show 1204 --json

Exit codes: 0, or 2 when there is no such turn or the ledger cannot be read.")]
pub(super) struct Args {
    /// The turn's id, the position of one of its records, or a client's id of a tool's use.
    turn: String,
    /// Print each record and each payload as one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(
    arguments: &Args,
    state: &Path,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    let reader = open(state)?;
    let records = match arguments.turn.parse() {
        Ok(position) => {
            let record = reader
                .records(position, 1)?
                .pop()
                .filter(|record| record.position == position);
            let record =
                record.with_context(|| format!("there is no record at position {position}"))?;
            match turn_of(&record) {
                Some(turn) => find(&reader, &turn)?,
                None => vec![record],
            }
        }
        Err(_) => find(&reader, &arguments.turn)?,
    };
    anyhow::ensure!(
        !records.is_empty(),
        "there is no turn and no use of a tool `{}` in the ledger",
        arguments.turn
    );
    let mut digests = Vec::new();
    for record in &records {
        let body: Value = serde_json::from_slice(&record.body).unwrap_or_default();
        named(&body, &mut digests);
        if arguments.json {
            writeln!(out, "{}", json_line(record))?;
        } else {
            writeln!(
                out,
                "position {}, record {} of chain {}",
                record.position,
                record.seq,
                printable(&record.chain)
            )?;
            writeln!(
                out,
                "{}\n",
                printable(&serde_json::to_string_pretty(&body)?)
            )?;
        }
    }
    for digest in digests {
        let payload = reader.payload(&digest)?;
        if arguments.json {
            writeln!(out, "{}", payload_json(&digest, payload.as_ref()))?;
        } else {
            writeln!(
                out,
                "payload {}\n{}\n",
                hex::encode(digest),
                payload_text(payload)
            )?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Finds a turn's records, looking at the newest first; those of a tool's use where no turn has that id. What belongs to
/// the same use of a tool comes along: the turns of its hook events, of its call, and those that a call runs again, whichever
/// of them is wanted.
fn find(log: &impl Log, wanted: &str) -> anyhow::Result<Vec<Record>> {
    let mut found = newest(log, |record| turn_of(record).as_deref() == Some(wanted))?;
    if found.is_empty() {
        found = newest(log, |record| tool_use_of(record).as_deref() == Some(wanted))?;
    }
    let (Some(first), Some(last)) = (found.first(), found.last()) else {
        return Ok(found);
    };
    let tool_uses: BTreeSet<_> = found.iter().filter_map(tool_use_of).collect();
    let mut turns: BTreeSet<_> = found.iter().filter_map(turn_of).collect();
    turns.extend(found.iter().flat_map(resumed_by));
    let range = (
        first.position.saturating_sub(RECORDS_APART_MAX).max(1),
        last.position.saturating_add(RECORDS_APART_MAX),
    );
    if !tool_uses.is_empty() || found.iter().any(is_suspended) {
        each(log, range, |record| {
            let same = tool_use_of(&record).is_some_and(|id| tool_uses.contains(&id))
                || resumed_by(&record).iter().any(|turn| turns.contains(turn));
            turns.extend(turn_of(&record).filter(|_| same));
        })?;
    }
    if turns.len() > 1 {
        found.clear();
        each(log, range, |record| {
            if turn_of(&record).is_some_and(|turn| turns.contains(&turn)) {
                found.push(record);
            }
        })?;
    }
    Ok(found)
}

/// The newest records that lie together and are wanted, oldest first.
fn newest(log: &impl Log, wanted: impl Fn(&Record) -> bool) -> anyhow::Result<Vec<Record>> {
    let mut found: Vec<Record> = Vec::new();
    let mut end = log.head()?.size;
    while end > 0 {
        let start = end.saturating_sub(PAGE as u64) + 1;
        let mut page = log.records(start, PAGE)?;
        page.retain(|record| record.position <= end && wanted(record));
        page.append(&mut found);
        found = page;
        end = start - 1;
        if found
            .first()
            .is_some_and(|first| first.position > end + RECORDS_APART_MAX)
        {
            break;
        }
    }
    Ok(found)
}

/// Hands over every record of a range of positions, oldest first.
fn each(
    log: &impl Log,
    (mut from, to): (u64, u64),
    mut take: impl FnMut(Record),
) -> anyhow::Result<()> {
    while from <= to {
        let page = log.records(from, PAGE)?;
        let Some(last) = page.last() else {
            break;
        };
        from = last.position + 1;
        page.into_iter()
            .filter(|record| record.position <= to)
            .for_each(&mut take);
    }
    Ok(())
}

fn turn_of(record: &Record) -> Option<String> {
    text_of(record, "turn")
}

fn tool_use_of(record: &Record) -> Option<String> {
    text_of(record, "tool_use_id")
}

fn text_of(record: &Record, field: &str) -> Option<String> {
    let body: Value = serde_json::from_slice(&record.body).ok()?;
    Some(body["value"][field].as_str()?.to_owned())
}

/// Whether a record is of a turn that ended because it asks, so that another one may run it again.
fn is_suspended(record: &Record) -> bool {
    let body: Value = serde_json::from_slice(&record.body).unwrap_or_default();
    body["value"]["abort"]["reason"] == "suspended"
}

/// The turns that a record's turn runs again.
fn resumed_by(record: &Record) -> Vec<String> {
    let body: Value = serde_json::from_slice(&record.body).unwrap_or_default();
    let turns = body["value"]["resumes"].as_array().into_iter().flatten();
    turns
        .filter_map(|turn| Some(turn.as_str()?.to_owned()))
        .collect()
}

/// Collects the digests that a record names, each once.
fn named(value: &Value, digests: &mut Vec<[u8; 32]>) {
    match value {
        Value::Object(fields) => {
            let digest = fields
                .get("digest")
                .filter(|_| fields.contains_key("bytes"))
                .and_then(Value::as_str)
                .and_then(unhex);
            digests.extend(digest.filter(|digest| !digests.contains(digest)));
            fields.values().for_each(|value| named(value, digests));
        }
        Value::Array(items) => items.iter().for_each(|value| named(value, digests)),
        _ => {}
    }
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    hex::decode_to_slice(text, &mut digest).ok()?;
    Some(digest)
}

fn payload_text(payload: Option<StoredPayload>) -> String {
    match payload.map(|payload| payload.content) {
        None => "(not kept)".to_owned(),
        Some(None) => "(erased)".to_owned(),
        Some(Some((_, bytes))) => {
            let shown = &bytes[..bytes.len().min(PAYLOAD_BYTES_SHOWN)];
            let more = if shown.len() < bytes.len() {
                format!("\n… {} bytes in all; --json prints them", bytes.len())
            } else {
                String::new()
            };
            printable(&String::from_utf8_lossy(shown)) + &more
        }
    }
}

fn payload_json(digest: &[u8; 32], payload: Option<&StoredPayload>) -> Value {
    match payload.map(|payload| &payload.content) {
        None => json!({"type": "payload", "digest": hex::encode(digest), "kept": false}),
        Some(None) => json!({"type": "payload", "digest": hex::encode(digest), "erased": true}),
        Some(Some((salt, bytes))) => {
            json!({"type": "payload", "digest": hex::encode(digest), "salt": hex::encode(salt), "bytes_base64": STANDARD.encode(bytes)})
        }
    }
}
