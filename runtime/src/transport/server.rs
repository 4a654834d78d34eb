//! The server: routes, accept loops, and an orderly end.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get, post};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::task::JoinHandle;

use super::caller::Callers;
use super::connection::{self, IdleConnection, Stream};
use super::hooks::{self, HookGate, TableError, Tables};
use super::mcp::{self, Front, McpSettings};
use super::{Listeners, Problem, Tokens, TransportSettings, admin, health};
use crate::engine::admin::Admin;
use crate::engine::{Engine, Gate};
use crate::world::{Clock, Random};

/// How long accepting pauses when the system has no descriptor left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// What every request may need.
pub(super) struct Shared {
    pub(super) hooks: HookGate,
    pub(super) callers: Callers,
    pub(super) admin: Arc<dyn Admin>,
    /// MCP, where it is served.
    pub(super) mcp: Option<Arc<Front>>,
    /// Where the server listens on TCP, once it does.
    pub(super) listening: Arc<OnceLock<Vec<SocketAddr>>>,
}

/// What serving MCP takes.
pub struct Tools {
    /// What answers.
    pub engine: Arc<Engine>,
    /// Limits and views.
    pub settings: McpSettings,
    /// Randomness.
    pub random: Arc<dyn Random>,
}

/// A server that does not listen yet.
pub struct Server {
    router: Router,
    settings: Arc<TransportSettings>,
    clock: Arc<dyn Clock>,
    cutoff: watch::Sender<Option<Instant>>,
    mcp: Option<Arc<Front>>,
    listening: Arc<OnceLock<Vec<SocketAddr>>>,
}

/// A server that accepts connections until it is drained or dropped.
pub struct Running {
    listeners: Listeners,
    loops: Vec<JoinHandle<()>>,
    clock: Arc<dyn Clock>,
    stop: watch::Sender<bool>,
    cutoff: watch::Sender<Option<Instant>>,
    mcp: Option<Arc<Front>>,
    settings: Arc<TransportSettings>,
    /// Idle connections come back here; it ends when the last connection has.
    idle: mpsc::UnboundedReceiver<Stream>,
}

/// What a drained server leaves behind: nothing of it runs any more.
#[derive(Debug)]
pub struct Drained {
    /// Its sockets, still bound, with what arrived since waiting in the kernel.
    pub listeners: Listeners,
    /// Connections between two requests.
    pub connections: Vec<IdleConnection>,
}

// === impl Server ===

impl Server {
    /// Builds the server around an engine.
    ///
    /// # Errors
    /// When the gate's tables cannot be used.
    pub fn new(
        settings: TransportSettings,
        tokens: Tokens,
        engine: Arc<dyn Gate>,
        admin: Arc<dyn Admin>,
        clock: Arc<dyn Clock>,
        tools: Option<Tools>,
    ) -> Result<Self, TableError> {
        let mcp = tools.map(|tools| {
            let Tools {
                engine,
                settings,
                random,
            } = tools;
            Arc::new(Front::new(
                engine,
                settings,
                &tokens,
                Arc::clone(&clock),
                random,
            ))
        });
        let settings = Arc::new(settings);
        let (cutoff, cut) = watch::channel(None);
        let listening = Arc::new(OnceLock::new());
        let shared = Arc::new(Shared {
            callers: Callers::new(tokens, &settings),
            hooks: HookGate::new(
                engine,
                Tables::bundled()?,
                settings.as_ref().clone(),
                Arc::clone(&clock),
                cut,
            ),
            admin,
            mcp: mcp.clone(),
            listening: Arc::clone(&listening),
        });
        Ok(Self {
            router: router(shared),
            settings,
            clock,
            cutoff,
            listening,
            mcp,
        })
    }

