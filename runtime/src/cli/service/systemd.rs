//! A systemd user service and its socket. The socket outlives the service, so that what is asked while the daemon restarts
//! waits instead of being refused.

use std::env;
use std::path::PathBuf;

use anyhow::Context as _;

use super::unit::{Command, Daemon, MARK, Unit};

const SERVICE: &str = "sinew.service";
const SOCKET: &str = "sinew.socket";

/// The folder of a person's units.
fn folder() -> anyhow::Result<PathBuf> {
    let named = env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let folder = named.or_else(|| Some(env::home_dir()?.join(".config")));
    Ok(folder
        .context("there is no home folder")?
        .join("systemd/user"))
}

/// The units; without a daemon, only where they lie.
pub(super) fn units(daemon: Option<&Daemon>) -> anyhow::Result<Vec<Unit>> {
    let folder = folder()?;
    Ok(vec![
        Unit {
            path: folder.join(SOCKET),
            text: daemon.map(socket).unwrap_or_default(),
        },
        Unit {
            path: folder.join(SERVICE),
            text: daemon.map(service).unwrap_or_default(),
        },
    ])
}

fn socket(daemon: &Daemon) -> String {
    format!(
        "# {MARK}\n\
         [Unit]\n\
         Description=Where clients ask Sinew\n\
         \n\
         [Socket]\n\
         ListenStream={}\n\
         ListenStream={}\n\
         # The mode is the credential.\n\
         SocketMode=0600\n\
         DirectoryMode=0700\n\
         Backlog=4096\n\
         \n\
         [Install]\n\
         WantedBy=sockets.target\n",
        daemon.address,
        percent(&daemon.socket),
    )
}

fn service(daemon: &Daemon) -> String {
    let arguments: Vec<String> = daemon.arguments.iter().map(|word| quoted(word)).collect();
    format!(
        "# {MARK}\n\
         [Unit]\n\
         Description=Sinew, the effect engine for AI-agent tooling\n\
         Requires={SOCKET}\n\
         After={SOCKET}\n\
         \n\
         [Service]\n\
         ExecStart={}\n\
         Restart=always\n\
         RestartSec=1\n\
         # Time for what is still running; what was answered is in the ledger already.\n\
         TimeoutStopSec=30\n\
         UMask=0077\n\
         NoNewPrivileges=yes\n\
         RestrictSUIDSGID=yes\n\
         LockPersonality=yes\n\
         RestrictRealtime=yes\n\
         RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\n\
         SystemCallArchitectures=native\n\
         \n\
         [Install]\n\
         WantedBy=default.target\n",
        arguments.join(" "),
    )
}

/// A word of a command line, as systemd reads it.
fn quoted(word: &str) -> String {
    let word = percent(word).replace('$', "$$");
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:@%$+=,".contains(c);
    if word.chars().all(plain) {
        word
    } else {
        format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

fn percent(text: &str) -> String {
    text.replace('%', "%%")
}

fn systemctl(arguments: &[&str]) -> Command {
    let words = ["systemctl", "--user"].iter().chain(arguments);
    words.map(|word| (*word).to_owned()).collect()
}

/// Tells whether there is anybody to tell.
pub(super) fn reachable() -> Command {
    systemctl(&["show-environment"])
}

pub(super) fn start() -> Vec<Command> {
    vec![
        systemctl(&["daemon-reload"]),
        systemctl(&["enable", "--now", SOCKET, SERVICE]),
    ]
}

/// For units that changed while the service runs.
pub(super) fn restart() -> Vec<Command> {
    vec![
        systemctl(&["daemon-reload"]),
        systemctl(&["enable", SOCKET, SERVICE]),
        systemctl(&["stop", SERVICE]),
        systemctl(&["restart", SOCKET]),
        systemctl(&["start", SERVICE]),
    ]
}

pub(super) fn stop() -> Vec<Command> {
    vec![systemctl(&["disable", "--now", SERVICE, SOCKET])]
}

pub(super) fn forget() -> Vec<Command> {
    vec![systemctl(&["daemon-reload"])]
}

pub(super) fn active() -> Command {
    systemctl(&["is-active", SOCKET, SERVICE])
}

/// What else a person may want to know.
pub(super) const NOTE: &str =
    "it starts when you log in; `loginctl enable-linger` starts it with the machine";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_by_systemd_as_they_are_meant() {
        let cases = [
            ("/usr/bin/sinew", "/usr/bin/sinew"),
            ("/home/me/my tools/sinew", "\"/home/me/my tools/sinew\""),
            ("/home/50%/a", "/home/50%%/a"),
            ("/home/$me", "/home/$$me"),
            ("a\"b\\c", "\"a\\\"b\\\\c\""),
        ];
        for (word, expected) in cases {
            assert_eq!(quoted(word), expected);
        }
    }
}
