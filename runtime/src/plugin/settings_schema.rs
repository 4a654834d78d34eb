//! The JSON Schema that a plugin's folder may hold for the settings that the operator writes for it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::json_schema::JsonSchema;

/// A schema of settings that was compiled.
#[derive(Debug)]
pub struct SettingsSchema(JsonSchema);

/// What is wrong with the operator's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsViolation {
    /// The offending key, its parts joined by dots; empty when it is the settings as a whole.
    pub key: String,
    /// What is wrong there. The value itself is never named: it may be a secret.
    pub reason: String,
}

// === impl SettingsSchema ===

impl SettingsSchema {
    /// Compiles a schema. What it says of `$schema` decides its draft; absent means 2020-12.
    ///
    /// # Errors
    /// Text that is not JSON, a schema that is none, or one that refers to another document.
    pub fn parse(text: &str) -> Result<Self, String> {
        let schema: Value =
            serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
        JsonSchema::compile(&schema).map(Self)
    }

    /// Checks settings as guests read them, JSON texts by key.
    ///
    /// # Errors
    /// The first key that the schema does not allow.
    pub fn check(&self, settings: &BTreeMap<String, Vec<u8>>) -> Result<(), SettingsViolation> {
        let mut object = Map::new();
        for (key, text) in settings {
            let value = serde_json::from_slice(text).map_err(|error| SettingsViolation {
                key: key.clone(),
                reason: error.to_string(),
            })?;
            object.insert(key.clone(), value);
        }
        match self.0.violation(&Value::Object(object), true) {
            None => Ok(()),
            Some(violation) => Err(SettingsViolation {
                key: violation.pointer.trim_start_matches('/').replace('/', "."),
                reason: violation.reason,
            }),
        }
    }
}
