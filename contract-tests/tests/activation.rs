//! Sockets that a service manager holds: the daemon ends and starts again, and nobody is refused meanwhile.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs::{self, Permissions};
use std::net::SocketAddr;
use std::os::fd::{AsFd, AsRawFd as _, OwnedFd};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::io::{FdFlags, fcntl_dupfd_cloexec, fcntl_setfd};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use sinew_contract_tests::exchange::{Connection, PATIENCE, post};
use sinew_contract_tests::sinew_binary::sinew;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// Where descriptors are looked for that nobody uses.
const FIRST: i32 = 200;

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
        let state = home.path().join(".local/state/sinew");
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

    fn socket(&self) -> PathBuf {
        self.home.path().join(".local/state/sinew/sinew.sock")
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

    fn request(&self) -> Vec<u8> {
        let token = self.home.path().join(".local/state/sinew/tokens/hook");
        let headers = [
            ("host", self.address.to_string()),
            (
                "authorization",
                format!("Bearer {}", fs::read_to_string(token).unwrap()),
            ),
        ];
        post(
            "/hooks/PreToolUse",
            &headers,
            br#"{"hook_event_name":"PreToolUse"}"#,
        )
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

/// Asks again and again, each time on a connection of its own.
async fn client(
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    address: SocketAddr,
    socket: Option<PathBuf>,
    request: Vec<u8>,
) {
    while !stop.load(Ordering::Relaxed) {
        let mut connection = match &socket {
            Some(path) => Connection::unix(path).await.unwrap(),
            None => Connection::tcp(address).await.unwrap(),
        };
        connection.send(&request).await.unwrap();
        let reply = connection.reply().await.unwrap();
        assert_eq!((reply.status, reply.json().unwrap()), (200, json!({})));
        answered.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn more(answered: &AtomicUsize) {
    let before = answered.load(Ordering::Relaxed);
    let end = Instant::now() + PATIENCE;
    while answered.load(Ordering::Relaxed) < before + 40 {
        assert!(Instant::now() < end, "clients are served");
        tokio::time::sleep(Duration::from_millis(2)).await;
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
    let (stop, answered) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let clients: Vec<_> = (0..8)
        .map(|index| {
            let socket = (index % 2 == 0).then(|| manager.socket());
            let (stop, answered) = (stop.clone(), answered.clone());
            tokio::spawn(client(
                stop,
                answered,
                manager.address,
                socket,
                manager.request(),
            ))
        })
        .collect();
    for _ in 0..3 {
        more(&answered).await;
        // It has ended before the next one starts: nothing is handed over.
        terminate(daemon).await;
        daemon = manager.start().await;
    }
    more(&answered).await;
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.unwrap();
    }
    // A process that is killed leaves the sockets, too.
    daemon.kill().await.unwrap();
    let mut waiting = Connection::unix(&manager.socket()).await.unwrap();
    waiting.send(&manager.request()).await.unwrap();
    let _daemon = manager.start().await;
    assert_eq!(waiting.reply().await.unwrap().status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_daemon_takes_over_from_one_that_a_manager_started() {
    let Some(manager) = Manager::new() else {
        return;
    };
    let first = manager.start().await;
    let request = manager.request();
    let second = manager.start().await;
    let ended = tokio::time::timeout(PATIENCE, { first }.wait())
        .await
        .unwrap()
        .unwrap();
    assert!(ended.success());
    for socket in [None, Some(manager.socket())] {
        let mut connection = match &socket {
            Some(path) => Connection::unix(path).await.unwrap(),
            None => Connection::tcp(manager.address).await.unwrap(),
        };
        connection.send(&request).await.unwrap();
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
