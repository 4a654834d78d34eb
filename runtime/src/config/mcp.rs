//! `[auth]`, `[mcp]` and its views as the transport uses them.

use std::collections::BTreeMap;

use super::ConfigError;
use super::used::{Reader, size_of};
use super::written::{McpAuth, Written};
use crate::engine::McpView;
use crate::transport::McpSettings;

/// Fills in the defaults.
pub(super) fn settings(written: &Written, reader: &Reader<'_>) -> Result<McpSettings, ConfigError> {
    let usual = McpSettings::default();
    let mcp = &written.mcp;
    let count = |key: &str, wanted: Option<u32>, usual: usize| match wanted {
        None => Ok(usual),
        Some(0) => Err(reader.wrong(key, "it is at least 1")),
        Some(count) => Ok(count as usize),
    };
    let duration = |key: &str, text: &Option<String>, usual| {
        text.as_ref()
            .map_or(Ok(usual), |text| reader.duration(key, text))
    };
    Ok(McpSettings {
        open: written.auth.mcp == Some(McpAuth::None),
        views: views(written, reader)?,
        calls_max: count("mcp.calls", mcp.calls, usual.calls_max)?,
        message_bytes_max: size_of(mcp.message, usual.message_bytes_max),
        sessions_max: count("mcp.sessions", mcp.sessions, usual.sessions_max)?,
        session_idle: duration("mcp.session_idle", &mcp.session_idle, usual.session_idle)?,
        listeners_max: count("mcp.listeners", mcp.listeners, usual.listeners_max)?,
        page_items: count("mcp.page", mcp.page, usual.page_items)?,
        call_time_max: duration("mcp.call_timeout", &mcp.call_timeout, usual.call_time_max)?,
        answer_time_max: duration(
            "mcp.answer_timeout",
            &mcp.answer_timeout,
            usual.answer_time_max,
        )?,
    })
}

fn views(written: &Written, reader: &Reader<'_>) -> Result<BTreeMap<String, McpView>, ConfigError> {
    let mut views = BTreeMap::new();
    for (name, view) in &written.mcp.views {
        let key = format!("mcp.views.{name}");
        let fine = (1..=64).contains(&name.len())
            && name != "raw"
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        if !fine {
            return Err(reader.wrong(
                key,
                "a view's name is 1 to 64 letters, digits, `_` and `-`, and not `raw`",
            ));
        }
        if let Some(unknown) = view
            .plugins
            .iter()
            .find(|plugin| !written.plugins.contains_key(*plugin))
        {
            return Err(reader.wrong(
                format!("{key}.plugins"),
                format!("no plugin `{unknown}` is configured"),
            ));
        }
        let plugins = Some(view.plugins.clone());
        views.insert(name.clone(), McpView { plugins });
    }
    Ok(views)
}
