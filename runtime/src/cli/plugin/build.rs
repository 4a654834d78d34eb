//! `sinew plugin build`.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::cli::cache::Cache;
use crate::cli::say;
use crate::services::cargo::{Built, CargoBuild, Profile};

/// Compile a plugin's crate to wasm, with this program's own sinew-pdk put in.
///
/// The crate writes `sinew-pdk = "0.1"`; which sources that means is decided here, so that host and plugin never disagree. A crate that
/// names the pdk by its folder keeps it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  sinew plugin build plugins/guard

Exit codes: 0 when it was built, 1 when it was not.")]
pub(crate) struct Args {
    /// The plugin's folder: its crate, and its plugin.toml.
    #[arg(default_value = ".", value_name = "DIR")]
    dir: PathBuf,
    /// Where the module goes [default: `DIR/NAME.wasm`].
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Print one line of JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    cache: Cache,
}

pub(super) fn run(arguments: &Args) -> Result<()> {
    let built = cargo(&arguments.dir, &arguments.cache)?.run()?;
    let name = match declared_name(&arguments.dir)? {
        Some(name) => name,
        None => built.package.clone(),
    };
    let out = match &arguments.out {
        Some(out) => out.clone(),
        None => arguments.dir.join(format!("{name}.wasm")),
    };
    write(&out, &built.wasm)?;
    if arguments.json {
        say(&as_json(&name, &out, &built).to_string());
    } else {
        say(&as_text(&name, &out, &built));
    }
    Ok(())
}

/// What builds and tests a plugin's crate, with the tools that the environment names.
pub(crate) fn cargo(crate_dir: &Path, cache: &Cache) -> Result<CargoBuild> {
    Ok(CargoBuild {
        crate_dir: crate_dir.to_owned(),
        cargo: std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
        rustc: std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()),
        target_dir: None,
        toolchain_is_chosen: std::env::var_os("RUSTUP_TOOLCHAIN").is_some(),
        cache: cache.folder()?,
        profile: Profile::Plugin,
        quiet: false,
    })
}

fn as_json(name: &str, out: &Path, built: &Built) -> Value {
    json!({
        "plugin": name,
        "version": built.version,
        "module": out,
        "bytes": built.wasm.len(),
        "sha256": built.sha256,
        "pdk": if built.injected { "host" } else { "crate" },
    })
}

fn as_text(name: &str, out: &Path, built: &Built) -> String {
    let pdk = if built.injected {
        "this host's pdk"
    } else {
        "the pdk its crate names"
    };
    let kibibytes = built.wasm.len().div_ceil(1024);
    format!(
        "built {name} {} with {pdk}\n  module  {} ({kibibytes} KiB)\n  sha256  {}",
        built.version,
        out.display(),
        built.sha256
    )
}

/// The plugin's name by its manifest; a crate without one can be built, and not be loaded.
fn declared_name(dir: &Path) -> Result<Option<String>> {
    let path = dir.join("plugin.toml");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("reading `{}`", path.display())),
    };
    let manifest: toml::Table =
        toml::from_str(&text).with_context(|| format!("reading `{}`", path.display()))?;
    let name = manifest
        .get("plugin")
        .and_then(|plugin| plugin.get("name"))
        .and_then(toml::Value::as_str);
    match name {
        // It becomes a file's name.
        Some(name)
            if name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') =>
        {
            Ok(Some(name.to_owned()))
        }
        Some(name) => bail!(
            "`{}`: `{name}` is no plugin's name: lower-case letters, digits and hyphens",
            path.display()
        ),
        None => bail!(
            "`{}` names no plugin: it needs `[plugin]` with a `name`",
            path.display()
        ),
    }
}

/// Writes beside the file and moves: whoever watches it sees the old module or the new one.
pub(crate) fn write(out: &Path, wasm: &[u8]) -> Result<()> {
    let folder = out
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        let mut part = tempfile::Builder::new()
            .prefix(".module-")
            .tempfile_in(folder)?;
        part.write_all(wasm)?;
        part.as_file()
            .set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
        part.persist(out).map_err(|error| error.error)?;
        Ok(())
    };
    write().with_context(|| format!("writing `{}`", out.display()))
}
