//! The engine as the transport's hook gate sees it: every event is answered in time, whatever becomes of its turns.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Map;
use sinew_schema::GateRecord;
use tokio::sync::oneshot;

use super::catalog::PluginState;
use super::engine::{Engine, settle};
use super::event;
use super::gate::{Answering, Check, Difference, Gate, GateNote, Guard, Readiness};
use super::hook::{Column, HookOutcome, HookRequest, Kind, Verdict};
use super::notes::{Answered, answer_record, blocking, note};
use crate::services::canary;

impl Gate for Engine {
    fn hook(self: Arc<Self>, request: HookRequest) -> Answering<'static, HookOutcome> {
        Box::pin(async move {
            let (deadline, event) = (request.deadline, request.event.clone());
            let input = Arc::clone(&request.input);
            let given_up = Arc::new(AtomicBool::new(false));
            let (answer, answered) = oneshot::channel();
            let task = (
                Arc::clone(&self),
                Arc::clone(&given_up),
                event.clone(),
                input,
            );
            let until = deadline
                .checked_sub(self.settings.answer_margin)
                .unwrap_or(deadline);
            tokio::spawn(async move {
                let (engine, given_up, event, input) = task;
                let done = event::run(&engine, request, Arc::clone(&given_up)).await;
                if let Err((late, used)) = answer.send(done) {
                    let answered = Answered {
                        decided: Some(late.verdict.word()),
                        said: "failure",
                        reason: "the answer came after its time",
                        positions: late.positions,
                    };
                    engine.write(&answer_record(engine.clock(), &event, &input, answered));
                    settle(&used);
                }
            });
            match tokio::time::timeout_at(until.into(), answered).await {
                Ok(Ok((outcome, used))) => {
                    // Its turn comes when this task waits, and that is when the answer was written.
                    tokio::spawn(async move { settle(&used) });
                    outcome
                }
                Ok(Err(_)) => {
                    let reason = "the host panicked while it ran the event";
                    self.unanswered(event, reason, deadline).await
                }
                Err(_) => {
                    given_up.store(true, Ordering::Release);
                    let reason = "the plugins did not decide in time";
                    self.unanswered(event, reason, deadline).await
                }
            }
        })
    }

    fn canary(self: Arc<Self>, event: String, number: String) -> Answering<'static, HookOutcome> {
        Box::pin(async move {
            let reason = canary::reason(&number);
            let noted = tokio::task::spawn_blocking({
                let detail = format!("canary {number} was refused");
                move || self.note_gate(GateRecord::WHAT_CANARY, None, Some(&event), &detail)
            });
            let position = noted.await.ok().flatten();
            let verdict = if position.is_some() {
                Verdict::Decided {
                    kind: Kind::Deny,
                    reason,
                    context: String::new(),
                    replacement: None,
                    fields: Map::new(),
                }
            } else {
                Verdict::Failed {
                    column: Column::Deny,
                    reason: format!("{reason}; and it could not be recorded"),
                }
            };
            HookOutcome {
                verdict,
                positions: position.into_iter().collect(),
            }
        })
    }

    fn guard(&self, event: Option<&str>) -> Guard {
        self.catalog.load().guard(event)
    }

    fn note(self: Arc<Self>, note: GateNote) -> Answering<'static, Option<u64>> {
        Box::pin(async move {
            let noted = tokio::task::spawn_blocking(move || {
                let detail = format!("{}: {}", note.refusal.as_str(), note.reason);
                let what = if note.refusal == super::Refusal::Overload {
                    "overload"
                } else {
                    "refused"
                };
                self.note_gate(what, None, note.event.as_deref(), &detail)
            });
            noted.await.ok().flatten()
        })
    }

    fn answered(&self, difference: Difference) {
        let (ledger, clock) = (
            Arc::clone(&self.tools.ledger),
            Arc::clone(&self.tools.clock),
        );
        tokio::task::spawn_blocking(move || {
            let answered = Answered {
                decided: None,
                said: "as the client can be told",
                reason: &difference.differences.join("; "),
                positions: difference.positions,
            };
            let (event, input) = (&difference.event, &difference.input);
            note(
                &ledger,
                &answer_record(clock.as_ref(), event, input, answered),
            );
        });
    }

    fn readiness(&self) -> Readiness {
        let catalog = self.catalog();
        let broken: Vec<_> = catalog
            .plugins
            .iter()
            .filter_map(|(name, state)| match state {
                PluginState::Broken { reason, .. } => Some(format!("`{name}`: {reason}")),
                PluginState::Loaded(_) => None,
            })
            .collect();
        let plugins = Check {
            name: "plugins".to_owned(),
            ok: broken.is_empty(),
            detail: if broken.is_empty() {
                format!("{} loaded", catalog.plugins.len())
            } else {
                broken.join("; ")
            },
        };
        let store = self.store_writable();
        let store = Check {
            name: "store".to_owned(),
            ok: store.is_ok(),
            detail: store.err().unwrap_or_else(|| "it takes commits".to_owned()),
        };
        // The proof runs before anything is served; a process without it does not answer at all.
        let shadowing = Check {
            name: "shadowing".to_owned(),
            ok: true,
            detail: "proved at start".to_owned(),
        };
        Readiness {
            checks: vec![plugins, store, shadowing],
        }
    }
}

impl Engine {
    /// Answers for plugins that did not, and records it. The disk may be what is slow: the answer waits for its record
    /// only until `until`, and the record is made all the same.
    async fn unanswered(
        self: Arc<Self>,
        event: String,
        reason: &'static str,
        until: Instant,
    ) -> HookOutcome {
        let column = self.catalog.load().guard(Some(&event)).column;
        let noting = tokio::task::spawn_blocking(move || {
            self.note_gate("deadline", None, Some(&event), reason)
        });
        let noted = tokio::time::timeout_at(until.into(), noting).await;
        let position = noted.ok().and_then(Result::ok).flatten();
        HookOutcome {
            verdict: Verdict::Failed {
                column,
                reason: reason.to_owned(),
            },
            positions: position.into_iter().collect(),
        }
    }

    /// Whether the store takes commits, looked at no more than once a second.
    fn store_writable(&self) -> Result<(), String> {
        const LOOK_AGAIN: Duration = Duration::from_secs(1);
        let mut seen = self
            .store_seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((at, found)) = seen.as_ref()
            && self.now().saturating_duration_since(*at) < LOOK_AGAIN
        {
            return found.clone();
        }
        let found =
            blocking(|| self.ledger().store().probe_writable()).map_err(|error| error.to_string());
        *seen = Some((self.now(), found.clone()));
        found
    }
}

// === impl Verdict ===

impl Verdict {
    /// The word for it in the ledger.
    fn word(&self) -> &'static str {
        match self {
            Self::Failed { .. } => "failure",
            Self::Decided { kind, .. } => kind.word(),
        }
    }
}
