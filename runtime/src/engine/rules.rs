//! What the client's protocol lets an answer carry, event by event: read from the decision table, which is data.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What an answer to one event may change.
#[derive(Debug, Clone, Default)]
pub(super) struct EventRules {
    /// JSON pointer of the part of the input that can be rewritten; none when nothing can.
    pub(super) rewrite_of: Option<String>,
    /// Further fields that an answer may carry.
    pub(super) fields: BTreeSet<String>,
}

/// The rules of every event.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    events: BTreeMap<String, EventRules>,
    other: EventRules,
}

impl Rules {
    /// Reads the decision table.
    ///
    /// # Errors
    /// A table that is not JSON or has no events.
    pub(super) fn read(table: &str) -> Result<Self, String> {
        let table: Value =
            serde_json::from_str(table).map_err(|error| format!("the decision table: {error}"))?;
        let events = table
            .pointer("/events")
            .and_then(Value::as_object)
            .ok_or("the decision table has no `events`")?;
        let mut rules = Self::default();
        for (name, row) in events {
            let row = EventRules {
                rewrite_of: row
                    .pointer("/rewrite/of")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
                fields: row
                    .pointer("/fields")
                    .and_then(Value::as_array)
                    .map(|fields| {
                        fields
                            .iter()
                            .filter_map(Value::as_str)
                            .map(str::to_owned)
                            .collect()
                    })
                    .unwrap_or_default(),
            };
            if name == "*" {
                rules.other = row;
            } else {
                rules.events.insert(name.clone(), row);
            }
        }
        Ok(rules)
    }

    /// The rules of an event, known or not.
    pub(super) fn of(&self, event: &str) -> &EventRules {
        self.events.get(event).unwrap_or(&self.other)
    }
}
