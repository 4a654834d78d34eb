//! Runs a program of ours to its end, within a time, and hands back what it complained about.

use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

/// What to run.
#[derive(Debug)]
pub struct Child<'a> {
    /// The program.
    pub program: &'a Path,
    /// Its arguments.
    pub arguments: &'a [OsString],
    /// What it reads on its standard input.
    pub input: &'a [u8],
    /// It is killed after this long.
    pub wall: Duration,
    /// Most bytes of its standard error that are kept.
    pub output_bytes_max: usize,
}

/// Runs it and waits.
///
/// # Errors
/// What it wrote to standard error, or how it ended, when it did not exit with 0 in time.
pub async fn run(child: Child<'_>) -> Result<(), String> {
    let mut process = Command::new(child.program)
        .args(child.arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("the child process does not start: {error}"))?;
    let mut said = Vec::new();
    let ended = tokio::time::timeout(child.wall, async {
        if let Some(mut stdin) = process.stdin.take() {
            // A child that ends before it has read everything says why on its standard error.
            let _ = stdin.write_all(child.input).await;
        }
        if let Some(stderr) = process.stderr.take() {
            // A child that says more than this waits for nobody: its pipe is closed.
            let _ = stderr
                .take(child.output_bytes_max as u64)
                .read_to_end(&mut said)
                .await;
        }
        process.wait().await
    });
    match ended.await {
        Err(_) => Err(format!("it took longer than {} s", child.wall.as_secs())),
        Ok(Err(error)) => Err(format!("waiting for the child process: {error}")),
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => {
            let said = String::from_utf8_lossy(&said).trim().to_owned();
            Err(if said.is_empty() || status.code().is_none() {
                format!("the child process ended with {status}")
            } else {
                said
            })
        }
    }
}
