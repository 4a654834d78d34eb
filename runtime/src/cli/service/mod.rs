//! `sinew service`: the daemon as a service of the person whose agents it judges.

mod launchd;
mod report;
mod systemd;
mod unit;

use std::ffi::OsString;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};

use self::report::Report;
use self::unit::{Command, Daemon, MARK, Manager, Standing, Step, Unit};
use super::progress::Progress;
use super::wiring::House;
use super::{Global, complain, say};
use crate::services::child::{self, Beside, Child};
use crate::services::files;

/// Starting the daemon may take as long as compiling its plugins.
const COMMAND_WALL: Duration = Duration::from_secs(90);
const COMMAND_BYTES_MAX: usize = 64 << 10;
const UNIT_BYTES_MAX: u64 = 64 << 10;
const UNIT_MODE: u32 = 0o644;

/// Start the daemon at login, keep it running, and restart it without refusing anybody.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew service install
  sinew service status
  sinew service remove

Exit codes: 0 when it is done, or runs; 1 when not; 2 for wrong usage.")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Install the service, enable it and start it; or bring an installed one up to date.
    ///
    /// On Linux these are a systemd user service and its socket: the socket stays when the service restarts, so what is
    /// asked meanwhile waits. On macOS it is a launchd agent; when that changes, a process of its own serves until the new
    /// one takes over.
    #[command(after_help = "\
Examples:
  sinew service install
  sinew service install --dry-run --json

Exit codes: 0 when it is installed, 1 when it is not.")]
    Install(Options),
    /// Stop the service and remove it.
    #[command(after_help = "\
Example:
  sinew service remove

Exit codes: 0 when there is none any more, 1 when there is.")]
    Remove(Options),
    /// Say whether the service is installed and runs.
    #[command(after_help = "\
Example:
  sinew service status

Exit codes: 0 when it runs, 1 when it does not.")]
    Status(Asked),
}

#[derive(Debug, clap::Args)]
struct Options {
    /// Show what would be done, and do nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Debug, clap::Args)]
struct Asked {
    /// The service manager [default: this system's].
    #[arg(long, value_enum)]
    manager: Option<Manager>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Args, global: &Global) -> ExitCode {
    let asked = match &arguments.action {
        Action::Install(options) | Action::Remove(options) => &options.asked,
        Action::Status(asked) => asked,
    };
    let progress = Progress::of("asking the service manager");
    let done = act(&arguments.action, global, &progress);
    drop(progress);
    match done {
        Ok(report) => {
            say(&if asked.json {
                report.json()
            } else {
                report.text()
            });
            report.code()
        }
        Err(error) => complain(&error),
    }
}

fn act(action: &Action, global: &Global, progress: &Progress) -> anyhow::Result<Report> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting the runtime")?;
    runtime.block_on(async {
        match action {
            Action::Install(options) => install(options, global, progress).await,
            Action::Remove(options) => remove(options).await,
            Action::Status(asked) => status(asked, global).await,
        }
    })
}

async fn install(
    options: &Options,
    global: &Global,
    progress: &Progress,
) -> anyhow::Result<Report> {
    let manager = options.asked.manager();
    let house = House::find(global)?;
    let daemon = Daemon::of(&house, &global.configuration()?)?;
    let units = units(manager, Some(&daemon))?;
    let standing = standing(manager).await;
    let changed: Vec<&Unit> = units
        .iter()
        .filter(|unit| present(&unit.path).as_deref() != Some(unit.text.as_str()))
        .collect();
    for unit in &changed {
        refuse_a_stranger(&unit.path)?;
    }
    let steps = match manager {
        Manager::Systemd => systemd::install(standing, &changed),
        Manager::Launchd => launchd::install(standing, &units, !changed.is_empty(), &daemon),
    };
    let mut report = Report::new(manager, options.dry_run);
    if options.dry_run {
        for unit in &changed {
            report.written(unit);
        }
        for step in &steps {
            report.command(step.command());
        }
        if changed.is_empty() && steps.is_empty() {
            report.said = Some("installed already: nothing would change");
        }
        return Ok(report);
    }
    if standing == Standing::Absent {
        refuse_a_taken_address(global)?;
    }
    // It is to listen there, and to write its log.
    let state = &house.places.state;
    files::private_folder(state).with_context(|| format!("making `{}`", state.display()))?;
    for unit in &changed {
        files::replace(&unit.path, &unit.text, UNIT_MODE)
            .with_context(|| format!("writing `{}`", unit.path.display()))?;
        report.written(unit);
    }
    if changed.is_empty() {
        report.said = Some("installed already: nothing was changed");
    }
    if !reachable(manager).await {
        let lines: Vec<String> = steps.iter().map(|step| step.command().join(" ")).collect();
        report.note = Some("no service manager of yours runs here, so nothing was started");
        report.next = Some(format!(
            "log in on the machine itself, then: {}",
            lines.join(" && ")
        ));
        return Ok(report);
    }
    carry_out(&steps, &mut report, progress).await?;
    report.note = Some(match manager {
        Manager::Systemd => systemd::NOTE,
        Manager::Launchd => launchd::NOTE,
    });
    report.next = Some("check everything: sinew doctor".to_owned());
    Ok(report)
}

