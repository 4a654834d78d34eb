//! Counts the words of a text.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sinew_pdk::mcp::{self, Failure, Json, McpServer, Tool};
use sinew_pdk::{McpCall, mcp_server};

/// What `count` is called with: clients are told of its fields, in these words.
#[derive(Deserialize, JsonSchema)]
struct Text {
    /// The text whose lines and words are counted.
    text: String,
}

/// What it answers.
#[derive(Serialize, JsonSchema)]
struct Counts {
    /// How many lines it has.
    lines: usize,
    /// How many words it has.
    words: usize,
}

/// All that this plugin offers.
#[mcp_server]
fn server() -> McpServer {
    McpServer::new().tool(
        Tool::new("count", "Counts the lines and words of a text.")
            .read_only()
            .open_world(false),
        count,
    )
}

/// `count`. A `Failure` is for the model to mend; any other error would end the call.
fn count(_call: &McpCall, Text { text }: Text) -> Result<Json<Counts>, Failure> {
    if text.trim().is_empty() {
        return Err(mcp::failure(
            "There is nothing to count: pass a text that is not empty.",
        ));
    }
    Ok(Json(Counts {
        lines: text.lines().count(),
        words: text.split_whitespace().count(),
    }))
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
        let result = host.run_tool(server, "count", &text).unwrap();
        assert_eq!(json!(result.structured), json!({"lines": 2, "words": 3}));
        let nothing = host
            .run_tool(server, "count", &json!({"text": " "}))
            .unwrap();
        assert_eq!(nothing.is_error, Some(true));
    }

    #[test]
    fn what_is_offered_is_consistent() {
        let told = FakeHost::new().describe(server).unwrap();
        assert_eq!(told.tools[0].name, "count");
    }
}
