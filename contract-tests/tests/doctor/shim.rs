//! Every event there is, both ways: what the shim answers is what the gate answers over HTTP.

use sinew_contract_tests::probe_plugin::{ProbePlugin, probe_wasm};
use sinew_schema::{ENTRY_POINTS, GATE_DECISION};

use super::place::Place;

/// Failures close nothing, so that a canary is refused by the gate alone.
fn of_everything() -> ProbePlugin {
    ProbePlugin {
        on_failure: |_| "none",
        ..ProbePlugin::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_of_every_event_goes_through_the_shim() {
    let (Some(place), Some(_)) = (Place::new(), probe_wasm()) else {
        return;
    };
    of_everything().write(&place.at("plugins")).unwrap();
    place.configure(&format!(
        "[plugins.probe]\npath = \"{}\"\n",
        place.at("plugins/probe").display()
    ));
    place.init().await;
    let _daemon = place.serve().await;
    let said = place.doctor().await;
    let table: serde_json::Value = serde_json::from_str(GATE_DECISION).unwrap();
    let events: Vec<_> = ENTRY_POINTS
        .iter()
        .filter_map(|entry| entry.event)
        .collect();
    let refusable = |event: &&&str| {
        let cell = table["events"][**event]["deny"].as_object().unwrap();
        cell.keys().any(|key| key != "systemMessage")
    };
    let denied = events.iter().filter(refusable).count();
    let last = said.text.lines().last().unwrap();
    let expected = format!("; {} events, {denied} can be denied", events.len());
    assert!(
        last.starts_with(
            "ok    gate       canary denied over HTTP in N ms and through the shim in N ms (guard: "
        ) && last.ends_with(&expected),
        "{}",
        said.text
    );
    assert_eq!(said.code, Some(0), "{}", said.text);
}
