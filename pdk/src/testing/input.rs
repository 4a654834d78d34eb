//! [`Input`]: an event to call an entry point with.

use serde_json::{Map, Value, json};
use sinew_schema::Phase;

use crate::{Call, EffectError, HookInput, PreToolUse};

/// The input of an entry point, as a test describes it.
///
/// What the client always sends (`hook_event_name`, `session_id`, `cwd`) is filled in where the test does not care.
#[derive(Debug, Clone)]
pub struct Input {
    fields: Value,
    phase: Phase,
    project: Option<String>,
    elided: Vec<String>,
}

/// A call of the client's shell tool in `/home/dev/project`, to be decided.
#[must_use]
#[track_caller]
pub fn bash(command: &str) -> PreToolUse {
    Input::new(json!({"tool_name": "Bash", "tool_input": {"command": command}})).call()
}

/// An error that an effect answers with.
pub fn refusal(code: &str, message: impl Into<String>) -> EffectError {
    EffectError::new(code, message)
}

// === impl Input ===

impl Input {
    /// Starts from the fields that matter to the test.
    #[must_use]
    pub fn new(fields: Value) -> Self {
        Self {
            fields,
            phase: Phase::Decide,
            project: None,
            elided: Vec::new(),
        }
    }

    /// Makes this the input of a rewriting turn.
    #[must_use]
    pub fn rewriting(mut self) -> Self {
        self.phase = Phase::Rewrite;
        self
    }

    /// Sets the registered project.
    #[must_use]
    pub fn in_project(mut self, root: &str) -> Self {
        self.project = Some(root.to_owned());
        self
    }

    /// Takes the value at a JSON pointer out, as the host does with large ones. Only [`FakeHost::run`](super::FakeHost::run) can give it back.
    #[must_use]
    pub fn elide(mut self, pointer: &str) -> Self {
        self.elided.push(pointer.to_owned());
        self
    }

    /// Makes the call.
    ///
    /// # Panics
    ///
    /// The fields do not fit the event.
    #[must_use]
    #[track_caller]
    pub fn call<I: HookInput>(&self) -> Call<I> {
        match Call::decode(&self.envelope::<I>()) {
            Ok(call) => call,
            Err(error) => panic!("this is no input of `{}`: {error}", I::EVENT),
        }
    }

    pub(super) fn original(&self) -> &Value {
        &self.fields
    }

    /// The bytes that the host would pass.
    pub(super) fn envelope<I: HookInput>(&self) -> Vec<u8> {
        let mut input = Map::from_iter([
            (String::from("hook_event_name"), json!(I::EVENT)),
            (String::from("session_id"), json!("session")),
            (String::from("cwd"), json!("/home/dev/project")),
        ]);
        if let Value::Object(fields) = self.fields.clone() {
            input.extend(fields);
        }
        let event = input["hook_event_name"].clone();
        let mut input = Value::Object(input);
        let mut elided = Vec::new();
        for pointer in &self.elided {
            let Some(place) = input.pointer_mut(pointer) else {
                panic!("there is nothing at `{pointer}` to elide")
            };
            let bytes = place
                .as_str()
                .map_or_else(|| place.to_string().len(), str::len);
            *place = match place {
                Value::Array(_) => json!([]),
                Value::Object(_) => json!({}),
                _ => json!(""),
            };
            elided.push(json!({"pointer": pointer, "sha256": "0".repeat(64), "bytes": bytes}));
        }
        let mut envelope = json!({"event": event, "phase": self.phase, "input": input});
        if let Some(project) = &self.project {
            envelope["project"] = json!(project);
        }
        if !elided.is_empty() {
            envelope["elided"] = Value::Array(elided);
        }
        envelope.to_string().into_bytes()
    }
}
