//! `sinew serve`, run as an operator runs it: a process with a configuration file and a state folder of its own.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::exchange::{Connection, PATIENCE, Reply, post};
use crate::probe_plugin::ProbePlugin;
use crate::sinew_binary::sinew;

/// How long a start may take: a plugin's first compile is slow where everything else is busy, too.
const START_PATIENCE: Duration = Duration::from_secs(120);

/// A folder with a configuration, the plugins it names, and a state folder. It outlives the processes that serve it.
pub struct Installation {
    /// The binary.
    pub binary: PathBuf,
    folder: TempDir,
}

/// A serving process. It is killed when this is dropped.
pub struct Daemon {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// The token for hook events.
    pub hook_token: String,
    /// The token for operators.
    pub admin_token: String,
    /// The token for MCP.
    pub mcp_token: String,
}

// === impl Installation ===

impl Installation {
    /// Writes a configuration with `head` before the plugins' tables. `None` when there is no binary or no probe to run.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn new(head: &str, plugins: &[ProbePlugin]) -> Result<Option<Self>> {
        let (Some(binary), Some(_)) = (sinew(), crate::probe_plugin::probe_wasm()) else {
            return Ok(None);
        };
        let installation = Self {
            binary,
            folder: tempfile::tempdir().context("making a folder")?,
        };
        installation.configure(head, plugins)?;
        for plugin in plugins {
            plugin.write(&installation.plugins())?;
        }
        Ok(Some(installation))
    }

    /// Writes the configuration again; the next start reads it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn configure(&self, head: &str, plugins: &[ProbePlugin]) -> Result<()> {
        let mut text = format!("{head}\n");
        for plugin in plugins {
            writeln!(
                text,
                "[plugins.{name}]\npath = \"plugins/{name}\"",
                name = plugin.name
            )?;
        }
        Ok(fs::write(self.config(), text)?)
    }

    /// Has a plugin ask for these permits, lines of TOML below `[permits]`, and grants all of them.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn grant(&self, plugin: &str, permits: &str) -> Result<()> {
        let manifest = self.plugins().join(plugin).join("plugin.toml");
        let text = fs::read_to_string(&manifest)?;
        let asked = text.replacen("[permits]\n", &format!("[permits]\n{permits}\n"), 1);
        fs::write(&manifest, asked)?;
        let text = fs::read_to_string(self.config())?;
        let granted = format!("{text}\n[plugins.{plugin}.permits]\n{permits}\n");
        Ok(fs::write(self.config(), granted)?)
    }

    /// The configuration file.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.folder.path().join("sinew.toml")
    }

    /// The folder of the plugins.
    #[must_use]
    pub fn plugins(&self) -> PathBuf {
        self.folder.path().join("plugins")
    }

    /// The state folder.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// The token of a role, or of a view of MCP (`mcp.VIEW`), once a process has made it.
    ///
    /// # Errors
    /// When there is none.
    pub fn token(&self, name: &str) -> Result<String> {
        token(&self.state(), name)
    }

    /// What the last process wrote to standard error.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Starts a process and waits until it listens. Port 0 lets the system choose.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn serve(&self, port: u16) -> Result<Daemon> {
        self.serve_in(port, &[]).await
    }

    /// The same, with these variables in its environment.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn serve_in(&self, port: u16, environment: &[(&str, &str)]) -> Result<Daemon> {
        let log = fs::File::create(self.folder.path().join("log"))?;
        let mut child = Command::new(&self.binary)
            .arg("serve")
            .arg("--config")
            .arg(self.config())
            .arg("--state")
            .arg(self.state())
            .arg("--listen")
            .arg(SocketAddr::from(([127, 0, 0, 1], port)).to_string())
            .env_remove("SINEW_LOG")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .context("starting sinew")?;
        let mut lines = BufReader::new(child.stdout.take().context("its stdout")?).lines();
        let first = tokio::time::timeout(START_PATIENCE, lines.next_line())
            .await
            .context("it did not start in time")??;
        let address = first
            .as_deref()
            .and_then(|line| line.strip_prefix("sinew listens on "))
            .with_context(|| format!("it did not start: {}", self.log()))?
            .parse()?;
        // What it goes on to say must not fill the pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Daemon {
            child,
            address,
            hook_token: token(&self.state(), "hook")?,
            admin_token: token(&self.state(), "admin")?,
            mcp_token: token(&self.state(), "mcp")?,
        })
    }
}

fn token(state: &Path, role: &str) -> Result<String> {
    let text = fs::read_to_string(state.join("tokens").join(role))?;
    Ok(text.trim().to_owned())
}

// === impl Daemon ===

impl Daemon {
    /// Returns the headers that a client's settings would hold.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        self.headers_with(&self.hook_token)
    }

    /// The same with another token.
    #[must_use]
    pub fn headers_with(&self, token: &str) -> Vec<(&'static str, String)> {
        vec![
            ("host", self.address.to_string()),
            ("authorization", format!("Bearer {token}")),
            ("content-type", "application/json".to_owned()),
        ]
    }

    /// Its process id.
    ///
    /// # Errors
    /// When it has ended.
    pub fn id(&self) -> Result<u32> {
        self.child.id().context("it has ended")
    }

    /// Posts a body with these headers on a connection of its own.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn post(&self, path: &str, headers: &[(&str, String)], body: &[u8]) -> Result<Reply> {
        let mut connection = Connection::tcp(self.address).await?;
        connection.send(&post(path, headers, body)).await?;
        connection.reply().await
    }

    /// Sends it a signal.
    ///
    /// # Errors
    /// When it has ended.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let pid = Pid::from_raw(self.id()?.cast_signed()).context("a process")?;
        Ok(kill_process(pid, signal)?)
    }

    /// Ends it in the middle of whatever it does.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub async fn kill(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Asks it to end, and waits until it has.
    ///
    /// # Errors
    /// When it does not end well, or not in time.
    pub async fn terminate(self) -> Result<()> {
        self.signal(Signal::TERM)?;
        self.ended().await
    }

    /// Waits until it has ended by itself.
    ///
    /// # Errors
    /// When it does not end well, or not in time.
    pub async fn ended(mut self) -> Result<()> {
        let status = tokio::time::timeout(PATIENCE, self.child.wait())
            .await
            .context("it did not end in time")??;
        ensure!(status.success(), "it ended with {status}");
        Ok(())
    }
}
