//! The service itself.

use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::process::{ChildStderr, ChildStdout};
use tokio::sync::Semaphore;
use tokio::time::{timeout, timeout_at};

use super::confinement::Confinement;
use super::group::Group;
use super::output::Output;
use super::plan::{Plan, Report};
use super::program::find;
use super::{ProcessError, ProcessSettings};
use crate::world::{Clock as _, SystemClock};

/// How long a pipe is read after everybody in the group has ended: only somebody who left it can still hold one.
const GRACE: Duration = Duration::from_millis(250);

/// What is told of a run, at most.
const REPORT_BYTES_MAX: u64 = 64 << 10;

/// Programs on this machine. Cloning shares the limits.
#[derive(Debug, Clone)]
pub struct ProcessService {
    settings: Arc<ProcessSettings>,
    running: Arc<Semaphore>,
}

/// What to run.
#[derive(Debug, Clone, Default)]
pub struct RunQuery {
    /// The program and its arguments. The program is a bare name or an absolute path.
    pub argv: Vec<String>,
    /// The canonical working directory.
    pub cwd: PathBuf,
    /// Variables of its environment.
    pub environment: Vec<(String, String)>,
    /// Names of variables that it gets as the server has them.
    pub inherited: Vec<String>,
    /// Its standard input.
    pub input: Vec<u8>,
    /// The longest time.
    pub timeout: Option<Duration>,
    /// The most bytes of each output.
    pub output_bytes_max: Option<usize>,
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Its exit code, where it exited.
    pub code: Option<i32>,
    /// The signal that ended it, where one did.
    pub signal: Option<i32>,
    /// Whether it was killed because its time was up.
    pub timed_out: bool,
    /// What it wrote to standard output.
    pub stdout: Output,
    /// What it wrote to standard error.
    pub stderr: Output,
    /// How long it ran.
    pub wall: Duration,
    /// How far it was confined.
    pub confinement: Confinement,
}

/// A program that runs.
struct Running {
    group: Group,
    ended: tokio::sync::oneshot::Receiver<std::io::Result<std::process::ExitStatus>>,
    server: UnixStream,
    stdout: ChildStdout,
    stderr: ChildStderr,
}

impl ProcessService {
    /// Makes the service.
    #[must_use]
    pub fn new(settings: ProcessSettings) -> Self {
        let running = Semaphore::new(settings.at_once.clamp(1, Semaphore::MAX_PERMITS));
        Self {
            settings: Arc::new(settings),
            running: Arc::new(running),
        }
    }

    /// The settings the service was made with.
    #[must_use]
    pub fn settings(&self) -> &ProcessSettings {
        &self.settings
    }

    /// Runs a program to its end. When the future is dropped, the program is killed with its whole group.
    ///
    /// # Errors
    ///
    /// `NotFound` for a program or a folder, `Conflict` where the folder is another one by now, `Unavailable` where the
    /// program could not be started or not be confined as the operator asks, `Busy`, and `Deadline`.
    pub async fn run(&self, query: RunQuery, deadline: Instant) -> Result<Ended, ProcessError> {
        let waiting = timeout_at(deadline.into(), self.running.acquire());
        let Ok(Ok(_one_of_them)) = waiting.await else {
            return Err(ProcessError::Busy);
        };
        let settings = &self.settings;
        let name = query.argv.first().map(String::as_str).unwrap_or_default();
        let program = find(name, &settings.path).ok_or_else(|| {
            ProcessError::NotFound(format!(
                "there is no program `{name}` where programs are looked for"
            ))
        })?;
        let since = SystemClock.instant();
        let patience = query.timeout.map_or(settings.timeout_max, |wanted| {
            wanted.min(settings.timeout_max)
        });
        let until = since.checked_add(patience).unwrap_or(deadline);
        let temporary = tempfile::Builder::new()
            .prefix("sinew-run-")
            .tempdir()
            .map_err(|error| unavailable("a folder of its own cannot be made", &error))?;
        let plan = self.plan(&query, program, temporary.path().to_owned());
        let most = query
            .output_bytes_max
            .unwrap_or(usize::MAX)
            .min(settings.output_bytes_max);
        let running = self.start(temporary)?;
        let ending = finish(running, &plan, &query.input, most, until.min(deadline));
        let (timed_out, mut ended) = ending.await?;
        if timed_out && until > deadline {
            return Err(ProcessError::Deadline);
        }
        ended.timed_out = timed_out;
        ended.wall = SystemClock.instant().saturating_duration_since(since);
        Ok(ended)
    }

    fn plan(&self, query: &RunQuery, program: PathBuf, temporary: PathBuf) -> Plan {
        let settings = &self.settings;
        let path = std::env::join_paths(&settings.path).unwrap_or_default();
        let mut environment: Vec<(String, OsString)> = vec![
            ("PATH".to_owned(), path),
            ("TMPDIR".to_owned(), temporary.clone().into_os_string()),
        ];
        // What is said later wins.
        environment.extend(query.inherited.iter().filter_map(|name| {
            let value = settings.environment.get(name)?;
            Some((name.clone(), value.to_owned()))
        }));
        environment.extend(
            query
                .environment
                .iter()
                .map(|(name, value)| (name.clone(), OsString::from(value))),
        );
        let words = |paths: &[PathBuf]| paths.iter().map(OsString::from).collect::<Vec<_>>();
        let mut read = words(&settings.read);
        read.extend(words(&settings.path));
        Plan {
            program,
            argv: query.argv.clone(),
            cwd: query.cwd.clone(),
            environment,
            read,
            write: words(&settings.write),
            temporary,
            network: settings.network,
            required: settings.required,
        }
    }

