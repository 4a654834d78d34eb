//! `sinew budget`: what plugins may use, and what they have used.

mod show;

use std::process::ExitCode;

use clap::Subcommand;

use super::{Global, complain};

/// See what plugins may use in a turn, a session and a day, and what is left of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew budget show
  sinew budget show reviewer --json

Exit codes: 0, or 1 when the budgets cannot be read.")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Show(show::Args),
}

pub(crate) fn run(arguments: &Args, global: &Global) -> ExitCode {
    let done = match &arguments.command {
        Command::Show(arguments) => show::run(arguments, global),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&error),
    }
}
