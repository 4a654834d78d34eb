//! The engine as operators see it: which plugins there are, and a new build for one of them.

use std::sync::Arc;

use sinew_schema::GateRecord;

use super::admin::{Admin, AdminError, Allowed, PluginStatus};
use super::allow::Wrong;
use super::catalog::PluginState;
use super::doubts::{SettleError, Settlement};
use super::engine::Engine;
use super::gate::Answering;
use super::load::LoadError;
use super::notes;
use super::open_effect::{EffectName, OpenEffect};

impl Admin for Engine {
    fn plugins(&self) -> Vec<PluginStatus> {
        self.catalog()
            .plugins
            .iter()
            .map(|(name, state)| status(name, state))
            .collect()
    }

    fn allow(&self, code: &str, by: &str) -> Result<Allowed, AdminError> {
        let call = match self.allowances.find(self.now(), code) {
            Ok(call) => call,
            Err(wrong) => {
                let detail = format!("a wrong allow-once code was named over {by}");
                self.note_gate(GateRecord::WHAT_REFUSED, None, None, &detail);
                return Err(match wrong {
                    Wrong::Unknown => AdminError::Code,
                    Wrong::TooMany => AdminError::Codes,
                });
            }
        };
        let detail = format!("the operator, over {by}, lets the stopped call pass once");
        let noted = self.note_allowed(
            GateRecord::WHAT_ALLOW_GRANTED,
            &call.plugin,
            &call.event,
            Some(&call.session),
            &detail,
            call.position,
        );
        if noted.is_none() {
            return Err(AdminError::Unrecorded);
        }
        if !self.allowances.grant(self.now(), code) {
            return Err(AdminError::Code);
        }
        Ok(Allowed {
            plugin: call.plugin,
            event: call.event,
            session: call.session,
            stopped: call.position,
            seconds: self.settings().allow.lifetime.as_secs(),
        })
    }

    fn regrant(
        self: Arc<Self>,
        name: String,
        grant: String,
        by: &'static str,
    ) -> Answering<'static, Result<Option<u64>, AdminError>> {
        Box::pin(async move { Engine::regrant(&self, &name, &grant, by).await })
    }

    fn settle(&self, effect: &EffectName, done: bool, by: &str) -> Result<OpenEffect, AdminError> {
        let settlement = if done {
            Settlement::Done
        } else {
            Settlement::Undone
        };
        let by = format!("the operator, over {by}");
        let settled = notes::blocking(|| {
            let doubts = &self.tools.doubts;
            doubts.settle(&self.tools, effect, settlement, &by)
        });
        settled.map_err(|error| match error {
            SettleError::Unknown(effect) => AdminError::NotInDoubt(effect),
            SettleError::Store(error) => AdminError::Unsettled(error.to_string()),
        })
    }

    fn reload(
        self: Arc<Self>,
        name: String,
        reason: Option<String>,
    ) -> Answering<'static, Result<PluginStatus, AdminError>> {
        Box::pin(async move {
            match self.swap(&name, "admin", reason.as_deref()).await {
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
