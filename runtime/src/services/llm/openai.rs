//! `OpenAI`'s chat completions, which most servers of local models speak, too:
//! <https://platform.openai.com/docs/api-reference/chat>.

use serde_json::{Value, json};
use sinew_schema::{
    LlmBlock, LlmCallRequest, LlmCallRequestToolChoice, LlmCallResponse, LlmContent, LlmImage,
    LlmMessage, LlmMessageRole, LlmTool, LlmToolResult,
};

use super::answer::{Answer, BLOCKS_MAX, count, member, other, text, tool_call};
use super::dialect::Worded;
use super::worst::caches;
use super::{LlmError, Tokens};

pub(super) fn request(
    request: &LlmCallRequest,
    model: &str,
    max_tokens_field: &str,
) -> Result<Worded, LlmError> {
    let mut messages = Vec::new();
    if !request.system.is_empty() {
        let pieces: Vec<&str> = request
            .system
            .iter()
            .map(|text| text.text.as_str())
            .collect();
        messages.push(json!({ "role": "system", "content": pieces.join("\n\n") }));
    }
    for message in &request.messages {
        match message.role {
            LlmMessageRole::User => users(message, &mut messages)?,
            LlmMessageRole::Assistant => messages.push(assistants(message)),
        }
    }
    let mut body = json!({ "model": model, "messages": messages });
    body[max_tokens_field] = request.max_tokens.into();
    if let Some(temperature) = &request.temperature {
        body["temperature"] = json!(temperature);
    }
    if !request.stop_sequences.is_empty() {
        body["stop"] = json!(request.stop_sequences);
    }
    if !request.tools.is_empty() {
        body["tools"] = request.tools.iter().map(tool).collect();
    }
    if let Some(choice) = choice(request) {
        body["tool_choice"] = choice;
    }
    let ignored = caches(request).then(|| "cache".to_owned());
    Ok(Worded {
        body,
        ignored: ignored.into_iter().collect(),
    })
}

fn choice(request: &LlmCallRequest) -> Option<Value> {
    if let Some(name) = &request.tool {
        return Some(json!({ "type": "function", "function": { "name": name } }));
    }
    Some(json!(match request.tool_choice? {
        LlmCallRequestToolChoice::Auto => "auto",
        LlmCallRequestToolChoice::Any => "required",
        LlmCallRequestToolChoice::None => "none",
    }))
}

/// What a user says is one message, and each result of a tool is one of its own: in the order in which they are said.
fn users(message: &LlmMessage, messages: &mut Vec<Value>) -> Result<(), LlmError> {
    let mut parts: Vec<Value> = Vec::new();
    let said = |parts: &mut Vec<Value>, messages: &mut Vec<Value>| {
        if !parts.is_empty() {
            messages.push(json!({ "role": "user", "content": std::mem::take(parts) }));
        }
    };
    for content in &message.content {
        match content {
            LlmContent::Text(text) => parts.push(json!({ "type": "text", "text": text.text })),
            LlmContent::Image(image) => parts.push(picture(image)),
            LlmContent::ToolResult(result) => {
                said(&mut parts, messages);
                messages.push(tool_result(result)?);
            }
            // Not a user's; refused before.
            LlmContent::ToolCall(_) | LlmContent::Other(_) => {}
        }
    }
    said(&mut parts, messages);
    Ok(())
}

fn tool_result(result: &LlmToolResult) -> Result<Value, LlmError> {
    if !result.images.is_empty() {
        return Err(LlmError::Invalid(
            "the model's provider takes no images in the results of tools".to_owned(),
        ));
    }
    let failed = if result.is_error == Some(true) {
        "error: "
    } else {
        ""
    };
    Ok(
        json!({ "role": "tool", "tool_call_id": result.id, "content": format!("{failed}{}", result.text) }),
    )
}

