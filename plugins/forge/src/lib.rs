//! Issues and pull requests of the repository that an agent works in, as tools.
//!
//! A tool finds out which repository that is from the remote of the folder, asks GitHub through the host's effects, and
//! answers in text for the model and in structure for programs. Whatever fails is an answer, too: it says what happened
//! and what to do about it.

mod failure;
mod issues;
mod place;
mod pulls;
mod text;

use sinew_pdk::{McpCall, McpResult, mcp, mcp_call};

use failure::Failure;

/// What a tool answers: text for the model, and the same as a value.
struct Told {
    text: String,
    value: McpResult,
}

/// Answers a call of one of the tools.
#[mcp_call]
#[must_use]
pub fn tools(call: McpCall) -> McpResult {
    let told = match call.tool() {
        "list_issues" => issues::list(&call),
        "show_issue" => issues::show(&call),
        "create_issue" => issues::create(&call),
        "comment" => issues::comment(&call),
        "list_prs" => pulls::list(&call),
        "show_pr" => pulls::show(&call),
        "create_pr" => pulls::create(&call),
        "merge_pr" => pulls::merge(&call),
        "pr_status" => pulls::status(&call),
        "file_at" => pulls::file(&call),
        other => Err(Failure::new(format!(
            "There is no tool `{}`.",
            text::one_line(other)
        ))),
    };
    match told {
        Ok(told) => told.into_result(),
        Err(failure) => mcp::failure(failure.to_string()),
    }
}

// === impl Told ===

impl Told {
    /// A text, and the value that it tells.
    fn new<T: serde::Serialize>(text: String, value: &T) -> Result<Self, Failure> {
        let value = mcp::structured(value)
            .map_err(|error| Failure::new(format!("The answer has no JSON form: {error}.")))?;
        Ok(Self { text, value })
    }

    fn into_result(self) -> McpResult {
        McpResult {
            structured: self.value.structured,
            ..mcp::text(self.text)
        }
    }
}
