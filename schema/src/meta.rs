//! What the contract says about its effects and entry points.

use serde::Serialize;

use crate::{EffectClass, EffectDescription};

/// What the contract says about an effect. It is written as an [`EffectDescription`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "EffectDescription")]
pub struct EffectMeta {
    /// Name of the effect, and of the host function.
    pub name: &'static str,
    /// What the effect may change.
    pub class: EffectClass,
    /// The permit it needs, as family and access (`git.read`), if any; written as `none` where it needs none.
    pub permit: Option<&'static str>,
    /// What the effect does.
    pub description: &'static str,
}

/// What the contract says about an entry point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct EntryMeta {
    /// Name of the export.
    pub export: &'static str,
    /// The hook event it is called for, by the client's name; none for other entry points, and for
    /// `handle_hook_event`, which is called for every event that has no entry point of its own.
    pub event: Option<&'static str>,
    /// JSON pointer into the client's input to the field that a manifest's `matcher` is matched on.
    pub matcher: Option<&'static str>,
    /// Name of the input's type.
    pub input: &'static str,
    /// Name of the output's type.
    pub output: &'static str,
    /// When it is called, and what it can do.
    pub description: &'static str,
}

// === impl EffectDescription ===

impl From<EffectMeta> for EffectDescription {
    fn from(meta: EffectMeta) -> Self {
        Self {
            name: meta.name.to_owned(),
            class: meta.class,
            permit: meta.permit.unwrap_or("none").to_owned(),
            description: meta.description.to_owned(),
            extra: serde_json::Map::new(),
        }
    }
}
