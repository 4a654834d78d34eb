//! The composition: the one file that sees every room, puts them together, and takes them apart in order.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::config::{Config, ConfigError, Places};
use crate::effects::{EffectLimits, Effects};
use crate::engine::{Engine, EngineParts, Loader};
use crate::ledger::{Ledger, LedgerError};
use crate::plugin::{Trial, shadowing};
use crate::services::Services;
use crate::services::git::{GitService, GitSettings};
use crate::store::{SqliteStore, StoreError};
use crate::transport::handover::{self, Departure, HandoverError, Inherited, Offer};
use crate::transport::{
    IdleConnection, ListenError, Listeners, Running, Server, TokenError, Tokens, TransportSettings,
};
use crate::world::{Clock, Random, SystemClock, SystemRandom};

/// How long the process before may take to end once it has let go of everything.
const LOCK_WAIT: Duration = Duration::from_secs(5);

/// How often the lock is tried meanwhile.
const LOCK_STEP: Duration = Duration::from_millis(2);

/// A state folder that this process alone serves.
#[derive(Debug)]
pub struct StateFolder {
    /// What lies where.
    pub places: Places,
    /// Held as long as the folder is served; the system lets go of it when the process ends, however it ends.
    _lock: File,
}

/// Everything behind the transport.
#[derive(Debug)]
pub struct Host {
    /// Runs turns.
    pub engine: Arc<Engine>,
    /// Records them.
    pub ledger: Arc<Ledger>,
}

