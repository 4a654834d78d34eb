//! Sockets that a service manager holds: the daemon ends and starts again, and nobody is refused meanwhile.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs::{self, Permissions};
use std::net::SocketAddr;
use std::os::fd::{AsFd, AsRawFd as _, OwnedFd};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::io::{FdFlags, fcntl_dupfd_cloexec, fcntl_setfd};
use rustix::process::{Pid, Signal, kill_process};
use sinew_contract_tests::clients::{Asked, Clients};
use sinew_contract_tests::exchange::{Connection, PATIENCE};
use sinew_contract_tests::sinew_binary::sinew;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// Where descriptors are looked for that nobody uses.
const FIRST: i32 = 200;

/// The state folder of a home.
const STATE: &str = ".local/state/sinew";

/// What a service manager holds.
struct Manager {
    home: tempfile::TempDir,
    binary: PathBuf,
    address: SocketAddr,
    passed: Vec<OwnedFd>,
}

impl Manager {
    fn new() -> Option<Self> {
        let binary = sinew()?;
        let home = tempfile::tempdir().unwrap();
        let state = home.path().join(STATE);
        fs::create_dir_all(&state).unwrap();
        fs::set_permissions(&state, Permissions::from_mode(0o700)).unwrap();
        let socket = state.join("sinew.sock");
        let unix = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        fs::set_permissions(&socket, Permissions::from_mode(0o600)).unwrap();
        let tcp = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = tcp.local_addr().unwrap();
        let passed = in_a_row(&[tcp.as_fd(), unix.as_fd()]);
        Some(Self {
            home,
            binary,
            address,
            passed,
        })
    }

    async fn start(&self) -> Child {
        let mut command = Command::new(&self.binary);
        command
            .args(["serve", "--listen", &self.address.to_string()])
            .env_clear()
            .env("HOME", self.home.path())
            .env("SINEW_LOG", "error")
            .env("LISTEN_FDS", self.passed.len().to_string())
            .env(
                "LISTEN_FDS_FIRST_FD",
                self.passed[0].as_raw_fd().to_string(),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = tokio::time::timeout(PATIENCE, lines.next_line())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(first, Some(format!("sinew listens on {}", self.address)));
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        child
    }

    fn asked(&self) -> Asked {
        Asked::tool_call(self.address, &self.home.path().join(STATE)).unwrap()
    }
}

/// Copies of descriptors under consecutive numbers, which child processes inherit.
fn in_a_row(wanted: &[std::os::fd::BorrowedFd<'_>]) -> Vec<OwnedFd> {
    let mut first = FIRST;
    loop {
        let copies: Vec<OwnedFd> = wanted
            .iter()
            .zip(first..)
            .map(|(descriptor, number)| fcntl_dupfd_cloexec(descriptor, number).unwrap())
            .collect();
        if copies
            .iter()
            .zip(first..)
            .all(|(copy, number)| copy.as_raw_fd() == number)
        {
            for copy in &copies {
                fcntl_setfd(copy, FdFlags::empty()).unwrap();
            }
            return copies;
        }
        first += 10;
    }
}

async fn terminate(mut child: Child) {
    let pid = Pid::from_raw(child.id().unwrap().cast_signed()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    let ended = tokio::time::timeout(PATIENCE, child.wait())
        .await
        .unwrap()
        .unwrap();
    assert!(ended.success(), "{ended}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_everybody_waiting_and_refuses_nobody() {
    let Some(manager) = Manager::new() else {
        return;
    };
    let mut daemon = manager.start().await;
    let clients = Clients::start(8, &manager.asked());
    for _ in 0..3 {
        clients.answered_more(40).await.unwrap();
        // It has ended before the next one starts: nothing is handed over.
        terminate(daemon).await;
        daemon = manager.start().await;
    }
    clients.answered_more(40).await.unwrap();
    clients.end().await.unwrap();
    // A process that is killed leaves the sockets, too.
    daemon.kill().await.unwrap();
    let asked = manager.asked();
    let mut waiting = Connection::unix(&asked.socket).await.unwrap();
    waiting.send(&asked.request).await.unwrap();
    let _daemon = manager.start().await;
    assert_eq!(waiting.reply().await.unwrap().status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_daemon_takes_over_from_one_that_a_manager_started() {
    let Some(manager) = Manager::new() else {
        return;
    };
    let first = manager.start().await;
    let asked = manager.asked();
    let second = manager.start().await;
    let ended = tokio::time::timeout(PATIENCE, { first }.wait())
        .await
        .unwrap()
        .unwrap();
    assert!(ended.success());
    for socket in [None, Some(&asked.socket)] {
        let mut connection = match socket {
            Some(path) => Connection::unix(path).await.unwrap(),
            None => Connection::tcp(manager.address).await.unwrap(),
        };
        connection.send(&asked.request).await.unwrap();
        assert_eq!(connection.reply().await.unwrap().status, 200);
    }
    drop(second);
}

#[tokio::test]
async fn a_socket_that_others_can_reach_is_refused() {
    let Some(binary) = sinew() else { return };
    let home = tempfile::tempdir().unwrap();
    let open = std::net::TcpListener::bind("0.0.0.0:0").unwrap();
    let file = fs::File::open("/dev/null").unwrap();
    for (descriptor, expected) in [
        (open.as_fd(), "loopback addresses only"),
        (file.as_fd(), "the sockets that were passed by LISTEN_FDS"),
    ] {
        let passed = in_a_row(&[descriptor]);
        let output = Command::new(&binary)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env_clear()
            .env("HOME", Path::new(home.path()))
            .env("LISTEN_FDS", "1")
            .env("LISTEN_FDS_FIRST_FD", passed[0].as_raw_fd().to_string())
            .output()
            .await
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.code() == Some(1) && said.contains(expected),
            "{said}"
        );
    }
}
