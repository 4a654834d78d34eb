//! [`McpCall`]: what the entry point for MCP tools is called with, and helpers for what it answers.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sinew_schema::{McpContent, McpResult};

use crate::EffectError;
use crate::elided::Elided;

/// A call of one of the plugin's tools. The host has checked the arguments against the tool's input schema.
#[derive(Debug)]
pub struct McpCall {
    call: sinew_schema::McpCall,
    elided: Elided,
}

// === impl McpCall ===

impl McpCall {
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, String> {
        let mut value: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let fields = match value.get_mut("elided").map(Value::take) {
            Some(fields) => serde_json::from_value(fields).map_err(|error| error.to_string())?,
            None => Vec::new(),
        };
        let elided = Elided::open(fields, &mut value, false).map_err(|error| error.to_string())?;
        // Taken apart above.
        value
            .as_object_mut()
            .and_then(|object| object.remove("elided"));
        let call = serde_json::from_value(value).map_err(|error| error.to_string())?;
        Ok(Self { call, elided })
    }

    /// The tool's name, as the plugin describes it.
    #[must_use]
    pub fn tool(&self) -> &str {
        &self.call.tool
    }

    /// The arguments, whole, as the type the tool takes.
    ///
    /// # Errors
    ///
    /// The arguments do not have that form, or a part of them was elided and the host could not return it.
    pub fn arguments<T: DeserializeOwned>(&self) -> Result<T, EffectError> {
        let arguments = Value::Object(self.call.arguments.clone());
        let whole = self
            .elided
            .whole("/arguments", Some(&arguments))?
            .unwrap_or_default();
        serde_json::from_value(whole).map_err(|problem| {
            EffectError::new(
                EffectError::CODE_INVALID_REQUEST,
                format!("the arguments of `{}`: {problem}", self.tool()),
            )
        })
    }

    /// The root of the registered project the caller works in, where there is one.
    #[must_use]
    pub fn project(&self) -> Option<&str> {
        self.call.project.as_deref()
    }

    /// The client's session, where it has one.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.call.session_id.as_deref()
    }

    /// The client's id of this call; the call's hook events carry it too.
    #[must_use]
    pub fn tool_use_id(&self) -> Option<&str> {
        self.call.tool_use_id.as_deref()
    }

    /// The call as it arrived: `null` stands in the place of what was elided from the arguments.
    #[must_use]
    pub fn as_received(&self) -> &sinew_schema::McpCall {
        &self.call
    }
}

/// Answers with text.
pub fn text(text: impl Into<String>) -> McpResult {
    McpResult {
        content: vec![text_block(text.into())],
        structured: Map::new(),
        is_error: None,
    }
}

/// Answers that the call failed, for the model to read and act on.
pub fn failure(text: impl Into<String>) -> McpResult {
    McpResult {
        content: vec![text_block(text.into())],
        structured: Map::new(),
        is_error: Some(true),
    }
}

/// Answers with a value: as structured content where it is an object, and as JSON text for clients that read only that.
///
/// # Errors
///
/// The value has no JSON form.
pub fn structured<T: Serialize>(value: &T) -> Result<McpResult, serde_json::Error> {
    let value = serde_json::to_value(value)?;
    let content = vec![text_block(value.to_string())];
    let structured = match value {
        Value::Object(object) => object,
        _ => Map::new(),
    };
    Ok(McpResult {
        content,
        structured,
        is_error: None,
    })
}

fn text_block(text: String) -> McpContent {
    McpContent {
        type_: String::from("text"),
        text: Some(text),
        data: None,
        mime_type: None,
        extra: Map::new(),
    }
}