/// Why the host does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The state folder cannot be used.
    #[error("the state folder `{path}`: {error}")]
    State {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Another process serves the state folder.
    #[error("the state folder `{0}` is served by another process")]
    Served(PathBuf),
    /// The configuration is refused.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Guests could get past the host.
    #[error("the self-test failed, so nothing is served: {0}")]
    SelfTest(String),
    /// The store does not open.
    #[error("opening the store: {0}")]
    Store(#[from] StoreError),
    /// The ledger does not open.
    #[error("opening the ledger: {0}")]
    Ledger(#[from] LedgerError),
    /// A thread cannot be started.
    #[error("starting the git service: {0}")]
    Git(io::Error),
    /// The tokens cannot be had.
    #[error("{0}")]
    Token(#[from] TokenError),
    /// A socket cannot be had.
    #[error("{0}: {source}", source = std::error::Error::source(.0).map(ToString::to_string).unwrap_or_default())]
    Listen(#[from] ListenError),
    /// The process that serves now cannot be succeeded.
    #[error("taking over from the process that serves: {0}")]
    Handover(#[from] HandoverError),
    /// The runtime cannot take a socket.
    #[error("starting to accept: {0}")]
    Accept(io::Error),
    /// A defect of this build.
    #[error("{0}")]
    Build(String),
}

/// A host that serves.
pub struct Serving {
    host: Host,
    running: Running,
    upkeep: JoinHandle<()>,
    offer: Offer,
    transport: TransportSettings,
    // The lock goes last.
    state: StateFolder,
}

// === impl StateFolder ===

impl StateFolder {
    /// Makes the folder where there is none, and locks it.
    ///
    /// # Errors
    /// It cannot be made, others can write to it, or another process holds it.
    pub fn open(path: &Path) -> Result<Self, StartError> {
        let wrong = |error| StartError::State {
            path: path.to_owned(),
            error,
        };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(wrong)?;
        make_private(path).map_err(wrong)?;
        let places = Places::new(path.canonicalize().map_err(wrong)?);
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(places.lock())
            .map_err(wrong)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                places,
                _lock: lock,
            }),
            Err(fs::TryLockError::WouldBlock) => Err(StartError::Served(path.to_owned())),
            Err(fs::TryLockError::Error(error)) => Err(wrong(error)),
        }
    }

    /// The same, for a process whose predecessor is about to end.
    ///
    /// # Errors
    /// See [`Self::open`]; the predecessor has to end within some seconds.
    pub async fn inherit(path: &Path) -> Result<Self, StartError> {
        let waiting = async {
            loop {
                match Self::open(path) {
                    Err(StartError::Served(_)) => tokio::time::sleep(LOCK_STEP).await,
                    other => return other,
                }
            }
        };
        let waited = tokio::time::timeout(LOCK_WAIT, waiting).await;
        waited.unwrap_or_else(|_| Err(StartError::Served(path.to_owned())))
    }

    /// Tells wasmtime where to cache what it compiled.
    fn wasm_cache(&self) -> io::Result<PathBuf> {
        let folder = self.places.wasm_cache();
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)?;
        let file = self.places.wasm_cache_config();
        let text = toml::to_string(&serde_json::json!({ "cache": { "directory": folder } }))
            .map_err(io::Error::other)?;
        fs::write(&file, text)?;
        Ok(file)
    }
}

/// Closes a folder to others, unless it is somebody else's: what lies in the state folder is nobody's business.
fn make_private(folder: &Path) -> io::Result<()> {
    if fs::metadata(folder)?.permissions().mode().trailing_zeros() >= 6 {
        return Ok(());
    }
    let mine = folder.join(Places::LOCK).exists() || fs::read_dir(folder)?.next().is_none();
    if !mine {
        let message = "others can read it, and it holds other files; name a folder of its own, or `chmod 700` it";
        return Err(io::Error::other(message));
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

// === impl Host ===

impl Host {
    /// Proves that guests are held, opens store and ledger, and loads every plugin.
    ///
    /// `program` is run for the trial of a new build: this very binary.
    ///
    /// # Errors
    /// See [`StartError`]. A plugin that does not load is no error: the events it guards fail until it does.
    pub async fn start(
        state: &StateFolder,
        config: &Config,
        program: PathBuf,
    ) -> Result<Self, StartError> {
        let wrong = |error| StartError::State {
            path: state.places.state.clone(),
            error,
        };
        prove()?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        let store = SqliteStore::open(&state.places.database(), config.store())?;
        let ledger = config.ledger(&state.places)?;
        let ledger = Ledger::open(
            Arc::new(store),
            ledger,
            Arc::clone(&clock),
            Arc::clone(&random),
        )?;
        let ledger = Arc::new(ledger);
        let services = Services {
            git: GitService::start(GitSettings::default()).map_err(StartError::Git)?,
        };
        let mut load = config.load.clone();
        load.build.cache_config = Some(state.wasm_cache().map_err(wrong)?);
        let parts = EngineParts {
            settings: config.engine.clone(),
            configured: config.plugins.clone(),
            loader: Loader::new(load, Trial::new(program)),
            projects: config.projects.clone(),
            home: std::env::home_dir(),
            effects: Arc::new(Effects::new(&services, &EffectLimits::default())),
            ledger: Arc::clone(&ledger),
            clock,
            random,
        };
        let engine = Engine::start(parts).await.map_err(StartError::Build)?;
        Ok(Self { engine, ledger })
    }
}

// === impl Serving ===

impl Serving {
    /// Starts the host and listens, on the sockets of the process before where there was one.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(
        state: StateFolder,
        config: &Config,
        program: PathBuf,
        inherited: Option<Inherited>,
    ) -> Result<Self, StartError> {
        let host = Host::start(&state, config, program).await?;
        let socket = config
            .socket
            .clone()
            .unwrap_or_else(|| state.places.socket());
        let (listeners, connections) = match inherited {
            Some(inherited) => (
                inherited.listeners.or_bind(config.listen, &socket)?,
                inherited.connections,
            ),
            None => (Listeners::bind(config.listen, &socket)?, Vec::new()),
        };
        let transport = config.transport.clone();
        Ok(Self {
            running: listen(&host, &state, &transport, listeners, connections)?,
            upkeep: host.engine.keep_up(),
            offer: handover::offer(&state.places.handover(), &transport)?,
            host,
            transport,
            state,
        })
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
        tokio::task::block_in_place(|| self.host.ledger.close());
        drop((self.host, self.state));
        departure.release(drained.connections).await?;
        Ok(None)
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

    /// Stops accepting, lets what is in flight finish, and closes the ledger.
    pub async fn stop(self) {
        drop(self.running.drain().await);
        self.upkeep.abort();
        tokio::task::block_in_place(|| {
            self.host.engine.stopped();
            self.host.ledger.close();
        });
    }
}

/// Asks the process that serves this state folder to go, and waits until it has; `None` when there is none.
///
/// What could keep this process from serving in its place is proven first.
///
/// # Errors
/// The self-test fails, or the other process does not let go.
pub fn succeed(state: &Path, config: &Config) -> Result<Option<Inherited>, StartError> {
    let door = Places::new(state).handover();
    let Some(takeover) = handover::take(&door, &config.transport)? else {
        return Ok(None);
    };
    prove()?;
    tracing::info!("taking over from the process that serves");
    Ok(Some(tokio::task::block_in_place(|| takeover.ready())?))
}

/// Proves that guests cannot get past the host.
fn prove() -> Result<(), StartError> {
    tokio::task::block_in_place(shadowing).map_err(StartError::SelfTest)
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
    let clock = Arc::new(SystemClock);
    let server = Server::new(transport.clone(), tokens, gate.clone(), gate, clock)
        .map_err(|error| StartError::Build(error.to_string()))?;
    server
        .start(listeners, connections)
        .map_err(StartError::Accept)
}
