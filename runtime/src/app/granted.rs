//! A grant that is recorded where nothing serves.

use std::sync::Arc;

use super::{StartError, StateFolder};
use crate::config::Config;
use crate::engine::note_grant;
use crate::ledger::Ledger;
use crate::permits::Grant;
use crate::store::SqliteStore;
use crate::world::{Clock, SystemClock, SystemRandom};

/// Records a grant in the ledger of a state folder that this process holds, and signs a checkpoint over it. Returns the
/// record's position; none where it is in the journal, or found no room at all.
///
/// # Errors
/// The store or the ledger does not open.
pub fn record_grant(
    state: &StateFolder,
    config: &Config,
    plugin: &str,
    grant: &Grant,
) -> Result<Option<u64>, StartError> {
    let store = Arc::new(SqliteStore::open(&state.places.database(), config.store())?);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let settings = config.ledger(&state.places)?;
    let ledger = Ledger::open(store, settings, Arc::clone(&clock), Arc::new(SystemRandom))?;
    let by = "the operator, while nothing served,";
    let noted = note_grant(&ledger, clock.as_ref(), plugin, grant, by);
    ledger.close();
    Ok(noted)
}
