//! What MCP passes around, put together and taken apart.

use serde_json::{Map, Number, Value};

use crate::{
    McpChangedRequest, McpChangedRequestWhat, McpContent, McpLogRequest, McpLogRequestLevel,
    McpProgressRequest, McpPromptMessage, McpPromptMessageRole, McpResourceContents,
    McpSampleRequest, McpSampleResponse,
};

// === impl McpContent ===

impl McpContent {
    /// Makes a text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: Some(text.into()),
            ..Self::of("text")
        }
    }

    /// Makes an image: its bytes in standard base64, and its media type.
    #[must_use]
    pub fn image(base64: impl Into<String>, mime_type: impl Into<String>) -> Self {
        Self {
            data: Some(base64.into()),
            mime_type: Some(mime_type.into()),
            ..Self::of("image")
        }
    }

    /// Makes a sound: its bytes in standard base64, and its media type.
    #[must_use]
    pub fn audio(base64: impl Into<String>, mime_type: impl Into<String>) -> Self {
        Self {
            data: Some(base64.into()),
            mime_type: Some(mime_type.into()),
            ..Self::of("audio")
        }
    }

    /// Makes a link to a resource, which the client may read.
    #[must_use]
    pub fn resource_link(uri: impl Into<String>, name: impl Into<String>) -> Self {
        Self::of("resource_link")
            .with("uri", uri.into())
            .with("name", name.into())
    }

    /// Makes a resource that is enclosed with what it holds.
    #[must_use]
    pub fn resource(contents: &McpResourceContents) -> Self {
        // A struct of texts and JSON always has a JSON form.
        let contents = serde_json::to_value(contents).unwrap_or_default();
        Self::of("resource").with("resource", contents)
    }

    /// Sets one of MCP's further fields, such as `annotations`, `description` or `_meta`.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(field.to_owned(), value.into());
        self
    }

    fn of(kind: &str) -> Self {
        Self {
            type_: kind.to_owned(),
            ..Self::default()
        }
    }
}

impl From<&str> for McpContent {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for McpContent {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

// === impl McpResourceContents ===

impl McpResourceContents {
    /// Makes contents that are text.
    #[must_use]
    pub fn text(uri: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            uri: uri.into(),
            text: Some(text.into()),
            ..Self::default()
        }
    }

    /// Makes contents that are bytes, in standard base64.
    #[must_use]
    pub fn blob(uri: impl Into<String>, base64: impl Into<String>) -> Self {
        Self {
            uri: uri.into(),
            blob: Some(base64.into()),
            ..Self::default()
        }
    }

    /// Sets the media type.
    #[must_use]
    pub fn with_mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }
}

// === impl McpPromptMessage ===

impl McpPromptMessage {
    /// Makes what a user says.
    #[must_use]
    pub fn user(content: impl Into<McpContent>) -> Self {
        Self {
            role: McpPromptMessageRole::User,
            content: content.into(),
        }
    }

    /// Makes what the model says.
    #[must_use]
    pub fn assistant(content: impl Into<McpContent>) -> Self {
        Self {
            role: McpPromptMessageRole::Assistant,
            content: content.into(),
        }
    }
}

// === impl McpProgressRequest ===

impl McpProgressRequest {
    /// Says what is being done.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }
}

/// How much is done, of how much.
impl From<(u64, u64)> for McpProgressRequest {
    fn from((done, total): (u64, u64)) -> Self {
        Self {
            progress: Number::from(done),
            total: Some(Number::from(total)),
            message: None,
        }
    }
}

// === impl McpLogRequest ===

/// A line of text.
impl<S: Into<String>> From<(McpLogRequestLevel, S)> for McpLogRequest {
    fn from((level, text): (McpLogRequestLevel, S)) -> Self {
        Self {
            level,
            logger: None,
            data: Value::String(text.into()),
        }
    }
}

// === impl McpChangedRequest ===

