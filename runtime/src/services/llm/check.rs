//! What a request says by itself to be wrong.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sinew_schema::{
    LlmCallRequest, LlmCallRequestToolChoice, LlmContent, LlmImage, LlmMessageRole,
};

use super::LlmError;

/// Looks at a request without asking who serves its model.
pub(super) fn check(request: &LlmCallRequest) -> Result<(), LlmError> {
    if request.model.chars().any(char::is_control) {
        return invalid("`model` has a control character in it");
    }
    if let Some(temperature) = &request.temperature
        && !temperature
            .as_f64()
            .is_some_and(|degree| (0.0..=2.0).contains(&degree))
    {
        return invalid("`temperature` has to be from 0 to 2");
    }
    tools(request)?;
    for (index, message) in request.messages.iter().enumerate() {
        for (piece, content) in message.content.iter().enumerate() {
            contents(message.role, content).map_err(|problem| {
                LlmError::Invalid(format!("`messages[{index}].content[{piece}]` {problem}"))
            })?;
        }
    }
    Ok(())
}

fn tools(request: &LlmCallRequest) -> Result<(), LlmError> {
    for (index, tool) in request.tools.iter().enumerate() {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        if !tool.name.bytes().all(plain) {
            return invalid(format!(
                "`tools[{index}].name` has more than letters, digits, `_` and `-`"
            ));
        }
        if request.tools[..index]
            .iter()
            .any(|other| other.name == tool.name)
        {
            return invalid(format!("the tool `{}` is there twice", tool.name));
        }
    }
    match (&request.tool, request.tool_choice) {
        (Some(_), Some(_)) => invalid("`tool` and `tool_choice` exclude each other"),
        (Some(name), None) if !request.tools.iter().any(|tool| tool.name == *name) => {
            invalid("`tool` is none of `tools`")
        }
        (None, Some(LlmCallRequestToolChoice::Any)) if request.tools.is_empty() => {
            invalid("`tool_choice` asks for a tool, and there are none")
        }
        _ => Ok(()),
    }
}

fn contents(role: LlmMessageRole, content: &LlmContent) -> Result<(), &'static str> {
    match (role, content) {
        (LlmMessageRole::Assistant, LlmContent::Image(_) | LlmContent::ToolResult(_)) => {
            Err("can only be the user's")
        }
        (LlmMessageRole::User, LlmContent::ToolCall(_) | LlmContent::Other(_)) => {
            Err("can only be the assistant's")
        }
        (_, LlmContent::Image(image)) => picture(image),
        (_, LlmContent::ToolResult(result)) => result.images.iter().try_for_each(picture),
        _ => Ok(()),
    }
}

fn picture(image: &LlmImage) -> Result<(), &'static str> {
    match STANDARD.decode(&image.base64) {
        Ok(_) => Ok(()),
        Err(_) => Err("is not in standard base64 with padding"),
    }
}

fn invalid(message: impl Into<String>) -> Result<(), LlmError> {
    Err(LlmError::Invalid(message.into()))
}
