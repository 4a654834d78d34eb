//! From a plugin's folder to a plugin that can serve: read, inspect, try in a child process, compile, check.

use std::collections::HashMap;
use std::io;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::catalog::{Configured, Loaded, PluginState};
use super::mcp::Offer;
use crate::plugin::{
    Build, BuildError, BuildSettings, Manifest, ManifestError, SettingsSchema, Trial, inspect,
};
use crate::services::files;

/// How plugins are loaded.
#[derive(Debug, Clone)]
pub struct LoadSettings {
    /// Longest `plugin.toml`, and longest schema of settings, in bytes.
    pub manifest_bytes_max: u64,
    /// What every build gets, before its manifest's own limits.
    pub build: BuildSettings,
}

/// Why a plugin does not load.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Nobody configured it.
    #[error("no plugin `{0}` is configured")]
    Unknown(String),
    /// A file cannot be read.
    #[error("`{file}` cannot be read: {error}")]
    File {
        /// Its name inside the plugin's folder.
        file: String,
        /// What the file system says.
        error: std::io::Error,
    },
    /// There is no module.
    #[error("`{0}.wasm` is not there; build it with `sinew plugin build` in the plugin's folder")]
    Unbuilt(String),
    /// The manifest is refused.
    #[error("`plugin.toml`: {0}")]
    Manifest(#[from] ManifestError),
    /// The manifest is another plugin's.
    #[error(
        "`plugin.toml` names the plugin `{found}`, and the configuration calls it `{configured}`"
    )]
    Name {
        /// The name in the manifest.
        found: String,
        /// The name in the configuration.
        configured: String,
    },
    /// The schema of its settings is refused.
    #[error("`{file}` is no schema of settings: {reason}")]
    SettingsSchema {
        /// Its name inside the plugin's folder.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The operator's settings are not what the plugin's schema says.
    #[error("`{key}`: {reason}")]
    Settings {
        /// The key in the operator's configuration.
        key: String,
        /// What is wrong there.
        reason: String,
    },
    /// It would guard events that a client does not ask about, so that nobody would notice that they pass.
    #[error(
        "it would guard {events}, which `{settings}` does not ask about, or lets pass when the gate cannot be asked; run \
         `sinew init` for that folder first, or say why it may be so with `--override REASON`"
    )]
    Unwired {
        /// The events.
        events: String,
        /// A client's settings.
        settings: PathBuf,
    },
    /// What it offers over MCP is refused.
    #[error("what it offers over MCP: {0}")]
    Offer(String),
    /// It may spend more than the build that serves.
    #[error(
        "it may spend more than the build that serves: {0}; cap it with `[plugins.NAME.budgets]` in sinew.toml, or say why it \
         may be so with `--override REASON`"
    )]
    Wider(String),
    /// The wasm is refused.
    #[error(transparent)]
    Build(#[from] BuildError),
}

/// Loads plugins.
#[derive(Debug, Clone)]
pub struct Loader {
    settings: LoadSettings,
    trial: Trial,
    /// How many modules are compiled at once.
    places: Arc<Semaphore>,
    /// Builds that were made ahead of the load that will want them.
    warm: Arc<Mutex<HashMap<[u8; 32], Build>>>,
}

/// What a build is made of.
struct Source {
    wasm: Vec<u8>,
    settings: BuildSettings,
}

// === impl Loader ===

