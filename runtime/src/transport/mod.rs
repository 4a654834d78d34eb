//! The only room that knows HTTP: listeners, tokens, hook answers, problems.

mod admin;
mod caller;
mod caught;
mod connection;
pub mod handover;
mod health;
pub mod hooks;
mod listener;
pub mod mcp;
mod problem;
mod server;
mod settings;

pub use crate::services::tokens::{Role, TokenError, Tokens};
pub use caller::Peer;
pub use connection::{IdleConnection, Stream};
pub use listener::{ListenError, Listeners};
pub use mcp::McpSettings;
pub use problem::Problem;
pub use server::{Drained, Running, Server, Tools};
pub use settings::TransportSettings;
