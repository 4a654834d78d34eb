//! Rule patterns for names that the operator's configuration lists: models, language servers.

use super::glob::Glob;
use super::rule::Subject;

/// A glob over names, in which a slash parts segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamePattern(Glob);

// === impl NamePattern ===

impl NamePattern {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("is empty".to_owned());
        }
        Glob::parse(text, '/').map(Self)
    }

    pub(super) fn matches(&self, name: &str) -> bool {
        let segments: Vec<&[u8]> = name.split('/').map(str::as_bytes).collect();
        self.0.matches(&segments)
    }
}

impl Subject for NamePattern {
    fn includes(&self, other: &Self) -> bool {
        self.0.includes(&other.0)
    }
}
