//! Counting what a check costs: how often it follows references, however the value looks.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use jsonschema::{Keyword, ValidationError};
use serde_json::{Value, json};

/// The keyword that counts. It is added before each reference.
pub(super) const STEP: &str = "sinew:step";

/// Keywords whose values are data and no schemas.
pub(super) const DATA: [&str; 4] = ["const", "default", "enum", "examples"];

/// Keywords whose values name schemas.
const NAMED: [&str; 6] = [
    "$defs",
    "definitions",
    "dependencies",
    "dependentSchemas",
    "patternProperties",
    "properties",
];

/// What stands beside a reference and counts in the drafts in which nothing else does.
const BESIDE_REFERENCE: [&str; 4] = ["$defs", "$id", "$schema", "definitions"];

thread_local! {
    /// How often references may still be followed in the check that runs on this thread.
    static STEPS_LEFT: Cell<u64> = const { Cell::new(u64::MAX) };
}

/// Counts how often references are followed. Of two that look at the same part of a value, and lead to two more for the part
/// within, there are 2^depth ways into it.
pub(super) struct Step;

/// A check took too many steps.
struct Spent;

// === impl Step ===

impl<'i> Keyword<'i> for Step {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        self.is_valid(instance);
        Ok(())
    }

    fn is_valid(&self, _: &'i Value) -> bool {
        let left = STEPS_LEFT.get().checked_sub(1);
        // The only way out of a check; it is no panic, and nobody hears of it but `within`.
        STEPS_LEFT.set(left.unwrap_or_else(|| resume_unwind(Box::new(Spent))));
        true
    }
}

/// Puts a step before each reference, which makes it one of what all have to hold; that is what it is, except in drafts where
/// a reference stands `alone` and what is beside it counts for nothing.
pub(super) fn count(part: &mut Value, alone: bool) -> Result<(), String> {
    let fields = match part {
        Value::Object(fields) => fields,
        Value::Array(items) => return items.iter_mut().try_for_each(|item| count(item, alone)),
        _ => return Ok(()),
    };
    for (word, inner) in fields.iter_mut() {
        match inner {
            data if DATA.contains(&word.as_str()) => {
                if refers(data) {
                    return Err(format!(
                        "its `{word}` holds a `$ref`, which is not taken here"
                    ));
                }
            }
            Value::Object(named) if NAMED.contains(&word.as_str()) => {
                named
                    .values_mut()
                    .try_for_each(|inner| count(inner, alone))?;
            }
            inner => count(inner, alone)?,
        }
    }
    let Some(reference @ Value::String(_)) = fields.get("$ref").cloned() else {
        return Ok(());
    };
    if alone {
        fields.retain(|word, _| BESIDE_REFERENCE.contains(&word.as_str()));
    }
    let counted = json!({"allOf": [{STEP: true}, {"$ref": reference}]});
    // What is no list there is the compiler's to refuse.
    if let Value::Array(all) = fields.entry("allOf").or_insert_with(|| json!([])) {
        all.push(counted);
        fields.remove("$ref");
    }
    Ok(())
}

/// Whether there is a reference somewhere in it.
fn refers(data: &Value) -> bool {
    match data {
        Value::Object(fields) => {
            fields.get("$ref").is_some_and(Value::is_string) || fields.values().any(refers)
        }
        Value::Array(items) => items.iter().any(refers),
        _ => false,
    }
}

/// Checks something in so many steps; none where they are not enough.
pub(super) fn within<T>(steps: u64, check: impl FnOnce() -> T) -> Option<T> {
    STEPS_LEFT.set(steps);
    // The schema is only read, and what is left half-way belongs to this check.
    let checked = catch_unwind(AssertUnwindSafe(check));
    STEPS_LEFT.set(u64::MAX);
    match checked {
        Ok(checked) => Some(checked),
        Err(spent) if spent.is::<Spent>() => None,
        Err(panic) => resume_unwind(panic),
    }
}
