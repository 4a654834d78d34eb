//! `sinew explain`: what a rule is about, or what would be said about a shell command, and why.

mod command;
mod rule;

use std::process::ExitCode;

use anyhow::Context as _;

use super::cache::Cache;
use super::call::{UNDECIDED, standard_input};
use super::rehearsal::runtime;
use super::{Global, complain, say};

/// Say what a rule stops and what to do instead, or what would be answered to a shell command.
///
/// A command is judged by the configured plugins as if an agent were about to run it in the current folder. They run in
/// this process, with state that starts empty, and their effects only look: nothing is done, and nothing is recorded.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew explain forced-push
  sinew explain 'git push --force origin main'
  sinew explain --json 'rm -rf build'
  sinew explain - <script.sh

Exit codes: 0 when it could be explained, whatever the answer is; 1 when it could not, or no rule is called like this;
2 for wrong usage; 3 when a plugin could not decide.")]
pub(crate) struct Args {
    /// The id of a rule, or a shell command in one word: quote it. `-` reads the command from standard input.
    #[arg(value_name = "RULE|COMMAND", allow_hyphen_values = true)]
    what: String,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    cache: Cache,
}

pub(crate) fn run(arguments: &Args, global: &Global) -> ExitCode {
    match explain(arguments, global) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(UNDECIDED),
        Err(error) => complain(&error),
    }
}

/// Says whether every plugin that was asked decided.
fn explain(arguments: &Args, global: &Global) -> anyhow::Result<bool> {
    let config = global.configuration()?;
    anyhow::ensure!(
        !config.plugins.is_empty(),
        "no plugin is configured: name a configuration with --config FILE"
    );
    let rules = rule::of(&config);
    if let Some(rule) = rules.iter().find(|rule| rule.id() == arguments.what) {
        say(&if arguments.json {
            rule.json().to_string()
        } else {
            rule.text()
        });
        return Ok(true);
    }
    if let Some(near) = rule::near(&arguments.what, &rules) {
        anyhow::bail!(
            "no rule is called `{}`; did you mean `{near}`?",
            arguments.what
        );
    }
    let command = if arguments.what == "-" {
        let bytes = standard_input(config.transport.body_bytes_max as u64)?;
        String::from_utf8(bytes).context("the command is not UTF-8")?
    } else {
        arguments.what.clone()
    };
    runtime()?.block_on(command::explain(&command, config, arguments))
}
