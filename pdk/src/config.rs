//! The operator's settings for this plugin: `[plugins.NAME.config]` in `sinew.toml`.

use serde::de::DeserializeOwned;

use crate::host;
use crate::var::{StateError, decode};

/// Reads a setting; `None` where the operator did not write one.
///
/// Settings do not change while a build runs, and are part of the build's fingerprint in the ledger.
///
/// # Errors
///
/// The setting does not decode as a `T`.
pub fn get<T: DeserializeOwned>(key: &str) -> Result<Option<T>, StateError> {
    decode(key, host::config_get(key))
}
