//! The engine's words in the protocol's, and back. What plugins write is in MCP's own form already, so most of it is read
//! by `rmcp` as it stands, unknown fields included where it keeps them.

#![expect(
    deprecated,
    reason = "logging, sampling and roots are deprecated in the newest revision and spoken by every client of today"
)]

use rmcp::ErrorData;
use rmcp::model::{
    CallToolResult, ClientCapabilities, CompleteResult, CompletionInfo, ContentBlock, ErrorCode,
    GetPromptResult, Implementation, InputRequest, LoggingLevel, ReadResourceResult, ResultType,
    Tool,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sinew_schema::{
    McpCapability, McpClient, McpCompletionResult, McpLogRequestLevel, McpPromptResult,
    McpQuestion, McpReadResult, McpResult, McpTool,
};

use crate::effects::Question;
use crate::engine::{McpFailure, Offered};
use crate::plugin::{Abort, AbortReason};

/// Too many requests at once: in the range that JSON-RPC leaves to servers.
pub(super) const BUSY: ErrorCode = ErrorCode(-32_000);

/// Reads what a plugin wrote as the protocol's own type.
pub(super) fn read<T: DeserializeOwned>(value: &impl Serialize) -> Result<T, ErrorData> {
    serde_json::to_value(value)
        .and_then(serde_json::from_value)
        .map_err(|error| {
            ErrorData::internal_error(
                format!("the plugin's answer is not in the protocol's form: {error}"),
                None,
            )
        })
}

/// A tool as clients see it: under its name for them, and without what is the host's alone.
pub(super) fn tool(offered: &Offered<McpTool>) -> Result<Tool, ErrorData> {
    let mut value = json!(offered.item);
    if let Some(fields) = value.as_object_mut() {
        fields.remove("scope");
        fields.remove("needs");
        fields.insert("name".to_owned(), offered.name.as_str().into());
    }
    read(&value)
}

/// A prompt, a resource or a template; `name` replaces the plugin's own where the client knows it by another.
pub(super) fn item<T: DeserializeOwned>(
    item: &impl Serialize,
    name: Option<&str>,
) -> Result<T, ErrorData> {
    let mut value = json!(item);
    if let Some((fields, name)) = value.as_object_mut().zip(name) {
        fields.insert("name".to_owned(), name.into());
    }
    read(&value)
}

/// What a tool answered; whoever `promises` a structured result sends it, though nothing may be in it.
pub(super) fn result(result: &McpResult, promises: bool) -> Result<CallToolResult, ErrorData> {
    let mut value = json!({ "content": result.content });
    let kept = promises && result.is_error != Some(true);
    if kept || !result.structured.is_empty() {
        value["structuredContent"] = json!(result.structured);
    }
    if let Some(failed) = result.is_error {
        value["isError"] = failed.into();
    }
    let mut result: CallToolResult = read(&value)?;
    result.result_type = Some(ResultType::COMPLETE);
    Ok(result)
}

/// A failed call, in words for the model.
pub(super) fn failed(message: impl Into<String>) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(message.into())])
}

pub(super) fn contents(read_result: &McpReadResult) -> Result<ReadResourceResult, ErrorData> {
    let contents = read(&read_result.contents)?;
    Ok(ReadResourceResult::new(contents))
}

pub(super) fn prompt(prompt: &McpPromptResult) -> Result<GetPromptResult, ErrorData> {
    let messages = read(&prompt.messages)?;
    let mut result = GetPromptResult::new(messages);
    result.description.clone_from(&prompt.description);
    Ok(result)
}

/// Values to choose from: no more than the protocol allows, and that there are more.
pub(super) fn completion(completed: McpCompletionResult) -> Result<CompleteResult, ErrorData> {
    let mut values = completed.values;
    let count = values.len();
    let cut = count > CompletionInfo::MAX_VALUES;
    values.truncate(CompletionInfo::MAX_VALUES);
    let mut info =
        CompletionInfo::new(values).map_err(|error| ErrorData::internal_error(error, None))?;
    let all_known = cut && completed.has_more != Some(true);
    info.total = completed
        .total
        .or_else(|| u32::try_from(count).ok().filter(|_| all_known));
    info.has_more = if cut { Some(true) } else { completed.has_more };
    Ok(CompleteResult::new(info))
}

