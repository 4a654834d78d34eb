//! What the pipe answers by itself, in the protocol's words.

use serde_json::{Value, json};

/// Codes of JSON-RPC.
const PARSE_ERROR: i32 = -32_700;
const INVALID_REQUEST: i32 = -32_600;
const INTERNAL_ERROR: i32 = -32_603;

/// The answer to a message that is too large to be read.
pub(super) fn too_large(bytes_max: usize) -> String {
    let message = format!("a message has at most {bytes_max} bytes");
    error(&Value::Null, INVALID_REQUEST, &message)
}

/// The answer to a message that is no text.
pub(super) fn no_text() -> String {
    error(&Value::Null, PARSE_ERROR, "the message is not UTF-8")
}

/// The answer to a text that is no message.
pub(super) fn no_json(why: &serde_json::Error) -> String {
    let message = format!("the message is no JSON: {why}");
    error(&Value::Null, PARSE_ERROR, &message)
}

/// The answer to a request whose host is gone.
pub(super) fn lost(id: &Value) -> String {
    error(
        id,
        INTERNAL_ERROR,
        "the host went away while it answered; make the request again",
    )
}

fn error(id: &Value, code: i32, message: &str) -> String {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}}).to_string()
}
