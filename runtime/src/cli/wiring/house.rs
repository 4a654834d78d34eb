//! Where the operator's files lie, as the commands that wire a client see them.

use std::path::PathBuf;

use anyhow::Context as _;

use super::Endpoint;
use crate::cli::Global;
use crate::config::{Config, Places, default_config_file};
use crate::services::files;

/// The operator's files.
pub(in crate::cli) struct House {
    /// The configuration, as it is named: paths in it are relative to this.
    pub(in crate::cli) file: PathBuf,
    /// The same, behind symbolic links.
    pub(in crate::cli) real: PathBuf,
    /// The files of the state folder.
    pub(in crate::cli) places: Places,
    /// This program.
    pub(in crate::cli) program: PathBuf,
    socket: Option<PathBuf>,
}

impl House {
    /// Finds them where the daemon would.
    ///
    /// # Errors
    /// There is no home folder, or the configuration is a link that leads nowhere.
    pub(in crate::cli) fn find(global: &Global) -> anyhow::Result<Self> {
        let file = global
            .config
            .clone()
            .or_else(default_config_file)
            .context("there is no home folder; name a configuration with --config")?;
        let file = std::path::absolute(&file).context("finding the configuration")?;
        let real = files::real(&file)
            .with_context(|| format!("`{}` is a link that leads nowhere", file.display()))?;
        let state =
            std::path::absolute(global.state_folder()?).context("finding the state folder")?;
        let socket = file
            .exists()
            .then(|| Config::read(&file).ok())
            .flatten()
            .and_then(|config| config.socket);
        Ok(Self {
            file,
            real,
            places: Places::new(state),
            program: std::env::current_exe().context("finding this program")?,
            socket,
        })
    }

    /// The daemon's socket.
    pub(in crate::cli) fn socket(&self) -> PathBuf {
        self.socket.clone().unwrap_or_else(|| self.places.socket())
    }

    /// The daemon as a client has to know it.
    ///
    /// # Errors
    /// It cannot be known, or not be written down.
    pub(in crate::cli) fn endpoint(
        &self,
        config: &Config,
        shim_only: bool,
        token: String,
    ) -> anyhow::Result<Endpoint> {
        anyhow::ensure!(
            config.listen.port() != 0,
            "`server.listen` has port 0, so nobody knows where to ask; give it a port"
        );
        for path in [&self.program, &self.places.state] {
            anyhow::ensure!(
                path.to_str().is_some(),
                "`{}` is not UTF-8, so no settings file can name it",
                path.display()
            );
        }
        // A client's environment may name other folders than this one does.
        let usual = std::env::home_dir().map(|home| home.join(".local/state/sinew"));
        let state = &self.places.state;
        Ok(Endpoint {
            address: config.listen,
            token,
            program: self.program.clone(),
            state: (usual.as_ref() != Some(state)).then(|| state.clone()),
            socket: config.socket.clone(),
            patience_ms: config.transport.timeout_ms_default,
            shim_only,
        })
    }
}
