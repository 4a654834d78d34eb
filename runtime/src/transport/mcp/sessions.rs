//! The ends of sessions of the older eras over HTTP. One ends when for a while nobody has sent anything in it, no call of
//! it runs and nobody listens to it. The library's own timer counts messages alone, and would end a session in the middle
//! of a call, or of a question that a person thinks about; so it is off, and this takes its place.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rmcp::transport::streamable_http_server::session::SessionManager as _;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use tokio_util::sync::CancellationToken;

use crate::world::Clock;

/// The sessions of every view, by their ids.
pub(super) struct Sessions {
    /// How long one may be silent.
    idle: Duration,
    clock: Arc<dyn Clock>,
    open: Mutex<HashMap<String, Session>>,
}

struct Session {
    usage: Arc<Mutex<Usage>>,
    /// Cancelled when the session has ended.
    ended: CancellationToken,
}

/// What holds a session, and since when nothing does.
struct Usage {
    holders: usize,
    since: Instant,
}

/// Keeps a session from ending: a request until its answer is read or given up, and a call until it is over.
pub(super) struct Held {
    usage: Arc<Mutex<Usage>>,
    clock: Arc<dyn Clock>,
}

// === impl Sessions ===

impl Sessions {
    pub(super) fn new(idle: Duration, clock: Arc<dyn Clock>) -> Self {
        Self {
            idle,
            clock,
            open: Mutex::default(),
        }
    }

    /// Takes a new session down, and ends it once it has been silent for too long.
    pub(super) fn began(self: &Arc<Self>, id: &str, manager: &Arc<LocalSessionManager>) {
        let usage = Usage {
            holders: 0,
            since: self.clock.instant(),
        };
        let (usage, ended) = (Arc::new(Mutex::new(usage)), CancellationToken::new());
        let session = Session {
            usage: Arc::clone(&usage),
            ended: ended.clone(),
        };
        self.open().insert(id.to_owned(), session);
        let (sessions, manager, id) = (Arc::clone(self), Arc::clone(manager), id.to_owned());
        tokio::spawn(async move {
            tokio::select! {
                () = ended.cancelled() => {}
                () = sessions.silence(&usage) => {
                    sessions.ended(&id);
                    // From here on its requests get 404. That it is gone already is no failure.
                    let _ = manager.close_session(&id.into()).await;
                }
            }
        });
    }

    /// Forgets a session that its client ended.
    pub(super) fn ended(&self, id: &str) {
        let session = self.open().remove(id);
        if let Some(session) = session {
            session.ended.cancel();
        }
    }

    /// Keeps a session open until what is returned is dropped; none where there is no such session.
    pub(super) fn hold(&self, id: &str) -> Option<Held> {
        let usage = Arc::clone(&self.open().get(id)?.usage);
        locked(&usage).holders += 1;
        let clock = Arc::clone(&self.clock);
        Some(Held { usage, clock })
    }

    /// Waits until nothing has held a session for as long as one may be silent.
    async fn silence(&self, usage: &Mutex<Usage>) {
        loop {
            let left = {
                let usage = locked(usage);
                let silent = self.clock.instant().saturating_duration_since(usage.since);
                // One that is held now may be let go at once, and has all its time from then on.
                let silent = if usage.holders == 0 {
                    silent
                } else {
                    Duration::ZERO
                };
                self.idle.saturating_sub(silent)
            };
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left).await;
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        locked(&self.open)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut usage = locked(&self.usage);
        usage.holders -= 1;
        usage.since = self.clock.instant();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