/// A question as the protocol asks it.
pub(super) fn question(question: &Question) -> Result<InputRequest, String> {
    let value = match &question.asked {
        McpQuestion::Elicit(asked) => {
            let params = match &asked.url {
                None => {
                    json!({"mode": "form", "message": asked.message, "requestedSchema": asked.schema})
                }
                Some(url) => json!({
                    "mode": "url", "message": asked.message, "url": url, "elicitationId": question.key,
                }),
            };
            json!({"method": "elicitation/create", "params": params})
        }
        McpQuestion::Sample(asked) => {
            let mut params = json!(asked);
            if let Some(fields) = params.as_object_mut() {
                fields.remove("key");
            }
            json!({"method": "sampling/createMessage", "params": params})
        }
        McpQuestion::ListRoots(_) => json!({"method": "roots/list", "params": {}}),
    };
    serde_json::from_value(value)
        .map_err(|error| format!("MCP cannot ask this (the schema of a form is flat): {error}"))
}

pub(super) fn client(implementation: &Implementation) -> McpClient {
    McpClient {
        name: implementation.name.clone(),
        version: Some(implementation.version.clone()),
        extra: serde_json::Map::new(),
    }
}

pub(super) fn level(level: LoggingLevel) -> McpLogRequestLevel {
    match level {
        LoggingLevel::Debug => McpLogRequestLevel::Debug,
        LoggingLevel::Info => McpLogRequestLevel::Info,
        LoggingLevel::Notice => McpLogRequestLevel::Notice,
        LoggingLevel::Warning => McpLogRequestLevel::Warning,
        LoggingLevel::Error => McpLogRequestLevel::Error,
        LoggingLevel::Critical => McpLogRequestLevel::Critical,
        LoggingLevel::Alert => McpLogRequestLevel::Alert,
        LoggingLevel::Emergency => McpLogRequestLevel::Emergency,
    }
}

pub(super) fn logging_level(level: McpLogRequestLevel) -> LoggingLevel {
    match level {
        McpLogRequestLevel::Debug => LoggingLevel::Debug,
        McpLogRequestLevel::Info => LoggingLevel::Info,
        McpLogRequestLevel::Notice => LoggingLevel::Notice,
        McpLogRequestLevel::Warning => LoggingLevel::Warning,
        McpLogRequestLevel::Error => LoggingLevel::Error,
        McpLogRequestLevel::Critical => LoggingLevel::Critical,
        McpLogRequestLevel::Alert => LoggingLevel::Alert,
        McpLogRequestLevel::Emergency => LoggingLevel::Emergency,
    }
}

/// A failure as the protocol's error.
pub(super) fn error(failure: McpFailure) -> ErrorData {
    match failure {
        McpFailure::Unknown(why) | McpFailure::Arguments(why) | McpFailure::Resume(why) => {
            ErrorData::invalid_params(why, None)
        }
        McpFailure::Capability(lacking) => {
            let capabilities: Value = match lacking {
                McpCapability::Elicitation => json!({"elicitation": {}}),
                McpCapability::Sampling => json!({"sampling": {}}),
                McpCapability::Roots => json!({"roots": {}}),
            };
            let capabilities: ClientCapabilities =
                serde_json::from_value(capabilities).unwrap_or_default();
            ErrorData::missing_required_client_capability(capabilities)
        }
        McpFailure::Aborted(abort) => ErrorData::internal_error(abort.message, None),
    }
}

/// What a model reads of a call that failed; none where it is the host's business, not the tool's.
pub(super) fn call_failure(failure: &McpFailure, tool: &str) -> Option<CallToolResult> {
    match failure {
        McpFailure::Arguments(why) => Some(failed(why.clone())),
        McpFailure::Aborted(Abort { reason, message }) => match reason {
            AbortReason::Store | AbortReason::Host | AbortReason::Cancelled => None,
            _ => Some(failed(format!("`{tool}` failed: {message}"))),
        },
        McpFailure::Unknown(_) | McpFailure::Capability(_) | McpFailure::Resume(_) => None,
    }
}
