//! `sinew ledger`.

use std::process::ExitCode;

use super::Global;

/// Read and verify the ledger.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_arguments: &Args, _global: &Global) -> ExitCode {
    ExitCode::SUCCESS
}
