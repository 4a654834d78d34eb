//! Conversations with language models, put together and taken apart.

use crate::{
    LlmCallResponse, LlmContent, LlmMessage, LlmMessageRole, LlmText, LlmToolCall, LlmToolResult,
};

// === impl LlmText ===

/// Text that nobody is asked to remember.
impl<S: Into<String>> From<S> for LlmText {
    fn from(text: S) -> Self {
        Self {
            text: text.into(),
            cache: None,
        }
    }
}

// === impl LlmMessage ===

impl LlmMessage {
    /// Makes what a user says.
    #[must_use]
    pub fn user(text: impl Into<String>) -> Self {
        Self {
            role: LlmMessageRole::User,
            content: vec![LlmContent::Text(LlmText::from(text))],
        }
    }

    /// Makes the answer of a tool that the model asked for by the call `id`.
    #[must_use]
    pub fn tool_result(id: impl Into<String>, text: impl Into<String>) -> Self {
        let result = LlmToolResult {
            id: id.into(),
            text: text.into(),
            images: Vec::new(),
            is_error: None,
            cache: None,
        };
        Self {
            role: LlmMessageRole::User,
            content: vec![LlmContent::ToolResult(result)],
        }
    }
}

// === impl LlmCallResponse ===

impl LlmCallResponse {
    /// Returns the text of the answer, without what stands between its pieces.
    #[must_use]
    pub fn text(&self) -> String {
        let texts = self
            .content
            .iter()
            .filter_map(|block| block.text.as_deref());
        texts.collect()
    }

    /// Makes the answer a message, with which a conversation goes on. It is empty, and cannot be sent, when the model said
    /// nothing.
    #[must_use]
    pub fn message(&self) -> LlmMessage {
        let content = self.content.iter().filter_map(|block| {
            if let Some(text) = &block.text {
                return Some(LlmContent::Text(LlmText::from(text)));
            }
            if !block.block.is_empty() {
                return Some(LlmContent::Other(block.block.clone()));
            }
            let call = LlmToolCall {
                id: block.id.clone()?,
                name: block.name.clone()?,
                input: block.input.clone(),
                cache: None,
            };
            Some(LlmContent::ToolCall(call))
        });
        LlmMessage {
            role: LlmMessageRole::Assistant,
            content: content.collect(),
        }
    }
}
