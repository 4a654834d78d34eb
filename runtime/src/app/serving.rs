//! A host that serves: how it takes over from the process before, and how it goes.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::{Host, StartError, StateFolder, services};
use crate::config::{Config, Places, prepare_wasm_cache};
use crate::engine::Loader;
use crate::plugin::{Trial, shadowing};
use crate::services::Services;
use crate::transport::handover::{self, Departure, HandoverError, Inherited, Offer};
use crate::transport::{
    IdleConnection, Listeners, McpSettings, Role, Running, Server, Tokens, Tools, TransportSettings,
};
use crate::world::{SystemClock, SystemRandom};

/// How long a successor waits for the lock of a process that is going.
const LOCK_WAIT: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// How long a connection that lies silent when the process stops may still ask.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// What to serve.
#[derive(Debug)]
pub struct ServeOptions {
    /// The operator's configuration.
    pub config: Config,
    /// The state folder.
    pub state: PathBuf,
    /// The program that tries new builds: this very binary.
    pub program: PathBuf,
    /// Whether it serves the Unix socket alone, and takes over from nobody.
    pub private: bool,
    /// Sockets that a service manager listens on for this process, and goes on to when it ends.
    pub activated: Option<Listeners>,
}

/// A host that serves.
pub struct Serving {
    host: Host,
    running: Running,
    offer: Offer,
    upkeep: JoinHandle<()>,
    transport: TransportSettings,
    mcp: McpSettings,
    /// Its sockets stay when it ends.
    activated: bool,
    // The lock goes last.
    state: StateFolder,
}

// === impl Serving ===

impl Serving {
    /// Proves that guests are held, takes over from the process that serves the same state folder if there is one,
    /// starts the host and listens.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(options: &ServeOptions) -> Result<Self, StartError> {
        tokio::task::block_in_place(shadowing).map_err(StartError::SelfTest)?;
        let Entered {
            state,
            loader,
            services,
            inherited,
        } = enter(options).await?;
        let config = &options.config;
        let host = Host::start_prepared(&state, config, loader, services).await?;
        let Inherited {
            listeners,
            connections,
        } = match inherited {
            Some(inherited) => inherited,
            None => Inherited {
                listeners: listeners(options, &state.places, None)?,
                connections: Vec::new(),
            },
        };
        let transport = config.transport.clone();
        let mcp = config.mcp.clone();
        let token = tokens(&state.places, &mcp)?.token(Role::Admin).to_owned();
        Ok(Self {
            running: listen(&host, &state, (&transport, &mcp), listeners, connections)?,
            offer: handover::offer(&state.places.handover(), &transport, token)?,
            upkeep: host.engine.keep_up(),
            host,
            transport,
            mcp,
            state,
            activated: options.activated.is_some(),
        })
    }

    /// Where it listens on TCP.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.running.address()
    }

    /// What it serves.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The state folder it serves.
    #[must_use]
    pub fn state(&self) -> &Path {
        &self.state.places.state
    }

    /// Waits for a process that is ready to succeed this one. Nothing is given up before it returns.
    pub async fn succeeded(&self) -> Departure {
        match self.running.listeners() {
            Ok(listeners) => self.offer.taken(&listeners).await,
            Err(error) => {
                tracing::warn!(%error, "no other process can take over: the sockets cannot be duplicated");
                std::future::pending().await
            }
        }
    }

    /// Stops accepting, lets what is in flight finish, and closes the ledger.
    pub async fn stop(self) {
        let drained = self.running.drain().await;
        if self.activated && !drained.connections.is_empty() {
            // New connections wait for the next process; who had one already, and was about to ask, is answered here.
            let (nowhere, silent) = (Listeners::default(), drained.connections);
            let last = listen(
                &self.host,
                &self.state,
                (&self.transport, &self.mcp),
                nowhere,
                silent,
            );
            if let Ok(last) = last {
                tokio::time::sleep(LAST_WORDS).await;
                let _ = last.drain().await;
            }
        }
        self.upkeep.abort();
        self.host.close().await;
    }

    /// Stops, and leaves the sockets, idle connections and the state folder to the successor.
    ///
    /// Returns the host when the successor has gone away meanwhile: it serves again.
    ///
    /// # Errors
    /// The successor went away when the store was closed already, or serving again failed.
    pub async fn hand_over(self, departure: Departure) -> Result<Option<Self>, StartError> {
        let drained = self.running.drain().await;
        if departure.abandoned() {
            let (listeners, connections) = (drained.listeners, drained.connections);
            let running = listen(
                &self.host,
                &self.state,
                (&self.transport, &self.mcp),
                listeners,
                connections,
            )?;
            return Ok(Some(Self { running, ..self }));
        }
        self.upkeep.abort();
        self.host.close().await;
        drop(self.offer);
        drop(self.state);
        departure.release(drained.connections).await?;
        Ok(None)
    }
}

