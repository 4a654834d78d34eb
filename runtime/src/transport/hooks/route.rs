//! `POST /hooks/{event}`, which always answers 200 and valid JSON in time, and `POST /hooks`, which may refuse.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::body::{Whole, linger};
use super::deadline::Deadline;
use super::gate::{HookGate, Refused, Said};
use super::trace::trace_id;
use crate::engine::{Difference, HookOutcome, HookRequest, Refusal};
use crate::transport::caught::caught;
use crate::transport::server::Shared;
use crate::transport::{Problem, Role};

/// Where an answer says which ledger records stand behind it.
const LEDGER_HEADER: HeaderName = HeaderName::from_static("sinew-ledger");

/// An event's name is not longer than this; the client's longest has 19 characters.
const EVENT_CHARACTERS_MAX: usize = 64;

/// A body larger than this is decoded on a thread of its own, so that it holds nobody up.
const DECODE_INLINE_BYTES_MAX: usize = 256 << 10;

/// Answers a hook event whose name stands in the path.
pub(in crate::transport) async fn by_path(
    State(shared): State<Arc<Shared>>,
    request: Request,
) -> Response {
    let arrival = shared.hooks.clock.instant();
    let (parts, body) = request.into_parts();
    let named = parts.uri.path().strip_prefix("/hooks/").unwrap_or_default();
    let event = is_name(named).then(|| named.to_owned());
    let deadline = Deadline::new(&shared.hooks.settings, event.as_deref(), &parts, arrival);
    let deciding = async {
        if event.is_none() {
            return Err(Refused {
                last: linger(&shared.hooks.settings, body),
                ..refused(Refusal::Path, None, reason_of(Refusal::Path))
            });
        }
        decide(&shared, event.as_deref(), &parts, body, deadline).await
    };
    let said = match caught(until_cut_off(&shared.hooks, event.as_deref(), deciding)).await {
        Ok(Ok(said)) => said,
        Ok(Err(refused)) => shared.hooks.refuse(refused, deadline.answer).await,
        Err(()) => {
            let reason = "sinew: handling this event failed inside the gate";
            let refused = refused(Refusal::Panic, event.as_deref(), reason);
            shared.hooks.refuse(refused, deadline.answer).await
        }
    };
    said.into_response()
}

/// Answers a hook event whose name stands in the body. As long as no event is known, errors are problems.
pub(in crate::transport) async fn by_body(
    State(shared): State<Arc<Shared>>,
    request: Request,
) -> Response {
    let arrival = shared.hooks.clock.instant();
    let (parts, body) = request.into_parts();
    let deadline = Deadline::new(&shared.hooks.settings, None, &parts, arrival);
    let deciding = decide(&shared, None, &parts, body, deadline);
    let refused = match caught(until_cut_off(&shared.hooks, None, deciding)).await {
        Ok(Ok(said)) => return said.into_response(),
        Ok(Err(refused)) => refused,
        Err(()) => refused(
            Refusal::Panic,
            None,
            "sinew: handling this event failed inside the gate",
        ),
    };
    if refused.event.is_some() {
        return shared
            .hooks
            .refuse(refused, deadline.answer)
            .await
            .into_response();
    }
    shared.hooks.note(&refused, None, deadline.answer).await;
    Problem::refused(refused.refusal, &refused.reason).into_response()
}

/// Gives a request up when another process takes over and this one has taken too long.
async fn until_cut_off(
    hooks: &HookGate,
    event: Option<&str>,
    deciding: impl Future<Output = Result<Said, Refused>>,
) -> Result<Said, Refused> {
    tokio::select! {
        biased;
        decided = deciding => decided,
        () = hooks.cut_off() => {
            let reason = "sinew: the gate restarted before this event was decided";
            Err(refused(Refusal::Deadline, event, reason))
        }
    }
}

/// Takes one event from the caller's credentials to the engine's decision.
async fn decide(
    shared: &Shared,
    path_event: Option<&str>,
    parts: &Parts,
    mut body: Body,
    deadline: Deadline,
) -> Result<Said, Refused> {
    let hooks = &shared.hooks;
    let refuse = |refusal| refused(refusal, path_event, reason_of(refusal));
    if let Err(refusal) = shared.callers.admit(parts, Role::Hook) {
        return Err(Refused {
            last: linger(&hooks.settings, body),
            ..refuse(refusal)
        });
    }
    let body_until = hooks.clock.instant() + Duration::from_millis(hooks.settings.body_ms_max);
    let body_until = body_until.min(deadline.engine);
    let whole = match hooks
        .room
        .read(&hooks.settings, &mut body, body_until)
        .await
    {
        Ok(whole) => whole,
        Err(refusal) => {
            return Err(Refused {
                last: linger(&hooks.settings, body),
                ..refuse(refusal)
            });
        }
    };
    let (bytes, input) = decode(whole).await.map_err(refuse)?;
    let event = match input.get("hook_event_name").and_then(Value::as_str) {
        Some(named) if is_name(named) => named.to_owned(),
        _ if path_event.is_none() => return Err(refuse(Refusal::Unreadable)),
        _ => return Err(refuse(Refusal::EventMismatch)),
    };
    if path_event.is_some_and(|path_event| path_event != event) {
        // The client takes only answers to the event that it says it is at, whatever its settings call it.
        return Err(Refused {
            also: path_event.map(str::to_owned),
            ..refused(
                Refusal::EventMismatch,
                Some(&event),
                reason_of(Refusal::EventMismatch),
            )
        });
    }
    if !hooks.guard(Some(&event)).subscribed {
        let answer = hooks.tables.failed(&event, crate::engine::Column::None, "");
        return Ok(Said {
            answer,
            positions: Vec::new(),
            last: false,
        });
    }
    let canary = shared.callers.canary(&event, &input);
    let request = HookRequest {
        event,
        body: bytes.bytes.as_slice().into(),
        input,
        deadline: deadline.engine,
        trace_id: trace_id(&parts.headers),
    };
    ask_engine(hooks, request, canary, deadline).await
}

