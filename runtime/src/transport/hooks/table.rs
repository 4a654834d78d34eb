//! The gate's two tables: what a client is told, by event. Data lies in `schema/gate/`; this loads and checks it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use sinew_schema::{GATE_DECISION, GATE_FAILURE};

use crate::engine::{Column, Kind};

/// The row of events that have none of their own.
const UNLISTED: &str = "*";

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
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub(super) struct Cell(Map<String, Value>);

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionRow {
    /// For people who read the table.
    #[serde(default, rename = "note")]
    _note: String,
    allow: Cell,
    deny: Cell,
    ask: Cell,
    defer: Cell,
    none: Cell,
    pub(super) context: Option<String>,
    pub(super) rewrite: Option<Rewrite>,
    #[serde(default)]
    pub(super) fields: Vec<String>,
    #[serde(default = "answer_specific")]
    pub(super) fields_into: String,
    #[serde(default = "unopposed")]
    pub(super) fields_with: Vec<KindWord>,
    ask_native: bool,
}

/// How an event's input is replaced.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rewrite {
    pub(super) of: String,
    pub(super) into: String,
    pub(super) value: RewriteValue,
    pub(super) with: Vec<KindWord>,
}

/// What a replacement may be; null is never one, since the client would drop the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RewriteValue {
    Object,
    Any,
}

/// A decision's name in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum KindWord {
    None,
    Allow,
    Ask,
    Defer,
    Deny,
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

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct FailureRow {
    deny: Cell,
    ask: Cell,
    none: Cell,
    #[serde(default)]
    block_means_continue: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DecisionFile {
    #[serde(rename = "description")]
    _description: String,
    fields: BTreeMap<String, FieldType>,
    events: BTreeMap<String, DecisionRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FailureFile {
    #[serde(rename = "description")]
    _description: String,
    events: BTreeMap<String, FailureRow>,
}

fn answer_specific() -> String {
    "/hookSpecificOutput".to_owned()
}

fn unopposed() -> Vec<KindWord> {
    vec![KindWord::None, KindWord::Allow]
}

// === impl Tables ===

impl Tables {
    /// Loads the tables that are part of this build.
    ///
    /// # Errors
    /// When they are not usable, which a test rules out.
    pub fn bundled() -> Result<Self, TableError> {
        Self::parse(GATE_DECISION, GATE_FAILURE)
    }

    /// Loads tables from their JSON text.
    ///
    /// # Errors
    /// When a table has another shape, a row that cannot be used, or lacks a row that the other has.
    pub fn parse(decision: &str, failure: &str) -> Result<Self, TableError> {
        let shape = |table| move |source| TableError::Shape { table, source };
        let decisions: DecisionFile = serde_json::from_str(decision).map_err(shape("decision"))?;
        let failures: FailureFile = serde_json::from_str(failure).map_err(shape("failure"))?;
        for (event, row) in &decisions.events {
            row.check(event, &decisions.fields)
                .map_err(|problem| TableError::Row {
                    table: "decision",
                    event: event.clone(),
                    problem,
                })?;
        }
        for (event, row) in &failures.events {
            row.check(event).map_err(|problem| TableError::Row {
                table: "failure",
                event: event.clone(),
                problem,
            })?;
        }
        let missing = |event: &str| TableError::Missing {
            event: event.to_owned(),
        };
        if let Some(event) = decisions
            .events
            .keys()
            .find(|event| !failures.events.contains_key(*event))
            .or_else(|| {
                failures
                    .events
                    .keys()
                    .find(|event| !decisions.events.contains_key(*event))
            })
        {
            return Err(missing(event));
        }
        let (mut decision, mut failure) = (decisions.events, failures.events);
        Ok(Self {
            unlisted_decision: decision.remove(UNLISTED).ok_or_else(|| missing(UNLISTED))?,
            unlisted_failure: failure.remove(UNLISTED).ok_or_else(|| missing(UNLISTED))?,
            decision,
            failure,
            fields: decisions.fields,
        })
    }

    /// Names every listed event.
    pub fn events(&self) -> impl Iterator<Item = &str> {
        self.decision.keys().map(String::as_str)
    }

    /// Tells whether the client can ask a person at this event.
    #[must_use]
    pub fn asks(&self, event: &str) -> bool {
        self.decision_row(event).ask_native
    }

    /// Tells whether refusing this event makes the agent go on, so that a failure must not refuse it.
    #[must_use]
    pub fn block_means_continue(&self, event: &str) -> bool {
        self.failure_row(event).block_means_continue
    }

    /// Points at what a rewrite of this event replaces in its input; `None` where nothing can be rewritten.
    #[must_use]
    pub fn rewritten(&self, event: &str) -> Option<&str> {
        let rewrite = self.decision_row(event).rewrite.as_ref()?;
        Some(&rewrite.of)
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

    fn check(&self, event: &str, fields: &BTreeMap<String, FieldType>) -> Result<(), String> {
        for cell in [&self.allow, &self.deny, &self.ask, &self.defer, &self.none] {
            cell.check(event)?;
        }
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
    fn check(&self, event: &str) -> Result<(), String> {
        for cell in [&self.deny, &self.ask, &self.none] {
            cell.check(event)?;
        }
        if self.block_means_continue && self.deny.0.contains_key("decision") {
            return Err("a failure would block, which here means to go on".to_owned());
        }
        Ok(())
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

    fn check(&self, event: &str) -> Result<(), String> {
        let specific = self.0.get("hookSpecificOutput");
        if let Some(specific) = specific
            && specific.get("hookEventName").and_then(Value::as_str) != Some(event)
        {
            return Err("`hookEventName` is not the event".to_owned());
        }
        check_values(&self.0)
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

// === impl KindWord ===

impl From<Kind> for KindWord {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::None => Self::None,
            Kind::Allow => Self::Allow,
            Kind::Ask => Self::Ask,
            Kind::Defer => Self::Defer,
            Kind::Deny => Self::Deny,
        }
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
