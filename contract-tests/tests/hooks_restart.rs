//! The real daemon, started again while clients ask it: nothing is refused, nothing is lost.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use sinew_contract_tests::exchange::{Connection, PATIENCE, post};
use sinew_contract_tests::sinew_binary::{run, sinew};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// Starts a daemon without plugins and waits until it says where it listens.
async fn start(binary: &Path, home: &Path) -> (Child, SocketAddr) {
    start_with(binary, home, &[]).await
}

async fn start_with(binary: &Path, home: &Path, more: &[&str]) -> (Child, SocketAddr) {
    let mut command = Command::new(binary);
    command
        .args(["serve", "--listen", "127.0.0.1:0"])
        .args(more)
        .env_clear()
        .env("HOME", home)
        .env("SINEW_LOG", "error")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let finding = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if let Some(address) = line.strip_prefix("sinew listens on ") {
                return address.parse().unwrap();
            }
        }
        unreachable!("it ended: {:?}", child.wait().await)
    };
    let address = tokio::time::timeout(PATIENCE, finding).await.unwrap();
    // It goes on writing, and nobody may make it wait.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    (child, address)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_successor_may_know_the_state_folder_by_another_name() {
    let Some(binary) = sinew() else { return };
    let home = tempfile::tempdir().unwrap();
    let (mut first, address) = start(&binary, home.path()).await;
    let (state, link) = (
        home.path().join(".local/state/sinew"),
        home.path().join("link"),
    );
    std::os::unix::fs::symlink(&state, &link).unwrap();
    let (_second, at) =
        start_with(&binary, home.path(), &["--state", link.to_str().unwrap()]).await;
    assert_eq!(at, address);
    let ended = tokio::time::timeout(PATIENCE, first.wait()).await.unwrap();
    assert!(ended.unwrap().success());
    Connection::unix(&state.join("sinew.sock")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_successor_that_cannot_serve_leaves_the_first_one_serving() {
    let Some(binary) = sinew() else { return };
    let home = tempfile::tempdir().unwrap();
    let (_child, address) = start(&binary, home.path()).await;
    let state = home.path().join(".local/state/sinew");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap();
    let file = home.path().join("notes.txt");
    std::fs::write(&file, "mine").unwrap();
    let none = home.path().join("none.pem");
    let configurations = [
        (format!("[server]\nlisten = \"{taken}\"\n"), "listening on"),
        (format!("[server]\nsocket = {file:?}\n"), "is no socket"),
        (
            "[server]\nsocket = \"none/such.sock\"\n".to_owned(),
            "such.sock",
        ),
        (format!("[net]\nca_file = {none:?}\n"), "net.ca_file"),
        (String::new(), "chmod 600"),
    ];
    for (configuration, why) in configurations {
        let config = home.path().join("sinew.toml");
        std::fs::write(&config, &configuration).unwrap();
        let readable = state.join("tokens/hook");
        let mode = if configuration.is_empty() {
            0o644
        } else {
            0o600
        };
        std::fs::set_permissions(&readable, std::fs::Permissions::from_mode(mode)).unwrap();
        let words = ["serve", "--config", config.to_str().unwrap()];
        let finished = run(&binary, home.path(), &words, b"").await.unwrap();
        assert_eq!(finished.code, Some(1), "{configuration}: {finished:?}");
        assert!(
            finished.stderr.contains(why),
            "{configuration}: {finished:?}"
        );
        let mut connection = Connection::tcp(address).await.unwrap();
        let request = format!("GET /healthz HTTP/1.1\r\nhost: {address}\r\n\r\n");
        connection.send(request.as_bytes()).await.unwrap();
        let reply = connection.reply().await.unwrap();
        assert_eq!(reply.status, 200, "{configuration}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
}

struct Clients {
    answered: AtomicUsize,
    stop: AtomicBool,
}

async fn client(
    clients: Arc<Clients>,
    address: SocketAddr,
    socket: Option<PathBuf>,
    request: Vec<u8>,
) {
    let mut kept: Option<Connection> = None;
    while !clients.stop.load(Ordering::Relaxed) {
        let mut connection = match (kept.take(), &socket) {
            (Some(connection), _) => connection,
            (None, Some(path)) => Connection::unix(path).await.unwrap(),
            (None, None) => Connection::tcp(address).await.unwrap(),
        };
        connection.send(&request).await.unwrap();
        let reply = connection.reply().await.unwrap();
        assert_eq!((reply.status, reply.json().unwrap()), (200, json!({})));
        clients.answered.fetch_add(1, Ordering::Relaxed);
        if reply.header("connection") != Some("close") {
            kept = Some(connection);
        }
        // Sparse traffic, as from agents: most connections are silent when a process goes.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_daemon_takes_over_from_the_first() {
    let Some(binary) = sinew() else { return };
    let home = tempfile::tempdir().unwrap();
    let (mut child, address) = start(&binary, home.path()).await;
    let state = home.path().join(".local/state/sinew");
    let token = std::fs::read_to_string(state.join("tokens/hook")).unwrap();
    let headers = [
        ("host", address.to_string()),
        ("authorization", format!("Bearer {token}")),
    ];
    let request = post(
        "/hooks/PreToolUse",
        &headers,
        br#"{"hook_event_name":"PreToolUse"}"#,
    );
    let clients = Arc::new(Clients {
        answered: AtomicUsize::new(0),
        stop: AtomicBool::new(false),
    });
    let running: Vec<_> = (0..8)
        .map(|index| {
            let socket = (index % 2 == 0).then(|| state.join("sinew.sock"));
            tokio::spawn(client(clients.clone(), address, socket, request.clone()))
        })
        .collect();
    for _ in 0..3 {
        let before = clients.answered.load(Ordering::Relaxed);
        let end = Instant::now() + PATIENCE;
        while clients.answered.load(Ordering::Relaxed) < before + 40 {
            assert!(Instant::now() < end, "clients are served");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let (next, at) = start(&binary, home.path()).await;
        assert_eq!(at, address);
        let ended = tokio::time::timeout(PATIENCE, child.wait())
            .await
            .unwrap()
            .unwrap();
        assert!(ended.success(), "{ended}");
        child = next;
    }
    clients.stop.store(true, Ordering::Relaxed);
    for client in running {
        client.await.unwrap();
    }
    child.kill().await.unwrap();
    // What a killed process leaves is no obstacle.
    let (_child, _) = start(&binary, home.path()).await;
    let mut connection = Connection::unix(&state.join("sinew.sock")).await.unwrap();
    connection.send(&request).await.unwrap();
    assert_eq!(connection.reply().await.unwrap().status, 200);
}
