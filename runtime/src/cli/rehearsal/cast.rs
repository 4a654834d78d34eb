//! Which plugin plays: one of the configuration, or one that lies in a folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};

use crate::config::Config;
use crate::engine::Configured;
use crate::permits::PermitSet;
use crate::plugin::{BudgetCaps, Manifest};
use crate::services::{files, paths};

const MANIFEST: &str = "plugin.toml";

/// Leaves one plugin in the configuration: the one of that name, else the one in that folder or of that module.
///
/// A plugin that is named by its place gets the grants of the configuration only when it is configured to lie there: a
/// name alone could be anybody's. A module that is not called as its manifest says is copied to `scratch`.
pub(crate) fn alone(config: &mut Config, plugin: &str, scratch: &Path) -> anyhow::Result<()> {
    let named = config.plugins.iter().find(|known| known.name == plugin);
    let chosen = match named {
        Some(configured) => configured.clone(),
        None => at(config, Path::new(plugin), scratch)?,
    };
    config.plugins = vec![chosen];
    Ok(())
}

fn at(config: &Config, place: &Path, scratch: &Path) -> anyhow::Result<Configured> {
    let Ok(path) = paths::canonical(place) else {
        let known: Vec<_> = config.plugins.iter().map(|it| it.name.as_str()).collect();
        bail!(
            "`{}` is neither a configured plugin ({}) nor a folder or module",
            place.display(),
            if known.is_empty() {
                "there is none: name a configuration with --config".to_owned()
            } else {
                known.join(", ")
            }
        );
    };
    let module = path.is_file().then(|| path.clone());
    let folder = match &module {
        Some(module) => module.parent().unwrap_or(Path::new("/")).to_owned(),
        None => path,
    };
    let text = files::text(&folder.join(MANIFEST), config.load.manifest_bytes_max)
        .with_context(|| format!("reading `{}`", folder.join(MANIFEST).display()))?;
    let manifest =
        Manifest::parse(&text).with_context(|| format!("`{}`", folder.join(MANIFEST).display()))?;
    let name = manifest.name.clone();
    let usual = folder.join(format!("{name}.wasm"));
    let configured = config.plugins.iter().find(|known| {
        known.name == name && paths::canonical(&known.folder).is_ok_and(|place| place == folder)
    });
    let mut chosen = configured.cloned().unwrap_or_else(|| Configured {
        name: name.clone(),
        folder: folder.clone(),
        granted: PermitSet::default(),
        granted_digest: String::new(),
        budgets: BudgetCaps::default(),
        mcp_prefix: String::new(),
        config: Arc::new(BTreeMap::new()),
    });
    match module {
        Some(module) if module != usual => {
            let wasm = files::bytes(&module, config.load.build.wasm_bytes_max)
                .with_context(|| format!("reading `{}`", module.display()))?;
            chosen.folder = stage(&folder, &manifest, &wasm, scratch)?;
        }
        _ if !usual.exists() => bail!(
            "`{}` is not built; to build it: sinew plugin build {}",
            usual.display(),
            place.display()
        ),
        _ => {}
    }
    Ok(chosen)
}

/// Puts a module and what belongs to it where the loader looks for it, below `scratch`.
pub(crate) fn stage(
    folder: &Path,
    manifest: &Manifest,
    wasm: &[u8],
    scratch: &Path,
) -> anyhow::Result<PathBuf> {
    let staged = scratch.join(&manifest.name);
    let stage = || -> std::io::Result<()> {
        fs::create_dir_all(&staged)?;
        for file in [MANIFEST]
            .into_iter()
            .chain(manifest.config_schema.as_deref())
        {
            let copy = staged.join(file);
            fs::create_dir_all(copy.parent().unwrap_or(&staged))?;
            fs::copy(folder.join(file), copy)?;
        }
        fs::write(staged.join(format!("{}.wasm", manifest.name)), wasm)
    };
    stage().with_context(|| format!("copying `{}`", folder.display()))?;
    Ok(staged)
}
