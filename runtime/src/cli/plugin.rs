//! `sinew plugin`.

use std::process::ExitCode;

use super::Global;

/// Build, list, check and reload plugins.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_arguments: &Args, _global: &Global) -> ExitCode {
    ExitCode::SUCCESS
}
