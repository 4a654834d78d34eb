//! A server's entry points, run by the [`FakeHost`] the way the host runs them: from the input's JSON to the output's.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sinew_schema::{
    Description, McpCompletion, McpCompletionResult, McpPromptResult, McpReadResult, McpResult,
};

use super::FakeHost;
use super::fake_host::edit;
use crate::entry::{self, McpEntry, Server};
use crate::mcp::IntoServer;

// === impl FakeHost ===

/// MCP. An `Err` is what would fail the turn: the entry point's error, or that its input or output has not the contract's form.
impl FakeHost {
    /// Asks a server what it offers. Names that are too long or not unique, templates that are none and completions of nothing are
    /// errors, so every plugin with a server has a test that calls this.
    ///
    /// # Errors
    ///
    /// What would fail the turn.
    pub fn describe<S: IntoServer>(&self, server: Server<S>) -> Result<Description, String> {
        run(entry::describe, server, &json!({}))
    }

    /// Calls one of a server's tools. The arguments are not held against its schema, but read as its type.
    ///
    /// # Errors
    ///
    /// What would fail the turn.
    pub fn run_tool<S: IntoServer>(
        &self,
        server: Server<S>,
        tool: &str,
        arguments: &Value,
    ) -> Result<McpResult, String> {
        let call = from_here(json!({ "tool": tool, "arguments": arguments }));
        edit(|script| script.original = Some(call.clone()));
        run(entry::mcp_call, server, &call)
    }

    /// Reads one of a server's resources.
    ///
    /// # Errors
    ///
    /// What would fail the turn.
    pub fn run_read<S: IntoServer>(
        &self,
        server: Server<S>,
        uri: &str,
    ) -> Result<McpReadResult, String> {
        run(entry::mcp_read, server, &from_here(json!({ "uri": uri })))
    }

    /// Asks for one of a server's prompts; the arguments are an object of texts.
    ///
    /// # Errors
    ///
    /// What would fail the turn.
    pub fn run_prompt<S: IntoServer>(
        &self,
        server: Server<S>,
        prompt: &str,
        arguments: &Value,
    ) -> Result<McpPromptResult, String> {
        let call = from_here(json!({ "prompt": prompt, "arguments": arguments }));
        run(entry::mcp_prompt, server, &call)
    }

    /// Asks a server to complete an argument of a prompt or of a resource template.
    ///
    /// # Errors
    ///
    /// What would fail the turn.
    pub fn run_completion<S: IntoServer>(
        &self,
        server: Server<S>,
        completion: &McpCompletion,
    ) -> Result<McpCompletionResult, String> {
        run(entry::mcp_complete, server, &from_here(json!(completion)))
    }
}

/// What the host adds to every call.
fn from_here(mut call: Value) -> Value {
    edit(|script| {
        for (field, value) in [
            ("project", &script.project),
            ("session_id", &script.session),
        ] {
            if let Some(value) = value {
                call[field] = json!(value);
            }
        }
    });
    call
}

fn run<S: IntoServer, T: DeserializeOwned>(
    entry: McpEntry<S>,
    server: Server<S>,
    input: &Value,
) -> Result<T, String> {
    let output = entry(input.to_string().as_bytes(), server)?;
    serde_json::from_slice(&output).map_err(|error| error.to_string())
}
