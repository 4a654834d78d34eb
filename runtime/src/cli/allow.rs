//! `sinew allow`: let a call pass once that a plugin stopped.

use std::process::ExitCode;

use serde_json::Value;

use super::printable::printable;
use super::{Global, complain, operator, say};

/// Let a call pass once that a plugin stopped, by the code that the daemon's terminal has shown.
///
/// The next call that is the same in every way (session, tool, folder, input) passes the decision of the plugin that
/// stopped it. What another plugin denies stays denied.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  sinew allow 7K2QD-0XV9M

Exit codes: 0 when the call may be made, 1 when the code is not good or the daemon cannot be asked.")]
pub(crate) struct Args {
    /// The code.
    code: String,
    #[command(flatten)]
    daemon: operator::Daemon,
    /// Print the daemon's JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Args, global: &Global) -> ExitCode {
    match allow(arguments, global) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&error),
    }
}

fn allow(arguments: &Args, global: &Global) -> anyhow::Result<()> {
    anyhow::ensure!(
        arguments
            .code
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'),
        "a code is letters, digits and hyphens, as the daemon's terminal shows it"
    );
    let door = arguments.daemon.door(global)?;
    let path = format!("/v1/allow/{}", arguments.code);
    let allowed = operator::ask(&door, "POST", &path)?;
    if arguments.json {
        say(&allowed.to_string());
        return Ok(());
    }
    let text = |key: &str| allowed.get(key).and_then(Value::as_str).unwrap_or("-");
    let seconds = allowed.get("seconds").and_then(Value::as_u64).unwrap_or(0);
    say(&printable(&format!(
        "allowed once: the {} call that {} stopped in session {}, for {seconds} s; have it made again",
        text("event"),
        text("plugin"),
        text("session"),
    )));
    Ok(())
}
