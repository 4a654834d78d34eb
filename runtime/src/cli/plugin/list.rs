//! `sinew plugin list`.

use serde_json::Value;

use crate::cli::{Global, operator, say};

/// List the daemon's plugins, loaded or not.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew plugin list
  sinew plugin list --json

Exit codes: 0, or 1 when the daemon cannot be asked.")]
pub(crate) struct Args {
    #[command(flatten)]
    daemon: operator::Daemon,
    /// Print the daemon's JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Args, global: &Global) -> anyhow::Result<()> {
    let answer = operator::ask(&arguments.daemon.door(global)?, "GET", "/v1/plugins")?;
    let empty = Vec::new();
    let plugins = answer
        .get("plugins")
        .and_then(Value::as_array)
        .unwrap_or(&empty);
    if arguments.json {
        say(&Value::from(plugins.clone()).to_string());
        return Ok(());
    }
    if plugins.is_empty() {
        say("no plugin is configured; add `[plugins.NAME]` with a `path` to sinew.toml");
    }
    for plugin in plugins {
        say(&line(plugin));
    }
    Ok(())
}

/// One plugin on one line.
pub(super) fn line(plugin: &Value) -> String {
    let text = |key: &str| plugin.get(key).and_then(Value::as_str).unwrap_or("-");
    match plugin.get("problem").and_then(Value::as_str) {
        Some(problem) => format!("FAILS   {}  {problem}", text("name")),
        None => format!(
            "loaded  {}  {}  {}",
            text("name"),
            text("version"),
            text("build").get(..12).unwrap_or("-")
        ),
    }
}
