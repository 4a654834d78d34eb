//! Where commands keep what they unpack and compile, so that the next one is quicker.

use std::path::PathBuf;

use anyhow::Context as _;

use crate::config::{default_cache_folder, prepare_wasm_cache};

/// The option that says where.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Cache {
    /// Where the pdk is unpacked and compiled plugins are kept [default: `$XDG_CACHE_HOME/sinew`].
    #[arg(long = "cache", value_name = "DIR", env = "SINEW_CACHE")]
    folder: Option<PathBuf>,
}

// === impl Cache ===

impl Cache {
    /// The folder that was named, or the usual one. It need not exist.
    pub(crate) fn folder(&self) -> anyhow::Result<PathBuf> {
        match &self.folder {
            Some(folder) => Ok(folder.clone()),
            None => default_cache_folder()
                .context("neither XDG_CACHE_HOME nor HOME names a folder: say --cache DIR"),
        }
    }

    /// The file that tells wasmtime where to keep what it compiles.
    pub(crate) fn wasm(&self) -> anyhow::Result<PathBuf> {
        let folder = self.folder()?;
        prepare_wasm_cache(&folder)
            .with_context(|| format!("making the cache `{}`", folder.display()))
    }
}
