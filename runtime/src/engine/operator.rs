//! The engine as operators see it: which plugins there are, and a new build for one of them.

use std::sync::Arc;

use super::admin::{Admin, AdminError, PluginStatus};
use super::catalog::PluginState;
use super::engine::Engine;
use super::gate::Answering;
use super::load::LoadError;

impl Admin for Engine {
    fn plugins(&self) -> Vec<PluginStatus> {
        self.catalog()
            .plugins
            .iter()
            .map(|(name, state)| status(name, state))
            .collect()
    }

    fn reload(
        self: Arc<Self>,
        name: String,
    ) -> Answering<'static, Result<PluginStatus, AdminError>> {
        Box::pin(async move {
            match self.swap(&name, "admin").await {
                Ok(loaded) => Ok(status(&name, &PluginState::Loaded(loaded))),
                Err(LoadError::Unknown(name)) => Err(AdminError::Unknown { name }),
                Err(error) => Err(AdminError::Refused {
                    name,
                    reason: error.to_string(),
                }),
            }
        })
    }
}

fn status(name: &str, state: &PluginState) -> PluginStatus {
    let manifest = state.manifest();
    let (build, problem) = match state {
        PluginState::Loaded(loaded) => (Some(loaded.build.digest().to_owned()), None),
        PluginState::Broken { reason, .. } => (None, Some(reason.clone())),
    };
    PluginStatus {
        name: name.to_owned(),
        loaded: build.is_some(),
        version: manifest.map(|manifest| manifest.version.clone()),
        build,
        hooks: manifest
            .into_iter()
            .flat_map(|manifest| manifest.hooks.keys().cloned())
            .collect(),
        problem,
    }
}
