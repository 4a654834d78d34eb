//! What the shim has to know about events.

use std::collections::BTreeMap;

use serde::Deserialize;
use sinew_schema::GATE_FAILURE;

/// An event's name is not longer than this.
const NAME_CHARACTERS_MAX: usize = 64;

#[derive(Deserialize)]
struct Failures {
    events: BTreeMap<String, Failure>,
}

#[derive(Deserialize)]
struct Failure {
    #[serde(default)]
    block_means_continue: bool,
}

/// Reads the event's name from an input.
pub(super) fn of(input: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        hook_event_name: String,
    }
    let named: Named = serde_json::from_slice(input).ok()?;
    Some(named.hook_event_name)
}

/// Tells whether this can stand in the daemon's path.
pub(super) fn is_name(text: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || character == '_';
    !text.is_empty() && text.len() <= NAME_CHARACTERS_MAX && text.chars().all(plain)
}

/// Tells, from the gate's failure table, whether refusing the event makes the agent go on, so that a failure must not refuse it.
pub(super) fn block_means_continue(event: &str) -> bool {
    serde_json::from_str::<Failures>(GATE_FAILURE).is_ok_and(|failures| {
        let row = failures.events.get(event);
        row.is_some_and(|row| row.block_means_continue)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_at_a_stop_is_no_refusal() {
        for event in ["Stop", "SubagentStop", "TeammateIdle", "TaskCompleted"] {
            assert!(block_means_continue(event), "{event}");
        }
        for event in [
            "PreToolUse",
            "UserPromptSubmit",
            "WorktreeCreate",
            "Unknown",
            "*",
        ] {
            assert!(!block_means_continue(event), "{event}");
        }
    }

    #[test]
    fn the_event_is_read_from_the_input() {
        let input = br#"{"a":{"hook_event_name":"Inner"},"hook_event_name":"Stop"}"#;
        assert_eq!(of(input).as_deref(), Some("Stop"));
        for input in ["", "[]", "{}", r#"{"hook_event_name":1}"#] {
            assert_eq!(of(input.as_bytes()), None);
        }
    }
}
