//! `sinew plugin reload`.

use serde_json::json;

use super::list;
use crate::cli::progress::Progress;
use crate::cli::{Global, operator, say};

/// Load a plugin's folder again and swap it in under running traffic.
///
/// Turns that run finish on the old build. A build that does not load leaves the old one in its place.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  sinew plugin build plugins/guard && sinew plugin reload guard

Exit codes: 0 when the new build serves, 1 when the old one still does.")]
pub(crate) struct Args {
    /// The plugin's name.
    name: String,
    #[command(flatten)]
    daemon: operator::Daemon,
    /// Let it guard events that a client which `sinew init` wired does not ask about; the reason goes into the ledger.
    #[arg(long = "override", value_name = "REASON")]
    reason: Option<String>,
    /// Print the daemon's JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Args, global: &Global) -> anyhow::Result<()> {
    anyhow::ensure!(
        arguments
            .name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
        "`{}` is no plugin's name: lower-case letters, digits and hyphens",
        arguments.name
    );
    let path = format!("/v1/plugins/{}/reload", arguments.name);
    let plugin = {
        let _progress = Progress::of(format!("loading `{}`", arguments.name));
        let door = arguments.daemon.door(global)?;
        let body = arguments
            .reason
            .as_ref()
            .map(|reason| json!({ "override": reason }).to_string());
        operator::ask_with(&door, "POST", &path, body.unwrap_or_default().into_bytes())?
    };
    say(&if arguments.json {
        plugin.to_string()
    } else {
        list::line(&plugin)
    });
    Ok(())
}
