//! The clients that do the work behind effects. A service knows its subject, and neither turns, plugins nor permits.

mod backoff;
pub mod canary;
pub mod cargo;
pub mod child;
pub mod files;
pub mod fs;
pub mod git;
pub mod github;
pub mod guest_source;
pub mod llm;
pub mod net;
pub mod paths;
pub mod plugin_template;
pub mod process;
pub mod secrets;
mod threads;
pub mod tokens;
pub mod watch;
pub mod wired;

/// Every service, ready to use. Cloning shares them.
#[derive(Debug, Clone)]
pub struct Services {
    /// Files and folders on this machine.
    pub fs: fs::FsService,
    /// Repositories on this machine.
    pub git: git::GitService,
    /// GitHub.
    pub github: github::GithubService,
    /// Programs on this machine.
    pub process: process::ProcessService,
    /// HTTP.
    pub net: net::NetService,
    /// Language models.
    pub llm: llm::LlmService,
    /// What the operator lends to requests.
    pub secrets: secrets::Secrets,
}
