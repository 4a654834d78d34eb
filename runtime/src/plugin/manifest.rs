//! `plugin.toml`: as it is written (the schema's type), and as the engine uses it.

use std::collections::BTreeMap;
use std::time::Duration;

use bytesize::ByteSize;
use jiff::SignedDuration;
use jsonschema::Validator;
use regex::Regex;
use sha2::{Digest, Sha256};
use sinew_schema::{BUNDLE, ENTRY_POINTS, EntryMeta, PluginManifest, TurnBudget};

use super::inspect::Inspection;
use crate::permits::{PermitError, PermitSet};

/// The entry point for events that have none of their own.
const OTHER_EVENTS: &str = "handle_hook_event";
/// Nanoseconds for one unit of fuel in loops and in `memory.fill`, with room for a slower machine. Fuel times this has
/// to fit into the wall time, so that fuel ends a guest that host calls do not. Divisions, roots and `memory.grow` take
/// up to some tens of times as long: the answer still leaves at its time, and the guest's thread ends after it.
const FUEL_NANOSECONDS_MAX: f64 = 0.25;

/// A manifest that was checked.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// The plugin's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it says it does.
    pub description: String,
    /// Where its state lives.
    pub scope: Scope,
    /// Whether it gets WASI, and is then best-effort for replay.
    pub wasi: bool,
    /// Whether an instance serves later turns of the same scope.
    pub reuse: bool,
    /// Whether it wants inputs whole, however large.
    pub whole_inputs: bool,
    /// Subscriptions by the client's event name; the empty name stands for every event without an entry point of its own.
    pub hooks: BTreeMap<String, Subscription>,
    /// What it asks for.
    pub permits: PermitSet,
    /// What one turn may use.
    pub budgets: Budgets,
    /// SHA-256 of the file, in lower-case hexadecimal.
    pub digest: String,
}

/// Where a plugin's state lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// One per client session.
    Session,
    /// One for everything.
    Global,
    /// None: no Vars, and turns run fully in parallel.
    None,
    /// One per value of this JSON pointer into the input.
    Key(String),
}

/// One `[hooks.EVENT]`.
#[derive(Debug, Clone)]
pub struct Subscription {
    /// The export that is called.
    pub entry_point: &'static str,
    /// Matched against the whole field that the event names; none matches everything.
    pub matcher: Option<Regex>,
    /// JSON pointer of that field.
    pub field: Option<&'static str>,
    /// Highest first.
    pub priority: i32,
    /// Whether it gets a rewriting turn first.
    pub rewrites: bool,
    /// The answer when it cannot decide.
    pub on_failure: OnFailure,
}

/// The answer when a plugin cannot decide. Ordered, strictest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OnFailure {
    /// As if it had no opinion.
    None,
    /// Ask the person.
    Ask,
    /// Refuse.
    Deny,
}

/// What one turn may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budgets {
    /// Units of wasm fuel.
    pub fuel: u64,
    /// Guest memory in bytes.
    pub memory_bytes: u64,
    /// From the call to the answer.
    pub wall: Duration,
    /// Effects, refused ones included.
    pub effects: u32,
    /// Bytes of log lines and telemetry events.
    pub log_bytes: u64,
    /// Bytes of Vars written, keys and values.
    pub vars_bytes: u64,
    /// Bytes of the output.
    pub output_bytes: u64,
    /// Bytes of requests and responses that go into the ledger.
    pub record_bytes: u64,
}

