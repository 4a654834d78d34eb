//! `sinew permit grant`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::cli::{Global, mention, operator, say};
use crate::config::{Config, Granting, Places, default_config_file};
use crate::permits::Grant;

/// Grant a plugin one thing more, in your configuration and, where a server runs, at once.
///
/// The grant goes to where the plugin's grants stand: `[plugins.NAME.permits]`, or `permits.d/NAME.toml`. Comments and
/// formatting stay as they are, and what would not load is not written. A refusal names the line that this takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew permit grant forge 'github:acme/api:issues.read'
  sinew permit grant bot 'git.read:${project}' --dry-run
  sinew permit grant fetcher 'net:GET https://api.acme.io/v1/**'

Exit codes: 0 when it is granted, or was before; 1 when it is not.")]
pub(super) struct Args {
    /// The plugin.
    plugin: String,
    /// The grant: `FAMILY:RULE`.
    grant: String,
    /// Print what the file would be, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// The daemon's socket [default: `sinew.sock` in the state folder].
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Args, global: &Global) -> anyhow::Result<ExitCode> {
    let grant = Grant::parse(&arguments.grant).context("that is no grant")?;
    let file = match &global.config {
        Some(file) => file.clone(),
        None => default_config_file().context("there is no home folder; name a --config")?,
    };
    let granting = Granting::plan(&file, &arguments.plugin, &grant)?;
    if arguments.dry_run {
        say(&if arguments.json {
            json!({ "file": granting.file, "changes": granting.changes(), "text": granting.text })
                .to_string()
        } else {
            granting.text.clone()
        });
        return Ok(ExitCode::SUCCESS);
    }
    if granting.changes() {
        granting.write()?;
        // Not one of the files is the configuration by itself.
        if let Err(error) = Config::read(&file) {
            granting.undo()?;
            return Err(error)
                .context("nothing was granted, since the configuration would not load");
        }
    }
    let applied = apply(arguments, global, &grant)?;
    if arguments.json {
        say(&json!({
            "file": granting.file,
            "changed": granting.changes(),
            "applied": applied.is_some(),
            "recorded": applied.as_ref().and_then(|answer| answer.get("recorded")),
        })
        .to_string());
        return Ok(ExitCode::SUCCESS);
    }
    let file = granting.file.display();
    say(&if granting.changes() {
        format!("granted in `{file}`: {}", grant.line())
    } else {
        format!("it stands in `{file}` already: {}", grant.line())
    });
    if applied.is_none() {
        mention("no server runs: it counts from the next start, and has no record of its own");
    }
    Ok(ExitCode::SUCCESS)
}

/// Has the server read the plugin's grants again; its answer, where there is a server.
fn apply(arguments: &Args, global: &Global, grant: &Grant) -> anyhow::Result<Option<Value>> {
    let socket = match &arguments.socket {
        Some(socket) => socket.clone(),
        None => Places::new(global.state_folder()?).socket(),
    };
    if std::os::unix::net::UnixStream::connect(&socket).is_err() {
        return Ok(None);
    }
    let path = format!("/v1/plugins/{}/permits", arguments.plugin);
    let body = json!({ "grant": grant.to_string() })
        .to_string()
        .into_bytes();
    operator::ask_with(&socket, "POST", &path, body)
        .context("it is granted in the file, and the server that runs does not have it")
        .map(Some)
}
