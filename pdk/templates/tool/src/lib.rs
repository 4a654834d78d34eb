//! Counts the words of a text.

use serde::{Deserialize, Serialize};
use sinew_pdk::{EffectError, McpCall, McpResult, mcp, mcp_call};

/// What `count` is called with.
#[derive(Deserialize)]
struct Text {
    text: String,
}

/// What it answers.
#[derive(Serialize)]
struct Counts {
    lines: usize,
    words: usize,
}

/// Answers every tool of this plugin. What the model can mend is a `failure`; an `Err` ends the call.
#[mcp_call]
fn tools(call: McpCall) -> Result<McpResult, EffectError> {
    match call.tool() {
        "count" => {
            let Text { text } = call.arguments()?;
            let counts = Counts {
                lines: text.lines().count(),
                words: text.split_whitespace().count(),
            };
            mcp::structured(&counts)
                .map_err(|error| EffectError::new("internal", error.to_string()))
        }
        other => Ok(mcp::failure(format!(
            "there is no tool `{other}`; there is `count`"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sinew_pdk::testing::FakeHost;

    use super::*;

    #[test]
    fn words_and_lines_are_counted() {
        let host = FakeHost::new();
        let text = json!({"text": "one two\nthree"});
        let result = host.run_tool(tools, "count", &text).unwrap();
        assert_eq!(json!(result.structured), json!({"lines": 2, "words": 3}));
    }

    #[test]
    fn a_tool_that_is_not_there_fails_in_words() {
        let host = FakeHost::new();
        let result = host.run_tool(tools, "weigh", &json!({})).unwrap();
        assert_eq!(result.is_error, Some(true));
    }
}
