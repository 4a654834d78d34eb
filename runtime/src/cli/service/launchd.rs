//! A launchd agent. It restarts the daemon when it ends; a new `sinew serve` takes over from it without a refusal.

use std::env;
use std::fmt::Write as _;

use anyhow::Context as _;

use super::unit::{Command, Daemon, MARK, Unit};

const LABEL: &str = "dev.sinew.daemon";

/// The agent's file; without a daemon, only where it lies.
pub(super) fn units(daemon: Option<&Daemon>) -> anyhow::Result<Vec<Unit>> {
    let home = env::home_dir().context("there is no home folder")?;
    Ok(vec![Unit {
        path: home
            .join("Library/LaunchAgents")
            .join(format!("{LABEL}.plist")),
        text: daemon.map(agent).unwrap_or_default(),
    }])
}

fn agent(daemon: &Daemon) -> String {
    let mut arguments = String::new();
    for word in &daemon.arguments {
        let _ = writeln!(arguments, "    <string>{}</string>", escaped(word));
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <!-- {MARK} -->\n\
         <plist version=\"1.0\">\n\
         <dict>\n\
         \x20 <key>Label</key>\n\
         \x20 <string>{LABEL}</string>\n\
         \x20 <key>ProgramArguments</key>\n\
         \x20 <array>\n\
         {arguments}\
         \x20 </array>\n\
         \x20 <key>RunAtLoad</key>\n\
         \x20 <true/>\n\
         \x20 <key>KeepAlive</key>\n\
         \x20 <true/>\n\
         \x20 <key>Umask</key>\n\
         \x20 <integer>63</integer>\n\
         \x20 <key>StandardErrorPath</key>\n\
         \x20 <string>{}/log</string>\n\
         </dict>\n\
         </plist>\n",
        escaped(&daemon.state),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn launchctl(arguments: &[&str]) -> Command {
    let words = ["launchctl"].iter().chain(arguments);
    words.map(|word| (*word).to_owned()).collect()
}

fn domain() -> String {
    format!("gui/{}", rustix::process::geteuid().as_raw())
}

fn service() -> String {
    format!("{}/{LABEL}", domain())
}

/// Tells whether there is anybody to tell.
pub(super) fn reachable() -> Command {
    launchctl(&["print", &domain()])
}

pub(super) fn start(units: &[Unit]) -> Vec<Command> {
    units
        .iter()
        .map(|unit| launchctl(&["bootstrap", &domain(), &unit.path.to_string_lossy()]))
        .collect()
}

pub(super) fn stop() -> Vec<Command> {
    vec![launchctl(&["bootout", &service()])]
}

pub(super) fn active() -> Command {
    launchctl(&["print", &service()])
}

/// What else a person may want to know.
pub(super) const NOTE: &str = "it starts when you log in";
