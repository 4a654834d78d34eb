//! Every service, as the configuration wants it.

use std::sync::Arc;

use super::StartError;
use crate::config::Config;
use crate::services::Services;
use crate::services::fs::FsService;
use crate::services::git::GitService;
use crate::services::github::GithubService;
use crate::services::llm::LlmService;
use crate::services::net::{NetService, SystemResolver};
use crate::services::process::ProcessService;
use crate::services::secrets::Secrets;
use crate::world::{Clock, Random, SystemClock, SystemRandom};

/// Starts every service. Secrets are read once, for all of them.
///
/// # Errors
/// A thread cannot be started, or the certificates of `net.ca_file` cannot be read.
pub fn services(config: &Config) -> Result<Services, StartError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    let secrets = Secrets::load(config.secrets.clone());
    Ok(Services {
        fs: FsService::start(config.fs.clone()).map_err(StartError::Files)?,
        git: GitService::start(config.git.clone()).map_err(StartError::Git)?,
        github: GithubService::new(
            config.github.clone(),
            secrets.clone(),
            Arc::clone(&clock),
            Arc::clone(&random),
        ),
        llm: LlmService::new(config.llm.clone(), secrets.clone(), clock, random),
        net: NetService::start(
            config.net.clone(),
            Arc::new(SystemResolver),
            secrets.clone(),
        )
        .map_err(StartError::Net)?,
        process: ProcessService::new(config.process.clone()),
        secrets,
    })
}
