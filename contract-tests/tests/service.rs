//! `sinew service`: what a service manager is told, and that it understands it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use sinew_contract_tests::sinew_binary::{Finished, run, sinew, skipped};
use tokio::process::Command;

struct Place {
    home: tempfile::TempDir,
    binary: PathBuf,
}

impl Place {
    fn new() -> Option<Self> {
        Some(Self {
            home: tempfile::tempdir().unwrap(),
            binary: sinew()?,
        })
    }

    fn at(&self, path: &str) -> PathBuf {
        self.home.path().join(path)
    }

    async fn service(&self, arguments: &[&str]) -> Finished {
        let all = [&["service"], arguments].concat();
        let mut finished = run(&self.binary, self.home.path(), &all, b"")
            .await
            .unwrap();
        for text in [&mut finished.stdout, &mut finished.stderr] {
            *text = text
                .replace(self.home.path().to_str().unwrap(), "/home/me")
                .replace(
                    self.binary.canonicalize().unwrap().to_str().unwrap(),
                    "/home/me/.local/bin/sinew",
                );
        }
        finished
    }
}

#[tokio::test]
async fn a_dry_run_shows_files_and_commands_and_does_nothing() {
    let Some(place) = Place::new() else { return };
    for manager in ["systemd", "launchd"] {
        let shown = place
            .service(&["install", "--dry-run", "--manager", manager])
            .await;
        assert_eq!((shown.code, shown.stderr.as_str()), (Some(0), ""));
        let uid = format!("gui/{}", rustix::process::geteuid().as_raw());
        insta::assert_snapshot!(manager, shown.stdout.replace(&uid, "gui/501"));
    }
    assert_eq!(fs::read_dir(place.home.path()).unwrap().count(), 0);
}

/// A configuration that listens on nobody else's port: the daemon that this machine may run is not this one.
fn on_a_free_port() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    format!("[server]\nlisten = \"{address}\"\n")
}

// Without a session of its own there is no service manager to start anything, and that is said.
#[tokio::test]
async fn units_are_written_once_and_taken_away_again() {
    let Some(place) = Place::new() else { return };
    fs::create_dir_all(place.at(".config/sinew")).unwrap();
    fs::write(place.at(".config/sinew/sinew.toml"), on_a_free_port()).unwrap();
    let said = place.service(&["install", "--manager", "systemd"]).await;
    assert_eq!(
        (said.code, said.stderr.as_str()),
        (Some(0), ""),
        "{}",
        said.stdout
    );
    insta::assert_snapshot!("installed_without_a_bus", said.stdout);
    let units = [
        ".config/systemd/user/sinew.socket",
        ".config/systemd/user/sinew.service",
    ];
    for unit in units {
        assert!(
            fs::read_to_string(place.at(unit))
                .unwrap()
                .starts_with("# Made by `sinew service install`")
        );
    }
    let again = place.service(&["install", "--manager", "systemd"]).await;
    assert!(
        again
            .stdout
            .starts_with("installed already: nothing was changed\n"),
        "{}",
        again.stdout
    );
    let status = place.service(&["status", "--manager", "systemd"]).await;
    assert_eq!(status.code, Some(1));
    assert!(
        status.stdout.contains("installed  /home/me/.config")
            && status.stdout.contains("not running")
    );
    let removed = place.service(&["remove", "--manager", "systemd"]).await;
    assert_eq!((removed.code, removed.stderr.as_str()), (Some(0), ""));
    assert!(units.iter().all(|unit| !place.at(unit).exists()));
    let nothing = place.service(&["remove", "--manager", "systemd"]).await;
    assert_eq!(nothing.stdout, "not installed: nothing was changed\n");
}

#[tokio::test]
async fn a_unit_of_somebody_else_s_stays() {
    let Some(place) = Place::new() else { return };
    let unit = place.at(".config/systemd/user/sinew.service");
    fs::create_dir_all(unit.parent().unwrap()).unwrap();
    fs::write(&unit, "[Service]\nExecStart=/bin/true\n").unwrap();
    for action in ["install", "remove"] {
        let said = place.service(&[action, "--manager", "systemd"]).await;
        assert_eq!(said.code, Some(1));
        assert!(
            said.stderr.contains("is somebody else's"),
            "{}",
            said.stderr
        );
    }
    assert_eq!(
        fs::read_to_string(&unit).unwrap(),
        "[Service]\nExecStart=/bin/true\n"
    );
}

#[tokio::test]
async fn an_address_that_is_taken_is_said_before_anything_is_written() {
    let Some(place) = Place::new() else { return };
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    fs::create_dir_all(place.at(".config/sinew")).unwrap();
    fs::write(
        place.at(".config/sinew/sinew.toml"),
        format!("[server]\nlisten = \"{address}\"\n"),
    )
    .unwrap();
    let said = place.service(&["install", "--manager", "systemd"]).await;
    assert_eq!(said.code, Some(1));
    assert!(
        said.stderr.contains("end the `sinew serve` that runs"),
        "{}",
        said.stderr
    );
    assert!(!place.at(".config/systemd").exists());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn systemd_understands_the_units() {
    let Some(place) = Place::new() else { return };
    let version = Command::new("systemd-analyze")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .await;
    if !version.is_ok_and(|status| status.success()) {
        let _: Option<()> = skipped("there is no systemd-analyze");
        return;
    }
    let folder = place.at("a folder/.config");
    fs::create_dir_all(folder.join("sinew")).unwrap();
    fs::write(folder.join("sinew/sinew.toml"), on_a_free_port()).unwrap();
    let output = Command::new(&place.binary)
        .args(["service", "install", "--manager", "systemd"])
        .env_clear()
        .env("HOME", place.home.path())
        .env("XDG_CONFIG_HOME", &folder)
        .output()
        .await
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let units = folder.join("systemd/user");
    let verified = Command::new("systemd-analyze")
        .args(["--user", "--man=no", "verify"])
        .args([units.join("sinew.service"), units.join("sinew.socket")])
        .env("HOME", place.home.path())
        .env("XDG_RUNTIME_DIR", place.home.path())
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&verified.stderr);
    assert!(
        verified.status.success() && !mentions(&said, &units),
        "{said}"
    );
}

#[cfg(target_os = "linux")]
/// Whether the verifier has something to say about a unit of ours.
fn mentions(said: &str, units: &Path) -> bool {
    said.lines()
        .any(|line| line.contains("sinew.") || line.contains(units.to_str().unwrap()))
}