impl Loader {
    /// Loads with these settings, and tries every new build in a child process first.
    #[must_use]
    pub fn new(settings: LoadSettings, trial: Trial) -> Self {
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            settings,
            trial,
            places: Arc::new(Semaphore::new(processors)),
            warm: Arc::default(),
        }
    }

    /// Loads a plugin, or says how far it came: a manifest that could be read still says which events fail.
    pub async fn state(&self, configured: &Configured) -> PluginState {
        let manifest = match self.manifest(configured) {
            Ok(manifest) => manifest,
            Err(error) => {
                return PluginState::Broken {
                    manifest: None,
                    reason: error.to_string(),
                };
            }
        };
        match self.loaded(configured, manifest.clone()).await {
            Ok(loaded) => PluginState::Loaded(Arc::new(loaded)),
            Err(error) => PluginState::Broken {
                manifest: Some(Arc::new(manifest)),
                reason: error.to_string(),
            },
        }
    }

    /// Loads a plugin completely.
    ///
    /// # Errors
    /// Whatever keeps it from serving.
    pub async fn load(&self, configured: &Configured) -> Result<Loaded, LoadError> {
        self.loaded(configured, self.manifest(configured)?).await
    }

    /// Reads and checks a plugin's manifest alone.
    ///
    /// # Errors
    /// It cannot be read, is refused, or is another plugin's.
    pub fn manifest(&self, configured: &Configured) -> Result<Manifest, LoadError> {
        const FILE: &str = "plugin.toml";
        let text = files::text(
            &configured.folder.join(FILE),
            self.settings.manifest_bytes_max,
        )
        .map_err(|error| LoadError::File {
            file: FILE.to_owned(),
            error,
        })?;
        let manifest = Manifest::parse(&text)?.capped(&configured.budgets)?;
        if manifest.name != configured.name {
            return Err(LoadError::Name {
                found: manifest.name,
                configured: configured.name.clone(),
            });
        }
        Ok(manifest)
    }

    /// Holds the operator's settings against the schema that the plugin brings along.
    fn check_settings(
        &self,
        configured: &Configured,
        manifest: &Manifest,
    ) -> Result<(), LoadError> {
        let Some(file) = &manifest.config_schema else {
            return Ok(());
        };
        let text = files::text_inside(&configured.folder, file, self.settings.manifest_bytes_max)
            .map_err(|error| LoadError::File {
            file: file.clone(),
            error,
        })?;
        let schema = SettingsSchema::parse(&text).map_err(|reason| LoadError::SettingsSchema {
            file: file.clone(),
            reason,
        })?;
        schema
            .check(&configured.config)
            .map_err(|violation| LoadError::Settings {
                key: format!("plugins.{}.config.{}", configured.name, violation.key)
                    .trim_end_matches('.')
                    .to_owned(),
                reason: violation.reason,
            })
    }

    async fn loaded(
        &self,
        configured: &Configured,
        manifest: Manifest,
    ) -> Result<Loaded, LoadError> {
        self.check_settings(configured, &manifest)?;
        let source = self.source(configured, &manifest)?;
        let warm = self.warm().remove(&source.name());
        let build = match warm {
            Some(build) => build,
            None => self.build(source).await?,
        };
        let config = Arc::clone(&configured.config);
        let describing = tokio::task::spawn_blocking(move || {
            let offer = Offer::of(&build, &config);
            (build, offer)
        });
        let (build, offer) = describing
            .await
            .map_err(|_| LoadError::Offer("the host panicked while it asked".to_owned()))?;
        let offer = Arc::new(offer.map_err(LoadError::Offer)?);
        Ok(Loaded::new(configured, manifest, Arc::new(build), offer))
    }

    /// Makes a plugin's build ahead of the load that will want it. What is wrong with it shows in that load.
    pub async fn prepare(&self, configured: &Configured) {
        let Ok(source) = self
            .manifest(configured)
            .and_then(|manifest| self.source(configured, &manifest))
        else {
            return;
        };
        let name = source.name();
        if let Ok(build) = self.build(source).await {
            self.warm().insert(name, build);
        }
    }

    /// Forgets the builds that were made ahead and that no load wanted.
    pub fn forget_prepared(&self) {
        self.warm().clear();
    }

    fn source(&self, configured: &Configured, manifest: &Manifest) -> Result<Source, LoadError> {
        let path = wasm_path(&configured.folder, &manifest.name);
        let bytes_max = self.settings.build.wasm_bytes_max;
        let wasm = files::bytes(&path, bytes_max).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => LoadError::Unbuilt(manifest.name.clone()),
            _ => LoadError::File {
                file: format!("{}.wasm", manifest.name),
                error,
            },
        })?;
        // What is wrong on sight is said at once; what only shows when it runs shows in the child.
        manifest.agrees_with(&inspect(&wasm, manifest.wasi, manifest.compat)?)?;
        let settings = BuildSettings {
            fuel: manifest.budgets.fuel,
            memory_bytes: manifest.budgets.memory_bytes,
            wasi: manifest.wasi,
            compat: manifest.compat,
            ..self.settings.build.clone()
        };
        Ok(Source { wasm, settings })
    }

    /// Tries a module and compiles it.
    async fn build(&self, source: Source) -> Result<Build, LoadError> {
        let Source { wasm, settings } = source;
        // Each takes a whole processor for as long as it takes.
        let _place = self.places.acquire().await;
        self.trial.run(&wasm, &settings).await?;
        let compile = move || {
            let build = Build::compile(&wasm, settings)?;
            // Here, where a thread may block: code of a guest with WASI runs in an instance that is made.
            build.instances().prepare();
            Ok::<_, BuildError>(build)
        };
        let build = tokio::task::spawn_blocking(compile);
        Ok(build
            .await
            .map_err(|_| BuildError::Compile("the compiler panicked".to_owned()))??)
    }

    fn warm(&self) -> MutexGuard<'_, HashMap<[u8; 32], Build>> {
        self.warm.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Source ===

impl Source {
    /// What the very same build would be made of, and nothing else.
    fn name(&self) -> [u8; 32] {
        Sha256::new()
            .chain_update(format!("{:?}", self.settings))
            .chain_update(&self.wasm)
            .finalize()
            .into()
    }
}

/// Where a plugin's wasm lies in its folder.
fn wasm_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.wasm"))
}
