//! [`FileText`]: a file that was read, and how much of it.

use schemars::JsonSchema;
use serde::Serialize;
use sinew_pdk::mcp::TextAndJson;

use crate::text::one_line;

/// Bytes of a file that are read where nobody says how many.
pub(crate) const FILE_BYTES: u64 = 50_000;

/// A file as it is in a revision.
#[derive(Serialize, JsonSchema)]
pub(crate) struct FileText {
    /// The file, relative to the repository's root.
    file: String,
    /// Its text, or the beginning of it; absent where it is no text.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    total_bytes: u64,
    /// Whether the file is longer than this.
    truncated: bool,
}

// === impl FileText ===

impl FileText {
    pub(crate) fn new(
        file: String,
        text: Option<String>,
        total_bytes: u64,
        truncated: bool,
    ) -> Self {
        Self {
            file,
            text,
            total_bytes,
            truncated,
        }
    }

    pub(crate) fn told(self) -> TextAndJson<Self> {
        let shown = match &self.text {
            Some(text) if self.truncated => format!(
                "{text}\n(cut: these are the first {} of {} bytes; raise `max_bytes`)",
                text.len(),
                self.total_bytes
            ),
            Some(text) => text.clone(),
            None => format!(
                "`{}` is no text; {} bytes.",
                one_line(&self.file),
                self.total_bytes
            ),
        };
        TextAndJson(shown, self)
    }
}
