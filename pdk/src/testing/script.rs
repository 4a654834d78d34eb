//! The script of this thread's fake host.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};

use super::Performed;

/// What the fake host holds and expects.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) vars: BTreeMap<String, Vec<u8>>,
    pub(crate) config: BTreeMap<String, Vec<u8>>,
    /// The client's original input, for `input_read`.
    pub(crate) original: Option<Value>,
    /// The registered project of MCP calls.
    pub(crate) project: Option<String>,
    /// The client's session of MCP calls.
    pub(crate) session: Option<String>,
    /// Answered once each, in this order.
    pub(crate) expected: VecDeque<Expected>,
    /// Answered any number of times, by name.
    pub(crate) standing: BTreeMap<&'static str, Standing>,
    pub(crate) performed: Vec<Performed>,
}

pub(crate) struct Expected {
    pub(crate) effect: &'static str,
    pub(crate) request: Value,
    pub(crate) result: Value,
}

pub(crate) type Standing = std::rc::Rc<dyn Fn(Value) -> Value>;

thread_local! {
    static SCRIPT: RefCell<Option<Script>> = const { RefCell::new(None) };
}

/// Puts a script in place, and returns whether there was none.
pub(super) fn install(script: Script) -> bool {
    SCRIPT.with_borrow_mut(|slot| {
        let free = slot.is_none();
        if free {
            *slot = Some(script);
        }
        free
    })
}

/// Takes the script away.
pub(super) fn uninstall() -> Option<Script> {
    SCRIPT.with_borrow_mut(Option::take)
}

/// Runs with the script in place; without one, the host "cannot be reached".
pub(crate) fn with<R>(run: impl FnOnce(&mut Script) -> Result<R, String>) -> Result<R, String> {
    SCRIPT.with_borrow_mut(|slot| match slot {
        Some(script) => run(script),
        None => Err(String::from(
            "this thread has no host: make a `sinew_pdk::testing::FakeHost` first",
        )),
    })
}

/// Answers an effect from the script.
pub(crate) fn answer(effect: &'static str, request: &[u8]) -> Result<Vec<u8>, String> {
    let request: Value = serde_json::from_slice(request).map_err(|error| error.to_string())?;
    let standing = with(|script| {
        script.performed.push(Performed {
            effect,
            request: request.clone(),
        });
        Ok(script.standing.get(effect).cloned())
    })?;
    // Outside of the script's borrow: the closure is the test's, and may ask the host itself.
    let result = match standing {
        Some(answer) => answer(request),
        None => with(|script| Ok(script.next(effect, &request)))?,
    };
    serde_json::to_vec(&result).map_err(|error| error.to_string())
}

// === impl Script ===

impl Script {
    fn next(&mut self, effect: &'static str, request: &Value) -> Value {
        match self.expected.front() {
            Some(next) if next.effect == effect => {
                let Some(next) = self.expected.pop_front() else {
                    return Value::Null;
                };
                assert!(
                    next.request == *request,
                    "`{effect}` was expected with another request\nexpected: {}\n    sent: {request}",
                    next.request
                );
                next.result
            }
            next => match self.own_answer(effect, request) {
                Some(result) => result,
                None => panic!(
                    "`{effect}` was not expected{}\n    sent: {request}",
                    next.map(|next| format!(
                        "; the next one is `{}` {}",
                        next.effect, next.request
                    ))
                    .unwrap_or_default()
                ),
            },
        }
    }

    /// Answers what every host answers without being told to: logs, events, what only clients of MCP hear, and the plugin's own input.
    fn own_answer(&self, effect: &str, request: &Value) -> Option<Value> {
        match effect {
            "log_debug" | "log_info" | "log_warn" | "log_error" | "emit_event" | "mcp_log"
            | "mcp_progress" | "mcp_changed" => Some(json!({"status": "ok", "value": {}})),
            "input_read" => self
                .original
                .as_ref()
                .map(|original| read_input(original, request)),
            _ => None,
        }
    }
}

/// How much `input_read` returns at once; small, so that tests read in several chunks.
const CHUNK_BYTES: usize = 64;

fn read_input(original: &Value, request: &Value) -> Value {
    let pointer = request["pointer"].as_str().unwrap_or_default();
    let text = match original.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => {
            return json!({"status": "error", "value": {"code": "not_found", "message": format!("no value at `{pointer}`")}});
        }
    };
    let start = request["offset"]
        .as_u64()
        .and_then(|offset| usize::try_from(offset).ok())
        .unwrap_or(0);
    let mut end = (start + CHUNK_BYTES).min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let Some(chunk) = text.get(start..end) else {
        return json!({"status": "error", "value": {"code": "invalid_request", "message": "the offset lies beyond the end"}});
    };
    let mut value = json!({"text": chunk, "total_bytes": text.len()});
    if end < text.len() {
        value["next_offset"] = json!(end);
    }
    json!({"status": "ok", "value": value})
}
