//! Running the `git` program: argv only, an environment of our own, a time limit, a limit on its output.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;
use tokio::time::timeout_at;

use super::{GitError, GitSettings};

/// What a run came to.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) success: bool,
    pub(super) stdout: String,
    /// For our own log: it can have URLs and paths in it.
    pub(super) stderr: String,
}

/// A process group that does not outlive its run, however the run ends.
struct Group(Option<Pid>);

/// Switches that hold for every run, whatever a configuration says.
const CONFIGURATION: &[&str] = &[
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.alternateRefsCommand=true",
    "core.askPass=",
    "core.abbrev=no",
    "credential.helper=",
    "credential.interactive=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "push.gpgSign=false",
    "push.followTags=false",
    "push.recurseSubmodules=no",
    "protocol.allow=never",
    "protocol.ext.allow=never",
    "http.followRedirects=false",
];

/// Runs `git` on one git directory, with one protocol allowed. It notes what it starts in the file `trace`, where one is
/// named, in the form of its Trace2 events.
pub(super) async fn run(
    settings: &GitSettings,
    git_dir: &Path,
    protocol: &str,
    arguments: &[OsString],
    trace: Option<&Path>,
    deadline: Instant,
) -> Result<Output, GitError> {
    let mut command = Command::new(&settings.program);
    command.env_clear();
    // Where nobody grants a home folder there is none: `~` in a file's path leads nowhere, rather than being an error.
    command
        .env("HOME", "/nonexistent")
        .env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")
        .env("GIT_CONFIG_GLOBAL", "/dev/null");
    command.envs(&settings.program_environment);
    command
        .env("GIT_DIR", git_dir)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_ATTR_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", protocol)
        .env("GIT_TRACE2_EVENT", trace.unwrap_or(Path::new("0")))
        .env("LC_ALL", "C");
    command.arg("--no-pager");
    for switch in CONFIGURATION {
        command.args(["-c", switch]);
    }
    for (key, value) in &settings.program_configuration {
        command.arg("-c").arg(format!("{key}={value}"));
    }
    command.args(arguments);
    command
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // A group of its own: what git starts is stopped with it.
    command.process_group(0).kill_on_drop(true);

    let mut child = command.spawn().map_err(|_| {
        GitError::Unavailable("the `git` program cannot be started on this machine".to_owned())
    })?;
    let mut group = Group(
        child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw),
    );
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let most = settings.program_output_bytes_max;
    let finished = timeout_at(deadline.into(), async {
        let (stdout, stderr) = tokio::join!(read(stdout, most), read(stderr, most));
        child.wait().await.map(|status| (status, stdout, stderr))
    })
    .await;
    let (status, stdout, stderr) = finished
        .map_err(|_| GitError::Deadline)?
        .map_err(|_| GitError::Unavailable("the `git` program was lost".to_owned()))?;
    // It has ended and its number may soon be somebody else's.
    group.0 = None;
    Ok(Output {
        success: status.success(),
        stdout,
        stderr,
    })
}

/// Reads to the end, and keeps the beginning.
async fn read(from: Option<impl AsyncRead + Unpin>, most: usize) -> String {
    let Some(mut from) = from else {
        return String::new();
    };
    let mut kept = Vec::new();
    let mut chunk = vec![0; 8 * 1024];
    while let Ok(count) = from.read(&mut chunk).await {
        if count == 0 {
            break;
        }
        kept.extend_from_slice(&chunk[..count.min(most - kept.len())]);
    }
    String::from_utf8_lossy(&kept).into_owned()
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

/// An argument list of mixed strings.
pub(super) fn arguments<'a>(list: impl IntoIterator<Item = &'a str>) -> Vec<OsString> {
    list.into_iter()
        .map(|argument| OsStr::new(argument).to_owned())
        .collect()
}
