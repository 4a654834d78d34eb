//! The same guest behind the daemon, as a client of the newest revision sees it.

use std::fs;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use sinew_contract_tests::daemon::{Daemon, Installation};

use crate::foreign::everything;
use crate::{LIMITS, plugin};

const REVISION: &str = "2026-07-28";

/// Asks, and returns the result.
async fn asked(daemon: &Daemon, method: &str, name: &str, mut params: Value) -> Result<Value> {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": REVISION,
        "io.modelcontextprotocol/clientInfo": { "name": "client", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": { "elicitation": { "form": {} } },
    });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let mut headers = daemon.headers();
    headers.extend([
        ("accept", "application/json, text/event-stream".to_owned()),
        ("mcp-protocol-version", REVISION.to_owned()),
        ("mcp-method", method.to_owned()),
    ]);
    if !name.is_empty() {
        headers.push(("mcp-name", name.to_owned()));
    }
    let reply = daemon
        .post("/mcp", &headers, body.to_string().as_bytes())
        .await?;
    let text = String::from_utf8(reply.body)?;
    let line = text
        .lines()
        .find(|line| line.contains("\"jsonrpc\""))
        .with_context(|| format!("{}: {text}", reply.status))?;
    let answer: Value = serde_json::from_str(line.trim_start_matches("data: "))?;
    Ok(answer["result"].clone())
}

async fn called(daemon: &Daemon, tool: &str, mut params: Value) -> Result<Value> {
    params["name"] = tool.into();
    params["arguments"] = json!({});
    asked(daemon, "tools/call", tool, params).await
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_see_it_as_hyper_mcp_would_show_it() -> Result<()> {
    let head = format!("[auth]\nmcp = \"none\"\n[plugins.town]\npath = \"plugins/town\"\n{LIMITS}");
    let Some(house) = Installation::new(&head, &[])? else {
        return Ok(());
    };
    let plugin = plugin("town", "none", everything());
    let folder = house.plugins().join("town");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("plugin.toml"), plugin.manifest)?;
    fs::write(folder.join("town.wasm"), plugin.wasm)?;
    let daemon = house.serve(0).await?;
    let listed = asked(&daemon, "tools/list", "", json!({})).await?;
    assert_eq!(
        listed["tools"][0],
        json!({
            "name": "town-hears",
            "title": "It hears",
            "inputSchema": { "type": "object", "properties": { "town": { "type": "string" } } },
        })
    );
    let shown = called(&daemon, "town-shows", json!({})).await?;
    assert_eq!(
        shown["content"],
        json!([{ "type": "image", "data": "aGk=", "mimeType": "image/png" }])
    );
    let failed = called(&daemon, "town-fails", json!({})).await?;
    assert_eq!(failed["isError"], true);
    let broken = called(&daemon, "town-breaks", json!({})).await?;
    assert_eq!(
        broken["content"][0]["text"],
        "`town-breaks` failed: the entry point returned -1: it is broken"
    );
    let question = called(&daemon, "town-asks", json!({})).await?;
    let requests = question["inputRequests"]
        .as_object()
        .context("a question")?;
    let (key, request) = requests.iter().next().context("a question")?;
    assert_eq!(request["params"]["message"], "When?");
    let accepted = json!({ "action": "accept", "content": { "day": "2027-01-01T00:00:00Z" } });
    let mut answers = json!({ "inputResponses": { key: accepted } });
    if let Some(state) = question.get("requestState") {
        answers["requestState"] = state.clone();
    }
    let answered = called(&daemon, "town-asks", answers).await?;
    assert_eq!(answered["structuredContent"], accepted);
    daemon.terminate().await
}
