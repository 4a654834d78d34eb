//! One server hands its sockets to the next: nothing is refused, nothing is lost.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sinew_contract_tests::exchange::{Connection, Reply, post};
use sinew_contract_tests::scripted_gate::{ScriptedGate, decided, guarded};
use sinew_runtime::engine::{Column, Kind};
use sinew_runtime::transport::handover::{HandoverError, Inherited, Offer, offer, take};
use sinew_runtime::transport::{
    IdleConnection, Listeners, Role, Running, Server, Tokens, TransportSettings,
};
use sinew_runtime::world::{SystemClock, SystemRandom};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;

/// A state folder in which one server follows the other.
struct House {
    state: tempfile::TempDir,
    settings: TransportSettings,
}

/// An operator's token.
fn token() -> String {
    "of an operator".to_owned()
}

impl House {
    fn new() -> Self {
        Self {
            state: tempfile::tempdir().unwrap(),
            settings: TransportSettings {
                handover_drain_ms_max: 2_000,
                ..TransportSettings::default()
            },
        }
    }

    fn socket(&self) -> PathBuf {
        self.state.path().join("sinew.sock")
    }

    fn door(&self) -> PathBuf {
        self.state.path().join("handover.sock")
    }

    fn tokens(&self) -> Tokens {
        Tokens::open(&self.state.path().join("tokens"), &SystemRandom).unwrap()
    }

    fn bind(&self) -> Listeners {
        Listeners::bind(SocketAddr::from(([127, 0, 0, 1], 0)), &self.socket()).unwrap()
    }

    fn start(
        &self,
        gate: &Arc<ScriptedGate>,
        listeners: Listeners,
        connections: Vec<IdleConnection>,
    ) -> Running {
        let clock = Arc::new(SystemClock);
        let settings = self.settings.clone();
        let server = Server::new(
            settings,
            self.tokens(),
            gate.clone(),
            gate.clone(),
            clock,
            None,
        );
        server.unwrap().start(listeners, connections).unwrap()
    }

    fn offer(&self) -> Offer {
        offer(&self.door(), &self.settings, token()).unwrap()
    }

    /// Takes over from whoever offers, as a new process would.
    async fn take_over(&self) -> Inherited {
        let (door, settings) = (self.door(), self.settings.clone());
        let taking = move || {
            take(&door, &settings, token())
                .unwrap()
                .unwrap()
                .ready()
                .unwrap()
        };
        tokio::task::spawn_blocking(taking).await.unwrap()
    }

    fn request(&self, address: SocketAddr) -> Vec<u8> {
        let headers = [
            ("host", address.to_string()),
            (
                "authorization",
                format!("Bearer {}", self.tokens().token(Role::Hook)),
            ),
        ];
        post(
            "/hooks/PreToolUse",
            &headers,
            br#"{"hook_event_name":"PreToolUse"}"#,
        )
    }
}

/// An engine that takes a moment and says which generation it is.
fn generation(number: usize) -> Arc<ScriptedGate> {
    ScriptedGate::scripted(guarded(Column::Deny), move |_| {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(3)).await;
            decided(Kind::Deny, &number.to_string())
        })
    })
}

/// An engine that never answers.
fn stuck() -> Arc<ScriptedGate> {
    ScriptedGate::scripted(guarded(Column::Deny), |_| Box::pin(std::future::pending()))
}

