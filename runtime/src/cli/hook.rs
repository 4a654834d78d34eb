//! `sinew hook`.

use std::process::ExitCode;

use super::Global;

/// Run one hook event through the daemon's socket.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_arguments: &Args, _global: &Global) -> ExitCode {
    ExitCode::SUCCESS
}
