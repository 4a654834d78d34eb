//! Everything behind the transport: store, ledger, services, engine.

use std::sync::Arc;
use std::time::Duration;

use super::{StartError, StateFolder};
use crate::config::Config;
use crate::effects::{EffectLimits, Effects};
use crate::engine::{Engine, EngineParts, Loader};
use crate::ledger::Ledger;
use crate::services::Services;
use crate::services::git::GitService;
use crate::store::SqliteStore;
use crate::world::{Clock, Random, SystemClock, SystemRandom};

/// How long a host that ends waits for turns that nobody waits for.
const TURNS_WAIT: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// Everything behind the transport.
#[derive(Debug)]
pub struct Host {
    /// Runs turns.
    pub engine: Arc<Engine>,
    /// Records them.
    pub ledger: Arc<Ledger>,
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
            git: GitService::start(config.git.clone()).map_err(StartError::Git)?,
        };
        let parts = EngineParts {
            settings: config.engine.clone(),
            configured: config.plugins.clone(),
            loader,
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

    /// Ends in order: the last checkpoint is signed and the store is closed.
    pub(super) async fn close(self) {
        let Self { engine, ledger } = self;
        tokio::task::block_in_place(|| {
            engine.stopped();
            drop(engine);
            ledger.close();
        });
        // Turns that nobody waits for still hold the ledger; the store is closed when the last one has let go.
        let alone = async {
            while Arc::strong_count(&ledger) > 1 {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        };
        if tokio::time::timeout(TURNS_WAIT, alone).await.is_err() {
            tracing::warn!("a turn outlives its host; what it would still record is lost");
        }
        tokio::task::block_in_place(|| drop(ledger));
    }
}
