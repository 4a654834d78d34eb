//! What a tool answers.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use sinew_schema::{McpContent, McpResult};

use super::failure::Failure;
use super::schema::{self, Describe};

/// A value, as structured content, and as JSON text for clients that read only that.
///
/// Its type becomes the tool's output schema, so it has to be an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Json<T>(pub T);

/// A text for the model, and the value that it tells, as structured content.
///
/// The value's type becomes the tool's output schema, so it has to be an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextAndJson<T>(pub String, pub T);

/// What a tool may return.
#[diagnostic::on_unimplemented(
    message = "a tool returns `McpResult`, `mcp::Json`, `mcp::TextAndJson`, `mcp::Failure` or a `Result` of one, not `{Self}`",
    label = "this is no result of a tool",
    note = "the error of a `Result` needs `Display`: its text becomes the turn's error; a `mcp::Failure` is what the model reads"
)]
pub trait IntoMcpResult {
    /// Makes the output schema; `None` where nothing is promised.
    #[doc(hidden)]
    const OUTPUT: Option<Describe> = None;

    /// The result, or why the turn fails.
    ///
    /// # Errors
    ///
    /// What the tool returned as its error, as text.
    fn into_result(self) -> Result<McpResult, String>;
}

/// Answers with text.
pub fn text(text: impl Into<String>) -> McpResult {
    answer([McpContent::text(text)])
}

/// Answers with blocks of content.
pub fn answer(content: impl IntoIterator<Item = McpContent>) -> McpResult {
    McpResult {
        content: content.into_iter().collect(),
        ..McpResult::default()
    }
}

/// Encodes bytes as MCP carries them: in standard base64.
#[must_use]
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

// === impl IntoMcpResult ===

impl IntoMcpResult for McpResult {
    fn into_result(self) -> Result<McpResult, String> {
        Ok(self)
    }
}

impl IntoMcpResult for Failure {
    fn into_result(self) -> Result<McpResult, String> {
        Ok(self.into())
    }
}

impl<T: Serialize + JsonSchema> IntoMcpResult for Json<T> {
    const OUTPUT: Option<Describe> = Some(schema::output::<T>);

    fn into_result(self) -> Result<McpResult, String> {
        let value = object(&self.0)?;
        let json = serde_json::to_string(&value).map_err(|error| error.to_string())?;
        Ok(McpResult {
            structured: value,
            ..text(json)
        })
    }
}

impl<T: Serialize + JsonSchema> IntoMcpResult for TextAndJson<T> {
    const OUTPUT: Option<Describe> = Some(schema::output::<T>);

    fn into_result(self) -> Result<McpResult, String> {
        Ok(McpResult {
            structured: object(&self.1)?,
            ..text(self.0)
        })
    }
}

impl<T: IntoMcpResult> IntoMcpResult for Result<T, Failure> {
    const OUTPUT: Option<Describe> = T::OUTPUT;

    fn into_result(self) -> Result<McpResult, String> {
        match self {
            Ok(result) => result.into_result(),
            Err(failure) => failure.into_result(),
        }
    }
}

impl<T: IntoMcpResult, E: fmt::Display> IntoMcpResult for Result<T, E> {
    const OUTPUT: Option<Describe> = T::OUTPUT;

    fn into_result(self) -> Result<McpResult, String> {
        // The alternate form of `Display` is where many errors name their causes.
        self.map_err(|error| format!("{error:#}"))?.into_result()
    }
}

fn object(value: &impl Serialize) -> Result<Map<String, Value>, String> {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err("the structured result is no object".to_owned()),
        Err(error) => Err(format!("the structured result has no JSON form: {error}")),
    }
}
