//! Rule patterns for the full names of references.

use super::glob::Glob;
use super::rule::Subject;

/// A glob over full reference names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RefPattern {
    glob: Glob,
}

// === impl RefPattern ===

impl RefPattern {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if !(text == "**" || text.starts_with("**/") || text.starts_with("refs/")) {
            return Err(format!(
                "`{text}` is no full reference name: it starts with `refs/` or `**`"
            ));
        }
        Ok(Self {
            glob: Glob::parse(text, '/')?,
        })
    }

    pub(super) fn matches(&self, name: &str) -> bool {
        let segments: Vec<&[u8]> = name.split('/').map(str::as_bytes).collect();
        self.glob.matches(&segments)
    }
}

impl Subject for RefPattern {
    fn includes(&self, other: &Self) -> bool {
        self.glob.includes(&other.glob)
    }
}
