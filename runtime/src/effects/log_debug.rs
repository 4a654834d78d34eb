//! `log_debug`: writes a line for the plugin's author to the host's log.

use sinew_schema::{EffectError, LogDebugRequest, LogDebugResponse};

use super::{Call, Effect, EffectLimits, Fields, LogLevel};
use crate::permits::Need;

#[derive(Debug)]
pub(super) struct LogDebug {
    bytes_max: usize,
}

impl LogDebug {
    pub(super) fn new(limits: &EffectLimits) -> Self {
        Self {
            bytes_max: limits.log_message_bytes_max,
        }
    }
}

impl Effect for LogDebug {
    type Request = LogDebugRequest;
    type Response = LogDebugResponse;

    async fn need(&self, _: &Call<'_>, _: &mut Self::Request) -> Result<Need, EffectError> {
        Ok(Need::None)
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _: &Need,
    ) -> Result<Self::Response, EffectError> {
        let truncated = call.log(
            LogLevel::Debug,
            &request.message,
            &request.fields,
            self.bytes_max,
        )?;
        Ok(LogDebugResponse {
            truncated,
            extra: Fields::new(),
        })
    }
}
