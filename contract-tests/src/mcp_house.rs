//! A house whose probe is used over MCP: what it may do, what it is told to do, and what the ledger has of it.

use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};

use crate::daemon::Installation;
use crate::ledger_rows::{Row, rows};
use crate::probe_plugin::ProbePlugin;
use crate::web_server::WebServer;

/// Lines of a configuration by which a copy of the probe describes itself so.
#[must_use]
pub fn describing(plugin: &str, description: &Value) -> String {
    // JSON's texts are TOML's, too.
    let text = json!(description.to_string());
    format!("\n[plugins.{plugin}.config.describe]\ndo = \"output\"\ntext = {text}\n")
}

/// A description with one tool, `any`, that has these fields besides its name and its schema.
#[must_use]
pub fn one_tool(mut fields: Value) -> Value {
    fields["name"] = "any".into();
    if fields.get("inputSchema").is_none() {
        fields["inputSchema"] = json!({"type": "object"});
    }
    json!({"tools": [fields]})
}

/// A house with a probe that may reach this server, write below `folder` and ask a person. `None` when something is not built.
///
/// # Errors
/// When a file cannot be written.
pub fn reaching(head: &str, server: &WebServer, folder: &Path) -> Result<Option<Installation>> {
    // Effects take as long as the server does, on a machine that is busy with other tests.
    let plugin = ProbePlugin {
        budgets: "wall = \"60s\"",
        ..ProbePlugin::default()
    };
    let Some(house) = Installation::new(head, &[plugin])? else {
        return Ok(None);
    };
    let folder = folder.display();
    let permits = format!(
        "mcp = [\"elicit\"]\nfs = {{ read = [\"{folder}/**\"], write = [\"{folder}/**\"] }}\n\
         net = [{{ host = \"127.0.0.1\", methods = [\"GET\", \"POST\"], path = \"/**\", schemes = [\"http\"], \
         ports = [{}], private = [\"127.0.0.1/32\"] }}]",
        server.address.port()
    );
    house.grant("probe", &permits)?;
    Ok(Some(house))
}

/// A step that fetches from a server.
#[must_use]
pub fn fetch(server: &WebServer, method: &str, path: &str) -> Value {
    let request = json!({"url": server.url(path), "method": method});
    effect("net_fetch", &request)
}

/// A step that performs an effect.
#[must_use]
pub fn effect(name: &str, request: &Value) -> Value {
    json!({"do": "effect", "effect": name, "request": request})
}

/// A step that asks the person at the client for a name, under this key.
#[must_use]
pub fn question(key: &str) -> Value {
    let schema =
        json!({"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]});
    effect(
        "mcp_elicit",
        &json!({"message": "Who?", "schema": schema, "key": key}),
    )
}

/// A person's answer to [`question`].
#[must_use]
pub fn accepted(name: &str) -> Value {
    json!({"action": "accept", "content": {"name": name}})
}

/// The records of a kind in the ledger of a house.
///
/// # Errors
/// When it cannot be read.
pub fn records(house: &Installation, kind: &str) -> Result<Vec<Row>> {
    let mut all = rows(&house.state(), 0)?;
    all.retain(|row| row.kind == kind);
    Ok(all)
}
