//! The gate: canaries that take every step of a client's event, over HTTP and through the shim.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Map, Value, json};
use sinew_schema::GateDecisionTable;

use super::daemon::{Daemon, count, takes_over};
use super::finding::{Findings, Fix};
use crate::cli::operator::{Question, Target, exchange};
use crate::cli::progress::Progress;
use crate::cli::wiring::{Endpoint, Subscribed};
use crate::services::canary;
use crate::services::child::{self, Child};
use crate::services::tokens::{Role, Tokens};
use crate::world::{Clock as _, SystemClock, SystemRandom};

const PATIENCE: Duration = Duration::from_secs(30);
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Ways into the gate.
const WAYS: [(&str, &str); 2] = [("over HTTP", "http"), ("through the shim", "shim")];

/// The gate that is tried.
pub(super) struct Gate<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) tokens: &'a Tokens,
    pub(super) events: &'a BTreeMap<String, Subscribed>,
    address: SocketAddr,
    table: &'static GateDecisionTable,
}

/// What an answer took, by way.
#[derive(Default)]
struct Times {
    http: Vec<Duration>,
    shim: Vec<Duration>,
}

// === impl Gate ===

impl<'a> Gate<'a> {
    /// The gate of a daemon that listens where clients ask.
    pub(super) fn new(
        endpoint: &'a Endpoint,
        tokens: &'a Tokens,
        events: &'a BTreeMap<String, Subscribed>,
        daemon: &Daemon,
    ) -> Option<Self> {
        Some(Self {
            endpoint,
            tokens,
            events,
            address: daemon.address?,
            table: GateDecisionTable::bundled().ok()?,
        })
    }

    /// Sends a canary for every event both ways; then what `guard` is known to deny.
    pub(super) async fn tried(
        &self,
        daemon: &Daemon,
        progress: &Progress,
        findings: &mut Findings,
    ) {
        let mut times = Times::default();
        for event in self.events.keys() {
            for (way, word) in WAYS {
                progress.now(format!("trying {event} {way}"));
                let (body, nonce) =
                    canary::body(event, self.tokens.token(Role::Admin), &SystemRandom);
                let expected = self.expected(event, &nonce);
                let started = SystemClock.instant();
                let answered = self.send(event, word, &body).await;
                let took = SystemClock.instant().saturating_duration_since(started);
                match answered {
                    Ok(answer) if answer == expected => {
                        if self.denies(event) {
                            times.of(word).push(took);
                        }
                    }
                    Ok(answer) => {
                        let text = format!("{event} {way}: the canary was answered with {answer}");
                        findings.fail("gate", text, fix(&answer));
                    }
                    Err(why) => {
                        let text = format!("{event} {way}: {why}");
                        findings.fail("gate", text, takes_over());
                    }
                }
            }
        }
        let rule = self.guard(daemon, findings).await;
        if findings.well(Some("gate")) {
            findings.ok("gate", self.summary(&mut times, rule.as_deref()));
        }
    }

    /// Has `guard` judge what it is known to deny, in a session of nobody's.
    async fn guard(&self, daemon: &Daemon, findings: &mut Findings) -> Option<String> {
        const GUARD: &str = "guard";
        let event = "PreToolUse";
        let subscribed = self
            .events
            .get(event)?
            .plugins
            .iter()
            .any(|name| name == GUARD);
        if !subscribed || !daemon.plugins.iter().any(|name| name == GUARD) {
            return None;
        }
        let mut rule = None;
        for (way, word) in WAYS {
            let body = json!({
                "hook_event_name": event,
                "session_id": canary::SESSION,
                "cwd": "/",
                "tool_name": "Bash",
                "tool_input": { "command": "rm -rf /" },
            });
            let answer = self.send(event, word, &body).await;
            let output = answer
                .as_ref()
                .ok()
                .and_then(|answer| answer.get("hookSpecificOutput"));
            let text = |key: &str| {
                output
                    .and_then(|output| output.get(key))
                    .and_then(Value::as_str)
            };
            if text("permissionDecision") == Some("deny") {
                let reason = text("permissionDecisionReason").unwrap_or_default();
                rule = reason
                    .strip_prefix('[')
                    .and_then(|rest| Some(rest.split_once(']')?.0.to_owned()));
            } else {
                let said = answer.map_or_else(|why| why, |answer| answer.to_string());
                findings.fail(
                    "gate",
                    format!("guard {way}: `rm -rf /` was not denied but answered with {said}"),
                    Fix::run("sinew explain 'rm -rf /'").and("which says who judges it, and how"),
                );
            }
        }
        Some(rule.map_or(GUARD.to_owned(), |rule| format!("{GUARD}: {rule}")))
    }

