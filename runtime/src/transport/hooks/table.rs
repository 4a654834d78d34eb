//! The gate's two tables: what a client is told, by event. Data lies in `schema/gate/`; this loads and checks it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use sinew_schema::{
    DecisionKind, GATE_FAILURE, GateDecisionRow, GateDecisionTable, GateFailureRow,
    GateFailureTable, GateRewrite,
};

use crate::engine::{Column, Kind};

/// The row of events that have none of their own.
const UNLISTED: &str = GateDecisionTable::UNLISTED;

/// Where further fields go when a row does not say it.
const ANSWER_SPECIFIC: &str = "/hookSpecificOutput";

/// The one placeholder a cell may hold, always as a whole string.
const REASON: &str = "${reason}";

/// Both tables, checked.
#[derive(Debug)]
pub struct Tables {
    decision: BTreeMap<String, DecisionRow>,
    failure: BTreeMap<String, FailureRow>,
    pub(super) fields: BTreeMap<String, FieldType>,
    unlisted_decision: DecisionRow,
    unlisted_failure: FailureRow,
}

/// What is wrong with a table.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// It is not JSON of the right shape.
    #[error("reading the {table} table")]
    Shape {
        /// Which table.
        table: &'static str,
        /// What the parser says.
        #[source]
        source: serde_json::Error,
    },
    /// A cell or a pointer cannot be used.
    #[error("the {table} table's row `{event}`: {problem}")]
    Row {
        /// Which table.
        table: &'static str,
        /// Which row.
        event: String,
        /// What is wrong there.
        problem: String,
    },
    /// The tables do not list the same events, or none stands for the others.
    #[error("the tables have no common row `{event}`")]
    Missing {
        /// The event that one of them lacks.
        event: String,
    },
}

/// A cell: the exact answer, but for the reason's place.
#[derive(Debug, Clone)]
pub(super) struct Cell(Map<String, Value>);

/// An event's row of the decision table, with what it leaves out filled in.
#[derive(Debug, Clone)]
pub(super) struct DecisionRow {
    allow: Cell,
    deny: Cell,
    ask: Cell,
    defer: Cell,
    none: Cell,
    pub(super) context: Option<String>,
    pub(super) rewrite: Option<Rewrite>,
    pub(super) fields: Vec<String>,
    pub(super) fields_into: String,
    pub(super) fields_with: Vec<DecisionKind>,
}

/// How an event's input is replaced.
#[derive(Debug, Clone)]
pub(super) struct Rewrite {
    pub(super) into: String,
    pub(super) value: RewriteValue,
    pub(super) with: Vec<DecisionKind>,
}

/// What a replacement may be; null is never one, since the client would drop the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RewriteValue {
    Object,
    Any,
}

/// What a further field's value may be.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FieldType {
    String,
    Strings,
    Boolean,
    Object,
    Objects,
    Path,
    OneOf(Vec<String>),
}

/// An event's row of the failure table.
#[derive(Debug, Clone)]
struct FailureRow {
    deny: Cell,
    ask: Cell,
    none: Cell,
    block_means_continue: bool,
}

// === impl Tables ===

impl Tables {
    /// Loads the tables that are part of this build.
    ///
    /// # Errors
    /// When they are not usable, which a test rules out.
    pub fn bundled() -> Result<Self, TableError> {
        let decision = GateDecisionTable::bundled().map_err(|problem| TableError::Row {
            table: "decision",
            event: UNLISTED.to_owned(),
            problem: problem.to_owned(),
        })?;
        Self::new(decision.clone(), GATE_FAILURE)
    }

    /// Loads tables from their JSON text.
    ///
    /// # Errors
    /// A table of another shape, with a row that cannot be used, or without a row that the other has.
    pub fn parse(decision: &str, failure: &str) -> Result<Self, TableError> {
        let decision = serde_json::from_str(decision).map_err(|source| TableError::Shape {
            table: "decision",
            source,
        })?;
        Self::new(decision, failure)
    }

