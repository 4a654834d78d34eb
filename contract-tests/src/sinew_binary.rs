//! The `sinew` binary, run as a client would run it.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::exchange::PATIENCE;

/// What a finished process left.
#[derive(Debug, PartialEq, Eq)]
pub struct Finished {
    /// The exit code.
    pub code: Option<i32>,
    /// What it wrote for programs.
    pub stdout: String,
    /// What it wrote for people.
    pub stderr: String,
}

/// Finds the binary that was built beside this test.
///
/// Without it the test cannot run: this says so and returns `None`, or fails where nothing may be skipped.
///
/// # Panics
/// When it is missing and `SINEW_REQUIRE_ALL` is set.
#[must_use]
pub fn sinew() -> Option<PathBuf> {
    let test = std::env::current_exe().ok()?;
    let binary = test.parent().and_then(Path::parent)?.join("sinew");
    if binary.is_file() {
        return Some(binary);
    }
    skipped("the binary is not built: run `cargo build --workspace` first")
}

/// Says why a test cannot run, and returns `None`.
///
/// # Panics
/// When `SINEW_REQUIRE_ALL` is set.
#[must_use]
#[allow(clippy::print_stdout, reason = "a skipped test says why")]
pub fn skipped<T>(why: &str) -> Option<T> {
    assert!(std::env::var_os("SINEW_REQUIRE_ALL").is_none(), "{why}");
    println!("SKIPPED: {why}");
    None
}

/// Runs the binary with these arguments and this input, in an environment that holds nothing but a home folder.
///
/// # Errors
/// When it cannot be started or does not end.
pub async fn run(binary: &Path, home: &Path, arguments: &[&str], input: &[u8]) -> Result<Finished> {
    let mut command = Command::new(binary);
    command.args(arguments).env_clear().env("HOME", home);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command
        .kill_on_drop(true)
        .spawn()
        .context("starting sinew")?;
    let mut stdin = child.stdin.take().context("its stdin")?;
    let feeding = async {
        // It may end before it has read everything.
        let _ = stdin.write_all(input).await;
        drop(stdin);
    };
    let ending = async { tokio::join!(feeding, child.wait_with_output()).1 };
    let output = tokio::time::timeout(PATIENCE, ending)
        .await
        .context("sinew did not end")??;
    Ok(Finished {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout)?,
        stderr: String::from_utf8(output.stderr)?,
    })
}