impl McpChangedRequest {
    /// Says that what a resource holds has changed.
    #[must_use]
    pub fn resource(uri: impl Into<String>) -> Self {
        Self {
            what: McpChangedRequestWhat::Resource,
            uri: Some(uri.into()),
        }
    }
}

/// A list.
impl From<McpChangedRequestWhat> for McpChangedRequest {
    fn from(what: McpChangedRequestWhat) -> Self {
        Self { what, uri: None }
    }
}

// === impl McpSampleRequest ===

impl McpSampleRequest {
    /// Asks one question, for an answer of so many tokens.
    #[must_use]
    pub fn user(text: impl Into<String>, max_tokens: u32) -> Self {
        let content = serde_json::json!({ "type": "text", "text": text.into() });
        let message = Map::from_iter([
            ("role".to_owned(), Value::from("user")),
            ("content".to_owned(), content),
        ]);
        Self {
            messages: vec![message],
            max_tokens,
            ..Self::default()
        }
    }
}

// === impl McpSampleResponse ===

impl McpSampleResponse {
    /// Returns the text of the answer, without what stands between its pieces.
    #[must_use]
    pub fn text(&self) -> String {
        let blocks = match &self.content {
            Value::Array(blocks) => blocks.as_slice(),
            block => std::slice::from_ref(block),
        };
        let texts = blocks.iter().filter_map(|block| block["text"].as_str());
        texts.collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn content_has_the_forms_of_mcp() {
        let note = McpResourceContents::text("a://note", "n").with_mime_type("text/plain");
        let cases = [
            (McpContent::from("t"), json!({"type": "text", "text": "t"})),
            (
                McpContent::image("aA==", "image/png"),
                json!({"type": "image", "data": "aA==", "mimeType": "image/png"}),
            ),
            (
                McpContent::audio("aA==", "audio/wav"),
                json!({"type": "audio", "data": "aA==", "mimeType": "audio/wav"}),
            ),
            (
                McpContent::resource_link("a://b", "b").with("description", "B."),
                json!({"type": "resource_link", "uri": "a://b", "name": "b", "description": "B."}),
            ),
            (
                McpContent::resource(&note),
                json!({"type": "resource", "resource": {"uri": "a://note", "mimeType": "text/plain", "text": "n"}}),
            ),
        ];
        for (content, expected) in cases {
            assert_eq!(json!(content), expected);
        }
        let blob = McpResourceContents::blob("a://b", "aA==");
        assert_eq!(json!(blob), json!({"uri": "a://b", "blob": "aA=="}));
        let said = McpPromptMessage::assistant("Yes.");
        assert_eq!(
            json!(said),
            json!({"role": "assistant", "content": {"type": "text", "text": "Yes."}})
        );
    }

    #[test]
    fn requests_are_made_of_what_matters() {
        assert_eq!(
            json!(McpProgressRequest::from((3, 10)).with_message("reading")),
            json!({"progress": 3, "total": 10, "message": "reading"})
        );
        assert_eq!(
            json!(McpLogRequest::from((McpLogRequestLevel::Notice, "begun"))),
            json!({"level": "notice", "data": "begun"})
        );
        assert_eq!(
            json!(McpChangedRequest::from(McpChangedRequestWhat::Tools)),
            json!({"what": "tools"})
        );
        assert_eq!(
            json!(McpChangedRequest::resource("a://b")),
            json!({"what": "resource", "uri": "a://b"})
        );
        assert_eq!(
            json!(McpSampleRequest::user("Hello.", 9)),
            json!({"messages": [{"role": "user", "content": {"type": "text", "text": "Hello."}}], "maxTokens": 9})
        );
    }

    #[test]
    fn a_samples_text_is_of_one_block_or_of_many() {
        let said = |content| McpSampleResponse {
            content,
            ..McpSampleResponse::default()
        };
        assert_eq!(said(json!({"type": "text", "text": "a"})).text(), "a");
        let many = json!([{"type": "text", "text": "a"}, {"type": "image"}, {"type": "text", "text": "b"}]);
        assert_eq!(said(many).text(), "ab");
    }
}
