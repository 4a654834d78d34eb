//! The limits that the schema sets for what guests send, checked on the typed value.
//!
//! Types decode shapes; `minimum`, `maxLength`, `pattern` and their like are no shapes. The host asks
//! [`Limited::check_limits`] of every request that it has decoded, before anything else looks at it.

use std::error::Error;
use std::fmt;

use crate::EffectError;

/// A type of which the schema limits the values. Generated for every effect's request.
pub trait Limited {
    /// Checks all limits that the schema sets, also those of the values within.
    ///
    /// # Errors
    ///
    /// The first limit that does not hold.
    fn check_limits(&self) -> Result<(), LimitError>;
}

/// A limit of the schema that a value does not keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitError {
    /// JSON pointer to the value.
    pub pointer: String,
    /// What the value has to be, as the end of a sentence.
    pub limit: String,
    /// Whether the value is too large or too long.
    pub too_large: bool,
}

// === impl LimitError ===

impl LimitError {
    fn new(pointer: &str, limit: String, too_large: bool) -> Self {
        Self {
            pointer: format!("/{pointer}"),
            limit,
            too_large,
        }
    }

    /// Puts the place of the outer value before the place of the inner one.
    #[must_use]
    pub(crate) fn within(mut self, place: &str) -> Self {
        self.pointer = format!("/{place}{}", self.pointer);
        self
    }
}

impl fmt::Display for LimitError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}` has to {}", self.pointer, self.limit)
    }
}

impl Error for LimitError {}

// === impl EffectError ===

impl From<LimitError> for EffectError {
    fn from(error: LimitError) -> Self {
        let code = if error.too_large {
            Self::CODE_TOO_LARGE
        } else {
            Self::CODE_INVALID_REQUEST
        };
        Self::new(code, error.to_string())
    }
}

/// Checks that a number, the characters of a text or the items of a list are not too few.
pub(crate) fn at_least(
    place: &str,
    what: &str,
    size: impl TryInto<u64>,
    bound: u64,
) -> Result<(), LimitError> {
    // What does not fit into 64 bits is above every bound.
    if size.try_into().unwrap_or(u64::MAX) >= bound {
        return Ok(());
    }
    Err(LimitError::new(
        place,
        format!("{what} at least {bound}"),
        false,
    ))
}

/// Checks that a number, the characters of a text or the items of a list are not too many.
pub(crate) fn at_most(
    place: &str,
    what: &str,
    size: impl TryInto<u64>,
    bound: u64,
) -> Result<(), LimitError> {
    if size.try_into().unwrap_or(u64::MAX) <= bound {
        return Ok(());
    }
    Err(LimitError::new(
        place,
        format!("{what} at most {bound}"),
        true,
    ))
}

/// Checks how a text begins.
pub(crate) fn prefix(place: &str, text: &str, prefix: &str) -> Result<(), LimitError> {
    if text.starts_with(prefix) {
        return Ok(());
    }
    Err(LimitError::new(
        place,
        format!("begin with `{prefix}`"),
        false,
    ))
}
