//! The decision table as everybody reads it: parsed once, with a row for every event.

use std::sync::LazyLock;

use crate::{DecisionKind, GATE_DECISION, GateDecisionRow, GateDecisionTable};

static TABLE: LazyLock<Result<GateDecisionTable, String>> = LazyLock::new(|| {
    let table: GateDecisionTable = serde_json::from_str(GATE_DECISION)
        .map_err(|error| format!("the decision table: {error}"))?;
    if table.events.contains_key(GateDecisionTable::UNLISTED) {
        Ok(table)
    } else {
        Err("the decision table has no row for other events".to_owned())
    }
});

impl GateDecisionTable {
    /// The row of every event that has none of its own.
    pub const UNLISTED: &'static str = "*";

    /// Returns the table that is part of this build.
    ///
    /// # Errors
    /// A table that cannot be used, which a test rules out.
    pub fn bundled() -> Result<&'static Self, &'static str> {
        TABLE.as_ref().map_err(String::as_str)
    }

    /// Returns an event's row; none where the table has not even one for all others, which [`Self::bundled`] rules out.
    #[must_use]
    pub fn row(&self, event: &str) -> Option<&GateDecisionRow> {
        let own = self.events.get(event);
        own.or_else(|| self.events.get(Self::UNLISTED))
    }
}

impl GateDecisionRow {
    /// Tells whether the client can ask its user on this event.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.ask_native.unwrap_or(false)
    }
}

impl DecisionKind {
    /// The decisions that carry a rewrite or further fields where a row does not name them.
    pub const UNOPPOSED: [Self; 2] = [Self::None, Self::Allow];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_table_has_a_row_for_every_event() {
        let table = GateDecisionTable::bundled().unwrap();
        assert!(table.row("PreToolUse").unwrap().asks());
        assert_eq!(
            table.row("SomethingNew"),
            table.row(GateDecisionTable::UNLISTED)
        );
    }
}
