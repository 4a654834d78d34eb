//! The LLM service: language models over HTTP, whoever serves them.
//!
//! It speaks two dialects, Anthropic's Messages and `OpenAI`'s chat completions, which most local servers know, too. Which
//! model is served where, by which name and at what prices stands in [`LlmSettings`]; nothing of that comes from a caller.
//! Requests and answers are the contract's own types: a second set of the same shape would only be copied field by field.
//!
//! Money decides what is tried again. A request that was refused, or never got through, costs nothing and is repeated
//! (`Failure`); one that was sent and whose answer is lost may have been paid for, and never is: [`LlmError::InDoubt`].
//!
//! *Absent:* streaming, and following redirects, which would carry the key along. What a server sends goes through
//! [`Secrets::redact`](super::secrets::Secrets::redact) before it is looked at.

mod answer;
mod anthropic;
mod check;
mod dialect;
mod error;
mod exchange;
mod failure;
mod openai;
mod patience;
mod price;
mod service;
mod settings;
mod worst;

pub use dialect::Dialect;
pub use error::LlmError;
use failure::Failure;
pub use price::{Prices, Tokens};
pub use service::LlmService;
pub use settings::{LlmModel, LlmProvider, LlmSettings};
pub use worst::Worst;
