//! `sinew plugin inspect`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::json;

use crate::cli::say;
use crate::config::Config;
use crate::plugin::{BuildSettings, Compat, Inspection, Manifest, inspect};
use crate::services::files;

/// Show what a module exports and asks for, without running it; of a plugin's folder its rules, too.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew plugin inspect plugins/guard
  sinew plugin inspect plugins/guard/guard.wasm

Exit codes: 0, or 1 when the host would refuse the module or the manifest.")]
pub(crate) struct Args {
    /// The module, or the plugin's folder.
    #[arg(value_name = "FILE|DIR")]
    path: PathBuf,
    /// Judge it as a plugin with `wasi = true`; for a folder, the manifest says so.
    #[arg(long)]
    wasi: bool,
    /// Judge it as a plugin with `compat`, such as `hyper-mcp`; for a folder, the manifest says so.
    #[arg(long, value_name = "HOST")]
    compat: Option<Compat>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Args) -> anyhow::Result<()> {
    let manifest = if arguments.path.is_dir() {
        Some(manifest(&arguments.path)?)
    } else {
        None
    };
    let file = match &manifest {
        Some(manifest) => arguments.path.join(format!("{}.wasm", manifest.name)),
        None => arguments.path.clone(),
    };
    let (wasi, compat) = manifest.as_ref().map_or(
        (
            arguments.wasi || arguments.compat.is_some(),
            arguments.compat,
        ),
        |manifest| (manifest.wasi, manifest.compat),
    );
    let module = files::bytes(&file, BuildSettings::default().wasm_bytes_max)
        .with_context(|| format!("reading `{}`", file.display()))?;
    let seen = inspect(&module, wasi, compat).with_context(|| format!("`{}`", file.display()))?;
    say(&if arguments.json {
        as_json(&seen, module.len(), manifest.as_ref())
    } else {
        as_text(&seen, module.len(), manifest.as_ref())
    });
    Ok(())
}

fn manifest(folder: &Path) -> anyhow::Result<Manifest> {
    let file = folder.join("plugin.toml");
    let text = files::text(&file, Config::empty()?.load.manifest_bytes_max)
        .with_context(|| format!("reading `{}`", file.display()))?;
    Manifest::parse(&text).with_context(|| format!("`{}`", file.display()))
}

fn as_json(seen: &Inspection, bytes: usize, manifest: Option<&Manifest>) -> String {
    let mut shown = json!({
        "bytes": bytes,
        "effects": seen.effects,
        "entry_points": seen.entry_points,
        "wasi": seen.wasi,
    });
    if let Some(manifest) = manifest {
        shown["name"] = json!(manifest.name);
        shown["version"] = json!(manifest.version);
        shown["rules"] = json!(manifest.rules);
        if let Some(file) = &manifest.config_schema {
            shown["config_schema"] = json!(file);
        }
    }
    shown.to_string()
}

fn as_text(seen: &Inspection, bytes: usize, manifest: Option<&Manifest>) -> String {
    let list = |names: &std::collections::BTreeSet<&str>| match names.len() {
        0 => "none".to_owned(),
        _ => names.iter().copied().collect::<Vec<_>>().join(" "),
    };
    let mut lines = vec![
        format!("entry points  {}", list(&seen.entry_points)),
        format!("effects       {}", list(&seen.effects)),
        format!(
            "wasi          {}",
            if seen.wasi {
                "yes: replay is best effort"
            } else {
                "no"
            }
        ),
        format!("size          {} KiB", bytes.div_ceil(1024)),
    ];
    if let Some(manifest) = manifest {
        let schema = manifest.config_schema.as_deref();
        lines.push(format!("settings      {}", schema.unwrap_or("any")));
        lines.push(format!("rules         {}", manifest.rules.len()));
        for rule in &manifest.rules {
            lines.push(format!("  {} ({}): {}", rule.id, rule.pack, rule.summary));
            lines.push(format!("    instead: {}", rule.advice));
        }
    }
    lines.join("\n")
}
