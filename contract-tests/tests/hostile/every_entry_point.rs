//! One guest that panics in every entry point there is.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use serde_json::Map;
use sinew_runtime::engine::{McpAsked, McpFailure, McpRequest, Nobody};
use sinew_schema::ENTRY_POINTS;

use super::case::{Case, Ending};
use super::crowd;
use super::gate::{Gate, PATIENCE, Plugin};
use super::survival;

const PLUGIN: &str = "guest";

/// Sends every event, one after the other, and every one fails as it should.
pub(crate) fn panics() {
    let is_hook =
        |export: &str, event: Option<&str>| event.is_some() || export == "handle_hook_event";
    let entries: Vec<_> = ENTRY_POINTS
        .iter()
        .filter(|entry| is_hook(entry.export, entry.event))
        .collect();
    let others: Vec<_> = ENTRY_POINTS
        .iter()
        .filter(|entry| !is_hook(entry.export, entry.event))
        .map(|entry| entry.export)
        .collect();
    assert_eq!(
        others,
        [
            "describe",
            "handle_mcp_call",
            "handle_mcp_complete",
            "handle_mcp_prompt",
            "handle_mcp_read",
        ],
        "what else is called by nobody's event?"
    );
    let mut exports = String::new();
    // A build that cannot describe itself is not loaded.
    for entry in ENTRY_POINTS
        .iter()
        .filter(|entry| entry.export != "describe")
    {
        let name = entry.export;
        writeln!(
            exports,
            "(func (export \"{name}\") (result i32) unreachable)"
        )
        .expect("text");
    }
    let hooks: Vec<_> = entries
        .iter()
        .map(|entry| entry.export.trim_start_matches("handle_"))
        .collect();
    let case = Case::new(
        "panics",
        &format!("(module {exports})"),
        Ending::Aborted("trap"),
    )
    .hooks(&hooks);
    crowd::runtime().block_on(async {
        let plugin = Plugin {
            name: PLUGIN.into(),
            manifest: case.manifest(PLUGIN),
            wasm: case.wasm.clone(),
        };
        let gate = Gate::open(vec![plugin], "").await;
        let loaded = gate.plugin(PLUGIN).expect("it is loaded");
        for entry in &entries {
            let event = entry.event.unwrap_or("SomethingNew");
            survival::next(event);
            let session = gate.session();
            let outcome = gate.event(event, PLUGIN, &session, 0, PATIENCE).await;
            crowd::denied(&outcome).expect(event);
            match gate.turns(PLUGIN, &session).as_slice() {
                [turn] => {
                    assert_eq!(turn.entry, entry.export);
                    assert_eq!(
                        turn.abort.as_ref().map(|abort| abort.reason.as_str()),
                        Some("trap")
                    );
                }
                turns => panic!("{event}: {turns:?}"),
            }
            gate.healthy_turn().await.expect(event);
        }
        let engine = gate.engine();
        let name = String::from("any");
        let asked = [
            McpAsked::Tool {
                name: name.clone(),
                arguments: Map::new(),
            },
            McpAsked::Complete(Map::new()),
            McpAsked::Prompt {
                name,
                arguments: Map::new(),
            },
            McpAsked::Read {
                uri: "any://thing".into(),
            },
        ];
        for (asked, export) in asked.into_iter().zip(&others[1..]) {
            let session = gate.session();
            let request = mcp_request(asked, &session);
            let failed = match &request.asked {
                McpAsked::Tool { .. } => engine.call_tool(request).await.err(),
                McpAsked::Complete(_) => engine.complete(request).await.err(),
                McpAsked::Prompt { .. } => engine.get_prompt(request).await.err(),
                McpAsked::Read { .. } => engine.read_resource(request).await.err(),
            };
            match failed {
                Some(McpFailure::Aborted(abort)) => assert_eq!(abort.reason.word(), "trap"),
                other => panic!("{export}: {other:?}"),
            }
            let turns = gate.turns(PLUGIN, &session);
            let said = turns
                .iter()
                .find(|turn| turn.session.as_ref() == Some(&session));
            assert_eq!(said.map(|turn| turn.entry.as_str()), Some(*export));
            gate.healthy_turn().await.expect(export);
        }
        gate.settled(&loaded, 0).await.expect("no instance is lost");
        gate.verify();
    });
}

fn mcp_request(asked: McpAsked, session: &str) -> McpRequest {
    McpRequest {
        plugin: PLUGIN.into(),
        asked,
        tool_use_id: None,
        session: Some(session.to_owned()),
        folder: Some("/".into()),
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
