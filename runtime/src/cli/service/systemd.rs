//! A systemd user service and its socket. The socket outlives the service, so that what is asked while the daemon restarts
//! waits instead of being refused.

use std::env;
use std::path::PathBuf;

use anyhow::Context as _;

use super::unit::{Command, Daemon, MARK, Standing, Step, Unit};

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

/// Brings the service from where it stands to where it runs on the units as they are written.
pub(super) fn install(standing: Standing, changed: &[&Unit]) -> Vec<Step> {
    let socket_changed = changed.iter().any(|unit| unit.path.ends_with(SOCKET));
    let all: &[&[&str]] = match standing {
        Standing::Running if changed.is_empty() => &[],
        // The socket stays open, so that what is asked while the service restarts waits.
        Standing::Held | Standing::Running if !socket_changed => &[
            &["daemon-reload"],
            &["enable", SOCKET, SERVICE],
            &["restart", SERVICE],
        ],
        // A socket is opened anew only while nobody serves it.
        Standing::Held | Standing::Running => &[
            &["daemon-reload"],
            &["enable", SOCKET, SERVICE],
            &["stop", SERVICE],
            &["restart", SOCKET],
            &["start", SERVICE],
        ],
        Standing::Absent => &[&["daemon-reload"], &["enable", "--now", SOCKET, SERVICE]],
    };
    all.iter()
        .map(|words| Step::Run(systemctl(words)))
        .collect()
}

pub(super) fn stop() -> Vec<Command> {
    vec![systemctl(&["disable", "--now", SERVICE, SOCKET])]
}

pub(super) fn forget() -> Vec<Command> {
    vec![systemctl(&["daemon-reload"])]
}

/// Tell whether the service runs, and whether its socket is open.
pub(super) fn active() -> [Command; 2] {
    [SERVICE, SOCKET].map(|unit| systemctl(&["is-active", unit]))
}

/// What else a person may want to know.
pub(super) const NOTE: &str =
    "it starts when you log in; `loginctl enable-linger` starts it with the machine";

#[cfg(test)]
mod tests {
    use super::*;

    fn words(standing: Standing, changed: &[&str]) -> Vec<String> {
        let units: Vec<Unit> = changed
            .iter()
            .map(|name| Unit {
                path: PathBuf::from("/units").join(name),
                text: String::new(),
            })
            .collect();
        let changed: Vec<&Unit> = units.iter().collect();
        install(standing, &changed)
            .iter()
            .map(|step| step.command()[2..].join(" "))
            .collect()
    }

    #[test]
    fn the_socket_is_closed_only_where_its_unit_has_changed() {
        let enabled = ["daemon-reload", "enable sinew.socket sinew.service"];
        let restarted = [&enabled[..], &["restart sinew.service"]].concat();
        let reopened = [
            &enabled[..],
            &[
                "stop sinew.service",
                "restart sinew.socket",
                "start sinew.service",
            ],
        ]
        .concat();
        let started = vec!["daemon-reload", "enable --now sinew.socket sinew.service"];
        for (standing, changed, expected) in [
            (Standing::Running, &[][..], vec![]),
            (Standing::Held, &[], restarted.clone()),
            (Standing::Running, &[SERVICE], restarted),
            (Standing::Running, &[SOCKET], reopened.clone()),
            (Standing::Held, &[SOCKET, SERVICE], reopened),
            (Standing::Absent, &[], started.clone()),
            (Standing::Absent, &[SOCKET, SERVICE], started),
        ] {
            assert_eq!(
                words(standing, changed),
                expected,
                "{standing:?} {changed:?}"
            );
        }
    }

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
