//! JSON Schemas that somebody else wrote: compiled so that no value, however it looks, costs more than its length. `references`
//! refuses what would never end, and `steps` counts what may take too long.

mod references;
mod steps;
#[cfg(test)]
mod tests;

use jsonschema::{PatternOptions, Retrieve, Uri, Validator};
use serde_json::Value;

use references::endless;
use steps::{STEP, Step, count, within};

/// How often references may be followed for each part of a value that is checked; a part that fits a choice of a dozen
/// alternatives needs a few dozen.
const STEPS_PER_PART: u64 = 64;

/// How often they may be followed at least, however small the value is, and at most, which takes less than a second.
const STEPS_MIN: u64 = 10_000;
const STEPS_MAX: u64 = 10_000_000;

/// How often they may be followed to say what is wrong, which keeps something in memory for each.
const STEPS_TO_EXPLAIN: u64 = 20_000;

/// A schema that was compiled.
#[derive(Debug)]
pub struct JsonSchema(Validator);

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// JSON pointer to the offending part; empty when it is the value as a whole.
    pub pointer: String,
    /// What is wrong there. It may repeat the value, as far as there is room.
    pub reason: String,
}

/// How long a reason is at most: a value that is repeated in it may be as large as a message.
const REASON_BYTES_MAX: usize = 1_000;

/// Refuses to fetch: a schema speaks for itself, and compiling one asks no network and opens no file.
struct NothingElse;

// === impl JsonSchema ===

impl JsonSchema {
    /// Compiles a schema. What it says of `$schema` decides its draft; absent means 2020-12.
    ///
    /// # Errors
    /// A schema that is none, one that refers to another document or holds one, or one that refers to itself without going
    /// deeper into the value, so that checking would never end.
    pub fn compile(schema: &Value) -> Result<Self, String> {
        endless(schema)?;
        let draft = schema.get("$schema").and_then(Value::as_str);
        let alone = draft.is_some_and(|draft| draft.contains("/draft-0"));
        let mut counting = schema.clone();
        count(&mut counting, alone)?;
        jsonschema::options()
            .with_keyword(STEP, |_, _, _| Ok(Box::new(Step)))
            .with_retriever(NothingElse)
            // Without back-references, so that matching takes no longer than the text is long.
            .with_pattern_options(PatternOptions::regex())
            .build(&counting)
            .map(Self)
            .map_err(|error| error.to_string())
    }

    /// The first part of the value that the schema does not allow. `masked` keeps the value itself out of the reason.
    #[must_use]
    pub fn violation(&self, value: &Value, masked: bool) -> Option<Violation> {
        let whole = |reason: &str| Violation {
            pointer: String::new(),
            reason: reason.to_owned(),
        };
        match self.check(value) {
            Some(true) => return None,
            Some(false) => {}
            None => return Some(whole("it fits its schema in too many ways to check")),
        }
        let explained = within(STEPS_TO_EXPLAIN, || {
            let error = self.0.validate(value).err()?;
            Some(Violation {
                pointer: error.instance_path().to_string(),
                reason: cut(if masked {
                    error.masked_with("the value").to_string()
                } else {
                    error.to_string()
                }),
            })
        });
        let unexplained = || whole("it does not fit its schema, in too many ways to say how");
        Some(explained.flatten().unwrap_or_else(unexplained))
    }

    /// Whether the schema allows the value. One that takes too long to check is not allowed.
    #[must_use]
    pub fn allows(&self, value: &Value) -> bool {
        self.check(value) == Some(true)
    }

    /// Whether the schema allows the value; none where that takes more steps than so large a value may.
    fn check(&self, value: &Value) -> Option<bool> {
        let steps = parts(value).saturating_mul(STEPS_PER_PART);
        within(steps.clamp(STEPS_MIN, STEPS_MAX), || self.0.is_valid(value))
    }
}

// === impl NothingElse ===

impl Retrieve for NothingElse {
    fn retrieve(
        &self,
        uri: &Uri<String>,
    ) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        Err(format!("it refers to `{uri}`, and may refer to nothing but itself").into())
    }
}

/// What there is room for, with its end, which says what is wrong; what comes before repeats the value.
fn cut(reason: String) -> String {
    let Some(over) = reason
        .len()
        .checked_sub(REASON_BYTES_MAX)
        .filter(|over| *over > 0)
    else {
        return reason;
    };
    let half = REASON_BYTES_MAX / 2;
    let head = &reason[..reason.floor_char_boundary(half)];
    let tail = &reason[reason.ceil_char_boundary(half + over)..];
    format!("{head} … {tail}")
}

/// Of how many values a value is made, itself among them.
fn parts(value: &Value) -> u64 {
    let inner: u64 = match value {
        Value::Array(items) => items.iter().map(parts).sum(),
        Value::Object(fields) => fields.values().map(parts).sum(),
        _ => 0,
    };
    inner + 1
}