    /// Starts to accept. Needs a runtime; `connections` are those of the process before.
    ///
    /// # Errors
    /// When the runtime cannot take a socket.
    pub fn start(
        self,
        listeners: Listeners,
        connections: Vec<IdleConnection>,
    ) -> io::Result<Running> {
        self.listening.get_or_init(|| listeners.addresses());
        let (stop, stopped) = watch::channel(false);
        let (idle_sender, idle) = mpsc::unbounded_channel();
        let accepting = listeners.try_clone()?;
        let mut loops = Vec::new();
        let door = || Door {
            router: self.router.clone(),
            settings: Arc::clone(&self.settings),
            stop: stopped.clone(),
            idle: idle_sender.clone(),
            slots: Arc::new(Semaphore::new(
                self.settings.connections_max.min(Semaphore::MAX_PERMITS),
            )),
        };
        let (tcp_door, unix_door) = (door(), door());
        for listener in accepting.tcp {
            listener.set_nonblocking(true)?;
            let listener = TcpListener::from_std(listener)?;
            loops.push(tokio::spawn(accept(
                Listener::Tcp(listener),
                tcp_door.clone(),
            )));
        }
        if let Some(listener) = accepting.unix {
            listener.set_nonblocking(true)?;
            let listener = UnixListener::from_std(listener)?;
            loops.push(tokio::spawn(accept(
                Listener::Unix(listener),
                unix_door.clone(),
            )));
        }
        for connection in connections {
            let stream = Stream::from_idle(connection)?;
            let door = if stream.is_tcp() {
                &tcp_door
            } else {
                &unix_door
            };
            door.serve(stream, None);
        }
        Ok(Running {
            listeners,
            loops,
            clock: self.clock,
            stop,
            cutoff: self.cutoff,
            mcp: self.mcp,
            settings: self.settings,
            idle,
        })
    }
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/hooks", post(hooks::by_body))
        .route("/hooks/", post(hooks::by_path))
        .route("/hooks/{*event}", post(hooks::by_path))
        .route("/mcp", any(mcp::serve))
        .route("/mcp/{*view}", any(mcp::serve))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/v1/status", get(admin::status))
        .route("/v1/plugins", get(admin::list))
        .route("/v1/plugins/{name}/reload", post(admin::reload))
        .route("/v1/plugins/{name}/permits", post(admin::regrant))
        .route("/v1/allow/{code}", post(admin::allow))
        .route("/v1/in-doubt/{turn}/{ordinal}/{found}", post(admin::settle))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(shared)
}

async fn not_found(_request: Request) -> Response {
    Problem::not_found().into_response()
}

async fn method_not_allowed(_request: Request) -> Response {
    Problem::method_not_allowed().into_response()
}

// === impl Running ===

impl Running {
    /// Returns the first TCP listener's address.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.listeners.address()
    }

    /// Duplicates the listening sockets, for the process that takes over.
    ///
    /// # Errors
    /// When the system has no more descriptors.
    pub fn listeners(&self) -> io::Result<Listeners> {
        self.listeners.try_clone()
    }

    /// Stops accepting, lets requests in flight finish, and returns the sockets.
    ///
    /// New connections wait in the kernel meanwhile. What is still in flight after `handover_drain_ms_max` is
    /// answered by the failure table, so that every request has had its answer when this returns.
    pub async fn drain(mut self) -> Drained {
        let limit = Duration::from_millis(self.settings.handover_drain_ms_max);
        // Calls may take long, and hooks go on being answered meanwhile.
        if let Some(mcp) = &self.mcp {
            mcp.end(self.clock.instant() + limit).await;
        }
        self.cutoff.send_replace(Some(self.clock.instant() + limit));
        self.stop.send_replace(true);
        for accepting in self.loops.drain(..) {
            // It ends by itself now; if it panicked, there is nothing to wait for either.
            let _ = accepting.await;
        }
        let mut connections = Vec::new();
        // After the cut-off only clients that do not read their answers are left; they get as long again.
        let last = self.clock.instant() + 2 * limit;
        while let Ok(Some(stream)) = tokio::time::timeout_at(last.into(), self.idle.recv()).await {
            match stream.into_idle() {
                Ok(connection) => connections.push(connection),
                Err(error) => tracing::warn!(%error, "an idle connection could not be handed over"),
            }
        }
        Drained {
            listeners: self.listeners,
            connections,
        }
    }
}

/// What an accept loop needs for each connection.
#[derive(Clone)]
struct Door {
    router: Router,
    settings: Arc<TransportSettings>,
    stop: watch::Receiver<bool>,
    idle: mpsc::UnboundedSender<Stream>,
    slots: Arc<Semaphore>,
}

enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener),
}

// === impl Door ===

impl Door {
    fn serve(&self, stream: Stream, slot: Option<OwnedSemaphorePermit>) {
        let door = self.clone();
        tokio::spawn(async move {
            let _slot = slot;
            let served = connection::serve(stream, door.router, door.settings, door.stop).await;
            if let Some(stream) = served {
                // Nobody listens when the server was dropped rather than drained: the connection ends then.
                let _ = door.idle.send(stream);
            }
        });
    }
}

// === impl Listener ===

impl Listener {
    async fn accept(&self) -> io::Result<Stream> {
        match self {
            Self::Tcp(listener) => Stream::tcp(listener.accept().await?.0),
            Self::Unix(listener) => Ok(Stream::unix(listener.accept().await?.0)),
        }
    }
}

/// Accepts connections until `stop` is raised or its sender is gone. At the limit, more of them wait in the kernel.
async fn accept(listener: Listener, door: Door) {
    let mut stop = door.stop.clone();
    loop {
        let next = async {
            let slot = Arc::clone(&door.slots).acquire_owned().await.ok();
            (slot, listener.accept().await)
        };
        tokio::select! {
            biased;
            () = connection::raised(&mut stop) => return,
            (slot, accepted) = next => match accepted {
                Ok(stream) => door.serve(stream, slot),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
}
