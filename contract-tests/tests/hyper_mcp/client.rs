//! A client that waits for a tool, and the engine that it asks.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::{Map, Value, json};
use sinew_runtime::effects::Question;
use sinew_runtime::engine::{
    McpAsked, McpCaller, McpEnd, McpFailure, McpRequest, McpResume, Nobody,
};
use sinew_schema::{McpCapability, McpLogRequest, McpProgressRequest, McpResult};

use crate::gate::{Gate, PATIENCE};

/// The session of every request.
pub(crate) const SESSION: &str = "s1";

/// A client that can do everything, and keeps what it is told.
#[derive(Debug, Default)]
pub(crate) struct Client {
    told: Mutex<Vec<Value>>,
}

// === impl Client ===

impl Client {
    pub(crate) fn told(&self) -> Vec<Value> {
        self.told.lock().unwrap().clone()
    }
}

impl McpCaller for Client {
    fn can(&self, _: McpCapability) -> bool {
        true
    }
    fn takes(&self, _: &Question) -> Result<(), String> {
        Ok(())
    }
    fn progress(&self, progress: &McpProgressRequest) {
        self.told
            .lock()
            .unwrap()
            .push(json!({ "progress": progress }));
    }
    fn log(&self, line: &McpLogRequest) {
        self.told.lock().unwrap().push(json!({ "line": line }));
    }
}

/// A request of somebody who cannot be asked.
pub(crate) fn request(plugin: &str, asked: McpAsked) -> McpRequest {
    McpRequest {
        plugin: plugin.to_owned(),
        asked,
        tool_use_id: Some("t1".into()),
        session: Some(SESSION.into()),
        folder: None,
        client: None,
        trace_id: None,
        deadline: Instant::now() + PATIENCE,
        caller: Arc::new(Nobody),
        given_up: Arc::default(),
        cut: tokio_util::sync::CancellationToken::default(),
        answers: BTreeMap::new(),
        resume: None,
    }
}

/// A call of a tool with these arguments.
pub(crate) fn tool(name: &str, arguments: Value) -> McpAsked {
    let Value::Object(arguments) = arguments else {
        panic!("arguments are an object")
    };
    McpAsked::Tool {
        name: name.into(),
        arguments,
    }
}

/// Calls a tool that asks nobody.
pub(crate) async fn call(gate: &Gate, plugin: &str, name: &str) -> Result<Value, McpFailure> {
    let request = request(plugin, tool(name, json!({})));
    match gate.engine().call_tool(request).await? {
        McpEnd::Done(result) => Ok(json!(result)),
        McpEnd::Asks { questions, .. } => panic!("it asks {questions:?}"),
    }
}

/// Calls a tool of somebody who can be asked and has answered this so far.
pub(crate) async fn ask(
    gate: &Gate,
    name: &str,
    answers: &Map<String, Value>,
    resume: Option<McpResume>,
) -> McpEnd<McpResult> {
    let mut request = request("town", tool(name, json!({})));
    request.caller = Arc::new(Client::default());
    request.answers = answers.clone().into_iter().collect();
    request.resume = resume;
    gate.engine().call_tool(request).await.unwrap()
}
