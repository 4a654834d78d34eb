//! `sinew permit`: what plugins may do, given and compared.

mod diff;
mod grant;

use std::process::ExitCode;

use clap::Subcommand;

use super::{Global, complain};

/// Grant a plugin what it asks for, and compare what may be done.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew permit grant forge 'github:acme/api:issues.read'
  sinew permit diff old/plugin.toml new/plugin.toml

Exit codes: 0; 1 when `diff` finds that more is permitted, or a command could not do its work.")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Grant(grant::Args),
    Diff(diff::Args),
}

pub(crate) fn run(arguments: &Args, global: &Global) -> ExitCode {
    let done = match &arguments.command {
        Command::Grant(arguments) => grant::run(arguments, global),
        Command::Diff(arguments) => diff::run(arguments),
    };
    match done {
        Ok(code) => code,
        Err(error) => complain(&error),
    }
}
