//! `sinew ledger export`.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{PAGE, open_snapshot};
use crate::cli::progress::Progress;
use crate::ledger::PublicKey;
use crate::store::{ChainHead, Log, Record, StoredPayload, Stub};

/// Write the whole ledger as JSON lines: one for the ledger, then records, checkpoints and payloads.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  sinew ledger export > ledger.jsonl
  sinew ledger export --out ledger.jsonl
  sinew ledger export | jq -r 'select(.type == \"record\") | .body'

Exit codes: 0, or 2 when the ledger cannot be read or FILE cannot be written.")]
pub(super) struct Args {
    /// Write to this file (mode 600) instead of standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(
    arguments: &Args,
    state: &Path,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    let log = open_snapshot(state)?;
    let key = PublicKey::load(state)?;
    // What fills the terminal itself shows that it goes on.
    let quiet = arguments.out.is_some() || !io::stdout().is_terminal();
    let size = log.head()?.size;
    let _progress = quiet.then(|| Progress::of(format!("writing the records up to {size}")));
    match &arguments.out {
        None => export(&log, &key, out)?,
        Some(path) => {
            let file = OpenOptions::new()
                .create(true)
                .truncate(true)
                .write(true)
                .mode(0o600)
                .open(path);
            let mut file =
                BufWriter::new(file.with_context(|| format!("opening `{}`", path.display()))?);
            export(&log, &key, &mut file)?;
            file.into_inner()?
                .sync_all()
                .with_context(|| format!("writing `{}`", path.display()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn export(log: &impl Log, key: &PublicKey, out: &mut impl Write) -> anyhow::Result<()> {
    let head = log.head()?;
    let first = json!({"type": "ledger", "format": 1, "key": key.line(), "size": head.size, "root": hex::encode(head.root)});
    writeln!(out, "{first}")?;
    if let Some(stub) = log.stub()? {
        writeln!(out, "{}", stub_line(&stub))?;
    }
    let mut position = 1;
    while let Some(last) = page(&log.records(position, PAGE)?, out, record_line)? {
        position = last.position + 1;
    }
    let mut size = 0;
    let checkpoint_line = |checkpoint: &crate::store::StoredCheckpoint| json!({"type": "checkpoint", "size": checkpoint.size, "note": checkpoint.note});
    while let Some(last) = page(&log.checkpoints(size, PAGE)?, out, checkpoint_line)? {
        size = last.size;
    }
    let mut number = 0;
    while let Some(last) = page(&log.payloads(number, PAGE)?, out, payload_line)? {
        number = last.number;
    }
    Ok(())
}

/// Writes a page of lines and returns its last row; `None` when there was none.
fn page<T: Clone>(
    rows: &[T],
    out: &mut impl Write,
    line: impl Fn(&T) -> Value,
) -> anyhow::Result<Option<T>> {
    for row in rows {
        writeln!(out, "{}", line(row))?;
    }
    Ok(rows.last().cloned())
}

fn stub_line(stub: &Stub) -> Value {
    let head = |head: &ChainHead| json!({"chain": head.chain, "seq": head.seq, "hash": hex::encode(head.hash)});
    let heads: Vec<_> = stub.heads.iter().map(head).collect();
    json!({
        "type": "stub", "size": stub.size(), "frontier": hex::encode(stub.tree.frontier_bytes()), "heads": heads, "note": stub.note,
    })
}

fn record_line(record: &Record) -> Value {
    // The body as the text it is, not as a value: the hash is over these very bytes.
    let mut line = json!({
        "type": "record", "position": record.position, "chain": record.chain, "seq": record.seq, "hash": hex::encode(record.hash),
    });
    match str::from_utf8(&record.body) {
        Ok(body) => line["body"] = body.into(),
        Err(_) => line["body_base64"] = STANDARD.encode(&record.body).into(),
    }
    line
}

fn payload_line(payload: &StoredPayload) -> Value {
    let digest = hex::encode(payload.digest);
    match &payload.content {
        None => json!({"type": "payload", "digest": digest, "erased": true}),
        Some((salt, bytes)) => {
            json!({"type": "payload", "digest": digest, "salt": hex::encode(salt), "bytes_base64": STANDARD.encode(bytes)})
        }
    }
}
