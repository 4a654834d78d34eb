//! `log_info`: writes a line for an operator who looks to the host's log.

use sinew_schema::{EffectError, LogInfoRequest, LogInfoResponse};

use super::{Call, Effect, EffectLimits, Fields, LogLevel};
use crate::permits::Need;

#[derive(Debug)]
pub(super) struct LogInfo {
    bytes_max: usize,
}

impl LogInfo {
    pub(super) fn new(limits: &EffectLimits) -> Self {
        Self {
            bytes_max: limits.log_message_bytes_max,
        }
    }
}

impl Effect for LogInfo {
    type Request = LogInfoRequest;
    type Response = LogInfoResponse;

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
            LogLevel::Info,
            &request.message,
            &request.fields,
            self.bytes_max,
        )?;
        Ok(LogInfoResponse {
            truncated,
            extra: Fields::new(),
        })
    }
}
