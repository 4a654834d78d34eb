//! The clients that do the work behind effects. A service knows its subject, and neither turns, plugins nor permits.

pub mod git;

/// Every service, ready to use. Cloning shares them.
#[derive(Debug, Clone)]
pub struct Services {
    /// Repositories on this machine.
    pub git: git::GitService,
}
