//! Errors that the plugin's side of the border makes itself.

use crate::EffectError;

/// What a plugin gets when the two sides of the border do not understand each other.
pub(crate) fn internal(message: impl Into<String>) -> EffectError {
    EffectError::new(EffectError::CODE_INTERNAL, message)
}
