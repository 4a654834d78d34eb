//! One guest that panics in every entry point there is.

use std::fmt::Write as _;

use sinew_schema::ENTRY_POINTS;

use super::case::{Case, Ending};
use super::crowd;
use super::gate::{Gate, PATIENCE, Plugin};
use super::survival;

const PLUGIN: &str = "guest";

/// Sends every event, one after the other, and every one fails as it should.
pub(crate) fn panics() {
    let entries: Vec<_> = ENTRY_POINTS
        .iter()
        .filter(|entry| entry.event.is_some() || entry.export == "handle_hook_event")
        .collect();
    let mut exports = String::new();
    for entry in &entries {
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
        gate.settled(&loaded, 0).await.expect("no instance is lost");
        gate.verify();
    });
}
