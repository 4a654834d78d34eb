//! Where the operator's files lie, as the commands that wire a client see them.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::{Endpoint, Server};
use crate::cli::Global;
use crate::cli::operator::Door;
use crate::cli::shell_word::word;
use crate::config::{Config, Places, default_config_file};
use crate::services::files;

/// Where the state folder and the configuration lie in a home.
const USUAL_STATE: &str = ".local/state/sinew";
const USUAL_CONFIGURATION: &str = ".config/sinew/sinew.toml";

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

    /// The beginning of a command about this house, for people to copy. Files that are not where a command without options
    /// looks are named, so that the command is about this house and no other.
    pub(in crate::cli) fn sinew(&self) -> String {
        let config = unusual(&self.file, USUAL_CONFIGURATION).map(|file| ("--config", file));
        let state = unusual(&self.places.state, USUAL_STATE).map(|state| ("--state", state));
        let options = config.into_iter().chain(state);
        options.fold("sinew".to_owned(), |command, (name, path)| {
            format!("{command} {name} {}", word(&path))
        })
    }

    /// The daemon.
    pub(in crate::cli) fn door(&self) -> Door {
        let socket = self.socket.clone().unwrap_or_else(|| self.places.socket());
        Door::new(socket, &self.places)
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
        named([&self.program, &self.places.state])?;
        Ok(Endpoint {
            address: config.listen,
            token,
            program: self.program.clone(),
            state: unusual(&self.places.state, USUAL_STATE),
            socket: config.socket.clone(),
            patience_ms: config.transport.timeout_ms_default,
            shim_only,
        })
    }

    /// The command by which a client has to reach this house's tools.
    ///
    /// # Errors
    /// It cannot be written down.
    pub(in crate::cli) fn server(&self) -> anyhow::Result<Server> {
        named([&self.program, &self.file, &self.places.state])?;
        Ok(Server {
            program: self.program.clone(),
            config: unusual(&self.file, USUAL_CONFIGURATION),
            state: unusual(&self.places.state, USUAL_STATE),
        })
    }
}

/// Tells whether a path names this program, whatever it is called, or another copy by its usual name.
pub(super) fn is_sinew(program: &Path) -> bool {
    program.file_name().is_some_and(|name| name == "sinew")
        || std::env::current_exe().is_ok_and(|own| own == program)
}

/// Refuses paths that JSON cannot name.
fn named<const COUNT: usize>(paths: [&PathBuf; COUNT]) -> anyhow::Result<()> {
    for path in paths {
        anyhow::ensure!(
            path.to_str().is_some(),
            "`{}` is not UTF-8, so no settings file can name it",
            path.display()
        );
    }
    Ok(())
}

/// A path that is not where a command without options looks: a client's environment may name other folders than this one
/// does.
fn unusual(path: &Path, usual: &str) -> Option<PathBuf> {
    let usual = std::env::home_dir().map(|home| home.join(usual));
    (usual.as_deref() != Some(path)).then(|| path.to_owned())
}
