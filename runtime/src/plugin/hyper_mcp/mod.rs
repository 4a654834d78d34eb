//! Modules that were built for hyper-mcp: what it would call, and what they may call of it, in terms of this host.
//!
//! The translation happens here, at the border, so that everything to the left sees a plugin like any other. The interface
//! is the one of `hyper-mcp` 0.8.3 (<https://github.com/hyper-mcp-rs/hyper-mcp>: `xtp-plugin-schema.json`, and what
//! `src/plugin.rs` and `src/service.rs` do where the schema is silent):
//!
//! - Modules are built for `wasm32-wasip1` with a stock Extism PDK, and use its HTTP, configuration, logs and Vars.
//! - Exports take and give JSON. The four lists (`list_tools`, `list_prompts`, `list_resources`,
//!   `list_resource_templates`) are handed `{"context": …}` and answer an object with one array; `call_tool`,
//!   `get_prompt`, `read_resource` and `complete` are handed `{"request": …, "context": …}`, where the request is MCP's,
//!   and answer with MCP's result. A context is `{"id": …, "_meta": …}`. In `complete`, `ref` is of type `prompt` or
//!   `resource`, without MCP's `ref/`. No export has to be there.
//! - Modules of the first interface export `describe`, which is handed nothing and answers like `list_tools`, and `call`,
//!   which is handed `{"params": …}` and answers like `call_tool`.
//! - Settings are texts, without JSON's quotes.
//! - Imports lie in `extism:host/user`; [`functions`] lists them. What fails there is an answer, never a trap: an
//!   elicitation is declined, a message has the stop reason `error`, no roots are named, no token and no secret is had.

mod calls;
mod exports;
mod functions;

pub(super) use calls::call;
pub(super) use exports::Exports;
pub(super) use functions::{functions, import, setting};
