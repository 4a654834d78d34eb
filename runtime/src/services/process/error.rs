//! Why a program could not be run.

/// A failure, in words that a caller with a permit for the program may read.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// There is no such program, or no such folder to run it in.
    #[error("{0}")]
    NotFound(String),
    /// The folder became another one after its permit was checked.
    #[error("{0}")]
    Conflict(String),
    /// The machine does not let us, or confines less than the operator asks for.
    #[error("{0}")]
    Unavailable(String),
    /// As many programs run as may.
    #[error("as many programs run as may at once")]
    Busy,
    /// The turn's time was up first; the program was killed.
    #[error("the time was up before the program was done")]
    Deadline,
}