fn assistants(message: &LlmMessage) -> Value {
    let (mut said, mut calls) = (Vec::new(), Vec::new());
    for content in &message.content {
        match content {
            LlmContent::Text(text) => said.push(text.text.as_str()),
            LlmContent::ToolCall(call) => {
                let arguments = Value::Object(call.input.clone()).to_string();
                let function = json!({ "name": call.name, "arguments": arguments });
                calls.push(json!({ "id": call.id, "type": "function", "function": function }));
            }
            // What a model thought is not sent back; the rest is not an assistant's, and refused before.
            LlmContent::Other(_) | LlmContent::Image(_) | LlmContent::ToolResult(_) => {}
        }
    }
    let mut worded = json!({ "role": "assistant", "content": said.concat() });
    if !calls.is_empty() {
        worded["tool_calls"] = calls.into();
        if said.is_empty() {
            worded["content"] = Value::Null;
        }
    }
    worded
}

fn picture(image: &LlmImage) -> Value {
    let url = format!("data:{};base64,{}", image.media_type, image.base64);
    json!({ "type": "image_url", "image_url": { "url": url } })
}

fn tool(tool: &LlmTool) -> Value {
    let mut function = json!({ "name": tool.name, "parameters": tool.input_schema });
    if let Some(description) = &tool.description {
        function["description"] = description.as_str().into();
    }
    json!({ "type": "function", "function": function })
}

pub(super) fn answer(mut body: Value) -> Option<Answer> {
    let choice = body.get_mut("choices")?.get_mut(0)?.take();
    let message = choice.get("message")?.as_object()?;
    let refusal = message.get("refusal").and_then(Value::as_str);
    let mut content = Vec::new();
    if let Some(thought) = message
        .get("reasoning_content")
        .filter(|thought| thought.is_string())
    {
        content.push(other(json!({ "reasoning_content": thought })));
    }
    match message.get("content") {
        Some(Value::String(said)) if !said.is_empty() => content.push(text(said.clone())),
        Some(Value::Array(parts)) if parts.len() <= BLOCKS_MAX => {
            content.extend(parts.iter().map(part));
        }
        Some(Value::String(_) | Value::Null) | None => {}
        Some(_) => return None,
    }
    content.extend(refusal.map(|said| text(said.to_owned())));
    match message.get("tool_calls") {
        Some(Value::Array(calls)) if calls.len() <= BLOCKS_MAX => {
            content.extend(calls.iter().map(called));
        }
        Some(Value::Null) | None => {}
        Some(_) => return None,
    }
    let stop_reason = match member(&choice, "finish_reason") {
        _ if refusal.is_some() => LlmCallResponse::STOP_REASON_REFUSAL,
        None => LlmCallResponse::STOP_REASON_UNKNOWN,
        Some("stop") => LlmCallResponse::STOP_REASON_END,
        Some("length") => LlmCallResponse::STOP_REASON_MAX_TOKENS,
        Some("tool_calls" | "function_call") => LlmCallResponse::STOP_REASON_TOOL_CALL,
        Some("content_filter") => LlmCallResponse::STOP_REASON_REFUSAL,
        Some(word) => word,
    };
    Some(Answer {
        model: member(&body, "model").map(str::to_owned),
        content,
        stop_reason: stop_reason.to_owned(),
        stop_sequence: None,
        tokens: tokens(&body["usage"]),
    })
}

fn part(part: &Value) -> LlmBlock {
    match (member(part, "type"), member(part, "text")) {
        (Some("text"), Some(said)) => text(said.to_owned()),
        _ => other(part.clone()),
    }
}

/// A call whose arguments are no object in JSON, which small models write, is kept as it came.
fn called(call: &Value) -> LlmBlock {
    let read = || {
        let function = call.get("function")?;
        let input = serde_json::from_str(member(function, "arguments")?).ok()?;
        let (id, name) = (member(call, "id")?, member(function, "name")?);
        Some(tool_call(id.to_owned(), name.to_owned(), input))
    };
    read().unwrap_or_else(|| other(call.clone()))
}

fn tokens(usage: &Value) -> Option<Tokens> {
    let read = usage["prompt_tokens"].as_u64()?;
    let cached = count(&usage["prompt_tokens_details"]["cached_tokens"])?.min(read);
    Some(Tokens {
        input: read - cached,
        output: usage["completion_tokens"].as_u64()?,
        cache_read: cached,
        ..Tokens::default()
    })
}
