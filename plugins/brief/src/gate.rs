//! What the gate is that judges the session, as far as one of its plugins may know.

use sinew_pdk::gate_status;
use sinew_pdk::schema::GatePlugin;

/// Lines about the gate; none where the host does not say.
pub(crate) fn lines() -> Vec<String> {
    let Ok(gate) = gate_status(sinew_pdk::schema::GateStatusRequest::default()) else {
        return Vec::new();
    };
    let judging: Vec<_> = gate
        .plugins
        .iter()
        .filter(|plugin| plugin.loaded)
        .filter_map(judge)
        .collect();
    let mut lines = Vec::new();
    if !judging.is_empty() {
        lines.push(format!(
            "- Judged by Sinew: {}. A refusal names its rule and what to do instead; ask the person rather than look for a way around it.",
            judging.join("; ")
        ));
    }
    for plugin in gate.plugins.iter().filter(|plugin| !plugin.loaded) {
        lines.push(broken(plugin));
    }
    lines
}

/// A plugin that refuses or asks when it cannot decide is one that judges; others inform.
fn judge(plugin: &GatePlugin) -> Option<String> {
    let events = guarded(plugin);
    let version = plugin.version.as_deref().unwrap_or_default();
    (!events.is_empty()).then(|| format!("{} {version} on {}", plugin.name, events.join(", ")))
}

fn broken(plugin: &GatePlugin) -> String {
    let events = guarded(plugin);
    let what = if plugin.subscriptions.is_empty() {
        "every event is refused".to_owned()
    } else if events.is_empty() {
        "nothing is refused for it".to_owned()
    } else {
        format!("{} is refused or asked about", events.join(", "))
    };
    format!(
        "- Plugin {} does not load: {what} until the operator has mended it (`sinew doctor` says why).",
        plugin.name
    )
}

fn guarded(plugin: &GatePlugin) -> Vec<&str> {
    plugin
        .subscriptions
        .iter()
        .filter(|subscription| subscription.on_failure != "none")
        .map(|subscription| match subscription.event.as_str() {
            "" => "other events",
            event => event,
        })
        .collect()
}
