//! Secrets: what the operator lends to requests, and no guest ever reads.
//!
//! Whatever needs one asks for it by name ([`Secrets::get`]) when it needs it, and keeps it no longer than that, so that
//! a secret that was changed counts at once. Whatever comes back from where a secret was sent goes through
//! [`Secrets::redact`] before anybody reads it: a server may echo what it was sent.

mod redactor;
mod secret;
mod source;
mod store;

pub use redactor::Redactor;
pub use secret::Secret;
pub use source::{SecretError, SecretSource};
pub use store::Secrets;

/// What stands for a secret where nobody may read it, and what a guest writes where it wants it put in.
#[must_use]
pub fn placeholder(name: &str) -> String {
    format!("{PLACEHOLDER_START}{name}{PLACEHOLDER_END}")
}

/// How a placeholder begins.
pub const PLACEHOLDER_START: &str = "${secret:";
/// How a placeholder ends.
pub const PLACEHOLDER_END: char = '}';

/// Longest name of a secret, in bytes.
const NAME_BYTES_MAX: usize = 64;

/// Whether a secret can have this name: letters, digits, `_`, `-` and `.`, so that a placeholder reads the same in a
/// header, in JSON and in a log.
#[must_use]
pub fn is_name(name: &str) -> bool {
    (1..=NAME_BYTES_MAX).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}
