//! `sinew plugin`: one file per subcommand.

pub(super) mod build;
mod check;
mod inspect;
mod list;
mod new;
mod reload;
mod test;

use std::process::ExitCode;

use super::{Global, complain};

/// Write, build, test, inspect, check, list and reload plugins.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew plugin new branch-keeper
  sinew plugin test branch-keeper
  sinew plugin build plugins/guard
  sinew plugin reload guard

Exit codes: 0 when it is done; 1 when it could not be; 2 for wrong usage.")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Build(build::Args),
    Check(check::Args),
    Inspect(inspect::Args),
    List(list::Args),
    New(new::Args),
    Reload(reload::Args),
    Test(test::Args),
}

pub(crate) fn run(arguments: &Args, global: &Global) -> ExitCode {
    let done = match &arguments.command {
        Command::Build(arguments) => build::run(arguments),
        Command::Check(arguments) => check::run(arguments, global),
        Command::Inspect(arguments) => inspect::run(arguments),
        Command::List(arguments) => list::run(arguments, global),
        Command::New(arguments) => new::run(arguments),
        Command::Reload(arguments) => reload::run(arguments, global),
        Command::Test(arguments) => {
            return test::run(arguments, global).unwrap_or_else(|error| complain(&error));
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&error),
    }
}
