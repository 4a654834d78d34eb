//! `log_error`: writes that something failed for good to the host's log.

use sinew_schema::{EffectError, LogErrorRequest, LogErrorResponse};

use super::{Call, Effect, EffectLimits, Fields, LogLevel};
use crate::permits::Need;

#[derive(Debug)]
pub(super) struct LogError {
    bytes_max: usize,
}

impl LogError {
    pub(super) fn new(limits: &EffectLimits) -> Self {
        Self {
            bytes_max: limits.log_message_bytes_max,
        }
    }
}

impl Effect for LogError {
    type Request = LogErrorRequest;
    type Response = LogErrorResponse;

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
            LogLevel::Error,
            &request.message,
            &request.fields,
            self.bytes_max,
        )?;
        Ok(LogErrorResponse {
            truncated,
            extra: Fields::new(),
        })
    }
}
