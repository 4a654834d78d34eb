//! What plugins offer over MCP, and the turns that answer it.
//!
//! An MCP turn is a turn like a hook's, with two differences. Somebody waits for it who can be told things while it runs
//! ([`McpCaller`]). And it can ask that client back: then it ends as *suspended*, and runs again from its start once there
//! is an answer, with the results of its effects taken from the ledger, so that none of them is done twice.

mod answering;
mod asking;
mod offer;
mod offers;
mod recorded;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sinew_schema::{
    McpCapability, McpChangedRequest, McpClient, McpLogRequest, McpProgressRequest,
};
use tokio_util::sync::CancellationToken;

use crate::effects::Question;
use crate::plugin::{Abort, AbortReason};

pub(super) use asking::{Asking, unavailable};
pub use offer::{DESCRIBE, Offer};
pub(super) use offers::clash;

/// The client that waits for a turn. Nothing here blocks: what a slow client does not take is dropped.
pub trait McpCaller: Debug + Send + Sync {
    /// Whether the client said that it can do this.
    fn can(&self, what: McpCapability) -> bool;
    /// Whether a question can be put to the client as it is, or why not.
    ///
    /// # Errors
    /// The reason, for the plugin's author.
    fn takes(&self, question: &Question) -> Result<(), String>;
    /// Tells it how far the turn is.
    fn progress(&self, progress: &McpProgressRequest);
    /// Sends it a line of log.
    fn log(&self, line: &McpLogRequest);
}

/// A caller that is told nothing and cannot be asked.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

/// What a caller sees of all that is offered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct McpView {
    /// The plugins; none means all.
    pub plugins: Option<Vec<String>>,
}

/// Something that a plugin offers, under the name that clients know it by.
#[derive(Debug, Clone)]
pub struct Offered<T> {
    /// The plugin.
    pub plugin: String,
    /// The name for clients: the plugin's prefix and the plugin's own name.
    pub name: String,
    /// What the plugin says of it, with its own name.
    pub item: T,
}

/// What a client asks of a plugin.
#[derive(Debug, Clone)]
pub enum McpAsked {
    /// A call of a tool, by the plugin's own name for it.
    Tool {
        /// The tool.
        name: String,
        /// Its arguments.
        arguments: Map<String, Value>,
    },
    /// A read of a resource.
    Read {
        /// Its address.
        uri: String,
    },
    /// A prompt, by the plugin's own name for it.
    Prompt {
        /// The prompt.
        name: String,
        /// What to fill in.
        arguments: Map<String, Value>,
    },
    /// Something to complete.
    Complete(Map<String, Value>),
}

/// One request of a client.
#[derive(Debug, Clone)]
pub struct McpRequest {
    /// The plugin that is asked.
    pub plugin: String,
    /// What it is asked.
    pub asked: McpAsked,
    /// The client's id of the tool's use, which its hook events carry too.
    pub tool_use_id: Option<String>,
    /// The client's session, where it has one.
    pub session: Option<String>,
    /// The folder that the client works in, where it says so.
    pub folder: Option<PathBuf>,
    /// The client.
    pub client: Option<McpClient>,
    /// The trace it belongs to.
    pub trace_id: Option<String>,
    /// When the answer is due.
    pub deadline: Instant,
    /// Who waits.
    pub caller: Arc<dyn McpCaller>,
    /// Turned on by whoever takes the request back.
    pub given_up: Arc<AtomicBool>,
    /// Cancelled when the host ends and the call is waited for no longer, whatever it is doing.
    pub cut: CancellationToken,
    /// Answers of the client to what was asked before, by their keys.
    pub answers: BTreeMap<String, Value>,
    /// Where the turn that asked can be gone on with.
    pub resume: Option<McpResume>,
}

/// How a suspended turn is gone on with. It is the ledger that holds what it did; this says where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct McpResume {
    /// Ledger positions of the turns so far.
    positions: Vec<u64>,
    /// Digest of what was asked and of everything that the answer hangs on.
    request: String,
    /// Revision of the Vars it began with.
    revision: u64,
}

/// What a request came to.
#[derive(Debug, Clone)]
pub enum McpEnd<T> {
    /// The answer.
    Done(T),
    /// The client has to answer first, and then asks again.
    Asks {
        /// What it is asked.
        questions: Vec<Question>,
        /// To be handed back with the answers; none where the turn has done nothing yet that must not be repeated.
        resume: Option<McpResume>,
    },
}

/// Why a request has no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum McpFailure {
    /// There is no such thing.
    #[error("{0}")]
    Unknown(String),
    /// The arguments are not what the schema says.
    #[error("{0}")]
    Arguments(String),
    /// The client cannot do what the tool needs.
    #[error("the tool needs a client that can do `{0}`")]
    Capability(McpCapability),
    /// What came back with the answers does not belong to this request, or can no longer be gone on with.
    #[error("{0}")]
    Resume(String),
    /// The turn was aborted.
    #[error(transparent)]
    Aborted(Abort),
}

/// Something that listeners may want to know.
#[derive(Debug, Clone, PartialEq)]
pub struct McpChange {
    /// The plugin.
    pub plugin: String,
    /// What has changed: what the plugin said, or everything, after a reload.
    pub what: Option<McpChangedRequest>,
}

// === impl McpFailure ===

impl McpFailure {
    /// Whether nobody waits for the answer any more.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Aborted(abort) if abort.reason == AbortReason::Cancelled)
    }
}

// === impl McpView ===

impl McpView {
    /// Whether the view shows a plugin.
    #[must_use]
    pub fn shows(&self, plugin: &str) -> bool {
        self.plugins
            .as_ref()
            .is_none_or(|plugins| plugins.iter().any(|shown| shown == plugin))
    }
}

// === impl Nobody ===

impl McpCaller for Nobody {
    fn can(&self, _: McpCapability) -> bool {
        false
    }
    fn takes(&self, _: &Question) -> Result<(), String> {
        Ok(())
    }
    fn progress(&self, _: &McpProgressRequest) {}
    fn log(&self, _: &McpLogRequest) {}
}
