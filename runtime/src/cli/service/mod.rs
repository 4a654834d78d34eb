//! `sinew service`: the daemon as a service of the person whose agents it judges.

mod launchd;
mod systemd;
mod unit;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};

use self::unit::{Command, Daemon, MARK, Manager, Unit};
use super::wiring::House;
use super::{Global, complain, say};
use crate::services::child::{self, Child};
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
    /// Install the service, enable it and start it.
    ///
    /// On Linux these are a systemd user service and its socket: the socket stays when the service restarts, so what is
    /// asked meanwhile waits. On macOS it is a launchd agent.
    #[command(after_help = "\
Examples:
  sinew service install
  sinew service install --dry-run

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
    Status(Options),
}

#[derive(Debug, clap::Args)]
struct Options {
    /// Show what would be done, and do nothing.
    #[arg(long)]
    dry_run: bool,
    /// The service manager [default: this system's].
    #[arg(long, value_enum)]
    manager: Option<Manager>,
}

pub(crate) fn run(arguments: &Args, global: &Global) -> ExitCode {
    let done = match &arguments.action {
        Action::Install(options) => install(options, global),
        Action::Remove(options) => remove(options),
        Action::Status(options) => status(options, global),
    };
    match done {
        Ok((text, code)) => {
            say(text.trim_end());
            code
        }
        Err(error) => complain(&error),
    }
}

type Done = anyhow::Result<(String, ExitCode)>;

fn install(options: &Options, global: &Global) -> Done {
    let manager = options.manager.unwrap_or_else(Manager::here);
    let units = wanted(manager, global)?;
    let runs = runs(manager);
    let changed: Vec<&Unit> = units
        .iter()
        .filter(|unit| present(&unit.path).as_deref() != Some(unit.text.as_str()))
        .collect();
    for unit in &changed {
        refuse_a_stranger(&unit.path)?;
    }
    let commands = match manager {
        _ if runs && changed.is_empty() => Vec::new(),
        Manager::Systemd if runs => systemd::restart(),
        Manager::Systemd => systemd::start(),
        Manager::Launchd if runs => [launchd::stop(), launchd::start(&units)].concat(),
        Manager::Launchd => launchd::start(&units),
    };
    if options.dry_run {
        return Ok((shown(&changed, &commands), ExitCode::SUCCESS));
    }
    if !runs {
        refuse_a_taken_address(global)?;
    }
    let mut text = String::new();
    for unit in &changed {
        files::replace(&unit.path, &unit.text, UNIT_MODE)
            .with_context(|| format!("writing `{}`", unit.path.display()))?;
        let _ = writeln!(text, "written    {}", unit.path.display());
    }
    if changed.is_empty() {
        text += "installed already: nothing was changed\n";
    }
    if reachable(manager).is_err() {
        let lines: Vec<String> = commands.iter().map(|command| command.join(" ")).collect();
        let _ = writeln!(
            text,
            "note       no service manager of yours runs here, so nothing was started\n\
             next       log in on the machine itself, then: {}",
            lines.join(" && ")
        );
        return Ok((text, ExitCode::SUCCESS));
    }
    for command in &commands {
        output(command).with_context(|| format!("`{}`", command.join(" ")))?;
        let _ = writeln!(text, "done       {}", command.join(" "));
    }
    let note = match manager {
        Manager::Systemd => systemd::NOTE,
        Manager::Launchd => launchd::NOTE,
    };
    let _ = writeln!(
        text,
        "note       {note}\nnext       check everything: sinew doctor"
    );
    Ok((text, ExitCode::SUCCESS))
}

