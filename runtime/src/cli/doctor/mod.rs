//! `sinew doctor`: proves that a denied call is denied, and says what keeps it from being.

mod conversation;
mod daemon;
mod file;
mod finding;
mod gate;
mod machine;
mod mcp;
mod settings;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;

use self::daemon::takes_over;
use self::finding::{Findings, Fix};
use self::gate::Gate;
use self::mcp::Mcp;
use self::settings::Wiring;
use super::progress::Progress;
use super::shell_word::word;
use super::wiring::{ClientProgram, House, subscribed};
use super::{Global, complain, say};
use crate::config::Config;
use crate::services::tokens::Role;
use crate::services::wired::Wired;

/// Check the daemon, the settings of clients, and that a denied call is denied.
///
/// For every event that a plugin subscribes to, a canary goes the way of a client's event, over HTTP and through the command
/// shim: the daemon refuses it by the same code and tables, records it, and runs nothing. Where `guard` is loaded, it is
/// given `rm -rf /` to judge, too. Tools are asked for both ways: by the command that the client's list of MCP servers names, and
/// over HTTP.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew doctor
  sinew doctor --dir ~/api --json

It looks at every folder that was wired, and at the worktrees of the project in this folder, or of the one named.

Exit codes: 0 when all is well, 1 when something is not; each failure names what mends it.")]
pub(crate) struct Args {
    /// A project whose worktrees have to be wired [default: this folder's, where it has one].
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Args, global: &Global) -> ExitCode {
    let progress = Progress::of("asking the daemon");
    let examined = examine(arguments, global, &progress);
    drop(progress);
    match examined {
        Ok(findings) => {
            say(&if arguments.json {
                findings.json()
            } else {
                findings.text()
            });
            if findings.well(None) {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(error) => complain(&error),
    }
}

fn examine(arguments: &Args, global: &Global, progress: &Progress) -> anyhow::Result<Findings> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting the runtime")?;
    runtime.block_on(all(arguments, global, progress))
}

async fn all(arguments: &Args, global: &Global, progress: &Progress) -> anyhow::Result<Findings> {
    let house = House::find(global)?;
    let mut findings = Findings::new(&house);
    let config = if house.file.exists() {
        Config::read(&house.file)
    } else {
        Config::empty()
    };
    let config = match config {
        Ok(config) => config,
        Err(error) => {
            findings.fail("config", error.to_string(), Fix::edit(&house.file));
            return Ok(findings);
        }
    };
    if !house.file.exists() {
        let text = format!(
            "there is no configuration at `{}` yet, so nobody judges",
            house.file.display()
        );
        let fix = Fix::run("sinew init").and("which makes one with the bundled plugins");
        findings.fail("config", text, fix);
    } else if config.plugins.is_empty() {
        let text = format!(
            "`{}` configures no plugin, so nobody judges",
            house.file.display()
        );
        findings.fail(
            "config",
            text,
            Fix::edit(&house.file).and("and add one: [plugins.guard] path = \"…\""),
        );
    }
    let daemon = daemon::look(&house, &config, &mut findings).await;
    let tokens = daemon::tokens(&house, daemon.as_ref(), &mut findings).await;
    machine::disk(&house, &config, &mut findings);
    machine::clock(&house, &mut findings);
    machine::kernel(&config, &house, &mut findings);
    let events = match subscribed(&config) {
        Ok(events) => events,
        Err(error) => {
            findings.fail("plugins", format!("{error:#}"), Fix::edit(&house.file));
            return Ok(findings);
        }
    };
    let Some(tokens) = tokens else {
        return Ok(findings);
    };
    let token = tokens.token(Role::Hook).to_owned();
    let known = house.endpoint(&config, false, token);
    let (endpoint, server) = match known.and_then(|known| Ok((known, house.server()?))) {
        Ok(known) => known,
        Err(error) => {
            findings.fail("config", format!("{error:#}"), Fix::edit(&house.file));
            return Ok(findings);
        }
    };
    let wired = records(&house, &mut findings);
    progress.now("reading clients' settings");
    let mut wiring = Wiring::new(&endpoint, &events);
    let dir = arguments.dir.as_deref();
    wiring
        .look(dir, &config.projects, &wired, &mut findings)
        .await;
    let client = ClientProgram::look().await;
    old(&client, &wiring, &mut findings);
    let mcp = Mcp {
        server: &server,
        file: &house.file,
        config: &config,
        tokens: &tokens,
        wired: &wired,
    };
    mcp.tried(&wiring, daemon.as_ref(), progress, &mut findings)
        .await;
    if let Some(daemon) = &daemon
        && let Some(gate) = Gate::new(&endpoint, &tokens, &events, daemon)
    {
        gate.tried(daemon, progress, &mut findings).await;
    } else {
        let fix = takes_over().and("then `sinew doctor` again");
        findings.fail("gate", "it could not be tried", fix);
    }
    Ok(findings)
}

/// Reads what is wired. Where that cannot be read, everything else still is looked at.
fn records(house: &House, findings: &mut Findings) -> Wired {
    let file = house.places.wired();
    Wired::read(&file).unwrap_or_else(|error| {
        let text = format!(
            "`{}`, which says what is wired, cannot be read: {error}",
            file.display()
        );
        let (from, to) = (word(&file), word(&file.with_extension("json.broken")));
        let fix = Fix::run(format!("mv {from} {to}"));
        let note = "then `sinew init` in every project, which writes it anew";
        findings.fail("settings", text, fix.and(note));
        Wired::default()
    })
}

/// Names a client that goes on when the daemon does not answer, or may do so, and is asked to refuse by itself.
fn old(client: &ClientProgram, wiring: &Wiring<'_>, findings: &mut Findings) {
    let oldest = ClientProgram::oldest_blocking();
    let or_shim = "or newer; or run `sinew init` again, which uses the shim";
    let (named, goes, fix) = match client {
        ClientProgram::Absent => return,
        ClientProgram::Installed(version) => (
            format!("claude {version}"),
            "goes",
            Fix::run("claude update").and(format!("which has to bring {oldest} {or_shim}")),
        ),
        ClientProgram::Unreadable => (
            "claude of a version that `claude --version` does not say".to_owned(),
            "may go",
            Fix::run("claude --version").and(format!("which has to say {oldest} {or_shim}")),
        ),
    };
    if client.goes_on() && wiring.http {
        let text = format!("{named} {goes} on when the daemon does not answer");
        findings.fail("client", text, fix);
    } else {
        findings.ok("client", named);
    }
}
