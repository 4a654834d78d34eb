//! `sinew ledger show`.

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

/// Print everything about one turn: its records, and what they name.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  sinew ledger show 01k1v3q8x5c2e7m4n9p6r0s2t4
  sinew ledger show 1204          (the turn of the record at that position)
  sinew ledger show 1204 --json

Exit codes: 0, or 2 when there is no such turn or the ledger cannot be read.")]
pub(super) struct Args {
    /// The turn's id, or the position of one of its records.
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
        "there is no turn `{}` in the ledger",
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

/// Finds a turn's records, looking at the newest first.
fn find(log: &impl Log, turn: &str) -> anyhow::Result<Vec<Record>> {
    let mut found: Vec<Record> = Vec::new();
    let mut end = log.head()?.size;
    while end > 0 {
        let start = end.saturating_sub(PAGE as u64) + 1;
        let mut page = log.records(start, PAGE)?;
        page.retain(|record| record.position <= end && turn_of(record).as_deref() == Some(turn));
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

fn turn_of(record: &Record) -> Option<String> {
    let body: Value = serde_json::from_slice(&record.body).ok()?;
    Some(body["value"]["turn"].as_str()?.to_owned())
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
