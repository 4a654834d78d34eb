//! `sinew effects`.

use std::process::ExitCode;

/// Print the catalogue of effects.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_arguments: &Args) -> ExitCode {
    ExitCode::SUCCESS
}
