//! What the attributes of entry points expand to. Not for authors: nothing here is stable but the attributes.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sinew_schema::HookDecision;

use crate::call::{Call, HookInput};
use crate::decision::{Decision, DecisionKind};
use crate::mcp::{IntoServer, McpCall};

/// What an entry point for hooks may return.
#[diagnostic::on_unimplemented(
    message = "a hook entry point returns `Decision` or `Result<Decision, E>`, not `{Self}`",
    label = "this is no decision",
    note = "`E` needs `Display`: its text becomes the turn's error"
)]
pub trait IntoDecision {
    /// The decision, or why the turn fails.
    ///
    /// # Errors
    ///
    /// What the entry point returned as its error, as text.
    fn into_decision(self) -> Result<Decision, String>;
}

impl IntoDecision for Decision {
    fn into_decision(self) -> Result<Decision, String> {
        Ok(self)
    }
}

impl<E: fmt::Display> IntoDecision for Result<Decision, E> {
    fn into_decision(self) -> Result<Decision, String> {
        // The alternate form of `Display` is where many errors name their causes.
        self.map_err(|error| format!("{error:#}"))
    }
}

/// Runs a hook entry point from the input's bytes to the output's.
pub(crate) fn answer_hook<I: HookInput, R: IntoDecision>(
    input: &[u8],
    handler: impl FnOnce(Call<I>) -> R,
) -> Result<Vec<u8>, String> {
    let call: Call<I> =
        Call::decode(input).map_err(|error| format!("the input does not decode: {error}"))?;
    let elided = call.elided_parts();
    let decision = handler(call).into_decision()?;
    if let (DecisionKind::Rewrite, Some(replacement)) = (decision.kind(), decision.replacement()) {
        // An elided part is `null` in the plugin's hands: written back, it would destroy what it stands for.
        if let Some(pointer) = elided.lost_in(I::REWRITES, replacement) {
            return Err(format!(
                "the rewrite loses `{pointer}`, which was elided: start from `call.value(…)`"
            ));
        }
    }
    let decision = HookDecision::try_from(decision).map_err(|error| error.to_string())?;
    serde_json::to_vec(&decision).map_err(|error| format!("the decision does not encode: {error}"))
}

/// What a function with `#[mcp_server]` is.
pub type Server<S> = fn() -> S;

/// One of the entry points of a server, from the input's bytes to the output's.
pub type McpEntry<S> = fn(&[u8], Server<S>) -> Result<Vec<u8>, String>;

/// `describe`: what clients are told.
///
/// # Errors
///
/// What is offered contradicts itself, or the server cannot be made.
pub fn describe<S: IntoServer>(_input: &[u8], server: Server<S>) -> Result<Vec<u8>, String> {
    encode(&server().into_server()?.describe()?)
}

/// `handle_mcp_call`: calls a tool.
///
/// # Errors
///
/// Why the turn fails.
pub fn mcp_call<S: IntoServer>(input: &[u8], server: Server<S>) -> Result<Vec<u8>, String> {
    let call =
        McpCall::decode(input).map_err(|error| format!("the input does not decode: {error}"))?;
    encode(&server().into_server()?.call(&call)?)
}

/// `handle_mcp_read`: reads a resource.
///
/// # Errors
///
/// Why the turn fails.
pub fn mcp_read<S: IntoServer>(input: &[u8], server: Server<S>) -> Result<Vec<u8>, String> {
    let read = decode(input)?;
    encode(&server().into_server()?.read(&read)?)
}

/// `handle_mcp_prompt`: fills a prompt in.
///
/// # Errors
///
/// Why the turn fails.
pub fn mcp_prompt<S: IntoServer>(input: &[u8], server: Server<S>) -> Result<Vec<u8>, String> {
    let call = decode(input)?;
    encode(&server().into_server()?.fill_in(&call)?)
}

/// `handle_mcp_complete`: completes what was typed.
///
/// # Errors
///
/// Why the turn fails.
pub fn mcp_complete<S: IntoServer>(input: &[u8], server: Server<S>) -> Result<Vec<u8>, String> {
    let completion = decode(input)?;
    encode(&server().into_server()?.complete(&completion)?)
}

fn decode<T: DeserializeOwned>(input: &[u8]) -> Result<T, String> {
    serde_json::from_slice(input).map_err(|error| format!("the input does not decode: {error}"))
}

fn encode(output: &impl Serialize) -> Result<Vec<u8>, String> {
    serde_json::to_vec(output).map_err(|error| format!("the result does not encode: {error}"))
}

/// Runs a hook entry point and returns its exit code.
#[cfg(target_arch = "wasm32")]
pub fn hook<C: HookCall, R: IntoDecision>(handler: fn(C) -> R) -> i32 {
    run(|input| C::answer(input, handler))
}

/// Checks the signature of a hook entry point; natively nothing is run.
#[cfg(not(target_arch = "wasm32"))]
pub fn hook<C: HookCall, R: IntoDecision>(_handler: fn(C) -> R) -> i32 {
    0
}

/// Runs one of a server's entry points and returns its exit code.
#[cfg(target_arch = "wasm32")]
pub fn mcp<S: IntoServer>(entry: McpEntry<S>, server: Server<S>) -> i32 {
    run(|input| entry(input, server))
}

/// Checks the signature of a server; natively nothing is run.
#[cfg(not(target_arch = "wasm32"))]
pub fn mcp<S: IntoServer>(_entry: McpEntry<S>, _server: Server<S>) -> i32 {
    0
}

/// A [`Call`] of any event.
pub trait HookCall: Sized {
    /// Runs an entry point from the input's bytes to the output's.
    ///
    /// # Errors
    ///
    /// Why the turn fails.
    fn answer<R: IntoDecision>(input: &[u8], handler: fn(Self) -> R) -> Result<Vec<u8>, String>;
}

impl<I: HookInput> HookCall for Call<I> {
    fn answer<R: IntoDecision>(input: &[u8], handler: fn(Self) -> R) -> Result<Vec<u8>, String> {
        answer_hook(input, handler)
    }
}

#[cfg(target_arch = "wasm32")]
fn run(answer: impl FnOnce(&[u8]) -> Result<Vec<u8>, String>) -> i32 {
    use crate::host;

    host::report_panics();
    match answer(&host::input()).and_then(|output| host::set_output(&output)) {
        Ok(()) => 0,
        Err(message) => {
            host::set_error(&message);
            1
        }
    }
}
