//! `sinew plugin`: one file per subcommand.

mod build;

use std::process::ExitCode;

use super::Global;

/// Build, list, check and reload plugins.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Build(build::Args),
}

pub(crate) fn run(arguments: &Args, _global: &Global) -> ExitCode {
    match &arguments.command {
        Command::Build(arguments) => build::run(arguments),
    }
}