/// Why a `plugin.toml` is refused.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It is not TOML.
    #[error("it is not TOML: {0}")]
    Toml(#[from] toml::de::Error),
    /// It is not what the schema says.
    #[error("at `{pointer}`: {message}")]
    Schema {
        /// JSON pointer of the offending key; empty for the whole file.
        pointer: String,
        /// What is wrong there.
        message: String,
    },
    /// A permit cannot be read.
    #[error(transparent)]
    Permit(#[from] PermitError),
    /// It contradicts itself, or the module beside it.
    #[error("{0}")]
    Contradiction(String),
}

// === impl Manifest ===

impl Manifest {
    /// Reads a `plugin.toml`.
    ///
    /// # Errors
    /// Text that is not TOML, an unknown key, a value outside its bounds, a matcher that is no regular expression, a
    /// subscription to an event that cannot be, fuel that can outlast the wall time.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let value: serde_json::Value = toml::from_str(text)?;
        validate(&value)?;
        let requested = value
            .get("permits")
            .cloned()
            .unwrap_or_else(|| serde_json::json!({}));
        let permits = PermitSet::parse(&requested, "permits")?;
        let written: PluginManifest =
            serde_json::from_value(value).map_err(|error| ManifestError::Schema {
                pointer: String::new(),
                message: error.to_string(),
            })?;
        let identity = written.plugin;
        let mut hooks = BTreeMap::new();
        for (key, subscription) in &written.hooks {
            let entry = entry_point(key)?;
            hooks.insert(
                entry.event.unwrap_or_default().to_owned(),
                Subscription::new(key, entry, subscription)?,
            );
        }
        let manifest = Self {
            name: identity.name,
            version: identity.version,
            description: identity.description.unwrap_or_default(),
            scope: Scope::parse(&identity.scope),
            wasi: identity.wasi.unwrap_or(false),
            reuse: identity
                .instance
                .is_some_and(|instance| instance.to_string() == "reuse"),
            whole_inputs: identity.whole_inputs.unwrap_or(false),
            hooks,
            permits,
            budgets: Budgets::with(
                written
                    .budgets
                    .and_then(|budgets| budgets.turn)
                    .unwrap_or_default(),
            )?,
            digest: hex::encode(Sha256::digest(text.as_bytes())),
        };
        manifest.budgets.check()?;
        Ok(manifest)
    }

    /// Checks the manifest against the module beside it.
    ///
    /// # Errors
    /// A subscription without its export, or an exported hook entry point that nobody subscribed.
    pub fn agrees_with(&self, module: &Inspection) -> Result<(), ManifestError> {
        for (event, subscription) in &self.hooks {
            if !module.entry_points.contains(subscription.entry_point) {
                let event = if event.is_empty() {
                    "events without an entry point of their own"
                } else {
                    event
                };
                return Err(ManifestError::Contradiction(format!(
                    "it subscribes to {event}, and the module does not export `{}`",
                    subscription.entry_point
                )));
            }
        }
        for export in &module.entry_points {
            let is_hook = *export == OTHER_EVENTS
                || ENTRY_POINTS
                    .iter()
                    .any(|entry| entry.export == *export && entry.event.is_some());
            if is_hook
                && !self
                    .hooks
                    .values()
                    .any(|subscription| subscription.entry_point == *export)
            {
                let key = export.trim_start_matches("handle_");
                return Err(ManifestError::Contradiction(format!(
                    "the module exports `{export}`, and the manifest has no `[hooks.{key}]`"
                )));
            }
        }
        Ok(())
    }

    /// The subscription that serves an event, when there is one.
    #[must_use]
    pub fn subscription(&self, event: &str) -> Option<&Subscription> {
        self.hooks.get(event).or_else(|| {
            let known = ENTRY_POINTS.iter().any(|entry| entry.event == Some(event));
            if known { None } else { self.hooks.get("") }
        })
    }
}

/// The entry point behind a key below `[hooks]`.
fn entry_point(key: &str) -> Result<&'static EntryMeta, ManifestError> {
    let export = format!("handle_{key}");
    ENTRY_POINTS
        .iter()
        .find(|entry| entry.export == export && (entry.event.is_some() || export == OTHER_EVENTS))
        .ok_or_else(|| ManifestError::Contradiction(format!("`[hooks.{key}]` names no hook event")))
}

fn validate(value: &serde_json::Value) -> Result<(), ManifestError> {
    let validator = validator().map_err(|error| {
        ManifestError::Contradiction(format!("the bundled schema is broken: {error}"))
    })?;
    match validator.iter_errors(value).next() {
        None => Ok(()),
        Some(error) => Err(ManifestError::Schema {
            pointer: error.instance_path().to_string(),
            message: error.to_string(),
        }),
    }
}

/// Checks what the generated types do not: patterns, lengths and bounds.
fn validator() -> Result<Validator, String> {
    let mut schema: serde_json::Value =
        serde_json::from_str(BUNDLE).map_err(|error| error.to_string())?;
    let root = schema.as_object_mut().ok_or("it is not an object")?;
    root.insert("$ref".into(), "#/definitions/PluginManifest".into());
    Validator::new(&schema).map_err(|error| error.to_string())
}

// === impl Subscription ===