    /// The answer to a canary, word for word.
    fn expected(&self, event: &str, nonce: &str) -> Value {
        let cell = self.cell(event).cloned().unwrap_or_default();
        filled(&cell.into(), &canary::reason(nonce))
    }

    fn cell(&self, event: &str) -> Option<&Map<String, Value>> {
        Some(&self.table.row(event)?.deny)
    }

    /// Whether the client lets this event be refused, rather than only tells the person.
    fn denies(&self, event: &str) -> bool {
        self.cell(event)
            .is_some_and(|cell| cell.keys().any(|key| key != "systemMessage"))
    }

    async fn send(&self, event: &str, way: &str, body: &Value) -> Result<Value, String> {
        let body = body.to_string().into_bytes();
        let answer = if way == "http" {
            let path = format!("/hooks/{event}");
            let question = Question {
                method: "POST",
                path: &path,
                headers: vec![
                    (
                        "authorization",
                        format!("Bearer {}", self.tokens.token(Role::Hook)),
                    ),
                    ("content-type", "application/json".to_owned()),
                ],
                body,
            };
            let reply = exchange(Target::Tcp(self.address), question, PATIENCE)
                .await
                .map_err(|error| format!("{error:#}"))?;
            if !reply.recorded {
                return Err("its answer names no record of the ledger".to_owned());
            }
            reply.body
        } else {
            let patience_ms = u64::try_from(PATIENCE.as_millis()).unwrap_or(u64::MAX);
            let arguments: Vec<OsString> = self
                .endpoint
                .shim_arguments(event, true, patience_ms)
                .into_iter()
                .map(OsString::from)
                .collect();
            let shim = Child {
                program: &self.endpoint.program,
                arguments: &arguments,
                input: &body,
                wall: PATIENCE,
                output_bytes_max: ANSWER_BYTES_MAX,
            };
            child::run(shim).await?
        };
        serde_json::from_slice(&answer).map_err(|_| "its answer is not JSON".to_owned())
    }

    fn summary(&self, times: &mut Times, rule: Option<&str>) -> String {
        let denying = self
            .events
            .keys()
            .filter(|event| self.denies(event))
            .count();
        let mut text = if denying == 0 {
            "no event can be denied; canaries were answered both ways".to_owned()
        } else {
            format!(
                "canary denied over HTTP in {} and through the shim in {}",
                median(&mut times.http),
                median(&mut times.shim)
            )
        };
        if let Some(rule) = rule {
            text = format!("{text} ({rule})");
        }
        format!(
            "{text}; {}, {denying} can be denied",
            count(self.events.len(), "event")
        )
    }
}

// === impl Times ===

impl Times {
    fn of(&mut self, way: &str) -> &mut Vec<Duration> {
        if way == "http" {
            &mut self.http
        } else {
            &mut self.shim
        }
    }
}

/// Puts a reason where the table says.
fn filled(cell: &Value, reason: &str) -> Value {
    match cell {
        Value::String(text) if text == "${reason}" => reason.into(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), filled(value, reason)))
            .collect(),
        other => other.clone(),
    }
}

fn median(times: &mut [Duration]) -> String {
    times.sort();
    let middle = times.get(times.len() / 2).copied().unwrap_or_default();
    format!("{:.1} ms", middle.as_secs_f64() * 1_000.0)
}

fn fix(answer: &Value) -> Fix {
    if answer.to_string().contains("bearer token") {
        takes_over()
    } else {
        Fix::run("sinew ledger tail").and("which says why")
    }
}
