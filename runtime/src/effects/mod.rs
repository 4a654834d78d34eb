//! The effects: one file each, a typed request in, a typed response out, and the one list of them.
//!
//! An effect file knows no wasm, no JSON and no HTTP. It says what has to be permitted ([`Effect::need`]), and it does
//! what was permitted ([`Effect::perform`]), with the help of a service. What it needs of the turn it runs in, it asks of
//! [`Host`], which the engine implements. The list is [`Effects`]: it decodes requests and encodes responses for all.

#![allow(
    clippy::unused_async_trait_impl,
    reason = "every effect is asynchronous to its callers; the few that wait for nothing need not look different"
)]

mod bytes;
mod call;
mod clock_now;
mod cost;
mod emit_event;
mod error;
mod fs;
mod gate_status;
mod git;
mod github;
mod input_document;
mod input_read;
mod limits;
mod list;
mod llm_call;
mod log_debug;
mod log_error;
mod log_info;
mod log_warn;
mod mcp;
mod net;
mod path;
mod process_run;
mod random_bytes;
mod shell_parse;

pub use call::{Call, Host, LogLevel};
pub use cost::{Cost, Performed};
pub use input_document::InputDocument;
pub use limits::EffectLimits;
pub use list::{EffectId, EffectRequest, Effects};
pub use mcp::Question;

use std::future::Future;

use sinew_schema::{EffectClass, EffectError};

use crate::permits::Need;

/// Values by name that no schema describes.
pub type Fields = serde_json::Map<String, serde_json::Value>;

/// One effect. It is made once, for all plugins and turns.
pub trait Effect {
    /// What the guest sends.
    type Request;
    /// What the guest gets.
    type Response;

    /// Says what has to be permitted, and replaces what the guest wrote by its canonical value in `request`, so that
    /// what is judged is what is done. Called once per request, before [`Effect::perform`].
    ///
    /// An error is told to a guest that may have no permit at all. So only what the request says by itself is an error
    /// here; what the outside world says about it (that a path does not exist) waits for [`Effect::perform`].
    fn need(
        &self,
        call: &Call<'_>,
        request: &mut Self::Request,
    ) -> impl Future<Output = Result<Need, EffectError>> + Send;

    /// What a request may change, where that is less than the effect's class in the schema, which is the most that any of
    /// its requests may: a `GET` only reads, and to make an intent durable for it would cost a write to the disk for
    /// nothing.
    fn class(&self, request: &Self::Request) -> Option<EffectClass> {
        let _ = request;
        None
    }

    /// The most that performing a permitted request can cost: what is reserved before it runs.
    fn cost_max(&self, request: &Self::Request) -> Cost {
        let _ = request;
        Cost::default()
    }

    /// What a response did cost: what is settled for what was reserved.
    fn cost(&self, response: &Self::Response) -> Cost {
        let _ = response;
        Cost::default()
    }

    /// Does it. Called only when `need` is permitted, with the request and the need that [`Effect::need`] left: where
    /// the world has changed since, the effect answers `conflict` and does nothing.
    fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> impl Future<Output = Result<Self::Response, EffectError>> + Send;
}