impl Subscription {
    fn new(
        key: &str,
        entry: &'static EntryMeta,
        written: &sinew_schema::HookSubscription,
    ) -> Result<Self, ManifestError> {
        let matcher = match (&written.matcher, entry.matcher) {
            (None, _) => None,
            (Some(_), None) => {
                return Err(ManifestError::Contradiction(format!(
                    "`hooks.{key}.matcher`: the event has no field to match"
                )));
            }
            // The whole field has to match: `Bash` is not `BashOutput`.
            (Some(pattern), Some(_)) => {
                Some(Regex::new(&format!("^(?:{pattern})$")).map_err(|error| {
                    ManifestError::Contradiction(format!(
                        "`hooks.{key}.matcher` is no regular expression: {error}"
                    ))
                })?)
            }
        };
        let on_failure = match written.on_failure {
            sinew_schema::OnFailure::None => OnFailure::None,
            sinew_schema::OnFailure::Ask => OnFailure::Ask,
            sinew_schema::OnFailure::Deny => OnFailure::Deny,
        };
        let event = entry.event.unwrap_or_default();
        if on_failure == OnFailure::Ask && !asks(event) {
            return Err(ManifestError::Contradiction(format!(
                "`hooks.{key}.on_failure = \"ask\"`: on {event} nobody can be asked; use \"deny\" or \"none\""
            )));
        }
        Ok(Self {
            entry_point: entry.export,
            matcher,
            field: entry.matcher,
            priority: written.priority.unwrap_or(0),
            rewrites: written.rewrites.unwrap_or(false),
            on_failure,
        })
    }

    /// Whether this input is one it wants. Where the field is missing or no text, the plugin is asked.
    #[must_use]
    pub fn matches(&self, input: &serde_json::Value) -> bool {
        let (Some(matcher), Some(field)) = (&self.matcher, self.field) else {
            return true;
        };
        // What cannot be matched is given to the plugin: skipping it would be deciding for it.
        input
            .pointer(field)
            .and_then(serde_json::Value::as_str)
            .is_none_or(|text| matcher.is_match(text))
    }
}

/// Whether the client can ask a person on this event.
fn asks(event: &str) -> bool {
    matches!(event, "PreToolUse" | "PreModelSwitch")
}

// === impl Scope ===

impl Scope {
    fn parse(text: &str) -> Self {
        match text {
            "session" => Self::Session,
            "global" => Self::Global,
            "none" => Self::None,
            _ => Self::Key(text.trim_start_matches("key:").to_owned()),
        }
    }
}

// === impl Budgets ===

impl Default for Budgets {
    fn default() -> Self {
        Self {
            fuel: 200_000_000,
            memory_bytes: 64 << 20,
            wall: Duration::from_secs(5),
            effects: 64,
            log_bytes: 64 << 10,
            vars_bytes: 1 << 20,
            output_bytes: 1 << 20,
            record_bytes: 8 << 20,
        }
    }
}

impl Budgets {
    fn with(written: TurnBudget) -> Result<Self, ManifestError> {
        let usual = Self::default();
        Ok(Self {
            fuel: written.fuel.unwrap_or(usual.fuel),
            memory_bytes: bytes(written.memory, usual.memory_bytes, "memory")?,
            wall: match written.wall {
                None => usual.wall,
                Some(text) => text
                    .parse::<SignedDuration>()
                    .ok()
                    .and_then(|wall| Duration::try_from(wall).ok())
                    .ok_or_else(|| {
                        ManifestError::Contradiction(format!(
                            "`budgets.turn.wall`: `{text}` is no duration"
                        ))
                    })?,
            },
            effects: written.effects.unwrap_or(usual.effects),
            log_bytes: bytes(written.log_bytes, usual.log_bytes, "log_bytes")?,
            vars_bytes: bytes(written.vars_bytes, usual.vars_bytes, "vars_bytes")?,
            output_bytes: bytes(written.output_bytes, usual.output_bytes, "output_bytes")?,
            record_bytes: bytes(written.record_bytes, usual.record_bytes, "record_bytes")?,
        })
    }

    #[allow(clippy::cast_precision_loss, reason = "the bound is a rule of thumb")]
    fn check(&self) -> Result<(), ManifestError> {
        let needed = self.fuel as f64 * FUEL_NANOSECONDS_MAX;
        if needed > self.wall.as_nanos() as f64 {
            return Err(ManifestError::Contradiction(format!(
                "`budgets.turn`: {} fuel can take {:.0} ms, longer than the wall time of {} ms; lower one or raise the other",
                self.fuel,
                needed / 1e6,
                self.wall.as_millis()
            )));
        }
        Ok(())
    }
}

fn bytes(written: Option<String>, usual: u64, key: &str) -> Result<u64, ManifestError> {
    let Some(text) = written else {
        return Ok(usual);
    };
    text.parse::<ByteSize>()
        .map(|size| size.as_u64())
        .map_err(|error| ManifestError::Contradiction(format!("`budgets.turn.{key}`: {error}")))
}
