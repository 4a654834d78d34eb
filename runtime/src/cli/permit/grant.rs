//! `sinew permit grant`.

use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::app::{StateFolder, record_grant};
use crate::cli::{Global, mention, operator, say};
use crate::config::{Config, Granting, default_config_file};
use crate::permits::Grant;

/// Grant a plugin something more, in your configuration and, where a server runs, at once. The ledger records it.
///
/// The grant goes to where the plugin's grants stand: `[plugins.NAME.permits]`, or `permits.d/NAME.toml`. Comments and
/// formatting stay as they are, and what would not load is not written. A refusal names the line that this takes.
/// A server takes over these grants alone: where others have changed meanwhile, it says which, and takes over none.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew permit grant forge 'github:acme/api:issues.read'
  sinew permit grant bot 'git.read:${project}' --dry-run
  sinew permit grant bot 'mcp:elicit' 'mcp:sample'
  sinew permit grant fetcher 'net:GET https://api.acme.io/v1/**'

Exit codes: 0 when all are granted, or were before; 1 when one is not, nor those after it.")]
pub(super) struct Args {
    /// The plugin.
    plugin: String,
    /// The grants, each `FAMILY:RULE`.
    #[arg(required = true, value_name = "GRANT")]
    grants: Vec<String>,
    /// Print what the file would be, and write nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    daemon: operator::Daemon,
    /// Print a JSON object for each grant.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Args, global: &Global) -> anyhow::Result<ExitCode> {
    let grants = arguments
        .grants
        .iter()
        .map(|grant| Grant::parse(grant).with_context(|| format!("`{grant}` is no grant")));
    let grants: Vec<Grant> = grants.collect::<Result<_, _>>()?;
    let file = match &global.config {
        Some(file) => file.clone(),
        None => default_config_file().context("there is no home folder; name a --config")?,
    };
    if arguments.dry_run {
        let granting = Granting::plan(&file, &arguments.plugin, &grants)?;
        say(&if arguments.json {
            json!({ "file": granting.file, "changes": granting.changes(), "text": granting.text })
                .to_string()
        } else {
            granting.text.clone()
        });
        return Ok(ExitCode::SUCCESS);
    }
    let door = arguments.daemon.door(global)?;
    let served = UnixStream::connect(&door.socket).is_ok();
    // Held to the end, so that no server starts in between and misses the record.
    let alone = if served {
        None
    } else {
        let folder = StateFolder::open(&global.state_folder()?).with_context(|| {
            format!(
                "nothing was granted: nobody answers at `{}`",
                door.socket.display()
            )
        })?;
        Some(folder)
    };
    // One by one, as a server takes them over.
    for grant in &grants {
        let granting = Granting::plan(&file, &arguments.plugin, std::slice::from_ref(grant))?;
        let mut recorded = None;
        if granting.changes() {
            granting.write()?;
            recorded = match settle(&file, alone.as_ref(), &arguments.plugin, grant) {
                Ok(recorded) => recorded,
                Err(error) => {
                    granting.undo()?;
                    return Err(error);
                }
            };
        }
        if served {
            recorded = apply(&door, &arguments.plugin, grant)?;
        }
        report(arguments.json, &granting, grant, served, recorded);
    }
    if !served && !arguments.json {
        mention("no server runs: it counts from the next start");
    }
    Ok(ExitCode::SUCCESS)
}

/// Says what has become of one grant.
fn report(json: bool, granting: &Granting, grant: &Grant, served: bool, recorded: Option<u64>) {
    if json {
        say(&json!({
            "grant": grant.to_string(),
            "file": granting.file,
            "changed": granting.changes(),
            "applied": served,
            "recorded": recorded,
        })
        .to_string());
        return;
    }
    let file = granting.file.display();
    say(&if granting.changes() {
        format!("granted in `{file}`: {}", grant.line())
    } else {
        format!("it stands in `{file}` already: {}", grant.line())
    });
}

/// Reads the changed configuration and, where nobody serves, records the grant. Whatever fails, nothing is granted.
fn settle(
    file: &Path,
    alone: Option<&StateFolder>,
    plugin: &str,
    grant: &Grant,
) -> anyhow::Result<Option<u64>> {
    // Not one of the files is the configuration by itself.
    let config = Config::read(file)
        .context("nothing was granted, since the configuration would not load")?;
    let Some(state) = alone else { return Ok(None) };
    record_grant(state, &config, plugin, grant)
        .context("nothing was granted, since it cannot be recorded")
}

/// Has the server take the grant over; the position of its record, where it has one already.
fn apply(door: &operator::Door, plugin: &str, grant: &Grant) -> anyhow::Result<Option<u64>> {
    let path = format!("/v1/plugins/{plugin}/permits");
    let body = json!({ "grant": grant.to_string() })
        .to_string()
        .into_bytes();
    let answer = operator::ask_with(door, "POST", &path, body)
        .context("it is granted in the file, and the server that runs does not have it")?;
    Ok(answer.get("recorded").and_then(Value::as_u64))
}
