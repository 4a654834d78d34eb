//! The clients that do the work behind effects. A service knows its subject, and neither turns, plugins nor permits.

pub mod canary;
pub mod cargo;
pub mod child;
pub mod files;
pub mod git;
pub mod guest_source;
pub mod paths;
pub mod plugin_template;
pub mod tokens;
pub mod watch;
pub mod wired;

/// Every service, ready to use. Cloning shares them.
#[derive(Debug, Clone)]
pub struct Services {
    /// Repositories on this machine.
    pub git: git::GitService,
}
