//! What the operator can set about MCP.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::engine::McpView;

/// Limits and views; `config` fills them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct McpSettings {
    /// Whether callers over TCP need no token. The server listens on loopback only, so they are this machine's.
    pub open: bool,
    /// Views besides the one that shows everything; each has a path, `/mcp/NAME`, and a token.
    pub views: BTreeMap<String, McpView>,
    /// Requests that plugins answer at once, those that wait for a place included; more are refused.
    pub calls_max: usize,
    /// The largest message.
    pub message_bytes_max: usize,
    /// Sessions of the older eras, and raw connections, at once.
    pub sessions_max: usize,
    /// How long a session may be silent while no call of it runs and nobody listens to it.
    pub session_idle: Duration,
    /// Requests to be told of changes that wait at once.
    pub listeners_max: usize,
    /// Tools, resources or prompts in one page of a list.
    pub page_items: usize,
    /// How long one request may take, whatever its plugin's budget says; waiting for a client's answer is not counted.
    pub call_time_max: Duration,
    /// How long a client may take to answer what it is asked.
    pub answer_time_max: Duration,
}

impl Default for McpSettings {
    fn default() -> Self {
        Self {
            open: false,
            views: BTreeMap::new(),
            calls_max: 256,
            message_bytes_max: 4 << 20,
            sessions_max: 1_024,
            session_idle: Duration::from_mins(5),
            listeners_max: 1_024,
            page_items: 100,
            call_time_max: Duration::from_mins(10),
            answer_time_max: Duration::from_mins(10),
        }
    }
}