fn remove(options: &Options) -> Done {
    let manager = options.manager.unwrap_or_else(Manager::here);
    let units = match manager {
        Manager::Systemd => systemd::units(None),
        Manager::Launchd => launchd::units(None),
    }?;
    let there: Vec<&Unit> = units.iter().filter(|unit| unit.path.exists()).collect();
    if there.is_empty() {
        return Ok((
            "not installed: nothing was changed".to_owned(),
            ExitCode::SUCCESS,
        ));
    }
    for unit in &there {
        refuse_a_stranger(&unit.path)?;
    }
    let (stop, forget) = match manager {
        Manager::Systemd => (systemd::stop(), systemd::forget()),
        Manager::Launchd => (launchd::stop(), Vec::new()),
    };
    let mut text = String::new();
    if options.dry_run {
        for command in stop.iter().chain(&forget) {
            let _ = writeln!(text, "would run  {}", command.join(" "));
        }
        for unit in &there {
            let _ = writeln!(text, "would remove {}", unit.path.display());
        }
        return Ok((text, ExitCode::SUCCESS));
    }
    let reachable = reachable(manager).is_ok();
    if reachable && (manager == Manager::Systemd || runs(manager)) {
        for command in &stop {
            output(command).with_context(|| format!("`{}`", command.join(" ")))?;
            let _ = writeln!(text, "done       {}", command.join(" "));
        }
    }
    for unit in &there {
        fs::remove_file(&unit.path)
            .with_context(|| format!("removing `{}`", unit.path.display()))?;
        let _ = writeln!(text, "removed    {}", unit.path.display());
    }
    if reachable {
        for command in &forget {
            output(command).with_context(|| format!("`{}`", command.join(" ")))?;
        }
    }
    Ok((text, ExitCode::SUCCESS))
}

fn status(options: &Options, global: &Global) -> Done {
    let manager = options.manager.unwrap_or_else(Manager::here);
    let mut text = String::new();
    for unit in wanted(manager, global)? {
        let word = match present(&unit.path) {
            None => "missing",
            Some(found) if found == unit.text => "installed",
            Some(_) => "outdated",
        };
        let _ = writeln!(text, "{word:<10} {}", unit.path.display());
    }
    let runs = runs(manager);
    text += if runs {
        "running"
    } else {
        "not running: run `sinew service install`"
    };
    Ok((text, ExitCode::from(u8::from(!runs))))
}

/// The units as they should be.
fn wanted(manager: Manager, global: &Global) -> anyhow::Result<Vec<Unit>> {
    let house = House::find(global)?;
    let daemon = Daemon::of(&house, &global.configuration()?)?;
    match manager {
        Manager::Systemd => systemd::units(Some(&daemon)),
        Manager::Launchd => launchd::units(Some(&daemon)),
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

fn reachable(manager: Manager) -> Result<Vec<u8>, String> {
    command_output(&match manager {
        Manager::Systemd => systemd::reachable(),
        Manager::Launchd => launchd::reachable(),
    })
}

fn runs(manager: Manager) -> bool {
    let active = match manager {
        Manager::Systemd => systemd::active(),
        Manager::Launchd => launchd::active(),
    };
    command_output(&active).is_ok()
}

fn output(command: &Command) -> anyhow::Result<Vec<u8>> {
    command_output(command).map_err(|why| anyhow::anyhow!("{why}"))
}

fn command_output(command: &Command) -> Result<Vec<u8>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let arguments: Vec<OsString> = command.iter().skip(1).map(OsString::from).collect();
    let program = command.first().map(String::as_str).unwrap_or_default();
    let child = Child {
        program: Path::new(program),
        arguments: &arguments,
        input: b"",
        wall: COMMAND_WALL,
        output_bytes_max: COMMAND_BYTES_MAX,
    };
    runtime.block_on(child::run(child))
}

/// What would be written and run.
fn shown(units: &[&Unit], commands: &[Command]) -> String {
    let mut text = String::new();
    for unit in units {
        let _ = writeln!(
            text,
            "would write {}:\n\n{}",
            unit.path.display(),
            unit.text
        );
    }
    for command in commands {
        let _ = writeln!(text, "would run  {}", command.join(" "));
    }
    if units.is_empty() && commands.is_empty() {
        text += "installed already: nothing would change\n";
    }
    text
}
