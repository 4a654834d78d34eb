//! A provider's answer, in neither dialect.

use serde_json::{Map, Value};
use sinew_schema::LlmBlock;

use super::Tokens;

/// Most blocks of one answer; what has more is no answer.
pub(super) const BLOCKS_MAX: usize = 10_000;

/// What a provider said.
#[derive(Debug)]
pub(super) struct Answer {
    /// The model that answered, where the provider says so.
    pub(super) model: Option<String>,
    pub(super) content: Vec<LlmBlock>,
    /// In the contract's word, or the provider's.
    pub(super) stop_reason: String,
    pub(super) stop_sequence: Option<String>,
    /// `None` where the provider does not say, or says what cannot be.
    pub(super) tokens: Option<Tokens>,
}

/// A text.
pub(super) fn text(text: String) -> LlmBlock {
    LlmBlock {
        text: Some(text),
        ..empty(LlmBlock::KIND_TEXT)
    }
}

/// A tool that the model asks for.
pub(super) fn tool_call(id: String, name: String, input: Map<String, Value>) -> LlmBlock {
    LlmBlock {
        id: Some(id),
        name: Some(name),
        input,
        ..empty(LlmBlock::KIND_TOOL_CALL)
    }
}

/// What the contract has no word for, as it came.
pub(super) fn other(block: Value) -> LlmBlock {
    let block = match block {
        Value::Object(block) => block,
        value => Map::from_iter([("value".to_owned(), value)]),
    };
    LlmBlock {
        block,
        ..empty(LlmBlock::KIND_OTHER)
    }
}

/// The text of a member; none where it is missing, null or no text.
pub(super) fn member<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

/// A count that may be missing or null, and then is 0; `None` for what is no count.
pub(super) fn count(value: &Value) -> Option<u64> {
    if value.is_null() {
        Some(0)
    } else {
        value.as_u64()
    }
}

fn empty(kind: &str) -> LlmBlock {
    LlmBlock {
        kind: kind.to_owned(),
        text: None,
        id: None,
        name: None,
        input: Map::new(),
        block: Map::new(),
        extra: Map::new(),
    }
}