    fn new(decision: GateDecisionTable, failure: &str) -> Result<Self, TableError> {
        let shape = |table| move |source| TableError::Shape { table, source };
        let row = |table: &'static str, event: &str| {
            let event = event.to_owned();
            move |problem| TableError::Row {
                table,
                event,
                problem,
            }
        };
        let failure: GateFailureTable = serde_json::from_str(failure).map_err(shape("failure"))?;
        let fields: BTreeMap<String, FieldType> =
            serde_json::from_value(Value::Object(decision.fields)).map_err(shape("decision"))?;
        let mut decisions = BTreeMap::new();
        for (event, written) in decision.events {
            let used =
                DecisionRow::read(&event, written, &fields).map_err(row("decision", &event))?;
            decisions.insert(event, used);
        }
        let mut failures = BTreeMap::new();
        for (event, written) in failure.events {
            let used = FailureRow::read(&event, written).map_err(row("failure", &event))?;
            failures.insert(event, used);
        }
        let missing = |event: &str| TableError::Missing {
            event: event.to_owned(),
        };
        let alone =
            |event: &&String| !decisions.contains_key(*event) || !failures.contains_key(*event);
        if let Some(event) = decisions.keys().chain(failures.keys()).find(alone) {
            return Err(missing(event));
        }
        Ok(Self {
            unlisted_decision: decisions
                .remove(UNLISTED)
                .ok_or_else(|| missing(UNLISTED))?,
            unlisted_failure: failures.remove(UNLISTED).ok_or_else(|| missing(UNLISTED))?,
            decision: decisions,
            failure: failures,
            fields,
        })
    }

    /// Names every listed event.
    pub fn events(&self) -> impl Iterator<Item = &str> {
        self.decision.keys().map(String::as_str)
    }

    /// Tells whether refusing this event makes the agent go on, so that a failure must not refuse it.
    #[must_use]
    pub fn block_means_continue(&self, event: &str) -> bool {
        self.failure_row(event).block_means_continue
    }

    pub(super) fn decision_row(&self, event: &str) -> &DecisionRow {
        self.decision.get(event).unwrap_or(&self.unlisted_decision)
    }

    pub(super) fn failure_cell(&self, event: &str, column: Column) -> &Cell {
        let row = self.failure_row(event);
        match column {
            Column::None => &row.none,
            Column::Ask => &row.ask,
            Column::Deny => &row.deny,
        }
    }

    fn failure_row(&self, event: &str) -> &FailureRow {
        self.failure.get(event).unwrap_or(&self.unlisted_failure)
    }
}

// === impl DecisionRow ===

impl DecisionRow {
    pub(super) fn cell(&self, kind: Kind) -> &Cell {
        match kind {
            Kind::None => &self.none,
            Kind::Allow => &self.allow,
            Kind::Ask => &self.ask,
            Kind::Defer => &self.defer,
            Kind::Deny => &self.deny,
        }
    }

    fn read(
        event: &str,
        written: GateDecisionRow,
        fields: &BTreeMap<String, FieldType>,
    ) -> Result<Self, String> {
        let cell = |written| Cell::read(event, written);
        let row = Self {
            allow: cell(written.allow)?,
            deny: cell(written.deny)?,
            ask: cell(written.ask)?,
            defer: cell(written.defer)?,
            none: cell(written.none)?,
            context: written.context,
            rewrite: written.rewrite.map(Rewrite::read).transpose()?,
            fields: written.fields,
            fields_into: written.fields_into.unwrap_or(ANSWER_SPECIFIC.to_owned()),
            fields_with: or_unopposed(written.fields_with),
        };
        row.check(fields)?;
        Ok(row)
    }

    fn check(&self, fields: &BTreeMap<String, FieldType>) -> Result<(), String> {
        let pointers = [
            self.context.as_deref(),
            self.rewrite.as_ref().map(|rewrite| rewrite.into.as_str()),
            // Further fields may also go beside everything else: then the pointer is empty.
            Some(self.fields_into.as_str()).filter(|pointer| !pointer.is_empty()),
        ];
        for pointer in pointers.into_iter().flatten() {
            if !pointer.starts_with('/') || pointer.contains('~') {
                return Err(format!("`{pointer}` is not a plain JSON pointer"));
            }
        }
        match self
            .fields
            .iter()
            .find(|field| !fields.contains_key(*field))
        {
            Some(field) => Err(format!("the field `{field}` has no type")),
            None => Ok(()),
        }
    }
}

