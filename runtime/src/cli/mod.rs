//! The command line: one file per command, and what they share about output and exit codes.

mod allow;
mod budget;
mod cache;
mod call;
mod completions;
mod confine;
mod doctor;
mod effects;
mod explain;
mod hook;
mod init;
mod ledger;
mod man;
mod mcp;
mod operator;
mod paint;
mod permit;
mod plugin;
mod printable;
mod progress;
mod rehearsal;
mod serve;
mod service;
mod shell_word;
mod terminal;
mod trial;
mod wiring;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::config::{Config, default_config_file, default_state_folder};

/// Sandboxed plugins decide, one host acts.
#[derive(Debug, Parser)]
#[command(
    name = "sinew",
    version,
    about,
    propagate_version = true,
    after_help = "\
Examples:
  sinew init                      wire the client of the project in this folder
  sinew serve                     answer its hook events
  sinew explain 'rm -rf build'    what would be said to a command, and why
  sinew plugin new my-plugin      start a plugin of your own

Exit codes: 0 when it is done; 1 when it could not be; 2 for wrong usage. Where a command has others, its own help says
so: `sinew COMMAND --help`. Colours are for terminals, and NO_COLOR turns them off."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

/// Options every command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Global {
    /// The operator's configuration [default: `$XDG_CONFIG_HOME/sinew/sinew.toml`].
    #[arg(long, global = true, value_name = "FILE", env = "SINEW_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// The state folder [default: `$XDG_STATE_HOME/sinew`].
    #[arg(long, global = true, value_name = "DIR", env = "SINEW_STATE")]
    pub(crate) state: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Allow(allow::Args),
    Budget(budget::Args),
    Call(call::Args),
    Completions(completions::Args),
    Doctor(doctor::Args),
    Effects(effects::Args),
    Explain(explain::Args),
    Hook(hook::Args),
    Init(init::Args),
    Ledger(ledger::Args),
    Man(man::Args),
    Mcp(mcp::Args),
    Permit(permit::Args),
    Plugin(plugin::Args),
    Serve(serve::Args),
    Service(service::Args),
    #[command(hide = true)]
    Confine(confine::Args),
    #[command(hide = true)]
    Trial(trial::Args),
}

/// Returns every command with its options, for whoever compares a list of their own with it.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// The command line without the variables that are set to nothing: to most programs they are not set.
fn without_empty(command: clap::Command) -> clap::Command {
    let is_empty = |argument: &clap::Arg| {
        let value = argument.get_env().and_then(std::env::var_os);
        value.is_some_and(|value| value.is_empty())
    };
    let without = |argument: clap::Arg| {
        if is_empty(&argument) {
            argument.env(None)
        } else {
            argument
        }
    };
    command.mut_args(without).mut_subcommands(without_empty)
}

/// Runs the command line and returns the process's exit code.
#[must_use]
pub fn main() -> ExitCode {
    // The shim runs before every tool call, and reading the whole command line would take most of its time.
    if let Some(code) = hook::run_if_plain() {
        return code;
    }
    let matches = without_empty(command()).get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match cli.command {
        Command::Allow(arguments) => allow::run(&arguments, &cli.global),
        Command::Budget(arguments) => budget::run(&arguments, &cli.global),
        Command::Call(arguments) => call::run(&arguments, &cli.global),
        Command::Confine(arguments) => confine::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&arguments, &cli.global),
        Command::Completions(arguments) => completions::run(&arguments, &command()),
        Command::Effects(arguments) => effects::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments, &cli.global),
        Command::Hook(arguments) => hook::run(&arguments, &cli.global),
        Command::Init(arguments) => init::run(&arguments, &cli.global),
        Command::Ledger(arguments) => ledger::run(&arguments, &cli.global),
        Command::Man(arguments) => man::run(&arguments, command()),
        Command::Mcp(arguments) => mcp::run(&arguments, &cli.global),
        Command::Permit(arguments) => permit::run(&arguments, &cli.global),
        Command::Plugin(arguments) => plugin::run(&arguments, &cli.global),
        Command::Serve(arguments) => serve::run(&arguments, &cli.global),
        Command::Service(arguments) => service::run(&arguments, &cli.global),
        Command::Trial(arguments) => trial::run(&arguments),
    }
}

impl Global {
    /// The operator's configuration: of the file that was named, of the usual one, or of somebody who has written none.
    pub(crate) fn configuration(&self) -> anyhow::Result<Config> {
        let file = self.config.clone().or_else(default_config_file);
        let mut config = match &file {
            Some(file) if self.config.is_some() || file.exists() => Config::read(file)?,
            _ => Config::empty()?,
        };
        // Where there is none yet, somebody could put one.
        config.file = file;
        config.state = self.state_folder().ok();
        Ok(config)
    }

    /// The state folder that was named, or the usual one.
    pub(crate) fn state_folder(&self) -> anyhow::Result<PathBuf> {
        match &self.state {
            Some(folder) => Ok(folder.clone()),
            None => default_state_folder()
                .context("there is no home folder; name a state folder with --state"),
        }
    }
}

/// Writes a result to standard output. A reader that has gone away is no error.
fn say(text: &str) {
    let _ = writeln!(anstream::stdout().lock(), "{text}");
}

/// Writes something beside the result to standard error.
fn mention(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Writes an error and what caused it to standard error.
fn complain(error: &anyhow::Error) -> ExitCode {
    mention(&format!("{} {error:#}", paint::bad("error:")));
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests;
