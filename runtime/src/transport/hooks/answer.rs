//! What was decided, in the client's words.

use serde_json::{Map, Value};

use super::Tables;
use super::table::{DecisionRow, Rewrite, RewriteValue, word};
use super::text;
use crate::engine::{Column, Kind, Verdict};

/// An answer, ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The JSON object the client gets.
    pub json: Value,
    /// Where it says less than what was decided, for the ledger; usually empty.
    pub differences: Vec<String>,
}

/// Why a decision cannot be said to the client, so that the failure table has to answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unanswerable {
    /// The event's answer has no place for a replacement.
    #[error("the input of `{event}` cannot be rewritten")]
    NoRewrite {
        /// The event.
        event: String,
    },
    /// The client would drop the whole answer.
    #[error("the replacement for `{event}` has to be {wanted}")]
    Replacement {
        /// The event.
        event: String,
        /// What it has to be.
        wanted: &'static str,
    },
}

/// What was decided; the parts of [`Verdict::Decided`].
struct Decided<'a> {
    kind: Kind,
    reason: &'a str,
    context: &'a str,
    replacement: Option<&'a Value>,
    fields: &'a Map<String, Value>,
}

// === impl Tables ===

impl Tables {
    /// Writes a verdict in the client's words.
    ///
    /// # Errors
    /// When a rewrite was decided that the client could not apply: an answer without it would let another input
    /// through than the one that was judged.
    pub fn answer(&self, event: &str, verdict: &Verdict) -> Result<Answer, Unanswerable> {
        match verdict {
            Verdict::Decided {
                kind,
                reason,
                context,
                replacement,
                fields,
            } => self.decided(
                event,
                &Decided {
                    kind: *kind,
                    reason,
                    context,
                    replacement: replacement.as_ref(),
                    fields,
                },
            ),
            Verdict::Failed { column, reason } => Ok(self.failed(event, *column, reason)),
        }
    }

    /// Writes the failure table's answer.
    #[must_use]
    pub fn failed(&self, event: &str, column: Column, reason: &str) -> Answer {
        let mut differences = Vec::new();
        let reason = shortened(reason, "reason", &mut differences);
        let json = self.failure_cell(event, column).write(&reason);
        Answer {
            json: Value::Object(json),
            differences,
        }
    }

    fn decided(&self, event: &str, decided: &Decided<'_>) -> Result<Answer, Unanswerable> {
        let row = self.decision_row(event);
        let mut differences = Vec::new();
        let reason = shortened(decided.reason, "reason", &mut differences);
        let mut json = row.cell(decided.kind).write(&reason);

        if let Some(replacement) = decided.replacement {
            let rewrite = replaceable(event, row, replacement)?;
            if rewrite.with.contains(&word(decided.kind)) {
                insert(&mut json, &rewrite.into, replacement.clone());
            } else if decided.kind <= Kind::Allow {
                // The client goes on with the original, so the person has to know that it was to be another.
                let message = "sinew: a plugin rewrote this input, but nobody approved the result; the original stands";
                json.insert("systemMessage".to_owned(), message.into());
                differences.push("the rewritten input was left out".to_owned());
            }
        }
        if !decided.context.is_empty() {
            match &row.context {
                Some(pointer) => {
                    let context = shortened(decided.context, "context", &mut differences);
                    insert(&mut json, pointer, Value::String(context));
                }
                None => differences.push("the context was left out".to_owned()),
            }
        }
        self.insert_fields(&mut json, row, decided, &mut differences);
        if let Some(Value::Object(specific)) = json.get_mut("hookSpecificOutput") {
            specific.insert("hookEventName".to_owned(), event.into());
        }
        Ok(Answer {
            json: Value::Object(json),
            differences,
        })
    }

    /// Adds further fields. One that the client would not take is left out, since it would take the decision along.
    fn insert_fields(
        &self,
        json: &mut Map<String, Value>,
        row: &DecisionRow,
        decided: &Decided<'_>,
        differences: &mut Vec<String>,
    ) {
        let carried = row.fields_with.contains(&word(decided.kind));
        for (name, value) in decided.fields {
            let takes = row.fields.contains(name)
                && self
                    .fields
                    .get(name)
                    .is_some_and(|field| field.takes(value));
            if !carried || !takes {
                differences.push(format!("the field `{name}` was left out"));
                continue;
            }
            let mut value = value.clone();
            if let Value::String(text) = &mut value
                && text::cut(text)
            {
                differences.push(format!("the field `{name}` was cut"));
            }
            insert(json, &format!("{}/{name}", row.fields_into), value);
        }
    }
}

/// Finds where a replacement goes, if the client can take this one.
fn replaceable<'row>(
    event: &str,
    row: &'row DecisionRow,
    replacement: &Value,
) -> Result<&'row Rewrite, Unanswerable> {
    let event = || event.to_owned();
    let Some(rewrite) = &row.rewrite else {
        return Err(Unanswerable::NoRewrite { event: event() });
    };
    match rewrite.value {
        RewriteValue::Object if !replacement.is_object() => Err(Unanswerable::Replacement {
            event: event(),
            wanted: "an object",
        }),
        RewriteValue::Any if replacement.is_null() => Err(Unanswerable::Replacement {
            event: event(),
            wanted: "a value that is not null",
        }),
        _ => Ok(rewrite),
    }
}

fn shortened(text: &str, name: &str, differences: &mut Vec<String>) -> String {
    let mut text = text.to_owned();
    if text::cut(&mut text) {
        differences.push(format!("the {name} was cut"));
    }
    text
}

/// Puts a value at a plain JSON pointer, making the objects on the way; what stands there already stays.
fn insert(json: &mut Map<String, Value>, pointer: &str, value: Value) {
    let mut place = json;
    let mut keys = pointer.split('/').skip(1).peekable();
    while let Some(key) = keys.next() {
        if keys.peek().is_none() {
            place.entry(key).or_insert(value);
            return;
        }
        let inner = place
            .entry(key)
            .or_insert_with(|| Value::Object(Map::new()));
        let Value::Object(inner) = inner else { return };
        place = inner;
    }
}
