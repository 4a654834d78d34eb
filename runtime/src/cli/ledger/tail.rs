//! `sinew ledger tail`.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use super::line::{human_line, json_line};
use super::{PAGE, open};
use crate::store::Log as _;

/// How long to wait before looking for more.
const FOLLOW_EVERY: Duration = Duration::from_millis(200);

/// Print the last records, oldest first.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  sinew ledger tail
  sinew ledger tail --follow
  sinew ledger tail -n 1000 --json | jq 'select(.record.value.decision == \"deny\")'

Exit codes: 0, or 2 when the ledger cannot be read.")]
pub(super) struct Args {
    /// How many records to start with.
    #[arg(short = 'n', long = "lines", value_name = "N", default_value_t = 20)]
    lines: u64,
    /// Go on with every record that comes.
    #[arg(short, long)]
    follow: bool,
    /// Print each record as one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(
    arguments: &Args,
    state: &Path,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    let reader = open(state)?;
    let mut next = reader.head()?.size.saturating_sub(arguments.lines) + 1;
    loop {
        let records = reader.records(next, PAGE)?;
        for record in &records {
            next = record.position + 1;
            if arguments.json {
                writeln!(out, "{}", json_line(record))?;
            } else {
                writeln!(out, "{}", human_line(record))?;
            }
        }
        if records.is_empty() {
            if !arguments.follow {
                return Ok(ExitCode::SUCCESS);
            }
            out.flush()?;
            thread::sleep(FOLLOW_EVERY);
        }
    }
}
