//! `sinew ledger verify`.

use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::json;

use super::{PAGE, open_snapshot};
use crate::cli::printable::printable;
use crate::cli::progress::Progress;
use crate::ledger::{
    CHECKPOINTS_FILE, Finding, Notes, PublicKey, Report, Verification, split_notes, verify,
};
use crate::store::{Log, SqliteReader};

/// How many findings of each sort are printed.
const FINDINGS_MAX: usize = 20;

/// What no verification from the inside can see.
const CANNOT_SEE: &str = "a payload that is gone altogether looks like one that was never kept; and whoever owns the key, the \
     database and every copy of the checkpoints can write another history: keep copies of the checkpoints elsewhere and pass \
     them with --against";

/// Verify that the ledger is what was written, and that all of it is there. Exits with 1 when it is not.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Integrity is that nothing was altered, completeness that nothing is missing. Both are judged by the signed
checkpoints, in the database and in the state folder's `checkpoints` file, and in every FILE.

Examples:
  sinew ledger verify
  sinew ledger verify --against /mnt/elsewhere/checkpoints
  sinew ledger verify --against copy --key 'sinew-ledger/0f…+1b2c3d4e+AZ…' --json

Exit codes: 0 when both hold; 1 when one does not; 2 when the ledger cannot be read."
)]
pub(super) struct Args {
    /// A copy of the checkpoints that was kept elsewhere; may be given more than once.
    #[arg(long, value_name = "FILE")]
    against: Vec<PathBuf>,
    /// The public key that has to have signed, instead of the one in the state folder (`ledger.pub`).
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Print the report as one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(
    arguments: &Args,
    state: &Path,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    let progress = Progress::of("reading the checkpoints");
    // Read before the database, so that a running server has put whatever they hold into it.
    let mut files = Vec::new();
    for path in &arguments.against {
        let bytes = fs::read(path).with_context(|| format!("reading `{}`", path.display()))?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        files.push(Notes {
            label: format!("`{}`", path.display()),
            text,
            own: false,
        });
    }
    let before = own_file(state)?;
    let log = open_snapshot(state)?;
    files.push(Notes {
        label: "the checkpoints file".to_owned(),
        text: own_notes(state, before, &log)?,
        own: true,
    });
    let key = match &arguments.key {
        Some(line) => PublicKey::parse(line.trim())
            .context("--key is no public key: it looks like `name+hash+base64`")?,
        None => PublicKey::load(state)?,
    };
    let verification = Verification {
        key,
        files,
        findings_max: FINDINGS_MAX,
        page: PAGE,
    };
    progress.now(format!("verifying the records up to {}", log.head()?.size));
    let report = verify(&log, &verification)?;
    drop(progress);
    if arguments.json {
        let report = json!({"passed": report.passed(), "key": verification.key.line(), "cannot_see": CANNOT_SEE, "report": report});
        writeln!(out, "{report}")?;
    } else {
        print(&report, &verification, out)?;
    }
    Ok(if report.passed() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn own_file(state: &Path) -> anyhow::Result<String> {
    let path = state.join(CHECKPOINTS_FILE);
    match fs::read(&path) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        // Then the database's checkpoints, if it has any, are in no file, which is a finding and no error.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error).with_context(|| format!("reading `{}`", path.display())),
    }
}

/// Returns the checkpoints file as of the moment `log` shows: a running server goes on appending. What was there before that
/// moment counts in any case; what came after it, only if `log` has it.
fn own_notes(state: &Path, before: String, log: &SqliteReader) -> anyhow::Result<String> {
    let after = own_file(state)?;
    let Some(appended) = after.strip_prefix(before.as_str()) else {
        return Ok(after);
    };
    if appended.is_empty() {
        return Ok(before);
    }
    let (notes, _) = split_notes(&before);
    let whole = notes.iter().map(|note| note.len() + 1).sum::<usize>();
    let (new, rest) = split_notes(&after[whole..]);
    let (mut known, mut above) = (BTreeSet::new(), 0);
    loop {
        let page = log.checkpoints(above, PAGE)?;
        let Some(last) = page.last() else { break };
        above = last.size;
        known.extend(page.into_iter().map(|checkpoint| checkpoint.note));
    }
    let mut text = after[..whole].to_owned();
    for note in new.iter().filter(|note| known.contains(**note)) {
        text.push_str(note);
        text.push('\n');
    }
    // Half a note that stays half a note is not one that was being written.
    text.push_str(if before.ends_with(rest) { rest } else { "" });
    Ok(text)
}

fn print(report: &Report, verification: &Verification, out: &mut impl Write) -> anyhow::Result<()> {
    let Report {
        size,
        dropped,
        chains,
        payloads,
        payloads_erased,
        checkpoints,
        covered,
        uncovered,
        ..
    } = report;
    writeln!(out, "key           {}", verification.key.line())?;
    writeln!(out, "records       {size} in {chains} chains")?;
    if *dropped > 0 {
        writeln!(
            out,
            "dropped       the first {dropped}, which were old; a signed stub stands for them"
        )?;
    }
    writeln!(
        out,
        "checkpoints   {checkpoints} verified, the last over {covered} records; {uncovered} records have none yet"
    )?;
    writeln!(
        out,
        "payloads      {payloads} intact, {payloads_erased} erased"
    )?;
    findings("integrity", &report.integrity, out)?;
    findings("completeness", &report.completeness, out)?;
    if report.unlisted > 0 {
        writeln!(out, "              and {} more findings", report.unlisted)?;
    }
    for remark in &report.remarks {
        writeln!(out, "note          {}", printable(remark))?;
    }
    writeln!(out, "cannot see    {CANNOT_SEE}")?;
    Ok(())
}

fn findings(name: &str, findings: &[Finding], out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(
        out,
        "{name:<13} {}",
        if findings.is_empty() { "ok" } else { "FAILED" }
    )?;
    for finding in findings {
        writeln!(out, "              {}", printable(&finding.detail))?;
    }
    Ok(())
}
