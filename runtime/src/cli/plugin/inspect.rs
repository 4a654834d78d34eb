//! `sinew plugin inspect`.

use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::json;

use crate::cli::say;
use crate::plugin::{BuildSettings, inspect};
use crate::services::files;

/// Show what a module exports and asks for, without running it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  sinew plugin inspect plugins/guard/guard.wasm

Exit codes: 0, or 1 when the host would refuse the module.")]
pub(crate) struct Args {
    /// The module.
    #[arg(value_name = "FILE")]
    wasm: PathBuf,
    /// Judge it as a plugin with `wasi = true`.
    #[arg(long)]
    wasi: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Args) -> anyhow::Result<()> {
    let wasm = files::bytes(&arguments.wasm, BuildSettings::default().wasm_bytes_max)
        .with_context(|| format!("reading `{}`", arguments.wasm.display()))?;
    let seen = inspect(&wasm, arguments.wasi)
        .with_context(|| format!("`{}`", arguments.wasm.display()))?;
    if arguments.json {
        say(&json!({
            "bytes": wasm.len(),
            "effects": seen.effects,
            "entry_points": seen.entry_points,
            "wasi": seen.wasi,
        })
        .to_string());
        return Ok(());
    }
    let list = |names: &std::collections::BTreeSet<&str>| match names.len() {
        0 => "none".to_owned(),
        _ => names.iter().copied().collect::<Vec<_>>().join(" "),
    };
    say(&format!("entry points  {}", list(&seen.entry_points)));
    say(&format!("effects       {}", list(&seen.effects)));
    say(&format!(
        "wasi          {}",
        if seen.wasi {
            "yes: replay is best effort"
        } else {
            "no"
        }
    ));
    say(&format!("size          {} KiB", wasm.len().div_ceil(1024)));
    Ok(())
}
