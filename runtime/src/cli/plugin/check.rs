//! `sinew plugin check`.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use serde_json::json;

use crate::cli::progress;
use crate::cli::{Global, say};
use crate::engine::{Configured, Loader};
use crate::permits::PermitSet;
use crate::plugin::{BudgetCaps, Trial};
use crate::services::files;

/// Load a plugin's folder as the daemon would, and say what it would say.
///
/// Manifest, permits, settings and module are checked, the module is tried in a child process, and nothing is served. The
/// settings are those of the operator's configuration, where it names the plugin; else there are none.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew plugin check plugins/guard
  sinew --config sinew.toml plugin check plugins/guard

Exit codes: 0 when it loads, 1 when it does not.")]
pub(crate) struct Args {
    /// The plugin's folder: `plugin.toml` and the module.
    #[arg(default_value = ".", value_name = "DIR")]
    dir: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Args, global: &Global) -> anyhow::Result<()> {
    let config = global.configuration()?;
    let load = config.load;
    let text = files::text(&arguments.dir.join("plugin.toml"), load.manifest_bytes_max)
        .with_context(|| format!("reading `{}`", arguments.dir.join("plugin.toml").display()))?;
    let manifest = crate::plugin::Manifest::parse(&text).context("`plugin.toml`")?;
    let settings = config
        .plugins
        .into_iter()
        .find(|plugin| plugin.name == manifest.name)
        .map_or_else(Arc::default, |plugin| plugin.config);
    let configured = Configured {
        name: manifest.name,
        folder: arguments.dir.clone(),
        granted: PermitSet::default(),
        granted_digest: String::new(),
        budgets: BudgetCaps::default(),
        mcp_prefix: String::new(),
        config: settings,
    };
    let program = std::env::current_exe().context("finding this program")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let loaded = runtime.block_on(progress::during(
        "compiling",
        Loader::new(load, Trial::new(program)).load(&configured),
    ))?;
    let (manifest, build) = (&loaded.manifest, &loaded.build);
    if arguments.json {
        let mut shown = json!({
            "name": manifest.name,
            "version": manifest.version,
            "build": build.digest(),
            "hooks": manifest.hooks.keys().collect::<Vec<_>>(),
            "effects": build.inspection().effects,
            "rules": manifest.rules.iter().map(|rule| &rule.id).collect::<Vec<_>>(),
        });
        if let Some(file) = &manifest.config_schema {
            shown["config_schema"] = json!(file);
        }
        say(&shown.to_string());
    } else {
        say(&format!(
            "ok  {} {}  {}",
            manifest.name,
            manifest.version,
            build.digest()
        ));
    }
    Ok(())
}