/// A state folder that is this process's, and what was got ready before it was.
struct Entered {
    state: StateFolder,
    loader: Loader,
    services: Services,
    /// What the process before left, with all that is to be listened on.
    inherited: Option<Inherited>,
}

/// What to listen on: what a service manager or the process `before` does already, and the rest of what is configured.
fn listeners(
    options: &ServeOptions,
    places: &Places,
    before: Option<Listeners>,
) -> Result<Listeners, StartError> {
    let listen = options.config.listen;
    let configured = options.config.socket.clone();
    let socket = configured.unwrap_or_else(|| places.socket());
    Ok(match (&options.activated, before) {
        (Some(activated), _) => activated
            .try_clone()
            .map_err(StartError::Accept)?
            .and_bind(listen, &socket)?,
        (None, Some(before)) => before.or_bind(listen, &socket)?,
        (None, None) if options.private => Listeners::bind_private(&socket)?,
        (None, None) => Listeners::bind(listen, &socket)?,
    })
}

/// Locks the state folder, after the process that holds it has handed over.
async fn enter(options: &ServeOptions) -> Result<Entered, StartError> {
    let served = match StateFolder::open(&options.state) {
        Err(StartError::Served(path)) if !options.private => path,
        state => {
            let state = state?;
            return Ok(Entered {
                loader: loader(options, &state.places)?,
                services: services(&options.config)?,
                inherited: None,
                state,
            });
        }
    };
    let places = Places::new(&served);
    let settings = options.config.transport.clone();
    let (path, again) = (places.handover(), served.clone());
    let tokens = tokens(&places, &options.config.mcp)?;
    let token = tokens.token(Role::Admin).to_owned();
    let takeover = blocking(move || handover::take(&path, &settings, token)).await?;
    let takeover = takeover.ok_or(StartError::Served(served))?;
    // Whatever takes long, and whatever may fail, is done while the other process still serves.
    let services = services(&options.config)?;
    let before = takeover.listeners().map_err(StartError::Accept)?;
    let listeners = listeners(options, &places, Some(before))?;
    let loader = loader(options, &places)?;
    for configured in &options.config.plugins {
        loader.prepare(configured).await;
    }
    let left = blocking(move || takeover.ready()).await?;
    let locked = async {
        loop {
            match StateFolder::open(&again) {
                Err(StartError::Served(_)) => tokio::time::sleep(LOOK_AGAIN).await,
                state => return state,
            }
        }
    };
    let state = tokio::time::timeout(LOCK_WAIT, locked)
        .await
        .unwrap_or(Err(StartError::Served(again.clone())))?;
    Ok(Entered {
        state,
        loader,
        services,
        inherited: Some(Inherited {
            listeners,
            connections: left.connections,
        }),
    })
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, HandoverError> + Send + 'static,
) -> Result<T, HandoverError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(HandoverError::Gone))
}

fn loader(options: &ServeOptions, places: &Places) -> Result<Loader, StartError> {
    let mut load = options.config.load.clone();
    let cache = prepare_wasm_cache(&places.cache());
    load.build.cache_config = Some(cache.map_err(|error| StartError::State {
        path: places.state.clone(),
        error,
    })?);
    let trial = Trial::new(options.program.clone()).remembering(places.passed());
    Ok(Loader::new(load, trial))
}

/// Every token that the server asks for.
fn tokens(places: &Places, mcp: &McpSettings) -> Result<Tokens, StartError> {
    let folder = places.tokens();
    let tokens = Tokens::open(&folder, &SystemRandom)?;
    Ok(tokens.with_views(&folder, mcp.views.keys(), &SystemRandom)?)
}

/// Starts a server in front of a host.
fn listen(
    host: &Host,
    state: &StateFolder,
    (transport, mcp): (&TransportSettings, &McpSettings),
    listeners: Listeners,
    connections: Vec<IdleConnection>,
) -> Result<Running, StartError> {
    let tokens = tokens(&state.places, mcp)?;
    let gate = Arc::clone(&host.engine);
    let tools = Tools {
        engine: Arc::clone(&host.engine),
        settings: mcp.clone(),
        random: Arc::new(SystemRandom),
    };
    let server = Server::new(
        transport.clone(),
        tokens,
        gate.clone(),
        gate,
        Arc::new(SystemClock),
        Some(tools),
    )
    .map_err(|error| StartError::Build(error.to_string()))?;
    server
        .start(listeners, connections)
        .map_err(StartError::Accept)
}
