//! [`FakeHost`]: the scripted host of one test.

use std::marker::PhantomData;
use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sinew_schema::Answer;

use super::Input;
use super::script::{self, Expected, Script};
use crate::effects::EffectRequest;
use crate::entry::{self, IntoDecision};
use crate::{Call, EffectError, HookInput};

/// The host of this thread, until it is dropped.
///
/// Logs, events and progress are always taken, and `input_read` is answered from the [`Input`] of [`run`](Self::run); everything else has to be
/// scripted. An effect that is not fails the test with what was asked.
#[must_use = "the host is there only as long as this value is"]
pub struct FakeHost {
    /// The script belongs to this thread.
    _thread: PhantomData<Rc<()>>,
}

/// An effect that the plugin asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Performed {
    /// The effect's name.
    pub effect: &'static str,
    /// The request as it was sent.
    pub request: Value,
}

/// What a script answers: a `Result` of the effect's response, or the response as JSON.
pub trait IntoAnswer<R: EffectRequest> {
    /// The result to answer with.
    ///
    /// # Errors
    ///
    /// The refusal that the script answers with.
    fn into_answer(self) -> Result<R::Response, EffectError>;
}

impl<R: EffectRequest> IntoAnswer<R> for Result<R::Response, EffectError> {
    fn into_answer(self) -> Self {
        self
    }
}

impl<R: EffectRequest> IntoAnswer<R> for Value {
    #[track_caller]
    fn into_answer(self) -> Result<R::Response, EffectError> {
        match serde_json::from_value(self) {
            Ok(response) => Ok(response),
            Err(error) => panic!("this is no response of `{}`: {error}", R::EFFECT),
        }
    }
}

// === impl FakeHost ===

impl FakeHost {
    /// Becomes this thread's host.
    ///
    /// # Panics
    ///
    /// The thread has one already.
    #[allow(
        clippy::new_without_default,
        reason = "becoming the thread's host is not a default"
    )]
    #[track_caller]
    pub fn new() -> Self {
        assert!(
            script::install(Script::default()),
            "this thread has a `FakeHost` already"
        );
        Self {
            _thread: PhantomData,
        }
    }

    /// Expects an effect once, after all that were expected before it.
    #[track_caller]
    pub fn expect<R: EffectRequest>(
        self,
        request: impl Into<R>,
        answer: impl IntoAnswer<R>,
    ) -> Self {
        let request = json(&request.into());
        let result = result::<R>(answer.into_answer());
        edit(|script| {
            script.expected.push_back(Expected {
                effect: R::EFFECT,
                request,
                result,
            });
        });
        self
    }

    /// Answers an effect by its name, whenever and how often it is asked for.
    ///
    /// # Panics
    ///
    /// When the effect is asked for with a request that does not decode.
    pub fn answer<R, A>(self, answer: impl Fn(R) -> A + 'static) -> Self
    where
        R: EffectRequest,
        A: IntoAnswer<R>,
    {
        let standing = Rc::new(move |request| match serde_json::from_value(request) {
            Ok(request) => result::<R>(answer(request).into_answer()),
            Err(error) => panic!(
                "`{}` was sent a request that does not decode: {error}",
                R::EFFECT
            ),
        });
        edit(|script| {
            script.standing.insert(R::EFFECT, standing);
        });
        self
    }

    /// Sets a Var as an earlier turn would have left it.
    pub fn with_var<T: Serialize>(self, key: &str, value: T) -> Self {
        edit(|script| {
            script.vars.insert(key.to_owned(), bytes(&value));
        });
        self
    }

    /// Sets one of the operator's settings.
    pub fn with_config<T: Serialize>(self, key: &str, value: T) -> Self {
        edit(|script| {
            script.config.insert(key.to_owned(), bytes(&value));
        });
        self
    }

    /// Sets the registered project that MCP calls come from.
    pub fn with_project(self, root: &str) -> Self {
        edit(|script| script.project = Some(root.to_owned()));
        self
    }

    /// Sets the client's session that MCP calls come from.
    pub fn with_session(self, id: &str) -> Self {
        edit(|script| script.session = Some(id.to_owned()));
        self
    }

    /// Runs an entry point the way the host does: from the input's JSON to the output's. An `Err` is what would fail the turn.
    ///
    /// # Errors
    ///
    /// The entry point's error, or that its input or output has not the contract's form.
    pub fn run<I: HookInput, R: IntoDecision>(
        &self,
        entry_point: fn(Call<I>) -> R,
        input: &Input,
    ) -> Result<Value, String> {
        edit(|script| script.original = Some(input.original().clone()));
        let output = entry::answer_hook(&input.envelope::<I>(), entry_point)?;
        serde_json::from_slice(&output).map_err(|error| error.to_string())
    }

    /// Reads a Var as the plugin left it.
    ///
    /// # Panics
    ///
    /// The Var does not decode as a `T`.
    #[must_use]
    #[track_caller]
    pub fn var<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        match crate::var::get(key) {
            Ok(value) => value,
            Err(error) => panic!("{error}"),
        }
    }

    /// Every effect that was asked for so far, in order.
    #[must_use]
    pub fn performed(&self) -> Vec<Performed> {
        script::with(|script| Ok(script.performed.clone())).unwrap_or_default()
    }
}

impl Drop for FakeHost {
    fn drop(&mut self) {
        let Some(script) = script::uninstall() else {
            return;
        };
        // A test that fails already says enough, and a second panic would end the process.
        if !std::thread::panicking() && !script.expected.is_empty() {
            let left: Vec<_> = script
                .expected
                .iter()
                .map(|expected| format!("`{}` {}", expected.effect, expected.request))
                .collect();
            panic!("expected and never asked for: {}", left.join(", "));
        }
    }
}

pub(super) fn edit(change: impl FnOnce(&mut Script)) {
    // Only a `FakeHost` edits, so there is a script.
    let _ = script::with(|script| {
        change(script);
        Ok(())
    });
}

fn result<R: EffectRequest>(answer: Result<R::Response, EffectError>) -> Value {
    json(&Answer::from(answer))
}

#[track_caller]
fn json<T: Serialize>(value: &T) -> Value {
    match serde_json::to_value(value) {
        Ok(value) => value,
        Err(error) => panic!("this has no JSON form: {error}"),
    }
}

#[track_caller]
fn bytes<T: Serialize>(value: &T) -> Vec<u8> {
    json(value).to_string().into_bytes()
}