/// Asks the engine, if there is room, and gives up on it at the deadline.
async fn ask_engine(
    hooks: &HookGate,
    request: HookRequest,
    canary: Option<String>,
    deadline: Deadline,
) -> Result<Said, Refused> {
    let (event, input) = (request.event.clone(), Arc::clone(&request.input));
    let refuse = |refusal| refused(refusal, Some(&event), reason_of(refusal));
    let _slot = hooks
        .in_flight
        .try_acquire()
        .map_err(|_| refuse(Refusal::Overload))?;
    let engine = Arc::clone(&hooks.engine);
    let deciding = match canary {
        Some(number) => engine.canary(event.clone(), number),
        None => engine.hook(request),
    };
    let outcome: HookOutcome = tokio::select! {
        biased;
        outcome = deciding => outcome,
        () = tokio::time::sleep_until(deadline.answer.into()) => return Err(refuse(Refusal::Deadline)),
    };
    match hooks.tables.answer(&event, &outcome.verdict) {
        Ok(answer) => {
            if !answer.differences.is_empty() {
                hooks.engine.answered(Difference {
                    event,
                    input,
                    positions: outcome.positions.clone(),
                    differences: answer.differences.clone(),
                });
            }
            Ok(Said {
                answer,
                positions: outcome.positions,
                last: false,
            })
        }
        Err(unanswerable) => {
            let reason = format!("sinew: {unanswerable}");
            hooks.engine.answered(Difference {
                event: event.clone(),
                input,
                positions: outcome.positions,
                differences: vec![reason.clone()],
            });
            Err(refused(Refusal::Unanswerable, Some(&event), &reason))
        }
    }
}

/// Decodes a body, which has to be an object. Its bytes stay as they came.
async fn decode(whole: Whole) -> Result<(Arc<Whole>, Arc<Value>), Refusal> {
    let whole = Arc::new(whole);
    let parsed = if whole.bytes.len() > DECODE_INLINE_BYTES_MAX {
        let bytes = Arc::clone(&whole);
        let parsing = tokio::task::spawn_blocking(move || parse(&bytes.bytes));
        parsing.await.unwrap_or(None)
    } else {
        parse(&whole.bytes)
    };
    match parsed {
        Some(value) => Ok((whole, Arc::new(value))),
        None => Err(Refusal::Unreadable),
    }
}

fn parse(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok().filter(Value::is_object)
}

fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    text.len() <= EVENT_CHARACTERS_MAX
        && characters
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic())
        && characters.all(|character| character.is_ascii_alphanumeric() || character == '_')
}

fn refused(refusal: Refusal, event: Option<&str>, reason: &str) -> Refused {
    Refused {
        refusal,
        event: event.map(str::to_owned),
        also: None,
        reason: reason.to_owned(),
        last: false,
    }
}

/// Says a refusal to the person whose tool call waits for it.
fn reason_of(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Token => {
            "sinew: this hook's bearer token is missing or wrong; check the `Authorization` header in the client's settings"
        }
        Refusal::Host => {
            "sinew: this hook was sent to another name than the gate's; use 127.0.0.1 or localhost in its URL"
        }
        Refusal::Origin => "sinew: this hook was sent by a web page, which may not call the gate",
        Refusal::Path => "sinew: the hook's URL does not end in an event's name",
        Refusal::EventMismatch => {
            "sinew: the event in this hook's URL is not the event it was sent for; check its URL in the client's settings"
        }
        Refusal::TooLarge => "sinew: this event is larger than the gate accepts (`limits.body`)",
        Refusal::SlowBody => "sinew: this event did not arrive in time",
        Refusal::BrokenBody => "sinew: this event broke off while it arrived",
        Refusal::Unreadable => "sinew: this event is not a JSON object with a `hook_event_name`",
        Refusal::Overload => "sinew: too many events are being decided at once; try again",
        Refusal::Deadline => "sinew: no decision could be had in time",
        Refusal::Panic => "sinew: handling this event failed inside the gate",
        Refusal::Unanswerable => "sinew: what was decided cannot be said to the client",
    }
}

impl IntoResponse for Said {
    fn into_response(self) -> Response {
        let kind = HeaderValue::from_static("application/json");
        let body = self.answer.json.to_string();
        let mut response = ([(header::CONTENT_TYPE, kind)], body).into_response();
        let positions: Vec<String> = self.positions.iter().map(u64::to_string).collect();
        if !positions.is_empty()
            && let Ok(value) = HeaderValue::try_from(positions.join(","))
        {
            response.headers_mut().insert(LEDGER_HEADER, value);
        }
        if self.last {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
        }
        response
    }
}
