//! `plugin.toml`: as it is written (the schema's type), and as the engine uses it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jsonschema::Validator;
use sha2::{Digest, Sha256};
use sinew_schema::{BUNDLE, ENTRY_POINTS, PluginManifest, PluginRule};

use super::budgets::{BudgetCaps, Budgets};
use super::compat::Compat;
use super::inspect::Inspection;
use super::period_budget::PeriodBudget;
use super::subscription::{OTHER_EVENTS, Subscription, entry_point};
use crate::permits::{PermitError, PermitSet};

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
    /// Another host's interface that the module speaks.
    pub compat: Option<Compat>,
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
    /// What all turns of a session may use together.
    pub session_budget: PeriodBudget,
    /// What all turns of a day may use together.
    pub day_budget: PeriodBudget,
    /// File in the plugin's folder with the JSON Schema of its settings, when it has one.
    pub config_schema: Option<String>,
    /// What it watches for, each by an id of its own.
    pub rules: Vec<PluginRule>,
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
    /// subscription to an event that cannot be, two rules of one id, fuel that can outlast the wall time.
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
        let budgets = written.budgets.unwrap_or_default();
        let mut hooks = BTreeMap::new();
        for (key, subscription) in &written.hooks {
            let entry = entry_point(key)?;
            hooks.insert(
                entry.event.unwrap_or_default().to_owned(),
                Subscription::new(key, entry, subscription)?,
            );
        }
        let compat = identity.compat.map(Compat::from);
        if let (Some(host), Some(hook)) = (compat, written.hooks.keys().next()) {
            return Err(ManifestError::Contradiction(format!(
                "`hooks.{hook}`: a plugin with `compat = \"{host}\"` answers MCP clients and no hook events"
            )));
        }
        unique(&written.rules)?;
        let manifest = Self {
            name: identity.name,
            version: identity.version,
            description: identity.description.unwrap_or_default(),
            scope: Scope::parse(&identity.scope),
            wasi: identity.wasi.unwrap_or(compat.is_some()),
            compat,
            reuse: identity
                .instance
                .is_some_and(|instance| instance.to_string() == "reuse"),
            // What was taken out could only be read with an effect of this host's.
            whole_inputs: compat.is_some() || identity.whole_inputs.unwrap_or(false),
            hooks,
            permits,
            budgets: Budgets::with(budgets.turn.unwrap_or_default(), &Budgets::default())?,
            session_budget: PeriodBudget::parse(budgets.session, "budgets.session")?,
            day_budget: PeriodBudget::parse(budgets.day, "budgets.day")?,
            config_schema: identity.config_schema,
            rules: written.rules,
            digest: hex::encode(Sha256::digest(text.as_bytes())),
        };
        manifest.budgets.check()?;
        Ok(manifest)
    }

    /// The same manifest with budgets that are no larger than the operator's.
    ///
    /// # Errors
    /// Fuel that can outlast the wall time that is left.
    pub fn capped(mut self, caps: &BudgetCaps) -> Result<Self, ManifestError> {
        self.budgets = self.budgets.lowered(caps.turn());
        self.session_budget = self.session_budget.lowered(caps.session());
        self.day_budget = self.day_budget.lowered(caps.day());
        self.budgets.check()?;
        Ok(self)
    }

    /// What this may spend more than `other` may, as reasons for people: of money, of tokens, and of what a session or a
    /// day has.
    #[must_use]
    pub fn spends_more_than(&self, other: &Self) -> Vec<String> {
        let (session, day) = (&self.session_budget, &self.day_budget);
        [
            self.budgets.wider_than(&other.budgets),
            session.wider_than(&other.session_budget, "budgets.session"),
            day.wider_than(&other.day_budget, "budgets.day"),
        ]
        .concat()
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

    /// Where the Vars of every MCP turn live, for a module whose tools cannot say so themselves.
    #[must_use]
    pub fn mcp_scope(&self) -> Option<&Scope> {
        self.compat.map(|_| &self.scope)
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

fn unique(rules: &[PluginRule]) -> Result<(), ManifestError> {
    let mut seen = BTreeSet::new();
    match rules.iter().find(|rule| !seen.insert(rule.id.as_str())) {
        None => Ok(()),
        Some(twice) => Err(ManifestError::Contradiction(format!(
            "`rules`: the id `{}` stands twice",
            twice.id
        ))),
    }
}

fn validate(value: &serde_json::Value) -> Result<(), ManifestError> {
    // Compiled once: it takes longer than all the rest of reading a manifest.
    static VALIDATOR: LazyLock<Checks> = LazyLock::new(|| validator("PluginManifest"));
    check(&VALIDATOR, value)
}

/// Checks what an operator wrote in the words of a manifest's `budgets`.
pub(super) fn validate_budgets(value: &serde_json::Value) -> Result<(), ManifestError> {
    static VALIDATOR: LazyLock<Checks> = LazyLock::new(|| validator("Budgets"));
    check(&VALIDATOR, value)
}

/// A compiled schema, or why there is none.
type Checks = Result<Validator, String>;

fn check(validator: &Checks, value: &serde_json::Value) -> Result<(), ManifestError> {
    let validator = validator.as_ref().map_err(|error| {
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
fn validator(definition: &str) -> Checks {
    let mut schema: serde_json::Value =
        serde_json::from_str(BUNDLE).map_err(|error| error.to_string())?;
    let root = schema.as_object_mut().ok_or("it is not an object")?;
    root.insert("$ref".into(), format!("#/definitions/{definition}").into());
    Validator::new(&schema).map_err(|error| error.to_string())
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
