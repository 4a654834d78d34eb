//! A guest that is still at it when its answer had to leave.

use std::time::{Duration, Instant};

use super::case::{Case, Ending};
use super::crowd;
use super::gate::{Gate, PATIENCE, Plugin};
use super::survival;

const PLUGIN: &str = "guest";
const TIME: Duration = Duration::from_millis(400);

/// Calls the host for much longer than it has: the answer leaves in time, and nothing of the turn counts.
pub(crate) fn goes_on() {
    let case = Case::body(
        "calls the host for ever",
        "(call $var_set (call $message) (call $message))
         (local.set $a (call $message))
         (loop $next (drop (call $config_get (local.get $a))) (br $next))",
        Ending::Aborted("wall"),
    )
    .budget("fuel", "1_000_000_000");
    survival::next("calls the host for ever");
    crowd::runtime().block_on(async {
        let plugin = Plugin {
            name: PLUGIN.into(),
            manifest: case.manifest(PLUGIN),
            wasm: case.wasm.clone(),
        };
        let gate = Gate::open(vec![plugin], "host_calls = 4294967295").await;
        let loaded = gate.plugin(PLUGIN).expect("it is loaded");
        let session = gate.session();
        let start = Instant::now();
        let outcome = gate.event("PreToolUse", PLUGIN, &session, 0, TIME).await;
        crowd::denied(&outcome).expect("it is denied");
        assert!(
            start.elapsed() < TIME + Duration::from_secs(5),
            "{:?}",
            start.elapsed()
        );
        // The turn ends by itself soon after: every host call looks at the clock.
        let start = Instant::now();
        let turn = loop {
            if let [turn] = gate.turns(PLUGIN, &session).as_slice() {
                break turn.clone();
            }
            assert!(start.elapsed() < PATIENCE, "the turn never ended");
            tokio::task::yield_now().await;
        };
        assert_eq!(turn.abort.map(|abort| abort.reason), Some("wall".into()));
        assert!(turn.vars_delta.is_empty(), "{:?}", turn.vars_delta);
        gate.settled(&loaded, 0).await.expect("no instance is lost");
        // The next turn of the same session waits for nobody.
        let outcome = gate
            .event("PostToolUse", PLUGIN, &session, 0, PATIENCE)
            .await;
        crowd::harmless(&outcome).expect("the session goes on");
        gate.healthy_turn()
            .await
            .expect("the healthy plugin goes on");
        gate.verify();
    });
}
