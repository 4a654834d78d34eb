//! What nobody waits for: scopes of sessions that are long over, answers that nobody will ask for again, old records.

use std::sync::Arc;
use std::time::Duration;

use sinew_schema::GateRecord;

use super::notes;
use super::open_effect::SETTLED;
use crate::ledger::{Ledger, LedgerError, Retention};
use crate::store::{Expired, Expiry, Store, StoreError};
use crate::world::Clock;

const HOUR_MICROS: i64 = 3_600_000_000;

/// How long things are kept.
#[derive(Debug, Clone)]
pub struct UpkeepSettings {
    /// How often it is looked.
    pub every: Duration,
    /// A session's scopes are kept this long after they were last written.
    pub sessions_kept: Duration,
    /// The answer to a request with a tool-use id is kept this long, for a client that asks again.
    pub answers_kept: Duration,
    /// Records are kept this long; then a signed stub stands for them.
    pub records_kept: Duration,
    /// When the database is larger, the oldest records go before their time.
    pub database_bytes_wanted: u64,
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
            records_kept: 90 * DAY,
            // Four fifths of what the store may take by default, so that commits still fit while records go.
            database_bytes_wanted: (64 << 30) / 5 * 4,
            rows_max: 1000,
        }
    }
}

/// Drops what is old, again and again, until the task is aborted.
pub(super) async fn run(settings: UpkeepSettings, ledger: Arc<Ledger>, clock: Arc<dyn Clock>) {
    let mut rounds = tokio::time::interval(settings.every);
    loop {
        rounds.tick().await;
        let (settings, ledger, clock) = (settings.clone(), Arc::clone(&ledger), Arc::clone(&clock));
        let round = tokio::task::spawn_blocking(move || {
            if let Err(error) = round(&settings, &**ledger.store(), &*clock) {
                tracing::warn!("dropping old scopes and answers: {error}");
            }
            if let Err(error) = shorten(&settings, &ledger, &*clock) {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "old records could not be dropped");
            }
        });
        // A round that panicked has said so; the next one may do better.
        _ = round.await;
    }
}

fn round(
    settings: &UpkeepSettings,
    store: &dyn Store,
    clock: &dyn Clock,
) -> Result<(), StoreError> {
    // Sessions, what days have spent, and what was found to be done in turns that nobody repeats any more.
    for scope_prefix in ["session:", "day:", SETTLED] {
        loop {
            let Expired { scopes, outcomes } = store.expire(Expiry {
                scopes_before: before(clock, settings.sessions_kept),
                scope_prefix,
                outcomes_before: before(clock, settings.answers_kept),
                limit: settings.rows_max,
            })?;
            if scopes < settings.rows_max && outcomes < settings.rows_max {
                break;
            }
        }
    }
    Ok(())
}

fn shorten(
    settings: &UpkeepSettings,
    ledger: &Ledger,
    clock: &dyn Clock,
) -> Result<(), LedgerError> {
    // Whole hours, so that a busy gate drops its old records once an hour and not in every round.
    let old = before(clock, settings.records_kept);
    let retention = Retention {
        before: old - old.rem_euclid(HOUR_MICROS),
        bytes_max: settings.database_bytes_wanted,
    };
    loop {
        let dropped = ledger.shorten(&retention)?;
        if dropped == 0 {
            return Ok(());
        }
        let detail = format!("{dropped} records, which are old or in want of room");
        notes::gate(ledger, clock, GateRecord::WHAT_DROPPED, &detail);
    }
}

fn before(clock: &dyn Clock, kept: Duration) -> i64 {
    let kept = i64::try_from(kept.as_micros()).unwrap_or(i64::MAX);
    clock.unix_micros().saturating_sub(kept)
}
