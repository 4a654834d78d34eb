//! Why a request failed.

/// A failure, in words that a caller with a permit for the host may read. Never holds a secret, or an address that a name
/// resolved to.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// The request contradicts itself, or asks for what nobody may set.
    #[error("{0}")]
    Invalid(String),
    /// More than a limit allows.
    #[error("{0}")]
    TooLarge(String),
    /// A secret that nobody configured, or that cannot be read.
    #[error("there is no secret `{0}`")]
    NoSecret(String),
    /// The other side cannot be reached, or does not make sense.
    #[error("{0}")]
    Unavailable(String),
    /// It was sent, and then something failed: nobody knows what came of it.
    #[error("it was sent, and then: {0}")]
    InDoubt(String),
    /// Time was up first.
    #[error("the time was up before the answer was there")]
    Deadline,
}
