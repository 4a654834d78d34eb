//! Everything behind the transport: store, ledger, services, engine.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::{StartError, StateFolder, services};
use crate::config::{Config, Places};
use crate::effects::Effects;
use crate::engine::{EffectSource, Engine, EngineParts, Loader, ReadOnly};
use crate::ledger::{Ledger, LedgerSettings};
use crate::services::Services;
use crate::store::{MemoryStore, SqliteStore, Store};
use crate::world::{Clock, Random, SystemClock, SystemRandom};

/// How long a host that ends waits for turns that nobody waits for, before it ends them.
const TURNS_WAIT: Duration = Duration::from_secs(5);
/// How long it waits for what it has ended: an effect is let go of at once, and a guest ends at its next host call.
const ENDING_WAIT: Duration = Duration::from_secs(10);
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// Everything behind the transport.
#[derive(Debug)]
pub struct Host {
    /// Runs turns.
    pub engine: Arc<Engine>,
    /// Records them.
    pub ledger: Arc<Ledger>,
}

/// What the effects of a host in memory may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Whatever permits allow.
    Everything,
    /// Only to look.
    ReadOnly,
}

// === impl Host ===

impl Host {
    /// Opens store and ledger, and loads every plugin.
    ///
    /// # Errors
    /// See [`StartError`]. A plugin that does not load is no error: the events it guards fail until it does.
    pub async fn start(
        state: &StateFolder,
        config: &Config,
        loader: Loader,
    ) -> Result<Self, StartError> {
        Self::start_prepared(state, config, loader, services(config)?).await
    }

    /// As [`Host::start`], with services that were got ready before.
    pub(super) async fn start_prepared(
        state: &StateFolder,
        config: &Config,
        loader: Loader,
        services: Services,
    ) -> Result<Self, StartError> {
        let store = SqliteStore::open(&state.places.database(), config.store())?;
        let ledger = config.ledger(&state.places)?;
        Self::over(
            Arc::new(store),
            ledger,
            config,
            (loader, services),
            Reach::Everything,
            Some(&state.places),
        )
        .await
    }

    /// As [`Host::start`], with a store in memory: nothing of it is left when it is dropped, but what effects did.
    ///
    /// The ledger writes its key and its checkpoints into `scratch`, which nobody else may use.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn in_memory(
        scratch: &Path,
        config: &Config,
        loader: Loader,
        reach: Reach,
    ) -> Result<Self, StartError> {
        let ledger = LedgerSettings::new(scratch);
        let store = Arc::new(MemoryStore::default());
        let prepared = (loader, services(config)?);
        Self::over(store, ledger, config, prepared, reach, None).await
    }

    async fn over(
        store: Arc<dyn Store>,
        ledger: LedgerSettings,
        config: &Config,
        (loader, services): (Loader, Services),
        reach: Reach,
        served: Option<&Places>,
    ) -> Result<Self, StartError> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        let ledger = Ledger::open(store, ledger, Arc::clone(&clock), Arc::clone(&random))?;
        let ledger = Arc::new(ledger);
        let effects = Effects::new(&services, &config.effects);
        let effects: Arc<dyn EffectSource> = match reach {
            Reach::Everything => Arc::new(effects),
            Reach::ReadOnly => Arc::new(ReadOnly(effects)),
        };
        let parts = EngineParts {
            settings: config.engine.clone(),
            configured: config.plugins.clone(),
            reread: config.reread(),
            loader,
            projects: config.projects.clone(),
            home: std::env::home_dir(),
            own: config.own_places(served),
            wired: served.map(Places::wired),
            effects,
            secrets: services.secrets,
            ledger: Arc::clone(&ledger),
            clock,
            random,
        };
        let engine = Engine::start(parts).await.map_err(StartError::Build)?;
        Ok(Self { engine, ledger })
    }

    /// Ends in order: the last checkpoint is signed and the store is closed.
    pub(super) async fn close(self) {
        let Self { engine, ledger } = self;
        let turns = engine.turns();
        tokio::task::block_in_place(|| {
            engine.stopped();
            drop(engine);
            ledger.close();
        });
        // Turns that nobody waits for still hold the ledger; the store is closed when the last one has let go.
        let alone = async || {
            while Arc::strong_count(&ledger) > 1 {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        };
        if tokio::time::timeout(TURNS_WAIT, alone()).await.is_err() {
            turns.cancel();
            if tokio::time::timeout(ENDING_WAIT, alone()).await.is_err() {
                tracing::warn!("a turn outlives its host; what it would still record is lost");
            }
        }
        tokio::task::block_in_place(|| drop(ledger));
    }
}
