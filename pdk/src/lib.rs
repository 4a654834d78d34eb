#![doc = include_str!("../README.md")]

mod call;
pub mod config;
mod decision;
pub mod effects;
mod elided;
#[doc(hidden)]
pub mod entry;
mod error;
mod events;
mod host;
pub mod mcp;
pub mod raw;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
pub mod var;

pub use call::{Call, HookInput};
pub use decision::{Decision, DecisionKind, InvalidDecision};
pub use effects::*;
pub use events::*;
pub use mcp::McpCall;
pub use sinew_schema as schema;
pub use sinew_schema::{
    EffectError, McpCompletion, McpContent, McpPromptCall, McpPromptMessage, McpPromptResult,
    McpRead, McpResult, Phase,
};
pub use var::StateError;
