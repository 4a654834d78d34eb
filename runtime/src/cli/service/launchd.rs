//! A launchd agent. It restarts a daemon that fails, and leaves one alone that has ended well: that one has been told to, or
//! another `sinew serve` has taken over from it without a refusal.

use std::env;
use std::fmt::Write as _;

use anyhow::Context as _;

use super::unit::{Command, Daemon, MARK, Standing, Step, Unit};

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
         \x20 <dict>\n\
         \x20   <key>SuccessfulExit</key>\n\
         \x20   <false/>\n\
         \x20 </dict>\n\
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

/// Brings the agent from where it stands to where it runs as it is written.
///
/// An agent cannot be changed, only taken out and put in again. A daemon serves meanwhile: it takes over from the old agent's,
/// which ends well and is not started again, and the new agent's takes over from it.
pub(super) fn install(
    standing: Standing,
    units: &[Unit],
    changed: bool,
    daemon: &Daemon,
) -> Vec<Step> {
    let load = units.iter().map(|unit| {
        let path = unit.path.to_string_lossy();
        Step::Run(launchctl(&["bootstrap", &domain(), &path]))
    });
    let unload = stop().into_iter().map(Step::Run);
    match standing {
        Standing::Running if !changed => Vec::new(),
        Standing::Held if !changed => vec![Step::Run(launchctl(&["kickstart", &service()]))],
        Standing::Running => [Step::Meanwhile(daemon.arguments.clone())]
            .into_iter()
            .chain(unload)
            .chain(load)
            .collect(),
        Standing::Held => unload.chain(load).collect(),
        Standing::Absent => load.collect(),
    }
}

pub(super) fn stop() -> Vec<Command> {
    vec![launchctl(&["bootout", &service()])]
}

/// Shows what launchd knows of the agent, and fails where that is nothing.
pub(super) fn found() -> Command {
    launchctl(&["print", &service()])
}

/// What launchd has shown.
pub(super) fn standing(shown: Option<&[u8]>) -> Standing {
    let Some(shown) = shown else {
        return Standing::Absent;
    };
    let shown = String::from_utf8_lossy(shown);
    if shown.lines().any(|line| line.trim() == "state = running") {
        Standing::Running
    } else {
        Standing::Held
    }
}

/// What else a person may want to know.
pub(super) const NOTE: &str = "it starts when you log in";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_agent_is_replaced_while_another_daemon_serves() {
        let daemon = Daemon {
            arguments: vec!["/bin/sinew".to_owned(), "serve".to_owned()],
            address: String::new(),
            socket: String::new(),
            state: String::new(),
        };
        let units = [Unit {
            path: "/agents/sinew.plist".into(),
            text: String::new(),
        }];
        let (load, unload) = (
            format!("launchctl bootstrap {} /agents/sinew.plist", domain()),
            format!("launchctl bootout {}", service()),
        );
        let (load, unload) = (load.as_str(), unload.as_str());
        let started = format!("launchctl kickstart {}", service());
        for (standing, changed, expected) in [
            (Standing::Running, false, vec![]),
            (Standing::Held, false, vec![started.as_str()]),
            (Standing::Absent, false, vec![load]),
            (Standing::Absent, true, vec![load]),
            (Standing::Held, true, vec![unload, load]),
            (
                Standing::Running,
                true,
                vec!["/bin/sinew serve", unload, load],
            ),
        ] {
            let steps = install(standing, &units, changed, &daemon);
            let words: Vec<String> = steps.iter().map(|step| step.command().join(" ")).collect();
            assert_eq!(words, expected, "{standing:?} {changed}");
            let meanwhile = steps.iter().any(|step| matches!(step, Step::Meanwhile(_)));
            assert_eq!(meanwhile, words.len() == 3);
        }
    }

    #[test]
    fn what_launchd_shows_is_read() {
        let shown = b"gui/501/dev.sinew.daemon = {\n\tactive count = 1\n\tstate = running\n\n\tprogram = /bin/sinew\n}\n";
        let still = b"gui/501/dev.sinew.daemon = {\n\tactive count = 0\n\tstate = not running\n}\n";
        assert_eq!(standing(None), Standing::Absent);
        assert_eq!(standing(Some(shown)), Standing::Running);
        assert_eq!(standing(Some(still)), Standing::Held);
    }
}
