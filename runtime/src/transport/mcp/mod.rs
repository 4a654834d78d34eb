//! MCP, in both of its eras: over streamable HTTP at `/mcp`, and as raw messages for `sinew mcp`.
//!
//! The protocol itself is `rmcp`'s. What is here is who may call, what a caller sees, how its words become the engine's, and
//! what happens when a plugin asks back: in the eras with a session the client is asked while its call waits; in the one
//! without, the call ends with the questions and a sealed state, and comes back with the answers.

mod body;
mod changes;
mod client;
mod exchange;
mod handler;
mod pages;
mod raw;
mod route;
mod seal;
mod sessions;
mod settings;
mod unread;
mod words;

pub use settings::McpSettings;

pub(super) use raw::Raw;
pub(super) use route::{Front, serve};
