//! A host that serves: how it takes over from the process before, and how it goes.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::{Host, StartError, StateFolder};
use crate::config::{Config, Places, prepare_wasm_cache};
use crate::engine::Loader;
use crate::plugin::{Trial, shadowing};
use crate::transport::handover::{self, Departure, HandoverError, Inherited, Offer};
use crate::transport::{IdleConnection, Listeners, Running, Server, Tokens, TransportSettings};
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
        let (state, inherited, loader) = enter(options).await?;
        Self::start_with(options, state, inherited, loader).await
    }

    async fn start_with(
        options: &ServeOptions,
        state: StateFolder,
        inherited: Option<Inherited>,
        loader: Loader,
    ) -> Result<Self, StartError> {
        let config = &options.config;
        let host = Host::start(&state, config, loader).await?;
        let socket = config
            .socket
            .clone()
            .unwrap_or_else(|| state.places.socket());
        let (before, connections) = match inherited {
            Some(before) => (Some(before.listeners), before.connections),
            None => (None, Vec::new()),
        };
        let listeners = match (&options.activated, before) {
            (Some(activated), _) => activated
                .try_clone()
                .map_err(StartError::Accept)?
                .and_bind(config.listen, &socket)?,
            (None, Some(before)) => before.or_bind(config.listen, &socket)?,
            (None, None) => Listeners::bind(config.listen, &socket)?,
        };
        let transport = config.transport.clone();
        Ok(Self {
            running: listen(&host, &state, &transport, listeners, connections)?,
            offer: handover::offer(&state.places.handover(), &transport)?,
            upkeep: host.engine.keep_up(),
            host,
            transport,
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
            let last = listen(&self.host, &self.state, &self.transport, nowhere, silent);
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
                &self.transport,
                listeners,
                connections,
            )?;
            return Ok(Some(Self { running, ..self }));
        }
        self.upkeep.abort();
        self.host.close().await;
        drop(self.state);
        departure.release(drained.connections).await?;
        Ok(None)
    }
}

/// Locks the state folder, after the process that holds it has handed over.
async fn enter(
    options: &ServeOptions,
) -> Result<(StateFolder, Option<Inherited>, Loader), StartError> {
    let served = match StateFolder::open(&options.state) {
        Err(StartError::Served(path)) => path,
        state => {
            let state = state?;
            let loader = loader(options, &state.places)?;
            return Ok((state, None, loader));
        }
    };
    let places = Places::new(&served);
    let settings = options.config.transport.clone();
    let (path, again) = (places.handover(), served.clone());
    let takeover = blocking(move || handover::take(&path, &settings)).await?;
    let takeover = takeover.ok_or(StartError::Served(served))?;
    // Whatever takes long is done while the other process still serves.
    let loader = loader(options, &places)?;
    for configured in &options.config.plugins {
        loader.prepare(configured).await;
    }
    let inherited = blocking(move || takeover.ready()).await?;
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
    Ok((state, Some(inherited), loader))
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

/// Starts a server in front of a host.
fn listen(
    host: &Host,
    state: &StateFolder,
    transport: &TransportSettings,
    listeners: Listeners,
    connections: Vec<IdleConnection>,
) -> Result<Running, StartError> {
    let tokens = Tokens::open(&state.places.tokens(), &SystemRandom)?;
    let gate = Arc::clone(&host.engine);
    let server = Server::new(
        transport.clone(),
        tokens,
        gate.clone(),
        gate,
        Arc::new(SystemClock),
    )
    .map_err(|error| StartError::Build(error.to_string()))?;
    server
        .start(listeners, connections)
        .map_err(StartError::Accept)
}
