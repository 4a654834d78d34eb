//! Anthropic's Messages: <https://platform.claude.com/docs/en/api/messages>.

use serde_json::{Map, Value, json};
use sinew_schema::{
    LlmBlock, LlmCache, LlmCallRequest, LlmCallRequestToolChoice, LlmCallResponse, LlmContent,
    LlmImage, LlmMessage, LlmText, LlmTool,
};

use super::Tokens;
use super::answer::{Answer, BLOCKS_MAX, count, member, other, text, tool_call};
use super::dialect::Worded;

/// The first version of the API without `temperature`: versions are dates.
const WITHOUT_TEMPERATURE: &str = "2026-10-21";

pub(super) fn request(request: &LlmCallRequest, model: &str, version: &str) -> Worded {
    let mut ignored = Vec::new();
    let messages: Vec<Value> = request.messages.iter().map(message).collect();
    let mut body =
        json!({ "model": model, "max_tokens": request.max_tokens, "messages": messages });
    if !request.system.is_empty() {
        body["system"] = request.system.iter().map(text_block).collect();
    }
    if let Some(temperature) = &request.temperature {
        if version < WITHOUT_TEMPERATURE {
            body["temperature"] = json!(temperature);
        } else {
            ignored.push("temperature".to_owned());
        }
    }
    if !request.stop_sequences.is_empty() {
        body["stop_sequences"] = json!(request.stop_sequences);
    }
    if !request.tools.is_empty() {
        body["tools"] = request.tools.iter().map(tool).collect();
    }
    if let Some(choice) = choice(request) {
        body["tool_choice"] = choice;
    }
    Worded { body, ignored }
}

fn choice(request: &LlmCallRequest) -> Option<Value> {
    if let Some(name) = &request.tool {
        return Some(json!({ "type": "tool", "name": name }));
    }
    let kind = match request.tool_choice? {
        LlmCallRequestToolChoice::Auto => "auto",
        LlmCallRequestToolChoice::Any => "any",
        LlmCallRequestToolChoice::None => "none",
    };
    Some(json!({ "type": kind }))
}

fn message(message: &LlmMessage) -> Value {
    let content: Vec<Value> = message.content.iter().filter_map(content).collect();
    json!({ "role": message.role.to_string(), "content": content })
}

fn content(content: &LlmContent) -> Option<Value> {
    Some(match content {
        LlmContent::Text(text) => text_block(text),
        LlmContent::Image(image) => image_block(image),
        LlmContent::ToolCall(call) => marked(
            json!({ "type": "tool_use", "id": call.id, "name": call.name, "input": call.input }),
            call.cache,
        ),
        LlmContent::ToolResult(result) => {
            let mut parts = vec![json!({ "type": "text", "text": result.text })];
            parts.extend(result.images.iter().map(image_block));
            let mut block =
                json!({ "type": "tool_result", "tool_use_id": result.id, "content": parts });
            if let Some(is_error) = result.is_error {
                block["is_error"] = is_error.into();
            }
            marked(block, result.cache)
        }
        LlmContent::Other(block) => return thinking(block),
    })
}

/// A block that the model wants to see again when the conversation goes on; nothing of it but what is known is sent.
fn thinking(block: &Map<String, Value>) -> Option<Value> {
    let text = |name: &str| block.get(name).and_then(Value::as_str);
    match text("type")? {
        "thinking" => Some(json!({
            "type": "thinking",
            "thinking": text("thinking")?,
            "signature": text("signature")?,
        })),
        "redacted_thinking" => Some(json!({ "type": "redacted_thinking", "data": text("data")? })),
        _ => None,
    }
}

fn text_block(text: &LlmText) -> Value {
    marked(json!({ "type": "text", "text": text.text }), text.cache)
}

fn image_block(image: &LlmImage) -> Value {
    let source = json!({ "type": "base64", "media_type": image.media_type.to_string(), "data": image.base64 });
    marked(json!({ "type": "image", "source": source }), image.cache)
}

fn tool(tool: &LlmTool) -> Value {
    let mut described = json!({ "name": tool.name, "input_schema": schema(&tool.input_schema) });
    if let Some(description) = &tool.description {
        described["description"] = description.as_str().into();
    }
    marked(described, tool.cache)
}

/// The schema of an input, which has to say that it is an object's.
fn schema(schema: &Map<String, Value>) -> Value {
    let mut schema = schema.clone();
    schema.entry("type").or_insert_with(|| "object".into());
    Value::Object(schema)
}

fn marked(mut block: Value, cache: Option<LlmCache>) -> Value {
    let lifetime = match cache {
        None => return block,
        Some(LlmCache::Short) => "5m",
        Some(LlmCache::Long) => "1h",
    };
    block["cache_control"] = json!({ "type": "ephemeral", "ttl": lifetime });
    block
}

pub(super) fn answer(mut body: Value) -> Option<Answer> {
    let Value::Array(blocks) = body.get_mut("content")?.take() else {
        return None;
    };
    if blocks.len() > BLOCKS_MAX {
        return None;
    }
    let stop_reason =
        match member(&body, "stop_reason").unwrap_or(LlmCallResponse::STOP_REASON_UNKNOWN) {
            "end_turn" => LlmCallResponse::STOP_REASON_END,
            "tool_use" => LlmCallResponse::STOP_REASON_TOOL_CALL,
            // The others have the same name here, or none.
            word => word,
        };
    Some(Answer {
        model: member(&body, "model").map(str::to_owned),
        content: blocks.into_iter().map(block).collect(),
        stop_reason: stop_reason.to_owned(),
        stop_sequence: member(&body, "stop_sequence").map(str::to_owned),
        tokens: tokens(&body["usage"]),
    })
}

fn block(mut block: Value) -> LlmBlock {
    let known = match member(&block, "type") {
        Some("text") => member(&block, "text").map(|said| text(said.to_owned())),
        Some("tool_use") => called(&mut block),
        _ => None,
    };
    known.unwrap_or_else(|| other(block))
}

fn called(block: &mut Value) -> Option<LlmBlock> {
    let (id, name) = (
        member(block, "id")?.to_owned(),
        member(block, "name")?.to_owned(),
    );
    let input = block.get_mut("input")?.as_object_mut()?;
    Some(tool_call(id, name, std::mem::take(input)))
}

fn tokens(usage: &Value) -> Option<Tokens> {
    let written = count(&usage["cache_creation_input_tokens"])?;
    let long = count(&usage["cache_creation"]["ephemeral_1h_input_tokens"])?.min(written);
    Some(Tokens {
        input: usage["input_tokens"].as_u64()?,
        output: usage["output_tokens"].as_u64()?,
        cache_read: count(&usage["cache_read_input_tokens"])?,
        cache_write: written - long,
        cache_write_long: long,
    })
}