fn reason(reply: &Reply) -> String {
    assert_eq!(reply.status, 200);
    let json = reply.json().unwrap();
    let specific = &json["hookSpecificOutput"];
    assert_eq!(specific["permissionDecision"], "deny");
    specific["permissionDecisionReason"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Drains the old server and releases what it leaves, as the process that goes would.
async fn hand_over(running: Running, offer: Offer) {
    let departure = offer.taken(&running.listeners().unwrap()).await;
    let drained = running.drain().await;
    departure.release(drained.connections).await.unwrap();
}

/// What a client has seen.
#[derive(Default)]
struct Book {
    answered: AtomicUsize,
    stop: AtomicBool,
}

/// Posts until it is told to stop. Any error fails the test: this client never tries again.
async fn client(
    book: Arc<Book>,
    address: SocketAddr,
    socket: Option<PathBuf>,
    reuse: bool,
    request: Vec<u8>,
) {
    let mut kept: Option<Connection> = None;
    while !book.stop.load(Ordering::Relaxed) {
        let mut connection = match (kept.take(), &socket) {
            (Some(connection), _) => connection,
            (None, Some(path)) => Connection::unix(path).await.unwrap(),
            (None, None) => Connection::tcp(address).await.unwrap(),
        };
        connection.send(&request).await.unwrap();
        let reply = connection.reply().await.unwrap();
        reason(&reply).parse::<usize>().unwrap();
        book.answered.fetch_add(1, Ordering::Relaxed);
        if reuse && reply.header("connection") != Some("close") {
            kept = Some(connection);
        }
    }
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < end, "{what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn under_load_no_request_is_refused_and_none_is_lost() {
    let house = House::new();
    let listeners = house.bind();
    let address = listeners.address().unwrap();
    let mut gates = vec![generation(0)];
    let mut running = house.start(&gates[0], listeners, Vec::new());
    let book = Arc::new(Book::default());
    let request = house.request(address);
    let clients: Vec<_> = (0..24)
        .map(|index| {
            let socket = (index % 3 == 0).then(|| house.socket());
            let reuse = index % 2 == 0;
            tokio::spawn(client(
                book.clone(),
                address,
                socket,
                reuse,
                request.clone(),
            ))
        })
        .collect();
    let answered = || book.answered.load(Ordering::Relaxed);
    for number in 1..=8 {
        let before = answered();
        until("clients are served", || answered() > before + 50).await;
        let offer = house.offer();
        let (inherited, ()) = tokio::join!(house.take_over(), hand_over(running, offer));
        let gate = generation(number);
        running = house.start(&gate, inherited.listeners, inherited.connections);
        gates.push(gate);
    }
    let before = answered();
    until("the last server serves", || answered() > before + 50).await;
    book.stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.unwrap();
    }
    let decided: usize = gates.iter().map(|gate| gate.seen().requests.len()).sum();
    assert_eq!(decided, answered(), "every decision reached its client");
    assert!(gates.iter().all(|gate| !gate.seen().requests.is_empty()));
    assert!(gates.iter().all(|gate| gate.seen().notes.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_connections_go_on_where_they_were() {
    let house = House::new();
    let listeners = house.bind();
    let address = listeners.address().unwrap();
    let running = house.start(&generation(0), listeners, Vec::new());
    let request = house.request(address);

    // One that was used, one that never was, and one in the middle of a request's head.
    let mut used = Connection::tcp(address).await.unwrap();
    used.send(&request).await.unwrap();
    assert_eq!(reason(&used.reply().await.unwrap()), "0");
    let mut fresh = Connection::unix(&house.socket()).await.unwrap();
    let mut begun = Connection::tcp(address).await.unwrap();
    begun.send(&request).await.unwrap();
    assert_eq!(reason(&begun.reply().await.unwrap()), "0");
    begun.send(&request[..30]).await.unwrap();

    let offer = house.offer();
    let (inherited, ()) = tokio::join!(house.take_over(), hand_over(running, offer));
    let _running = house.start(&generation(1), inherited.listeners, inherited.connections);
    begun.send(&request[30..]).await.unwrap();
    for connection in [&mut used, &mut fresh] {
        connection.send(&request).await.unwrap();
    }
    for connection in [&mut used, &mut fresh, &mut begun] {
        assert_eq!(reason(&connection.reply().await.unwrap()), "1");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_takes_too_long_is_answered_by_the_failure_table() {
    let mut house = House::new();
    house.settings.handover_drain_ms_max = 300;
    let listeners = house.bind();
    let address = listeners.address().unwrap();
    let gate = stuck();
    let running = house.start(&gate, listeners, Vec::new());
    let mut waiting = Connection::tcp(address).await.unwrap();
    waiting.send(&house.request(address)).await.unwrap();
    until("it is with the engine", || gate.seen().requests.len() == 1).await;
    let offer = house.offer();
    let (inherited, ()) = tokio::join!(house.take_over(), hand_over(running, offer));
    let reply = waiting.reply().await.unwrap();
    assert!(reason(&reply).contains("restarted"), "{reply:?}");
    assert_eq!(reply.header("connection"), Some("close"));
    waiting.closed().await.unwrap();
    assert!(inherited.connections.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_offers_there_is_nothing_to_take() {
    let house = House::new();
    assert!(
        take(&house.door(), &house.settings, token())
            .unwrap()
            .is_none()
    );
    // The socket file of a process that is gone.
    drop(house.offer());
    assert!(house.door().exists());
    assert!(
        take(&house.door(), &house.settings, token())
            .unwrap()
            .is_none()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_successor_that_fails_before_it_is_ready_changes_nothing() {
    let house = House::new();
    let listeners = house.bind();
    let address = listeners.address().unwrap();
    let running = house.start(&generation(0), listeners, Vec::new());
    let offer = house.offer();
    let sockets = running.listeners().unwrap();
    let taken = tokio::spawn(async move { (offer.taken(&sockets).await, offer) });
    for _ in 0..3 {
        let (door, settings) = (house.door(), house.settings.clone());
        let taking = move || drop(take(&door, &settings, token()).unwrap().unwrap());
        tokio::task::spawn_blocking(taking).await.unwrap();
        let mut rude = Connection::unix(&house.door()).await.unwrap();
        rude.send(b"{\"say\":\"ask\",\"version\":99,\"token\":\"t\"}\n")
            .await
            .unwrap();
        rude.closed().await.unwrap();
        let mut connection = Connection::tcp(address).await.unwrap();
        connection.send(&house.request(address)).await.unwrap();
        assert_eq!(reason(&connection.reply().await.unwrap()), "0");
    }
    assert!(!taken.is_finished());
    let going = async {
        let (departure, _offer) = taken.await.unwrap();
        departure
            .release(running.drain().await.connections)
            .await
            .unwrap();
    };
    let (inherited, ()) = tokio::join!(house.take_over(), going);
    assert_eq!(inherited.listeners.address(), Some(address));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_operator_s_token_takes_nothing() {
    let house = House::new();
    let running = house.start(&generation(0), house.bind(), Vec::new());
    let offer = house.offer();
    let sockets = running.listeners().unwrap();
    let taken = tokio::spawn(async move { (offer.taken(&sockets).await, offer) });
    let (door, settings) = (house.door(), house.settings.clone());
    let stranger = move || take(&door, &settings, "of somebody else".to_owned());
    let refused = tokio::task::spawn_blocking(stranger).await.unwrap();
    assert!(
        matches!(refused, Err(HandoverError::Stranger)),
        "{refused:?}"
    );
    for said in ["{\"say\":\"ask\",\"version\":2}\n", "{\"say\":\"ready\"}\n"] {
        let mut rude = Connection::unix(&house.door()).await.unwrap();
        rude.send(said.as_bytes()).await.unwrap();
        rude.closed().await.unwrap();
    }
    assert!(!taken.is_finished());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_successor_that_fails_when_it_was_ready_leaves_the_old_server_able_to_go_on() {
    let house = House::new();
    let listeners = house.bind();
    let address = listeners.address().unwrap();
    let running = house.start(&generation(0), listeners, Vec::new());
    let mut kept = Connection::tcp(address).await.unwrap();
    kept.send(&house.request(address)).await.unwrap();
    assert_eq!(reason(&kept.reply().await.unwrap()), "0");

    let offer = house.offer();
    let sockets = running.listeners().unwrap();
    // A successor by hand: it asks, says that it is ready, and dies.
    let dying = async {
        let mut successor = BufReader::new(UnixStream::connect(house.door()).await.unwrap());
        successor
            .write_all(b"{\"say\":\"ask\",\"version\":2,\"token\":\"of an operator\"}\n")
            .await
            .unwrap();
        let mut line = String::new();
        successor.read_line(&mut line).await.unwrap();
        assert_eq!(line, "{\"say\":\"listeners\",\"tcp\":1,\"unix\":true}\n");
        successor.write_all(b"{\"say\":\"ready\"}\n").await.unwrap();
        successor
    };
    let (departure, successor) = tokio::join!(offer.taken(&sockets), dying);
    assert!(!departure.abandoned());
    let drained = running.drain().await;
    drop(successor);
    until("the successor's end is seen", || departure.abandoned()).await;
    let _running = house.start(&generation(7), drained.listeners, drained.connections);
    kept.send(&house.request(address)).await.unwrap();
    assert_eq!(reason(&kept.reply().await.unwrap()), "7");
    let refused = departure.release(Vec::new()).await;
    assert!(matches!(refused, Err(HandoverError::Gone)), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_while_it_hands_over_leaves_its_sockets() {
    let house = House::new();
    let listeners = house.bind();
    let address = listeners.address().unwrap();
    let running = house.start(&generation(0), listeners, Vec::new());
    let offer = house.offer();
    let dying = async {
        let departure = offer.taken(&running.listeners().unwrap()).await;
        drop((departure, running));
    };
    let (inherited, ()) = tokio::join!(house.take_over(), dying);
    // This waits in the kernel until somebody serves.
    let mut early = Connection::tcp(address).await.unwrap();
    early.send(&house.request(address)).await.unwrap();
    let _running = house.start(&generation(1), inherited.listeners, inherited.connections);
    assert_eq!(reason(&early.reply().await.unwrap()), "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_server_s_socket_file_is_replaced() {
    let house = House::new();
    let running = house.start(&generation(0), house.bind(), Vec::new());
    drop(running.drain().await);
    assert!(house.socket().exists());
    assert!(Connection::unix(&house.socket()).await.is_err());
    let listeners = house.bind();
    let address = listeners.address().unwrap();
    let _running = house.start(&generation(1), listeners, Vec::new());
    let mut connection = Connection::unix(&house.socket()).await.unwrap();
    connection.send(&house.request(address)).await.unwrap();
    assert_eq!(reason(&connection.reply().await.unwrap()), "1");
    let names: Vec<String> = list(house.state.path());
    assert_eq!(names, ["sinew.sock", "tokens"], "no draft stays");
}

fn list(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_dropped_ends_its_silent_connections() {
    let house = House::new();
    let listeners = house.bind();
    let address = listeners.address().unwrap();
    let running = house.start(&generation(0), listeners, Vec::new());
    let mut kept = Connection::tcp(address).await.unwrap();
    kept.send(&house.request(address)).await.unwrap();
    let reply = kept.reply().await.unwrap();
    assert_eq!(
        reply.json().unwrap()["hookSpecificOutput"]["permissionDecision"],
        json!("deny")
    );
    assert_eq!(reply.header("keep-alive"), Some("timeout=70"));
    drop(running);
    kept.closed().await.unwrap();
    let _: Value = reply.json().unwrap();
}
