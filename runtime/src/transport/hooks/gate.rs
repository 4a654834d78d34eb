//! What every hook request needs: the engine, the tables, the limits, and a word for what went wrong.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};

use super::body::Room;
use super::{Tables, answer::Answer};
use crate::engine::{Column, Gate, GateNote, Guard, Readiness, Refusal};
use crate::transport::TransportSettings;
use crate::world::Clock;

/// The shortest wait for the ledger, when the deadline has passed already.
const NOTE_MS_MIN: u64 = 20;

/// The hook gate's state.
pub(in crate::transport) struct HookGate {
    pub(super) engine: Arc<dyn Gate>,
    pub(super) tables: Tables,
    pub(super) settings: TransportSettings,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) room: Room,
    pub(super) in_flight: Semaphore,
    notes: Arc<Semaphore>,
    /// Refusals that found no place among the notes: they are recorded as a number.
    unnoted: Arc<AtomicU64>,
    /// Set when another process takes over: what is still in flight then is answered by the failure table.
    pub(super) cutoff: watch::Receiver<Option<Instant>>,
}

/// A hook request that no plugin decided.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) refusal: Refusal,
    /// The event whose answer the client understands; `None` when it is unknown.
    pub(super) event: Option<String>,
    /// Another event whose subscribers are as strict as this one's: the path's, where the body says otherwise.
    pub(super) also: Option<String>,
    pub(super) reason: String,
    /// The body was not read to its end, so the connection has to end.
    pub(super) last: bool,
}

/// Records how many refusals found no place since this was last done.
async fn note_number(engine: Arc<dyn Gate>, unnoted: &AtomicU64, place: OwnedSemaphorePermit) {
    let number = unnoted.swap(0, Ordering::AcqRel);
    if number > 0 {
        let note = GateNote {
            refusal: Refusal::Overload,
            event: None,
            column: None,
            reason: format!("{number} more refusals came while too many waited for the ledger"),
        };
        engine.note(note).await;
    }
    drop(place);
}

/// What leaves: an answer and the ledger positions behind it.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) answer: Answer,
    pub(super) positions: Vec<u64>,
    /// The connection ends with this answer.
    pub(super) last: bool,
}

// === impl HookGate ===

impl HookGate {
    pub(in crate::transport) fn new(
        engine: Arc<dyn Gate>,
        tables: Tables,
        settings: TransportSettings,
        clock: Arc<dyn Clock>,
        cutoff: watch::Receiver<Option<Instant>>,
    ) -> Self {
        Self {
            engine,
            tables,
            room: Room::new(&settings),
            notes: Arc::new(Semaphore::new(
                settings.notes_in_flight_max.min(Semaphore::MAX_PERMITS),
            )),
            unnoted: Arc::default(),
            in_flight: Semaphore::new(settings.hooks_in_flight_max.min(Semaphore::MAX_PERMITS)),
            settings,
            clock,
            cutoff,
        }
    }

    pub(in crate::transport) fn readiness(&self) -> Readiness {
        catch_unwind(AssertUnwindSafe(|| self.engine.readiness())).unwrap_or_else(|_reported| {
            Readiness {
                checks: vec![crate::engine::Check {
                    name: "engine".to_owned(),
                    ok: false,
                    detail: "asking the engine panicked".to_owned(),
                }],
            }
        })
    }

    /// Tells who is configured. An engine that cannot even say that is answered for with the strictest column.
    pub(super) fn guard(&self, event: Option<&str>) -> Guard {
        catch_unwind(AssertUnwindSafe(|| self.engine.guard(event))).unwrap_or(Guard {
            subscribed: true,
            column: Column::Deny,
        })
    }

    /// Answers from the failure table with the strictest configured column; `{}` where nobody is configured.
    pub(super) async fn refuse(&self, refused: Refused, until: Instant) -> Said {
        let event = refused.event.as_deref();
        let mut guard = self.guard(event);
        if refused.also.is_some() {
            guard = guard.or(self.guard(refused.also.as_deref()));
        }
        let answer = self
            .tables
            .failed(event.unwrap_or("*"), guard.column, &refused.reason);
        let position = self.note(&refused, Some(guard.column), until).await;
        Said {
            answer,
            positions: position.into_iter().collect(),
            last: refused.last,
        }
    }

    /// Records a refusal. The answer waits for the ledger only a while; the note itself goes on.
    pub(super) async fn note(
        &self,
        refused: &Refused,
        column: Option<Column>,
        until: Instant,
    ) -> Option<u64> {
        tracing::warn!(
            refusal = refused.refusal.as_str(),
            event = refused.event.as_deref().unwrap_or(""),
            reason = %refused.reason,
            "a hook event was answered without asking a plugin"
        );
        let note = GateNote {
            refusal: refused.refusal,
            event: refused.event.clone(),
            column,
            reason: refused.reason.clone(),
        };
        let Ok(place) = Arc::clone(&self.notes).try_acquire_owned() else {
            tracing::warn!("too many refusals wait for the ledger; it gets their number");
            self.unnoted.fetch_add(1, Ordering::AcqRel);
            // Whoever held the last place may have looked at the number already.
            if let Ok(place) = Arc::clone(&self.notes).try_acquire_owned() {
                let (engine, unnoted) = (Arc::clone(&self.engine), Arc::clone(&self.unnoted));
                tokio::spawn(async move { note_number(engine, &unnoted, place).await });
            }
            return None;
        };
        let (engine, unnoted) = (Arc::clone(&self.engine), Arc::clone(&self.unnoted));
        let (noted, noting) = oneshot::channel();
        tokio::spawn(async move {
            // Nobody may wait for it any more.
            let _ = noted.send(Arc::clone(&engine).note(note).await);
            note_number(engine, &unnoted, place).await;
        });
        let patience = match refused.refusal {
            Refusal::Overload => self.settings.note_ms_overload,
            _ => self.settings.note_ms_max,
        };
        let wait = until
            .saturating_duration_since(self.clock.instant())
            .min(Duration::from_millis(patience))
            .max(Duration::from_millis(NOTE_MS_MIN));
        match tokio::time::timeout(wait, noting).await {
            Ok(Ok(position)) => position,
            Ok(Err(_panicked)) => None,
            Err(_elapsed) => None,
        }
    }

    /// Waits until requests in flight have to be answered because another process takes over.
    pub(super) async fn cut_off(&self) {
        let mut cutoff = self.cutoff.clone();
        loop {
            let moment = *cutoff.borrow_and_update();
            match moment {
                Some(moment) => {
                    tokio::select! {
                        () = tokio::time::sleep_until(moment.into()) => return,
                        changed = cutoff.changed() => if changed.is_err() { return },
                    }
                }
                None if cutoff.changed().await.is_err() => std::future::pending().await,
                None => {}
            }
        }
    }
}
