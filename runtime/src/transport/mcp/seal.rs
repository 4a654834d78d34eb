//! The state that a call leaves with its client while that answers a plugin's questions: signed, bound to what was called,
//! and good for a while.

use std::time::Duration;

use rmcp::ErrorData;
use rmcp::model::{RequestStateCodec, SealOptions};
use sha2::{Digest as _, Sha256};

use crate::engine::McpResume;
use crate::services::tokens::{Role, Tokens};

/// Seals and opens.
#[derive(Clone)]
pub(super) struct Seal {
    codec: RequestStateCodec,
    good_for: Duration,
}

impl Seal {
    /// The key follows from the administrator's token, so that a state outlives a restart and nobody else can make one.
    pub(super) fn new(tokens: &Tokens, good_for: Duration) -> Self {
        let key = Sha256::new()
            .chain_update(b"sinew mcp request state\0")
            .chain_update(tokens.token(Role::Admin))
            .finalize();
        Self {
            // A SHA-256 is as long as a key has to be.
            codec: RequestStateCodec::new_unchecked(key.to_vec()),
            good_for,
        }
    }

    /// Seals the way on for the call of `what`.
    pub(super) fn seal(&self, what: &str, resume: &McpResume) -> Result<String, ErrorData> {
        let options = SealOptions::new()
            .associated_data(what.as_bytes())
            .ttl(self.good_for);
        self.codec
            .seal_json_with(resume, &options)
            .map_err(|error| ErrorData::internal_error(error.to_string(), None))
    }

    /// Opens what a client brought back.
    pub(super) fn open(&self, what: &str, state: &str) -> Result<McpResume, ErrorData> {
        self.codec
            .open_json_with(state, what.as_bytes())
            .map_err(|error| {
                ErrorData::invalid_params(
                    format!("`requestState` is not this call's, or its time is over ({error}); make the call again"),
                    None,
                )
            })
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Seal")
    }
}
