//! The plugin's state: Vars, typed and encoded as JSON.
//!
//! A Var lives in the scope that the manifest names: a session by default. Writes become durable with the turn, together with
//! everything else it did; a turn that fails leaves none. With `scope = "none"` there are no Vars, and the host ends the turn.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::host;

/// A Var or a setting could not be read or written.
#[derive(Debug)]
pub struct StateError {
    key: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Decode(serde_json::Error),
    Encode(serde_json::Error),
    Host(String),
}

/// Reads a Var; `None` where it was never set, or was removed.
///
/// # Errors
///
/// The value does not decode as a `T`: it was written by a build with another idea of it.
pub fn get<T: DeserializeOwned>(key: &str) -> Result<Option<T>, StateError> {
    decode(key, host::var_get(key))
}

/// Writes a Var.
///
/// # Errors
///
/// The value does not encode as JSON.
pub fn set<T: Serialize + ?Sized>(key: &str, value: &T) -> Result<(), StateError> {
    let bytes =
        serde_json::to_vec(value).map_err(|error| StateError::new(key, Kind::Encode(error)))?;
    host::var_set(key, &bytes).map_err(|error| StateError::new(key, Kind::Host(error)))
}

/// Removes a Var. Removing one that is not there is no error.
///
/// # Errors
///
/// The host did not take the call.
pub fn remove(key: &str) -> Result<(), StateError> {
    host::var_remove(key).map_err(|error| StateError::new(key, Kind::Host(error)))
}

/// Changes a Var in place, starting from `T::default()` where there is none, and returns what the closure returns.
///
/// Turns of one scope run one at a time, so nothing else can write in between.
///
/// # Errors
///
/// As [`get`] and [`set`].
pub fn update<T, R>(key: &str, change: impl FnOnce(&mut T) -> R) -> Result<R, StateError>
where
    T: Serialize + DeserializeOwned + Default,
{
    let mut value = get(key)?.unwrap_or_default();
    let result = change(&mut value);
    set(key, &value)?;
    Ok(result)
}

pub(crate) fn decode<T: DeserializeOwned>(
    key: &str,
    bytes: Result<Option<Vec<u8>>, String>,
) -> Result<Option<T>, StateError> {
    let Some(bytes) = bytes.map_err(|error| StateError::new(key, Kind::Host(error)))? else {
        return Ok(None);
    };
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(|error| StateError::new(key, Kind::Decode(error)))
}

// === impl StateError ===

impl StateError {
    fn new(key: &str, kind: Kind) -> Self {
        Self {
            key: key.to_owned(),
            kind,
        }
    }

    /// The key that was read or written.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Decode(_) => {
                write!(
                    f,
                    "the value of `{}` does not have the expected form",
                    self.key
                )?;
            }
            Kind::Encode(_) => write!(f, "the new value of `{}` has no JSON form", self.key)?,
            Kind::Host(why) => write!(f, "the host did not take `{}`: {why}", self.key)?,
        }
        // The alternate form (`{:#}`) is what becomes a turn's error: it names the cause, too.
        match std::error::Error::source(self) {
            Some(cause) if f.alternate() => write!(f, ": {cause}"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for StateError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::Decode(error) | Kind::Encode(error) => Some(error),
            Kind::Host(_) => None,
        }
    }
}
