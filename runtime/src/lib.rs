//! Sinew's host: sandboxed plugins decide, this process acts.
//!
//! The rooms stand in one row, and a room imports only from rooms to its right:
//! `app`, `config` → `cli`, `transport` → `engine` → `plugin` → `effects` → `services` → `ledger`, `permits` → `store`.

pub mod app;
pub mod cli;
pub mod config;
pub mod effects;
pub mod engine;
pub mod json_schema;
pub mod ledger;
pub use sinew_permits as permits;
pub mod plugin;
pub mod services;
pub mod store;
pub mod transport;
pub mod world;
