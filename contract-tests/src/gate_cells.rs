//! What the gate's two tables promise, filled in here and not by the code under test.

use serde_json::{Map, Value};

/// Returns a cell of the decision table: what a client is told when plugins decided `kind`.
///
/// # Panics
/// When the table is no table.
#[must_use]
pub fn decision(event: &str, kind: &str, reason: &str) -> Value {
    fill(&row(sinew_schema::GATE_DECISION, event)[kind], reason)
}

/// Returns a cell of the failure table: what a client is told when no decision could be had.
///
/// # Panics
/// When the table is no table.
#[must_use]
pub fn failure(event: &str, column: &str, reason: &str) -> Value {
    fill(&row(sinew_schema::GATE_FAILURE, event)[column], reason)
}

/// Returns a row of the decision table.
///
/// # Panics
/// When the table is no table.
#[must_use]
pub fn decision_row(event: &str) -> Value {
    row(sinew_schema::GATE_DECISION, event)
}

fn row(table: &str, event: &str) -> Value {
    #[allow(clippy::expect_used, reason = "a file of this repository")]
    let mut table: Value = serde_json::from_str(table).expect("the table is JSON");
    let events = &mut table["events"];
    let name = if events.get(event).is_some() {
        event
    } else {
        "*"
    };
    let row = events[name].take();
    assert!(row.is_object(), "the table has no row for {event}");
    row
}

fn fill(cell: &Value, reason: &str) -> Value {
    let Value::Object(members) = cell else {
        return match cell.as_str() {
            Some("${reason}") => Value::from(reason),
            _ => cell.clone(),
        };
    };
    let kept = members
        .iter()
        .filter(|(_, value)| value.as_str() != Some("${reason}") || !reason.is_empty())
        .map(|(name, value)| (name.clone(), fill(value, reason)));
    Value::Object(kept.collect::<Map<_, _>>())
}