// === impl FailureRow ===

impl FailureRow {
    fn read(event: &str, written: GateFailureRow) -> Result<Self, String> {
        let cell = |written| Cell::read(event, written);
        let row = Self {
            deny: cell(written.deny)?,
            ask: cell(written.ask)?,
            none: cell(written.none)?,
            block_means_continue: written.block_means_continue.unwrap_or(false),
        };
        if row.block_means_continue && row.deny.0.contains_key("decision") {
            return Err("a failure would block, which here means to go on".to_owned());
        }
        Ok(row)
    }
}

// === impl Rewrite ===

impl Rewrite {
    fn read(written: GateRewrite) -> Result<Self, String> {
        Ok(Self {
            value: match written.value.as_deref() {
                Some("object") => RewriteValue::Object,
                Some("any") | None => RewriteValue::Any,
                Some(other) => return Err(format!("a replacement cannot be `{other}`")),
            },
            into: written.into,
            with: or_unopposed(written.with),
        })
    }
}

fn or_unopposed(written: Vec<DecisionKind>) -> Vec<DecisionKind> {
    if written.is_empty() {
        DecisionKind::UNOPPOSED.to_vec()
    } else {
        written
    }
}

// === impl Cell ===

impl Cell {
    /// Writes the cell with its reason; without one, the keys that would hold it are left out.
    ///
    /// The reason is put in as a value and never read again, so no text of it can pass for a placeholder.
    pub(super) fn write(&self, reason: &str) -> Map<String, Value> {
        fill(&self.0, reason)
    }

    fn read(event: &str, written: Map<String, Value>) -> Result<Self, String> {
        let specific = written.get("hookSpecificOutput");
        if let Some(specific) = specific
            && specific.get("hookEventName").and_then(Value::as_str) != Some(event)
        {
            return Err("`hookEventName` is not the event".to_owned());
        }
        check_values(&written)?;
        Ok(Self(written))
    }
}

fn fill(map: &Map<String, Value>, reason: &str) -> Map<String, Value> {
    map.iter()
        .filter_map(|(key, value)| {
            let value = match value {
                Value::String(text) if text == REASON && reason.is_empty() => return None,
                Value::String(text) if text == REASON => Value::String(reason.to_owned()),
                Value::Object(inner) => Value::Object(fill(inner, reason)),
                other => other.clone(),
            };
            Some((key.clone(), value))
        })
        .collect()
}

/// A cell holds objects, strings and booleans: a null would make the client drop the answer.
fn check_values(map: &Map<String, Value>) -> Result<(), String> {
    for (key, value) in map {
        match value {
            Value::Object(inner) => check_values(inner)?,
            Value::String(text) if text == REASON || !text.contains("${") => {}
            Value::Bool(_) => {}
            other => return Err(format!("`{key}` may not be {other}")),
        }
    }
    Ok(())
}

/// A decision's name in the table.
pub(super) fn word(kind: Kind) -> DecisionKind {
    match kind {
        Kind::None => DecisionKind::None,
        Kind::Allow => DecisionKind::Allow,
        Kind::Ask => DecisionKind::Ask,
        Kind::Defer => DecisionKind::Defer,
        Kind::Deny => DecisionKind::Deny,
    }
}

// === impl FieldType ===

impl FieldType {
    /// Tells whether the client takes this value; it drops a whole answer for one that it does not.
    pub(super) fn takes(&self, value: &Value) -> bool {
        let all = |accept: fn(&Value) -> bool| {
            value
                .as_array()
                .is_some_and(|items| items.iter().all(accept))
        };
        match self {
            Self::String => value.is_string(),
            Self::Strings => all(Value::is_string),
            Self::Boolean => value.is_boolean(),
            Self::Object => value.is_object(),
            Self::Objects => all(Value::is_object),
            Self::Path => value.as_str().is_some_and(|path| path.starts_with('/')),
            Self::OneOf(words) => value
                .as_str()
                .is_some_and(|word| words.iter().any(|known| known == word)),
        }
    }
}
