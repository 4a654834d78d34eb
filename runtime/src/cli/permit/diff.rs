//! `sinew permit diff`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::json;

use crate::cli::printable::printable;
use crate::cli::{paint, say};
use crate::permits::{Change, PermitSet, diff};
use crate::services::files;

/// Longest file that is read, in bytes.
const BYTES_MAX: u64 = 1 << 20;

/// Compare two sets of permits, and say what the second permits that the first does not.
///
/// Each is a `plugin.toml`, the folder of one, or a file of `permits.d`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew permit diff plugins/forge ~/new/forge
  sinew permit diff permits.d/forge.toml plugins/forge/plugin.toml --json

Exit codes: 0 when the second permits nothing more; 1 when it does, or one of them cannot be read.")]
pub(super) struct Args {
    /// The first.
    old: PathBuf,
    /// The second.
    new: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Args) -> anyhow::Result<ExitCode> {
    let found = diff(&read(&arguments.old)?, &read(&arguments.new)?);
    if arguments.json {
        let named = |changes: &[Change]| -> Vec<String> { changes.iter().map(said).collect() };
        say(&json!({
            "widenings": named(&found.widenings),
            "narrowings": named(&found.narrowings),
        })
        .to_string());
    } else {
        for change in &found.widenings {
            say(&format!(
                "{}  {}",
                paint::bad("wider "),
                printable(&said(change))
            ));
        }
        for change in &found.narrowings {
            say(&format!("narrower  {}", printable(&said(change))));
        }
        if found.widenings.is_empty() {
            say("nothing more is permitted");
        }
    }
    Ok(if found.widenings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn said(change: &Change) -> String {
    match change {
        Change::Added(rule) => format!("added {rule}"),
        Change::Removed(rule) => format!("removed {rule}"),
    }
}

/// The permits of a manifest, or of a file that is nothing but permits.
fn read(path: &Path) -> anyhow::Result<PermitSet> {
    let file = if path.is_dir() {
        path.join("plugin.toml")
    } else {
        path.to_owned()
    };
    let text =
        files::text(&file, BYTES_MAX).with_context(|| format!("reading `{}`", file.display()))?;
    let value: serde_json::Value =
        toml::from_str(&text).with_context(|| format!("`{}`", file.display()))?;
    let of_manifest = value.get("plugin").is_some();
    let permits = if of_manifest {
        value.get("permits").cloned().unwrap_or_else(|| json!({}))
    } else {
        value
    };
    let key = if of_manifest { "permits" } else { "" };
    PermitSet::parse(&permits, key).with_context(|| format!("`{}`", file.display()))
}
