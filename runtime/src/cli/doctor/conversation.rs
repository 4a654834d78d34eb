//! A short conversation over MCP: which tools are there?

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};

use crate::cli::operator::{Question, Reply, Target, exchange};

/// The revision without sessions, in which one question is a whole conversation.
const REVISION: &str = "2026-07-28";
const LIST: &str = "tools/list";
const LIST_ID: u64 = 2;

/// The first page of a list of tools.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tools {
    pub(super) names: Vec<String>,
    pub(super) more: bool,
}

/// Asks over HTTP.
pub(super) async fn ask(
    address: SocketAddr,
    token: &str,
    patience: Duration,
) -> anyhow::Result<Reply> {
    let question = Question {
        method: "POST",
        path: "/mcp",
        headers: vec![
            ("authorization", format!("Bearer {token}")),
            ("content-type", "application/json".to_owned()),
            ("accept", "application/json, text/event-stream".to_owned()),
            ("mcp-protocol-version", REVISION.to_owned()),
            ("mcp-method", LIST.to_owned()),
        ],
        body: message(LIST_ID, LIST).to_string().into_bytes(),
    };
    exchange(Target::Tcp(address), question, patience).await
}

/// What is asked over stdio.
pub(super) fn lines() -> String {
    let greeting = message(1, "server/discover");
    format!("{greeting}\n{}\n", message(LIST_ID, LIST))
}

fn message(id: u64, method: &str) -> Value {
    json!({
        "jsonrpc": "2.0",
        "id": id,
        "method": method,
        "params": {"_meta": {
            "io.modelcontextprotocol/protocolVersion": REVISION,
            "io.modelcontextprotocol/clientInfo": {"name": "sinew doctor", "version": env!("CARGO_PKG_VERSION")},
            "io.modelcontextprotocol/clientCapabilities": {},
        }},
    })
}

/// Finds the tools in an answer: a message, a line of messages, or a stream of events.
pub(super) fn tools(answer: &[u8]) -> Result<Tools, String> {
    let text = String::from_utf8_lossy(answer);
    let messages = text
        .lines()
        .map(|line| line.strip_prefix("data:").unwrap_or(line));
    let answer = messages
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find(|message| message["id"] == LIST_ID)
        .ok_or("it does not say which tools there are")?;
    let listed = answer["result"]["tools"].as_array();
    let listed = listed.ok_or_else(|| match answer["error"]["message"].as_str() {
        Some(why) => why.to_owned(),
        None => "it lists no tools".to_owned(),
    })?;
    let names = listed.iter().filter_map(|tool| tool["name"].as_str());
    Ok(Tools {
        names: names.map(str::to_owned).collect(),
        more: answer["result"].get("nextCursor").is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_are_found_in_every_form_of_an_answer() {
        let result = r#"{"jsonrpc":"2.0","id":2,"result":{"tools":[{"name":"a"},{"name":"b"}],"nextCursor":"x"}}"#;
        let expected = Tools {
            names: vec!["a".to_owned(), "b".to_owned()],
            more: true,
        };
        for answer in [
            result.to_owned(),
            format!("{{\"id\":1,\"result\":{{}}}}\n{result}\n"),
            format!("event: message\ndata: {result}\n\n"),
        ] {
            assert_eq!(tools(answer.as_bytes()), Ok(expected.clone()), "{answer}");
        }
        let refused = r#"{"id":2,"error":{"code":1,"message":"not now"}}"#;
        for (answer, why) in [
            (refused, "not now"),
            ("", "it does not say which tools there are"),
            (r#"{"id":2,"result":{}}"#, "it lists no tools"),
        ] {
            assert_eq!(tools(answer.as_bytes()), Err(why.to_owned()));
        }
    }
}
