//! What the operator says about one plugin: `[plugins.NAME]`, and grants that stand in a file of their own.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::used::{ConfigError, FILE_BYTES_MAX, Reader};
use super::written;
use crate::engine::Configured;
use crate::permits::PermitSet;
use crate::plugin::BudgetCaps;
use crate::services::files;

impl Reader<'_> {
    pub(super) fn plugin(
        &self,
        name: &str,
        written: &written::Plugin,
    ) -> Result<Configured, ConfigError> {
        let beside = self.folder.join("permits.d").join(format!("{name}.toml"));
        let (granted, key, place) = match (&written.permits, beside.exists()) {
            (Some(_), true) => {
                return Err(self.wrong(
                    format!("plugins.{name}.permits"),
                    format!(
                        "grants stand here and in `permits.d/{name}.toml`; keep one of the two"
                    ),
                ));
            }
            (Some(table), false) => (
                table.clone(),
                format!("plugins.{name}.permits"),
                self.file.to_owned(),
            ),
            (None, true) => {
                let text =
                    files::text(&beside, FILE_BYTES_MAX).map_err(|error| ConfigError::File {
                        path: beside.clone(),
                        error,
                    })?;
                let table = toml::from_str(&text).map_err(|error| ConfigError::Toml {
                    path: beside.clone(),
                    error: Box::new(error),
                })?;
                (table, String::new(), beside)
            }
            (None, false) => (
                toml::Table::new(),
                format!("plugins.{name}.permits"),
                self.file.to_owned(),
            ),
        };
        let granted = serde_json::to_value(&granted)
            .map_err(|error| self.wrong(key.clone(), error.to_string()))?;
        let digest = Sha256::digest(granted.to_string());
        Ok(Configured {
            name: name.to_owned(),
            folder: self.folder.join(&written.path),
            granted: PermitSet::parse(&granted, &key)
                .map_err(|error| ConfigError::Permit { path: place, error })?,
            granted_digest: hex::encode(digest),
            budgets: self.budgets(name, &written.budgets)?,
            mcp_prefix: self.mcp_prefix(name, &written.mcp)?,
            config: Arc::new(self.settings(name, &written.config)?),
        })
    }

    fn mcp_prefix(&self, name: &str, written: &written::PluginMcp) -> Result<String, ConfigError> {
        const CHARACTERS_MAX: usize = 64;
        let prefix = written
            .prefix
            .clone()
            .unwrap_or_else(|| Configured::mcp_prefix_of(name));
        let fine = prefix
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
        if fine && prefix.len() <= CHARACTERS_MAX {
            return Ok(prefix);
        }
        Err(self.wrong(
            format!("plugins.{name}.mcp.prefix"),
            format!("it is at most {CHARACTERS_MAX} letters, digits, `_`, `-` and `.`"),
        ))
    }

    fn budgets(&self, name: &str, written: &toml::Table) -> Result<BudgetCaps, ConfigError> {
        let wrong = |message| self.wrong(format!("plugins.{name}.budgets"), message);
        let written = serde_json::to_value(written).map_err(|error| wrong(error.to_string()))?;
        BudgetCaps::parse(written).map_err(|error| wrong(error.to_string()))
    }

    /// A plugin's settings as the guest reads them: JSON texts.
    fn settings(
        &self,
        name: &str,
        written: &BTreeMap<String, toml::Value>,
    ) -> Result<BTreeMap<String, Vec<u8>>, ConfigError> {
        written
            .iter()
            .map(|(key, value)| {
                let text = serde_json::to_vec(value).map_err(|error| {
                    self.wrong(format!("plugins.{name}.config.{key}"), error.to_string())
                })?;
                Ok((key.clone(), text))
            })
            .collect()
    }
}