/// Takes the steps in their order. What serves meanwhile is waited for: it ends when its successor has taken over.
async fn carry_out(steps: &[Step], report: &mut Report, progress: &Progress) -> anyhow::Result<()> {
    let mut meanwhile = None;
    for step in steps {
        let words = step.command().join(" ");
        progress.now(words.clone());
        match step {
            Step::Run(command) => {
                output(command)
                    .await
                    .with_context(|| format!("`{words}`"))?;
            }
            Step::Meanwhile(command) => {
                let started = beside(command).await;
                meanwhile = Some(started.with_context(|| format!("`{words}`"))?);
            }
        }
        report.command(step.command());
    }
    if let Some(serving) = meanwhile {
        progress.now("waiting for the service to take over");
        let ended = serving.ended(COMMAND_WALL).await;
        ended.map_err(|why| anyhow::anyhow!("the service does not take over: {why}"))?;
    }
    Ok(())
}

async fn remove(options: &Options) -> anyhow::Result<Report> {
    let manager = options.asked.manager();
    let mut report = Report::new(manager, options.dry_run);
    let units = units(manager, None)?;
    let there: Vec<&Unit> = units.iter().filter(|unit| unit.path.exists()).collect();
    if there.is_empty() {
        report.said = Some("not installed: nothing was changed");
        return Ok(report);
    }
    for unit in &there {
        refuse_a_stranger(&unit.path)?;
    }
    let (stop, forget) = match manager {
        Manager::Systemd => (systemd::stop(), systemd::forget()),
        Manager::Launchd => (launchd::stop(), Vec::new()),
    };
    if options.dry_run {
        for command in stop.iter().chain(&forget) {
            report.command(command);
        }
        for unit in &there {
            report.removed(unit);
        }
        return Ok(report);
    }
    let reachable = reachable(manager).await;
    if reachable && (manager == Manager::Systemd || standing(manager).await != Standing::Absent) {
        for command in &stop {
            output(command)
                .await
                .with_context(|| format!("`{}`", command.join(" ")))?;
            report.command(command);
        }
    }
    for unit in &there {
        fs::remove_file(&unit.path)
            .with_context(|| format!("removing `{}`", unit.path.display()))?;
        report.removed(unit);
    }
    if reachable {
        for command in &forget {
            output(command)
                .await
                .with_context(|| format!("`{}`", command.join(" ")))?;
            report.command(command);
        }
    }
    Ok(report)
}

async fn status(asked: &Asked, global: &Global) -> anyhow::Result<Report> {
    let manager = asked.manager();
    let mut report = Report::new(manager, false);
    let daemon = Daemon::of(&House::find(global)?, &global.configuration()?)?;
    for unit in units(manager, Some(&daemon))? {
        let state = match present(&unit.path) {
            None => "missing",
            Some(found) if found == unit.text => "installed",
            Some(_) => "outdated",
        };
        report.found(&unit, state);
    }
    let running = standing(manager).await == Standing::Running;
    report.running = Some(running);
    report.said = Some(if running {
        "running"
    } else {
        "not running: run `sinew service install`"
    });
    Ok(report)
}

// === impl Asked ===

impl Asked {
    fn manager(&self) -> Manager {
        self.manager.unwrap_or_else(Manager::here)
    }
}

/// The units as they should be; without a daemon, only where they lie.
fn units(manager: Manager, daemon: Option<&Daemon>) -> anyhow::Result<Vec<Unit>> {
    match manager {
        Manager::Systemd => systemd::units(daemon),
        Manager::Launchd => launchd::units(daemon),
    }
}

fn present(path: &Path) -> Option<String> {
    files::text(path, UNIT_BYTES_MAX).ok()
}

fn refuse_a_stranger(path: &Path) -> anyhow::Result<()> {
    match present(path) {
        Some(text) if !text.contains(MARK) => bail!(
            "`{}` is somebody else's: move it away, then run this again",
            path.display()
        ),
        None if path.exists() => bail!("`{}` cannot be read", path.display()),
        _ => Ok(()),
    }
}

/// The socket cannot be had while a daemon that was started by hand holds it.
fn refuse_a_taken_address(global: &Global) -> anyhow::Result<()> {
    let address = global.configuration()?.listen;
    match TcpListener::bind(address) {
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => bail!(
            "somebody listens on {address} already; end the `sinew serve` that runs, then run this again"
        ),
        _ => Ok(()),
    }
}

/// Tells whether there is a service manager to be told anything.
async fn reachable(manager: Manager) -> bool {
    output(&match manager {
        Manager::Systemd => systemd::reachable(),
        Manager::Launchd => launchd::reachable(),
    })
    .await
    .is_ok()
}

async fn standing(manager: Manager) -> Standing {
    match manager {
        Manager::Systemd => {
            let [service, socket] = systemd::active();
            if output(&service).await.is_ok() {
                Standing::Running
            } else if output(&socket).await.is_ok() {
                Standing::Held
            } else {
                Standing::Absent
            }
        }
        Manager::Launchd => launchd::standing(output(&launchd::found()).await.ok().as_deref()),
    }
}

async fn output(command: &Command) -> anyhow::Result<Vec<u8>> {
    let (program, arguments) = words(command);
    let child = Child {
        program: Path::new(program),
        arguments: &arguments,
        input: b"",
        wall: COMMAND_WALL,
        output_bytes_max: COMMAND_BYTES_MAX,
    };
    child::run(child)
        .await
        .map_err(|why| anyhow::anyhow!("{why}"))
}

async fn beside(command: &Command) -> anyhow::Result<Beside> {
    let (program, arguments) = words(command);
    Beside::start(Path::new(program), &arguments, COMMAND_WALL)
        .await
        .map_err(|why| anyhow::anyhow!("{why}"))
}

fn words(command: &Command) -> (&str, Vec<OsString>) {
    let program = command.first().map(String::as_str).unwrap_or_default();
    let arguments = command.iter().skip(1).map(OsString::from).collect();
    (program, arguments)
}
