//! The most that a call can cost, from what is about to be sent.

use std::io::{self, Write};

use sinew_schema::{LlmCallRequest, LlmContent, LlmImage};

use super::{LlmModel, Tokens};

/// What a provider adds to a request that offers tools, generously, in tokens.
const TOOLS_TOKENS: u64 = 2_000;
/// What it adds to any request.
const FRAME_TOKENS: u64 = 200;

/// What is reserved before a call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Worst {
    /// Tokens, at the prices of plain input and output.
    pub tokens: Tokens,
    /// Millionths of a US dollar, at the dearest price that can apply to each token.
    pub usd_micros: u64,
}

// === impl Worst ===

impl Worst {
    /// Reckons with every byte as a token, since no tokenizer makes more of a text than it has bytes, with the allowance for each
    /// image, and with all that the model may write.
    pub(super) fn of(request: &LlmCallRequest, model: &LlmModel) -> Self {
        let (images, image_bytes) = images(request);
        let text = bytes(request).saturating_sub(image_bytes);
        let tools = if request.tools.is_empty() {
            0
        } else {
            TOOLS_TOKENS
        };
        let input = text
            .saturating_add(images.saturating_mul(model.image_tokens))
            .saturating_add(tools)
            .saturating_add(FRAME_TOKENS)
            // A longer input is refused, and costs nothing.
            .min(model.context_tokens);
        let tokens = Tokens {
            input,
            output: request.max_tokens.into(),
            ..Tokens::default()
        };
        let dearest = model.prices.dearest_input(caches(request));
        let prices = super::Prices {
            input: dearest,
            ..model.prices
        };
        Self {
            tokens,
            usd_micros: prices.cost(&tokens),
        }
    }
}

/// Whether anything in a request asks the provider to remember it.
pub(super) fn caches(request: &LlmCallRequest) -> bool {
    let of_content = |content: &LlmContent| match content {
        LlmContent::Text(text) => text.cache.is_some(),
        LlmContent::Image(image) => image.cache.is_some(),
        LlmContent::ToolCall(call) => call.cache.is_some(),
        LlmContent::ToolResult(result) => {
            result.cache.is_some() || result.images.iter().any(|image| image.cache.is_some())
        }
        LlmContent::Other(_) => false,
    };
    request.system.iter().any(|text| text.cache.is_some())
        || request.tools.iter().any(|tool| tool.cache.is_some())
        || request
            .messages
            .iter()
            .flat_map(|message| &message.content)
            .any(of_content)
}

/// How many images there are, and how many bytes they have in base64.
fn images(request: &LlmCallRequest) -> (u64, u64) {
    let contents = request.messages.iter().flat_map(|message| &message.content);
    let images = contents.flat_map(|content| match content {
        LlmContent::Image(image) => std::slice::from_ref(image),
        LlmContent::ToolResult(result) => &result.images,
        _ => &[],
    });
    images.fold((0, 0), |(count, bytes), image: &LlmImage| {
        (count + 1, bytes + image.base64.len() as u64)
    })
}

/// How long a request is as JSON in the contract's words. No dialect has shorter ones for what it sends of it.
fn bytes(request: &LlmCallRequest) -> u64 {
    let mut counted = Counted(0);
    // Counting cannot fail, and a request that was decoded can be encoded.
    match serde_json::to_writer(&mut counted, request) {
        Ok(()) => counted.0,
        Err(_) => u64::MAX,
    }
}

/// Counts bytes and keeps none.
struct Counted(u64);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