    /// Starts the process that is to become the program.
    fn start(&self, temporary: TempDir) -> Result<Running, ProcessError> {
        let failed = |error: std::io::Error| unavailable("the program cannot be started", &error);
        let (ours, theirs) = StdUnixStream::pair().map_err(failed)?;
        ours.set_nonblocking(true).map_err(failed)?;
        let mut child: Child = Command::new(&self.settings.helper)
            .arg("confine")
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let pipes = (child.stdout.take(), child.stderr.take());
        // From here on it is killed by whatever goes wrong.
        let (group, ended) = Group::watch(child, temporary).map_err(failed)?;
        let (Some(stdout), Some(stderr)) = pipes else {
            return Err(failed(std::io::Error::other("it has no pipes")));
        };
        Ok(Running {
            group,
            ended,
            server: UnixStream::from_std(ours).map_err(failed)?,
            stdout: ChildStdout::from_std(stdout).map_err(failed)?,
            stderr: ChildStderr::from_std(stderr).map_err(failed)?,
        })
    }
}

/// Hands the plan over, reads what is written, and waits; tells, too, whether the time was up.
async fn finish(
    running: Running,
    plan: &Plan,
    input: &[u8],
    most: usize,
    until: Instant,
) -> Result<(bool, Ended), ProcessError> {
    let Running {
        group,
        mut ended,
        server,
        stdout: from_stdout,
        stderr: from_stderr,
    } = running;
    let (mut stdout, mut stderr, mut reports) = (Output::default(), Output::default(), Vec::new());
    let (timed_out, status) = {
        let talking = async {
            tokio::join!(
                stdout.read(from_stdout, most),
                stderr.read(from_stderr, most),
                talk(server, plan, input, &mut reports),
            );
        };
        tokio::pin!(talking);
        let mut talked = false;
        let ending = async {
            loop {
                tokio::select! {
                    status = &mut ended => return status,
                    () = &mut talking, if !talked => talked = true,
                }
            }
        };
        let in_time = timeout_at(until.into(), ending).await;
        let timed_out = in_time.is_err();
        let status = if let Ok(status) = in_time {
            status
        } else {
            group.kill();
            (&mut ended).await
        };
        if !talked {
            let _ = timeout(GRACE, &mut talking).await;
        }
        (timed_out, status)
    };
    drop(group);
    let status = match status {
        Ok(Ok(status)) => status,
        Ok(Err(error)) => return Err(unavailable("the program was lost", &error)),
        Err(_) => return Err(ProcessError::Unavailable("the program was lost".to_owned())),
    };
    let confinement = match confinement(&reports) {
        Ok(Some(confinement)) => confinement,
        // It was killed before it got that far, and did nothing.
        Ok(None) if timed_out => Confinement::none("the program was never started"),
        Ok(None) => {
            let said = String::from_utf8_lossy(&stderr.kept);
            tracing::warn!(%status, "the process that confines a program failed: {said}");
            return Err(ProcessError::Unavailable(
                "the program could not be started".to_owned(),
            ));
        }
        Err(error) => return Err(error),
    };
    Ok((
        timed_out,
        Ended {
            code: status.code(),
            signal: status.signal(),
            timed_out,
            stdout,
            stderr,
            wall: Duration::ZERO,
            confinement,
        },
    ))
}

/// Says what to become, and hears what came of it. The other side of the socket is closed when the program starts.
async fn talk(mut server: UnixStream, plan: &Plan, input: &[u8], reports: &mut Vec<u8>) {
    let Ok(plan) = serde_json::to_vec(plan) else {
        return;
    };
    let length = u32::try_from(plan.len()).unwrap_or(u32::MAX);
    let said = async {
        server.write_all(&length.to_be_bytes()).await?;
        server.write_all(&plan).await?;
        server.write_all(input).await?;
        server.shutdown().await
    };
    // One that has ended already says why, if anything does.
    let _ = said.await;
    let _ = server.take(REPORT_BYTES_MAX).read_to_end(reports).await;
}

/// How far the program was confined, from what was told; none where nothing was.
fn confinement(reports: &[u8]) -> Result<Option<Confinement>, ProcessError> {
    let mut confinement = None;
    for line in reports.split(|byte| *byte == b'\n') {
        match serde_json::from_slice(line) {
            Ok(Report::Confined(told)) => confinement = Some(told),
            Ok(Report::Moved(why)) => return Err(ProcessError::Conflict(why)),
            Ok(Report::NoFolder(why) | Report::NoProgram(why)) => {
                return Err(ProcessError::NotFound(why));
            }
            Ok(Report::Failed(why)) => return Err(ProcessError::Unavailable(why)),
            Err(_) => {}
        }
    }
    Ok(confinement)
}

fn unavailable(what: &str, error: &std::io::Error) -> ProcessError {
    ProcessError::Unavailable(format!("{what}: {error}"))
}
