//! `sinew plugin new`.

use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::json;

use crate::cli::say;
use crate::services::plugin_template::{self, TEMPLATES};

/// Longest name, as the manifest's schema has it.
const NAME_BYTES_MAX: usize = 64;

/// Write a new plugin: a crate that builds, a manifest, and a test that passes.
///
/// Nothing is written over: a folder that is there already is left alone.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew plugin new branch-keeper
  sinew plugin new word-count --template tool --dir plugins/word-count

Exit codes: 0 when it was written; 1 when it was not; 2 for wrong usage.")]
pub(crate) struct Args {
    /// The plugin's name: lower-case letters, digits and hyphens, a letter first.
    name: String,
    /// What it is to start from: a policy for tool calls, a tool for agents, or context for a session.
    #[arg(long, default_value = TEMPLATES[0], value_parser = TEMPLATES)]
    template: String,
    /// Where it goes [default: a folder of that name].
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Args) -> anyhow::Result<()> {
    let name = &arguments.name;
    anyhow::ensure!(
        is_name(name),
        "`{name}` is no plugin's name: lower-case letters, digits and hyphens, a letter first, at most {NAME_BYTES_MAX}"
    );
    let folder = arguments.dir.clone().unwrap_or_else(|| name.into());
    let files = plugin_template::write(&arguments.template, name, &folder).map_err(|error| {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            anyhow::anyhow!(
                "`{}` is there already: name another folder with --dir",
                folder.display()
            )
        } else {
            anyhow::Error::new(error).context(format!("writing `{}`", folder.display()))
        }
    })?;
    if arguments.json {
        say(&json!({ "plugin": name, "folder": folder, "files": files }).to_string());
        return Ok(());
    }
    let place = std::path::absolute(&folder).context("finding the folder")?;
    let folder = folder.display();
    say(&format!(
        "wrote {folder}: {}\nnext: sinew plugin test {folder}\nto serve it, add to your configuration:\n  [plugins.{name}]\n  path = \"{}\"",
        files.join(" "),
        place.display()
    ));
    Ok(())
}

/// Whether the manifest's schema would take it, and cargo as well.
fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.len() <= NAME_BYTES_MAX
        && !name.ends_with('-')
        && name.bytes().all(allowed)
}
