//! The client of one request, as the engine knows it: what it can do, and a bounded way to tell it things.

use rmcp::RoleServer;
use rmcp::model::{ClientCapabilities, ProgressToken};
use rmcp::service::RequestContext;
use sinew_schema::{
    McpCapability, McpLogRequest, McpLogRequestLevel, McpProgressRequest, McpQuestion,
};
use tokio::sync::mpsc;

use super::words;
use crate::effects::Question;
use crate::engine::McpCaller;

/// Messages that may wait for a client that reads slowly; more are dropped.
const WAITING_MAX: usize = 256;

/// Something to tell a client while its call runs.
#[derive(Debug)]
pub(super) enum Told {
    Progress(McpProgressRequest),
    Log(McpLogRequest),
}

/// The client of one request.
#[derive(Debug)]
pub(super) struct Client {
    capabilities: ClientCapabilities,
    /// Whether it asked to be told of progress.
    progress: bool,
    /// From which level on it wants to read log; none for nothing.
    level: Option<McpLogRequestLevel>,
    told: mpsc::Sender<Told>,
}

// === impl Client ===

impl Client {
    /// What the request says of its client; `level` is what it set for its session.
    pub(super) fn new(
        context: &RequestContext<RoleServer>,
        level: Option<McpLogRequestLevel>,
    ) -> (Self, Option<ProgressToken>, mpsc::Receiver<Told>) {
        let (told, waiting) = mpsc::channel(WAITING_MAX);
        let token = context.meta.get_progress_token();
        let client = Self {
            capabilities: context.client_capabilities().unwrap_or_default(),
            progress: token.is_some(),
            level,
            told,
        };
        (client, token, waiting)
    }
}

impl McpCaller for Client {
    fn can(&self, what: McpCapability) -> bool {
        match what {
            McpCapability::Elicitation => self.capabilities.elicitation.is_some(),
            McpCapability::Sampling => self.capabilities.sampling.is_some(),
            McpCapability::Roots => self.capabilities.roots.is_some(),
        }
    }

    fn takes(&self, question: &Question) -> Result<(), String> {
        if let (McpQuestion::Elicit(asked), Some(can)) =
            (&question.asked, &self.capabilities.elicitation)
        {
            match asked.url {
                Some(_) if can.url.is_none() => {
                    return Err("the client did not say that it can open addresses".to_owned());
                }
                // A client that names no way of asking has forms.
                None if can.form.is_none() && can.url.is_some() => {
                    return Err("the client did not say that it can show forms".to_owned());
                }
                _ => {}
            }
        }
        words::question(question).map(drop)
    }

    fn progress(&self, progress: &McpProgressRequest) {
        if self.progress {
            // What does not fit is dropped: the next word of progress says more.
            let _ = self.told.try_send(Told::Progress(progress.clone()));
        }
    }

    fn log(&self, line: &McpLogRequest) {
        if self.level.is_some_and(|least| line.level >= least) {
            // A client that does not read is not waited for.
            let _ = self.told.try_send(Told::Log(line.clone()));
        }
    }
}
