//! How a provider is spoken to.

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use sinew_schema::LlmCallRequest;
use url::Url;

use super::answer::Answer;
use super::{LlmError, LlmModel, LlmProvider, anthropic, openai};

/// One of the two ways that providers are spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dialect {
    /// Anthropic's Messages.
    Anthropic {
        /// Value of the header `anthropic-version`, a date.
        version: String,
    },
    /// `OpenAI`'s chat completions, and whatever is compatible with them.
    OpenAi {
        /// Name of the field that limits the answer: `max_tokens`, or `max_completion_tokens` as newer models want it.
        max_tokens_field: String,
    },
}

/// A request in a provider's words.
#[derive(Debug)]
pub(super) struct Worded {
    pub(super) body: Value,
    /// What was left out of it, because the dialect has nothing for it.
    pub(super) ignored: Vec<String>,
}

// === impl Dialect ===

impl Dialect {
    /// Puts a request into the provider's words.
    pub(super) fn request(
        &self,
        request: &LlmCallRequest,
        model: &LlmModel,
    ) -> Result<Worded, LlmError> {
        match self {
            Self::Anthropic { version } => Ok(anthropic::request(request, &model.name, version)),
            Self::OpenAi { max_tokens_field } => {
                openai::request(request, &model.name, max_tokens_field)
            }
        }
    }

    /// Reads an answer; `None` where it is none.
    pub(super) fn answer(&self, body: &[u8]) -> Option<Answer> {
        let body: Value = serde_json::from_slice(body).ok()?;
        match self {
            Self::Anthropic { .. } => anthropic::answer(body),
            Self::OpenAi { .. } => openai::answer(body),
        }
    }

    /// Where a request goes.
    pub(super) fn url(&self, provider: &LlmProvider) -> Url {
        let path = match self {
            Self::Anthropic { .. } => ["v1", "messages"],
            Self::OpenAi { .. } => ["chat", "completions"],
        };
        let mut url = provider.base_url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    /// The headers of a request; `None` where the key cannot stand in one.
    pub(super) fn headers(&self, key: Option<&str>) -> Option<HeaderMap> {
        let mut headers = HeaderMap::new();
        let secret = |text: String| {
            let mut value = HeaderValue::try_from(text).ok()?;
            value.set_sensitive(true);
            Some(value)
        };
        match self {
            Self::Anthropic { version } => {
                let version = HeaderValue::try_from(version).ok()?;
                headers.insert(HeaderName::from_static("anthropic-version"), version);
                if let Some(key) = key {
                    headers.insert(
                        HeaderName::from_static("x-api-key"),
                        secret(key.to_owned())?,
                    );
                }
            }
            Self::OpenAi { .. } => {
                if let Some(key) = key {
                    headers.insert(AUTHORIZATION, secret(format!("Bearer {key}"))?);
                }
            }
        }
        Some(headers)
    }
}
