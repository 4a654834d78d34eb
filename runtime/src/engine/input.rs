//! A turn's input: as the client wrote it, as it was decoded, and as effects read it.

use std::sync::Arc;

use serde_json::Value;

use crate::effects::InputDocument;

/// The input of one turn, in all forms that somebody needs.
#[derive(Debug)]
pub(super) struct Input {
    text: String,
    value: Arc<Value>,
    document: InputDocument,
}

impl Input {
    /// Keeps a text and what it decodes to.
    pub(super) fn new(text: String, value: Arc<Value>) -> Self {
        Self {
            text,
            document: InputDocument::new(Arc::clone(&value)),
            value,
        }
    }

    /// Every byte as the client sent it, or as a rewriter left it.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    pub(super) fn value(&self) -> &Value {
        &self.value
    }

    /// The same input, for `input_read`.
    pub(super) fn document(&self) -> &InputDocument {
        &self.document
    }
}
