//! The JSON Schema that a plugin's folder may hold for the settings that the operator writes for it.

use std::collections::BTreeMap;

use jsonschema::{PatternOptions, Retrieve, Uri, Validator};
use serde_json::{Map, Value};

/// A schema of settings that was compiled.
#[derive(Debug)]
pub struct SettingsSchema(Validator);

/// What is wrong with the operator's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsViolation {
    /// The offending key, its parts joined by dots; empty when it is the settings as a whole.
    pub key: String,
    /// What is wrong there. The value itself is never named: it may be a secret.
    pub reason: String,
}

/// Refuses to fetch: a schema speaks for itself, and loading a plugin asks no network and opens no other file.
struct NothingElse;

// === impl SettingsSchema ===

impl SettingsSchema {
    /// Compiles a schema. What it says of `$schema` decides its draft; absent means 2020-12.
    ///
    /// # Errors
    /// Text that is not JSON, a schema that is none, or one that refers to another document.
    pub fn parse(text: &str) -> Result<Self, String> {
        let schema: Value =
            serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
        jsonschema::options()
            .with_retriever(NothingElse)
            // Without back-references, so that matching takes no longer than the text is long.
            .with_pattern_options(PatternOptions::regex())
            .build(&schema)
            .map(Self)
            .map_err(|error| error.to_string())
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
        match self.0.iter_errors(&Value::Object(object)).next() {
            None => Ok(()),
            Some(error) => Err(SettingsViolation {
                key: error
                    .instance_path()
                    .to_string()
                    .trim_start_matches('/')
                    .replace('/', "."),
                reason: error.masked_with("the value").to_string(),
            }),
        }
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
