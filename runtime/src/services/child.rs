//! Runs a program to its end, within a time, and hands back what it said or what it complained about; or beside us, until it
//! ends by itself.

use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
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
    /// Most bytes that are kept of its standard output, and of its standard error.
    pub output_bytes_max: usize,
}

/// A program that runs beside us. It is killed when this is dropped.
#[derive(Debug)]
pub struct Beside(tokio::process::Child);

/// Runs it, waits, and returns what it wrote to standard output.
///
/// # Errors
/// What it wrote to standard error, or how it ended, when it did not exit with 0 in time.
pub async fn run(child: Child<'_>) -> Result<Vec<u8>, String> {
    let mut process = Command::new(child.program)
        .args(child.arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("the child process does not start: {error}"))?;
    let (mut said, mut complained) = (Vec::new(), Vec::new());
    let ended = tokio::time::timeout(child.wall, async {
        let stdin = process.stdin.take();
        let feeding = async {
            if let Some(mut stdin) = stdin {
                // A child that ends before it has read everything says why on its standard error.
                let _ = stdin.write_all(child.input).await;
            }
        };
        let (stdout, stderr) = (process.stdout.take(), process.stderr.take());
        tokio::join!(
            feeding,
            keep(stdout, &mut said, child.output_bytes_max),
            keep(stderr, &mut complained, child.output_bytes_max),
        );
        process.wait().await
    });
    match ended.await {
        Err(_) => Err(format!("it took longer than {} s", child.wall.as_secs())),
        Ok(Err(error)) => Err(format!("waiting for the child process: {error}")),
        Ok(Ok(status)) if status.success() => Ok(said),
        Ok(Ok(status)) => {
            let complained = String::from_utf8_lossy(&complained).trim().to_owned();
            Err(if complained.is_empty() || status.code().is_none() {
                format!("the child process ended with {status}")
            } else {
                complained
            })
        }
    }
}

// === impl Beside ===

impl Beside {
    /// Starts it, and waits until it says a first line: then it does what it is there for.
    ///
    /// # Errors
    /// When it does not start, or says nothing within `wall`.
    pub async fn start(
        program: &Path,
        arguments: &[OsString],
        wall: Duration,
    ) -> Result<Self, String> {
        let mut process = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("it does not start: {error}"))?;
        let stdout = process.stdout.take();
        let first = async { Some(BufReader::new(stdout?).lines().next_line().await) };
        match tokio::time::timeout(wall, first).await {
            Ok(Some(Ok(Some(_)))) => Ok(Self(process)),
            Ok(_) => Err("it ended before it had begun".to_owned()),
            Err(_) => Err(format!("it took longer than {} s", wall.as_secs())),
        }
    }

    /// Waits until it has ended by itself.
    ///
    /// # Errors
    /// When it goes on for longer than `wall`, or fails.
    pub async fn ended(mut self, wall: Duration) -> Result<(), String> {
        match tokio::time::timeout(wall, self.0.wait()).await {
            Err(_) => Err(format!("waited for {} s", wall.as_secs())),
            Ok(Err(error)) => Err(error.to_string()),
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(format!("the child process ended with {status}")),
        }
    }
}

/// Reads the beginning. A child that says more than this waits for nobody: its pipe is closed.
async fn keep(from: Option<impl AsyncRead + Unpin>, kept: &mut Vec<u8>, bytes_max: usize) {
    if let Some(from) = from {
        let _ = from.take(bytes_max as u64).read_to_end(kept).await;
    }
}
