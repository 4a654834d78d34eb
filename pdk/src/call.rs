//! [`Call`]: what a hook entry point is called with.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Deref;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use sinew_schema::{ElidedField, Phase};

use crate::EffectError;
use crate::elided::Elided;

/// A hook event, as the client sent it: the fields of its input `I`, and what the host adds.
///
/// Every event has its own name for this type, such as [`PreToolUse`](crate::PreToolUse), and the fields of its input are read through it:
/// `call.tool_name`.
///
/// **Large fields.** The host takes large values out of the input. In `tool_input`, `tool_response` and the other values whose form is
/// not the contract's, `null` then stands in their place. [`text`](Self::text), [`value`](Self::value) and the accessors built on
/// them read the original from the host, or fail; none of them returns a part for the whole.
#[derive(Debug)]
pub struct Call<I> {
    /// The client's working directory; empty where the client sent none.
    pub cwd: String,
    input: I,
    event: String,
    phase: Phase,
    project: Option<String>,
    elided: Elided,
    shell_command: Option<String>,
    /// The input as a JSON value, made when an accessor first needs it.
    json: OnceCell<Value>,
}

/// The input of an event.
pub trait HookInput: Serialize + DeserializeOwned {
    /// The event, as the client calls it; empty for [`HookEvent`](crate::HookEvent), which any event may reach.
    const EVENT: &'static str;
    /// The entry point the event reaches.
    const ENTRY_POINT: &'static str;
    /// The part of the input that a rewrite replaces, as a JSON pointer. On many events nothing can be rewritten.
    const REWRITES: &'static str = "/tool_input";

    /// The client's working directory, where it sent one.
    fn cwd(&self) -> Option<&str>;
    /// The tool that the event is about, and its input.
    fn tool(&self) -> Option<(&str, &Value)> {
        None
    }
}

/// The host's envelope around an input. The input itself is decoded after elided fields were seen to.
#[derive(Deserialize)]
struct Envelope<'a> {
    event: String,
    phase: Phase,
    project: Option<String>,
    #[serde(default)]
    elided: Vec<ElidedField>,
    #[serde(borrow)]
    input: &'a RawValue,
}

// === impl Call ===

impl<I: HookInput> Call<I> {
    /// Decodes what the host passed to an entry point.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, String> {
        let envelope: Envelope<'_> =
            serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let (input, elided) = if envelope.elided.is_empty() {
            let input =
                serde_json::from_str(envelope.input.get()).map_err(|error| error.to_string())?;
            (input, Elided::default())
        } else {
            let mut input =
                serde_json::from_str(envelope.input.get()).map_err(|error| error.to_string())?;
            let elided = Elided::open(envelope.elided, &mut input, !I::EVENT.is_empty())
                .map_err(|error| error.to_string())?;
            (
                I::deserialize(input).map_err(|error| error.to_string())?,
                elided,
            )
        };
        let mut call = Self {
            cwd: input.cwd().unwrap_or_default().to_owned(),
            input,
            event: envelope.event,
            phase: envelope.phase,
            project: envelope.project,
            elided,
            shell_command: None,
            json: OnceCell::new(),
        };
        // Read now, so that a failure is the turn's error and not a command that seems not to be there.
        call.shell_command = call
            .read_shell_command()
            .map_err(|error| error.to_string())?;
        Ok(call)
    }

    fn read_shell_command(&self) -> Result<Option<String>, EffectError> {
        match self.input.tool() {
            Some(("Bash", _)) => Ok(self.text("/tool_input/command")?.map(Cow::into_owned)),
            _ => Ok(None),
        }
    }

    /// The input, without what was elided from it.
    #[must_use]
    pub fn input(&self) -> &I {
        &self.input
    }

    /// The event, as the client calls it.
    #[must_use]
    pub fn event(&self) -> &str {
        &self.event
    }

    /// What this turn is for: rewriting, or deciding.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// The root of the registered project the session belongs to, where there is one.
    #[must_use]
    pub fn project(&self) -> Option<&str> {
        self.project.as_deref()
    }

    /// JSON pointers of the fields that were taken out of the input for their size and have not been read yet.
    pub fn elided(&self) -> impl Iterator<Item = &str> {
        self.elided.pointers()
    }

    /// The whole string at a JSON pointer into the input; `None` where there is no string.
    ///
    /// # Errors
    ///
    /// The string was elided, and the host could not return it.
    pub fn text(&self, pointer: &str) -> Result<Option<Cow<'_, str>>, EffectError> {
        if self.elided.touches(pointer) {
            return Ok(match self.elided.whole(pointer, None)? {
                Some(Value::String(text)) => Some(Cow::Owned(text)),
                _ => None,
            });
        }
        Ok(self.at(pointer).and_then(Value::as_str).map(Cow::Borrowed))
    }

    /// The whole value at a JSON pointer into the input; `None` where there is none. The empty pointer means all of it.
    ///
    /// # Errors
    ///
    /// Something in it was elided, and the host could not return it.
    pub fn value(&self, pointer: &str) -> Result<Option<Value>, EffectError> {
        self.elided.whole(pointer, self.at(pointer))
    }

    /// The whole input of the tool that the event is about, to be rewritten: what replaces a tool's input has to be complete.
    ///
    /// # Errors
    ///
    /// Something in it was elided, and the host could not return it.
    pub fn whole_tool_input(&self) -> Result<Option<Value>, EffectError> {
        self.value("/tool_input")
    }

    /// The text of a tool's argument, such as `file_path`; `None` where there is no such string.
    ///
    /// # Errors
    ///
    /// The text was elided, and the host could not return it.
    pub fn argument(&self, name: &str) -> Result<Option<Cow<'_, str>>, EffectError> {
        self.text(&format!(
            "/tool_input/{}",
            name.replace('~', "~0").replace('/', "~1")
        ))
    }

    /// The command of the client's shell tool, whole; `None` for every other tool.
    #[must_use]
    pub fn shell_command(&self) -> Option<&str> {
        self.shell_command.as_deref()
    }

    /// What a rewrite must not lose, to be checked after the entry point has consumed the call.
    pub(crate) fn elided_parts(&self) -> Elided {
        self.elided.clone()
    }

    /// The value at a pointer, as it arrived. A tool's input is looked up in place, everything else in a copy of the input.
    fn at(&self, pointer: &str) -> Option<&Value> {
        if let (Some((_, tool_input)), Some(rest)) =
            (self.input.tool(), pointer.strip_prefix("/tool_input"))
            && (rest.is_empty() || rest.starts_with('/'))
        {
            return tool_input.pointer(rest);
        }
        self.json
            .get_or_init(|| serde_json::to_value(&self.input).unwrap_or_default())
            .pointer(pointer)
    }
}

impl<I> Deref for Call<I> {
    type Target = I;

    fn deref(&self) -> &I {
        &self.input
    }
}
