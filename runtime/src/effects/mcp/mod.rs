//! Effects on the client that waits for a tool over MCP, and on those who only listen.

mod mcp_ask;
mod mcp_changed;
mod mcp_elicit;
mod mcp_list_roots;
mod mcp_log;
mod mcp_progress;
mod mcp_sample;
mod question;

pub(super) use mcp_ask::McpAsk;
pub(super) use mcp_changed::McpChanged;
pub(super) use mcp_elicit::McpElicit;
pub(super) use mcp_list_roots::McpListRoots;
pub(super) use mcp_log::McpLog;
pub(super) use mcp_progress::McpProgress;
pub(super) use mcp_sample::McpSample;
pub use question::Question;
