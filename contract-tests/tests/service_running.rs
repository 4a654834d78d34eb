//! The service as it runs: what systemd's own program makes of the units, and a launchd agent that changes under load. launchd is
//! played by a script, which knows one agent and the commands that `sinew service` gives.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs::{self, Permissions};
use std::net::SocketAddr;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use sinew_contract_tests::clients::{Asked, Clients};
use sinew_contract_tests::exchange::{Connection, PATIENCE};
use sinew_contract_tests::sinew_binary::{sinew, skipped};
use sinew_runtime::transport::{Role, Tokens};
use sinew_runtime::world::SystemRandom;
use tokio::process::Command;

/// launchd, as far as it is asked: an agent starts when it is loaded, and again when it fails, unless it ended well and its
/// file says that it may.
const LAUNCHCTL: &str = r#"#!/bin/sh
agent=$HOME/agent
case "$1 $2" in
"print gui/"*/*)
    [ -d "$agent" ] || exit 113
    if kill -0 "$(cat "$agent/pid")" 2>/dev/null; then echo "	state = running"; else echo "	state = not running"; fi
    ;;
bootstrap*)
    [ ! -d "$agent" ] || exit 5
    mkdir "$agent"
    plist=$3
    set -- $(sed -n '/<array>/,/<\/array>/s/ *<string>\(.*\)<\/string>/\1/p' "$plist")
    (
        while [ -d "$agent" ]; do
            "$@" >/dev/null 2>>"$HOME/log" &
            echo $! >"$agent/pid"
            if wait $! && grep -q SuccessfulExit "$plist"; then break; fi
        done
    ) >/dev/null 2>&1 </dev/null &
    ;;
bootout*)
    pid=$(cat "$agent/pid")
    rm -r "$agent"
    kill "$pid" 2>/dev/null
    while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
    ;;
esac
"#;

/// The home of somebody with a service.
struct Place {
    home: tempfile::TempDir,
    binary: PathBuf,
    address: SocketAddr,
}

// === impl Place ===

impl Place {
    fn new() -> Option<Self> {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let place = Self {
            home: tempfile::tempdir().unwrap(),
            binary: sinew()?,
            address: free.local_addr().unwrap(),
        };
        fs::create_dir(place.at("bin")).unwrap();
        place.configure("sinew.toml");
        Some(place)
    }

    fn at(&self, path: &str) -> PathBuf {
        self.home.path().join(path)
    }

    fn configure(&self, name: &str) {
        let folder = self.at(".config/sinew");
        fs::create_dir_all(&folder).unwrap();
        let text = format!("[server]\nlisten = \"{}\"\n", self.address);
        fs::write(folder.join(name), text).unwrap();
    }

    /// Runs a subcommand of `sinew service` that ends well, and returns its JSON.
    async fn service(&self, manager: &str, arguments: &[&str]) -> Value {
        let output = Command::new(&self.binary)
            .arg("service")
            .args(arguments)
            .args(["--json", "--manager", manager])
            .env_clear()
            .env("HOME", self.home.path())
            .env(
                "PATH",
                format!("{}:/usr/bin:/bin", self.at("bin").display()),
            )
            .kill_on_drop(true)
            .output();
        let output = tokio::time::timeout(3 * PATIENCE, output)
            .await
            .unwrap()
            .unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {complaint}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn socket(&self) -> PathBuf {
        self.at(".local/state/sinew/sinew.sock")
    }

    /// Which process answers; none while nobody does.
    async fn answers(&self) -> Option<u64> {
        let mut connection = Connection::unix(&self.socket()).await.ok()?;
        // As `sinew init` makes them, before anybody serves.
        let tokens = Tokens::open(&self.at(".local/state/sinew/tokens"), &SystemRandom).ok()?;
        let token = tokens.token(Role::Admin);
        let request = format!(
            "GET /v1/status HTTP/1.1\r\nhost: sinew\r\nauthorization: Bearer {token}\r\n\r\n"
        );
        connection.send(request.as_bytes()).await.ok()?;
        connection.reply().await.ok()?.json().ok()?["pid"].as_u64()
    }

    /// The process that the agent is.
    fn agent(&self) -> Option<u64> {
        let pid = fs::read_to_string(self.at("agent/pid")).ok()?;
        pid.trim().parse().ok()
    }

    async fn agent_answers(&self) {
        let end = Instant::now() + PATIENCE;
        while self.answers().await.is_none() || self.answers().await != self.agent() {
            let log = fs::read_to_string(self.at("log")).unwrap_or_default();
            assert!(Instant::now() < end, "{log}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn asked(&self) -> Asked {
        Asked::tool_call(self.address, &self.at(".local/state/sinew")).unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let pid = self.agent().and_then(|pid| i32::try_from(pid).ok());
        let _ = fs::remove_dir_all(self.at("agent"));
        if let Some(pid) = pid.and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::TERM);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_is_replaced_by_a_changed_one_and_nobody_is_refused() {
    let Some(place) = Place::new() else { return };
    let launchctl = place.at("bin/launchctl");
    fs::write(&launchctl, LAUNCHCTL).unwrap();
    fs::set_permissions(&launchctl, Permissions::from_mode(0o755)).unwrap();
    let said = place.service("launchd", &["install"]).await;
    assert_eq!(said["units"][0]["state"], "written", "{said}");
    let state = fs::metadata(place.at(".local/state/sinew")).unwrap();
    assert_eq!(state.permissions().mode() & 0o777, 0o700);
    place.agent_answers().await;
    let first = place.agent();
    let again = place.service("launchd", &["install"]).await;
    assert_eq!(again["commands"], json!([]), "{again}");

    let clients = Clients::start(6, &place.asked());
    // Another configuration is another command line, so the agent's file changes.
    place.configure("other.toml");
    let other = place.at(".config/sinew/other.toml");
    let other = ["install", "--config", other.to_str().unwrap()];
    let said = place.service("launchd", &other).await;
    let commands: Vec<&str> = said["commands"]
        .as_array()
        .unwrap()
        .iter()
        .map(|command| command.as_str().unwrap())
        .collect();
    assert!(
        commands.len() == 3
            && commands[0].contains(" serve --config ")
            && commands[1].starts_with("launchctl bootout gui/")
            && commands[2].starts_with("launchctl bootstrap gui/"),
        "{said}"
    );
    place.agent_answers().await;
    assert_ne!(place.agent(), first);
    assert!(clients.end().await.unwrap() > 100);

    let status = [&["status"][..], &other[1..]].concat();
    let said = place.service("launchd", &status).await;
    assert_eq!(said["running"], true, "{said}");
    assert_eq!(said["units"][0]["state"], "installed", "{said}");
    let said = place.service("launchd", &["remove"]).await;
    assert_eq!(said["units"][0]["state"], "removed", "{said}");
    assert!(Connection::tcp(place.address).await.is_err());
}

/// The values of a key of a unit.
fn values(unit: &str, key: &str) -> Vec<String> {
    unit.lines()
        .filter_map(|line| line.strip_prefix(key)?.strip_prefix('='))
        .map(str::to_owned)
        .collect()
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn systemd_passes_the_unit_s_sockets_to_the_unit_s_command() {
    let Some(place) = Place::new() else { return };
    let version = Command::new("systemd-socket-activate")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .await;
    if !version.is_ok_and(|status| status.success()) {
        let _: Option<()> = skipped("there is no systemd-socket-activate");
        return;
    }
    // No service manager runs for this home, so the units are only written.
    place.service("systemd", &["install"]).await;
    let unit =
        |name: &str| fs::read_to_string(place.at(".config/systemd/user").join(name)).unwrap();
    let listen = values(&unit("sinew.socket"), "ListenStream");
    let command = values(&unit("sinew.service"), "ExecStart").remove(0);
    let mut activate = Command::new("systemd-socket-activate");
    for address in &listen {
        activate.args(["--listen", address]);
    }
    let mut activated = activate
        .args(command.split(' '))
        .env_clear()
        .env("HOME", place.home.path())
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(place.at("log")).unwrap())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let end = Instant::now() + PATIENCE;
    while !place.socket().exists() {
        assert!(Instant::now() < end, "{listen:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // `SocketMode=`, which this program does not know.
    fs::set_permissions(place.socket(), Permissions::from_mode(0o600)).unwrap();
    let before = fs::metadata(place.socket()).unwrap().ino();
    // Nothing serves yet: whoever asks first waits until it does.
    assert_eq!(place.answers().await, activated.id().map(u64::from));
    assert_eq!(fs::metadata(place.socket()).unwrap().ino(), before);
    let mut connection = Connection::tcp(place.address).await.unwrap();
    connection.send(&place.asked().request).await.unwrap();
    assert_eq!(connection.reply().await.unwrap().status, 200);
    let pid = Pid::from_raw(activated.id().unwrap().cast_signed()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    let ended = tokio::time::timeout(PATIENCE, activated.wait())
        .await
        .unwrap();
    assert!(ended.unwrap().success());
    // The unit's socket file is the manager's, and stays.
    assert!(place.socket().exists());
}
