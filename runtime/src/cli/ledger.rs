//! `sinew ledger`: reads and verifies the ledger, beside a running server or without one. It never writes to the state; what is
//! settled, the server is asked to.

mod export;
mod in_doubt;
mod line;
mod show;
mod tail;
mod verify;

use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Subcommand;

use super::Global;
use crate::ledger::DATABASE_FILE;
use crate::store::SqliteReader;

/// What a command exits with when it could not do its work, as opposed to having found something.
const EXIT_ERROR: u8 = 2;

/// How many rows are read at a time.
const PAGE: usize = 512;

/// Read and verify the ledger: what every plugin did, and why.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew ledger tail --follow
  sinew ledger show 1204
  sinew ledger verify
  sinew ledger in-doubt

Exit codes: 0; 1 when `verify` or `in-doubt` has found something; 2 when a command could not do its work.")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Tail(tail::Args),
    Show(show::Args),
    Verify(verify::Args),
    Export(export::Args),
    InDoubt(in_doubt::Args),
}

pub(crate) fn run(arguments: &Args, global: &Global) -> ExitCode {
    let mut out = io::stdout().lock();
    let done = global
        .state_folder()
        .and_then(|state| match &arguments.command {
            Command::Tail(arguments) => tail::run(arguments, &state, &mut out),
            Command::Show(arguments) => show::run(arguments, &state, &mut out),
            Command::Verify(arguments) => verify::run(arguments, &state, &mut out),
            Command::Export(arguments) => export::run(arguments, &state, &mut out),
            Command::InDoubt(arguments) => in_doubt::run(arguments, global, &state, &mut out),
        });
    match done.and_then(|code| Ok(out.flush().map(|()| code)?)) {
        Ok(code) => code,
        // Whoever reads us has seen enough: `sinew ledger tail | head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::from(EXIT_ERROR)
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<io::Error>());
    io.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

/// Opens the ledger in `state`; each read sees the latest commit.
fn open(state: &Path) -> anyhow::Result<SqliteReader> {
    SqliteReader::open(&database(state)?)
        .with_context(|| format!("opening the ledger in `{}`", state.display()))
}

/// Opens the ledger in `state` as it is now.
fn open_snapshot(state: &Path) -> anyhow::Result<SqliteReader> {
    SqliteReader::open_snapshot(&database(state)?)
        .with_context(|| format!("opening the ledger in `{}`", state.display()))
}

fn database(state: &Path) -> anyhow::Result<PathBuf> {
    let path = state.join(DATABASE_FILE);
    anyhow::ensure!(
        path.exists(),
        "there is no ledger in `{}`: start `sinew serve` once, or pass --state DIR",
        state.display()
    );
    Ok(path)
}

#[cfg(test)]
mod tests;
