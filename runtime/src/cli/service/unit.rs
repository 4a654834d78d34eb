//! What a service manager is told about the daemon: files to write and commands to run.

use std::path::PathBuf;

use crate::cli::wiring::House;
use crate::config::Config;

/// By this line a file is known to be ours.
pub(super) const MARK: &str =
    "Made by `sinew service install`; `sinew service remove` takes it away.";

/// A service manager of a person's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Manager {
    /// Linux: a systemd user service, and the socket that outlives it.
    Systemd,
    /// macOS: a launchd agent.
    Launchd,
}

/// A file of a service manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// A command of a service manager, as an argument list.
pub(super) type Command = Vec<String>;

/// What a service manager knows of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing.
    Absent,
    /// Something of it, but it does not run.
    Held,
    /// It runs.
    Running,
}

/// A step of an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// A command that is waited for.
    Run(Command),
    /// A daemon that takes over from the one that runs, and serves until the service takes over from it.
    Meanwhile(Command),
}

/// What the daemon is started with.
#[derive(Debug)]
pub(super) struct Daemon {
    /// The program and its arguments.
    pub(super) arguments: Vec<String>,
    /// Where it listens on TCP.
    pub(super) address: String,
    /// Its socket.
    pub(super) socket: String,
    /// Its state folder.
    pub(super) state: String,
}

impl Manager {
    /// The one of this system.
    pub(super) fn here() -> Self {
        if cfg!(target_os = "macos") {
            Self::Launchd
        } else {
            Self::Systemd
        }
    }
}

impl Step {
    pub(super) fn command(&self) -> &Command {
        match self {
            Self::Run(command) | Self::Meanwhile(command) => command,
        }
    }
}

impl Daemon {
    /// The daemon of this configuration and state folder; both are named, since a service manager has another
    /// environment than a terminal.
    pub(super) fn of(house: &House, config: &Config) -> anyhow::Result<Self> {
        let text = |path: &std::path::Path| {
            path.to_str().map(str::to_owned).ok_or_else(|| {
                anyhow::anyhow!("`{}` is not UTF-8, so no unit can name it", path.display())
            })
        };
        anyhow::ensure!(
            config.listen.port() != 0,
            "`server.listen` has port 0, so nobody knows where to ask; give it a port"
        );
        let mut arguments = vec![text(&house.program)?, "serve".to_owned()];
        if house.file.exists() {
            arguments.extend(["--config".to_owned(), text(&house.file)?]);
        }
        arguments.extend(["--state".to_owned(), text(&house.places.state)?]);
        Ok(Self {
            arguments,
            address: config.listen.to_string(),
            socket: text(&house.door().socket)?,
            state: text(&house.places.state)?,
        })
    }
}
