//! What nobody waits for: scopes of sessions that are long over, and answers that nobody will ask for again.

use std::sync::Arc;
use std::time::Duration;

use crate::store::{Expired, Expiry, Store, StoreError};
use crate::world::Clock;

/// How long things are kept.
#[derive(Debug, Clone)]
pub struct UpkeepSettings {
    /// How often it is looked.
    pub every: Duration,
    /// A session's scopes are kept this long after they were last written.
    pub sessions_kept: Duration,
    /// The answer to a request with a tool-use id is kept this long, for a client that asks again.
    pub answers_kept: Duration,
    /// Rows that one step may drop, so that it never holds the writer for long.
    pub rows_max: usize,
}

impl Default for UpkeepSettings {
    fn default() -> Self {
        const DAY: Duration = Duration::from_hours(24);
        Self {
            every: Duration::from_mins(1),
            sessions_kept: 30 * DAY,
            answers_kept: DAY,
            rows_max: 1000,
        }
    }
}

/// Drops what is old, again and again, until the task is aborted. Records in the ledger are never touched.
pub(super) async fn run(settings: UpkeepSettings, store: Arc<dyn Store>, clock: Arc<dyn Clock>) {
    let mut rounds = tokio::time::interval(settings.every);
    loop {
        rounds.tick().await;
        let (settings, store, clock) = (settings.clone(), Arc::clone(&store), Arc::clone(&clock));
        let round =
            tokio::task::spawn_blocking(move || round(&settings, store.as_ref(), clock.as_ref()));
        if let Ok(Err(error)) = round.await {
            tracing::warn!("dropping old scopes and answers: {error}");
        }
    }
}

fn round(
    settings: &UpkeepSettings,
    store: &dyn Store,
    clock: &dyn Clock,
) -> Result<(), StoreError> {
    let now = clock.unix_micros();
    let before =
        |kept: Duration| now.saturating_sub(i64::try_from(kept.as_micros()).unwrap_or(i64::MAX));
    loop {
        let Expired { scopes, outcomes } = store.expire(Expiry {
            scopes_before: before(settings.sessions_kept),
            scope_prefix: "session:",
            outcomes_before: before(settings.answers_kept),
            limit: settings.rows_max,
        })?;
        if scopes < settings.rows_max && outcomes < settings.rows_max {
            return Ok(());
        }
    }
}
