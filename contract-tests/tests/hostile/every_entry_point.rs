//! One guest that panics in every entry point there is.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use serde_json::json;
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
        ["handle_mcp_call"],
        "what else is called by nobody's event?"
    );
    let mut exports = String::new();
    for entry in ENTRY_POINTS {
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
        let call = json!({ "tool": "any", "arguments": {}, "session_id": "a tool's" });
        let deadline = Instant::now() + PATIENCE;
        let engine = gate.engine();
        let called = engine
            .call_tool(PLUGIN, call, Path::new("/"), deadline)
            .await;
        assert_eq!(called.expect_err("it panics").reason.word(), "trap");
        let turns = gate.turns(PLUGIN, "a tool's");
        let said: Vec<_> = turns.iter().map(|turn| turn.entry.as_str()).collect();
        assert_eq!(said, ["handle_mcp_call"]);
        gate.healthy_turn().await.expect("handle_mcp_call");
        gate.settled(&loaded, 0).await.expect("no instance is lost");
        gate.verify();
    });
}
