//! How the LLM service is set up.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::{Dialect, Prices};

/// Models and limits. Every limit is on one call but `in_flight_max`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LlmSettings {
    /// The models, by the names that callers know.
    pub models: BTreeMap<String, LlmModel>,
    /// How often a request is sent at most.
    pub attempts_max: u32,
    /// How long to wait before the second attempt; it doubles with each further one.
    pub backoff: Duration,
    /// The longest wait between two attempts. A server that asks for more is not asked again.
    pub backoff_max: Duration,
    /// How long a connection may take to be made.
    pub connect_timeout: Duration,
    /// The longest that a call may take, all its attempts and waits together.
    pub timeout: Duration,
    /// The largest request, in bytes, as it is sent.
    pub request_bytes_max: usize,
    /// The largest answer, in bytes.
    pub answer_bytes_max: usize,
    /// How many requests are under way at once; more wait.
    pub in_flight_max: usize,
}

/// A model that may be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LlmModel {
    /// Who serves it.
    pub provider: Arc<LlmProvider>,
    /// What it is called there.
    pub name: String,
    /// What it costs.
    pub prices: Prices,
    /// The most tokens that it writes.
    pub max_output_tokens: u32,
    /// The most tokens that it reads.
    pub context_tokens: u64,
    /// The most tokens that one image can take.
    pub image_tokens: u64,
}

/// Where models are served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LlmProvider {
    /// What the operator calls it.
    pub name: String,
    /// How it is spoken to.
    pub dialect: Dialect,
    /// Where it is, without the dialect's own part of the path.
    pub base_url: Url,
    /// Name of the secret that it wants to see; none where it wants none.
    pub key: Option<String>,
}

impl Default for LlmSettings {
    fn default() -> Self {
        Self {
            models: BTreeMap::new(),
            attempts_max: 3,
            backoff: Duration::from_millis(500),
            backoff_max: Duration::from_secs(20),
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_mins(10),
            request_bytes_max: 16 << 20,
            answer_bytes_max: 4 << 20,
            in_flight_max: 16,
        }
    }
}
